import { OracleError, type BackendSession, type BindRow, type Changed, type OracleColumn } from './backend.ts';
import type { Conversation } from './conversation.ts';
import { Cursors, type Cursor } from './cursors.ts';
import type { FaultAction } from './faults.ts';
import { Lobs } from './lobs.ts';
import { RowSender } from './row-sender.ts';
import { transactionEnd } from './sql-text.ts';
import { comesLast, readBindValue, type BindSource, type BindType } from './ttc/binds.ts';
import { MESSAGE } from './ttc/calls.ts';
import { writeDescription } from './ttc/describe.ts';
import { readRowMark, type ExecuteRequest } from './ttc/execute-request.ts';
import type { MessageReader } from './ttc/message-reader.ts';
import type { MessageWriter } from './ttc/message-writer.ts';
import { LOB_TYPES } from './ttc/types.ts';

/** node-oracledb announces national text four times as large as it goes by itself. */
const NODE_NATIONAL_FACTOR = 4;
/** Older clients do not ask what the database takes for long. */
const OLD_CLIENTS_LONGEST = 32_767;

/** Parses, executes and fetches for one session. */
export class Statements {
  readonly cursors: Cursors;
  readonly lobs = new Lobs();
  /** Of the call that runs: an error names it, so that the client lets go of it. */
  currentCursorId = 0;
  readonly #talk: Conversation;
  readonly #session: BackendSession;
  readonly #sessionId: number;
  readonly #rows: RowSender;

  constructor(talk: Conversation, session: BackendSession, sessionId: number) {
    this.#talk = talk;
    this.#session = session;
    this.#sessionId = sessionId;
    this.cursors = new Cursors(talk.parts.maxOpenCursors);
    this.#rows = new RowSender(talk, this.lobs);
  }

  /** @throws OracleError, LineClosed, Interrupted */
  async execute(request: ExecuteRequest): Promise<void> {
    const cursor = await this.#cursorOf(request);
    cursor.binds = request.binds ?? cursor.binds;
    const bindRows = await this.#readBindRows(request, cursor);
    await this.cursors.refuseTooMany(cursor);
    if (!request.parses) this.currentCursorId = cursor.id; // the client knows it, whatever becomes of this call
    try {
      await this.#run(cursor, request, bindRows);
    } catch (error) {
      // The client was never told of the cursor, so it cannot close it.
      if (this.currentCursorId === 0) await this.cursors.close(cursor.id);
      throw error;
    }
  }

