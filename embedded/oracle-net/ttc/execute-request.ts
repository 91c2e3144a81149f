import { FIELD_VERSION } from '../dialects.ts';
import { ProtocolError } from '../tns/packets.ts';
import { readBindType, type BindType } from './binds.ts';
import { MESSAGE } from './calls.ts';
import type { MessageReader } from './message-reader.ts';

const OPTION = { parse: 0x01, define: 0x10, execute: 0x20, fetch: 0x40, commit: 0x100, describe: 0x20000, batchErrors: 0x80000 };
const WANTS_ROW_COUNTS = 0x4000;
const COMMIT_REEXECUTE = 0x01;

/** What a client wants of a statement. */
export interface ExecuteRequest {
  /** 0 for a new one. */
  cursorId: number;
  /** Null: the statement of the cursor. */
  sql: string | null;
  parses: boolean;
  executes: boolean;
  describes: boolean;
  fetches: boolean;
  commits: boolean;
  batchErrors: boolean;
  wantsRowCounts: boolean;
  /** Rows to send at once. */
  prefetchRows: number;
  /** Rows of binds. */
  executions: number;
  /** How the columns shall be sent; null: as before. */
  defines: BindType[] | null;
  /** Null: as before, in a repeated execution. */
  binds: BindType[] | null;
}

/** EXECUTE, up to the rows of binds. */
export function readExecute(reader: MessageReader, fieldVersion: number, hasLengths: boolean): ExecuteRequest {
  const options = reader.ub();
  const cursorId = reader.ub();
  const hasSql = reader.u8() === 1;
  const sqlBytes = reader.ub();
  reader.u8();
  reader.ub();
  reader.bytes(3);
  const prefetchRows = reader.ub();
  reader.ub();
  reader.u8();
  const bindCount = reader.ub();
  reader.bytes(5);
  reader.u8();
  const defineCount = reader.ub();
  skipRegistration(reader, fieldVersion);
  const sql = hasSql ? reader.textOf(sqlBytes, hasLengths) : null;
  const numbers = Array.from({ length: 13 }, () => reader.ub());
  const definesColumns = (options & OPTION.define) !== 0;
  const types = Array.from({ length: definesColumns ? defineCount : bindCount }, () => readBindType(reader, fieldVersion));
  return {
    cursorId, sql, parses: (options & OPTION.parse) !== 0, executes: (options & OPTION.execute) !== 0, describes: (options & OPTION.describe) !== 0,
    fetches: (options & OPTION.fetch) !== 0, commits: (options & OPTION.commit) !== 0, batchErrors: (options & OPTION.batchErrors) !== 0,
    wantsRowCounts: (numbers[9]! & WANTS_ROW_COUNTS) !== 0, prefetchRows, executions: numbers[7] === 1 ? 1 : numbers[1]!,
    defines: definesColumns ? types : null, binds: definesColumns ? [] : types,
  };
}

/** Registration, object lists, row counts; from 12.2 on SQL signature and id, then chunks. */
function skipRegistration(reader: MessageReader, fieldVersion: number): void {
  reader.ub();
  reader.bytes(3);
  reader.ub();
  reader.u8();
  reader.ub();
  reader.ub();
  reader.u8();
  reader.ub();
  reader.u8();
  if (fieldVersion < FIELD_VERSION.v12_2) return;
  reader.u8();
  reader.ub();
  reader.u8();
  reader.ub();
  reader.u8();
  if (fieldVersion < FIELD_VERSION.v12_2ext) return;
  reader.u8();
  reader.ub();
}

/** REEXECUTE of a cursor whose binds are known. */
export function readReexecute(reader: MessageReader, fetches: boolean): ExecuteRequest {
  const cursorId = reader.ub();
  const rows = reader.ub();
  reader.ub();
  const commits = (reader.ub() & COMMIT_REEXECUTE) !== 0;
  return {
    cursorId, sql: null, parses: false, executes: true, describes: false, fetches, commits, batchErrors: false, wantsRowCounts: false,
    prefetchRows: fetches ? rows : 0, executions: fetches ? 1 : rows, defines: null, binds: null,
  };
}

/** The mark before each row of binds. @throws ProtocolError */
export function readRowMark(reader: MessageReader): void {
  const kind = reader.u8();
  if (kind !== MESSAGE.rowData) throw new ProtocolError(`A row of binds was expected, not a message of kind ${kind}.`);
}