  async #run(cursor: Cursor, request: ExecuteRequest, bindRows: BindRow[]): Promise<void> {
    if (request.defines) return this.#define(cursor, request);
    if (!request.executes) return this.#parse(cursor);
    if (isTimeZoneQuestion(cursor.sql)) return this.#answerTimeZone(cursor, request);
    this.#talk.parts.seen.statement({ kind: 'execute', sql: cursor.sql, bindRows: bindRows.length, sessionId: this.#sessionId });
    if (cursor.kind === 'query') return this.#query(cursor, request, bindRows[0] ?? []);
    return this.#change(cursor, request, bindRows);
  }

  /** @throws OracleError, LineClosed, Interrupted */
  async fetch(cursorId: number, count: number): Promise<void> {
    this.currentCursorId = cursorId;
    const cursor = this.cursors.get(cursorId);
    if (isTimeZoneQuestion(cursor.sql)) return this.#finish(cursor, await this.#rows.send(cursor, count, null));
    this.#talk.parts.seen.count('fetches');
    const fault = await this.#talk.meet('fetch', { sql: cursor.sql });
    const hasMore = await this.#rows.send(cursor, count, fault);
    await this.#talk.meet('fetch', { sql: cursor.sql, afterwards: true });
    await this.#finish(cursor, hasMore);
  }

  async #cursorOf(request: ExecuteRequest): Promise<Cursor> {
    if (request.sql === null) return this.cursors.get(request.cursorId);
    if (request.cursorId !== 0) await this.cursors.close(request.cursorId);
    return this.cursors.open(request.sql);
  }

  async #readBindRows(request: ExecuteRequest, cursor: Cursor): Promise<BindRow[]> {
    const sent = cursor.binds.filter((_, i) => !cursor.places[i]?.isReturned);
    if (!request.executes || sent.length === 0) return Array.from({ length: request.executes ? request.executions : 0 }, () => []);
    const order = this.#order(sent, cursor);
    return this.#talk.reader.parts(request.executions, (reader) => this.#readBindRow(reader, sent, order, cursor));
  }

  /** Places of the binds in the order in which their values come. */
  #order(binds: BindType[], cursor: Cursor): number[] {
    const { clientName, hasLengths, longestString } = this.#talk;
    const factor = clientName.startsWith('node') ? NODE_NATIONAL_FACTOR : 1;
    const isLate = (i: number) => cursor.kind !== 'plsql' && comesLast(binds[i]!, hasLengths ? longestString : OLD_CLIENTS_LONGEST, factor);
    const places = binds.map((_, i) => i);
    return [...places.filter((i) => !isLate(i)), ...places.filter(isLate)];
  }

  #readBindRow(reader: MessageReader, binds: BindType[], order: number[], cursor: Cursor): BindRow {
    readRowMark(reader);
    const source: BindSource = { databaseOffsetMinutes: this.#talk.parts.databaseOffsetMinutes, lobAt: (locator) => this.lobs.get(locator) };
    const row: BindRow = new Array(binds.length);
    for (const i of order) row[i] = { name: cursor.places[i]?.name ?? String(i + 1), ...readBindValue(reader, binds[i]!, source) };
    return row;
  }

  async #parse(cursor: Cursor): Promise<void> {
    const { parts } = this.#talk;
    parts.seen.statement({ kind: 'parse', sql: cursor.sql, bindRows: 0, sessionId: this.#sessionId });
    await this.#talk.meet('describe', { sql: cursor.sql });
    const parsed = await this.#session.parse(cursor.sql);
    await this.#talk.meet('describe', { sql: cursor.sql, afterwards: true });
    this.#talk.answer((writer) => {
      if (parsed.kind === 'query') this.#describe(writer, cursor, parsed.columns);
      this.#talk.endOfCall(writer, { cursorId: cursor.id });
    });
  }

  async #query(cursor: Cursor, request: ExecuteRequest, binds: BindRow): Promise<void> {
    await cursor.closeRows();
    const fault = await this.#talk.meet('execute', { sql: cursor.sql });
    cursor.rows = await this.#session.query(cursor.sql, binds);
    cursor.rowCount = 0;
    if (!request.parses) refuseOtherColumns(cursor.columns, cursor.rows.columns);
    this.currentCursorId = cursor.id;
    if (/\bfor\s+update\b/i.test(cursor.sql)) this.#talk.isInTransaction = true;
    await this.#talk.meet('execute', { sql: cursor.sql, afterwards: true });
    if (request.commits) await this.#commit(cursor);
    await this.#answerQuery(cursor, request, fault);
  }

  async #answerQuery(cursor: Cursor, request: ExecuteRequest, fault: FaultAction | null): Promise<void> {
    if (request.parses) this.#describe(this.#talk.writer, cursor, cursor.rows!.columns);
    const mustDefineFirst = cursor.defines === null && cursor.columns.some(({ type }) => LOB_TYPES.includes(type));
    const sendsRows = request.fetches && request.prefetchRows > 0 && !mustDefineFirst;
    await this.#finish(cursor, sendsRows ? await this.#rows.send(cursor, request.prefetchRows, fault) : true);
  }

  /** Some clients ask for it while they log on: no backend, no fault and no test need know. */
  async #answerTimeZone(cursor: Cursor, request: ExecuteRequest): Promise<void> {
    const { databaseOffsetMinutes } = this.#talk.parts;
    const minutes = Math.abs(databaseOffsetMinutes);
    const rows = [[`${databaseOffsetMinutes < 0 ? '-' : '+'}${twoDigits(Math.trunc(minutes / 60))}:${twoDigits(minutes % 60)}`]];
    cursor.rowCount = 0;
    cursor.rows = {
      columns: [{ name: 'DBTIMEZONE', type: 'VARCHAR2', size: 6 }],
      next: (count) => Promise.resolve(rows.splice(0, count)), close: () => Promise.resolve(),
    };
    await this.#answerQuery(cursor, request, null);
  }

  async #define(cursor: Cursor, request: ExecuteRequest): Promise<void> {
    this.currentCursorId = cursor.id;
    cursor.defines = request.defines;
    this.#rows.prepare(cursor);
    if (!request.fetches) return this.#finish(cursor, true);
    const fault = await this.#talk.meet('fetch', { sql: cursor.sql });
    const hasMore = await this.#rows.send(cursor, request.prefetchRows, fault);
    await this.#talk.meet('fetch', { sql: cursor.sql, afterwards: true });
    await this.#finish(cursor, hasMore);
  }

  async #change(cursor: Cursor, request: ExecuteRequest, bindRows: BindRow[]): Promise<void> {
    const { sql } = cursor;
    if (cursor.places.some(({ isReturned }) => isReturned)) throw new OracleError(3001, 'unimplemented feature: RETURNING');
    await this.#talk.meet('execute', { sql });
    const end = transactionEnd(sql);
    const changed = end ? await this.#endTransaction(end) : await this.#changeRows(cursor, request, bindRows);
    if (request.commits && changed.errors.length === 0) await this.#commit(cursor);
    await this.#talk.meet('execute', { sql, afterwards: true });
    this.#talk.answer((writer) => {
      if (request.wantsRowCounts) writeParameter(writer, changed.counts);
      const rowCount = changed.counts.reduce((sum, count) => sum + count, 0);
      this.#talk.endOfCall(writer, { cursorId: cursor.id, rowCount, batchErrors: changed.errors, error: firstOf(changed) });
    });
  }

  async #changeRows({ sql, kind }: Cursor, request: ExecuteRequest, bindRows: BindRow[]): Promise<Changed> {
    try {
      const changed = await this.#session.change(sql, bindRows.length > 0 ? bindRows : [[]], { batchErrors: request.batchErrors });
      if (kind === 'ddl') this.#talk.isInTransaction = false;
      else if (kind !== 'other' || /^\s*lock\b/i.test(sql)) this.#talk.isInTransaction = true;
      return changed;
    } catch (error) {
      if (error instanceof OracleError && error.rowsBefore > 0) this.#talk.isInTransaction = true;
      throw error;
    }
  }

  async #endTransaction(end: 'commit' | 'rollback'): Promise<Changed> {
    if (end === 'commit') await this.commit();
    else await this.rollback();
    return { counts: [0], errors: [] };
  }

  async commit(): Promise<void> {
    await this.#session.commit();
    this.#talk.isInTransaction = false;
    this.#talk.parts.seen.count('commits');
  }

  async rollback(): Promise<void> {
    await this.#session.rollback();
    this.#talk.isInTransaction = false;
    this.#talk.parts.seen.count('rollbacks');
  }

  /** Of `autoCommit`. */
  async #commit({ sql }: Cursor): Promise<void> {
    if (!this.#talk.isInTransaction) return;
    await this.#talk.meet('commit', { sql });
    await this.commit();
    await this.#talk.meet('commit', { sql, afterwards: true });
  }

  #describe(writer: MessageWriter, cursor: Cursor, columns: Cursor['columns']): void {
    cursor.columns = columns;
    cursor.defines = null;
    this.#rows.prepare(cursor);
    writeDescription(writer, columns, this.#rows.layout);
  }

  /** Ends the answer of a query. */
  async #finish(cursor: Cursor, hasMore: boolean): Promise<void> {
    const error = hasMore ? undefined : new OracleError(1403, 'no data found');
    if (!hasMore) await cursor.closeRows();
    this.#talk.answer((writer) => this.#talk.endOfCall(writer, { cursorId: cursor.id, rowCount: cursor.rowCount, error }));
  }
}

/** The table is not what it was when the client saw its columns: the client has the statement parsed again. @throws OracleError */
function refuseOtherColumns(known: OracleColumn[], now: OracleColumn[]): void {
  if (now.length < known.length) throw new OracleError(1007, 'variable not in select list');
  if (known.some(({ type, size }, i) => type !== now[i]!.type || (size === 0) !== (now[i]!.size === 0))) throw new OracleError(932, 'inconsistent datatypes');
}

function isTimeZoneQuestion(sql: string): boolean {
  return /^\s*select\s+dbtimezone\s+from\s+dual\s*$/i.test(sql);
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** With batch errors the call as a whole reports ORA-24381. */
function firstOf(changed: Changed): OracleError | undefined {
  return changed.errors.length > 0 ? new OracleError(24381, 'error(s) in array DML') : undefined;
}

/** What an execution returns beside rows: here only the rows touched by each row of binds. */
function writeParameter(writer: MessageWriter, counts: number[]): void {
  writer.u8(MESSAGE.parameter);
  writer.ubs(0, 0, 0, 0, counts.length, ...counts);
}
