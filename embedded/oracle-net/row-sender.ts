import { OracleError, type OracleColumn, type OracleValue } from './backend.ts';
import type { Conversation } from './conversation.ts';
import type { Cursor } from './cursors.ts';
import type { FaultAction } from './faults.ts';
import { LOB_CHUNK_BYTES, type Lobs } from './lobs.ts';
import { Interrupted, LineClosed } from './tns/line.ts';
import type { BindType } from './ttc/binds.ts';
import { MESSAGE } from './ttc/calls.ts';
import { bufferBytes, type DescribeLayout } from './ttc/describe.ts';
import type { MessageWriter } from './ttc/message-writer.ts';
import { LOB_TYPES, TYPE, WIRE_TYPES } from './ttc/types.ts';
import { nationalBytes, valueWriter, writeText, type ValueWriter } from './ttc/values.ts';

/** Rows asked of the backend at once; between two such steps a break is obeyed and a slow client waited for. */
const STEP = 1_000;
const NULL_RETURN_CODE = 1405;

/** Sends the rows of queries. */
export class RowSender {
  readonly layout: DescribeLayout;
  readonly #talk: Conversation;
  readonly #lobs: Lobs;

  constructor(talk: Conversation, lobs: Lobs) {
    this.#talk = talk;
    this.#lobs = lobs;
    const { fieldVersion, longestString, hasWideScales } = talk;
    this.layout = { fieldVersion, longestString, hasWideScales, nationalCharacterSet: talk.parts.nationalCharacterSet };
  }

  /** Chooses how each column of the cursor is written. */
  prepare(cursor: Cursor): void {
    cursor.writers = cursor.columns.map((column, i) => this.#writerOf(column, cursor.defines?.[i]));
    cursor.canRepeat = cursor.columns.map((column) => column.type !== 'LONG' && !LOB_TYPES.includes(column.type) && bufferBytes(column, this.layout) > 0);
  }

  /**
   * Writes the next rows of the cursor, at most `count`.
   * @returns whether there may be more. @throws OracleError of the backend, LineClosed, Interrupted
   */
  async send(cursor: Cursor, count: number, fault: FaultAction | null): Promise<boolean> {
    const { writer, line, parts } = this.#talk;
    writeRowHeader(writer, cursor.columns.length);
    if (!cursor.rows) throw new OracleError(1002, 'fetch out of sequence');
    for (let left = count; left > 0;) {
      const rows = await cursor.rows.next(Math.min(left, STEP));
      if (line.isInterrupted) throw new Interrupted('The client broke its call.');
      if (fault && typeof fault === 'object') await this.#sendWithFault(cursor, rows, fault);
      else for (const row of rows) this.#writeRow(cursor, row);
      cursor.rowCount += rows.length;
      parts.seen.count('rows', rows.length);
      if (rows.length < Math.min(left, STEP)) return false;
      left -= rows.length;
      await line.drained();
    }
    return true;
  }

  /** A column with the same value as in the row before is not sent again; a bit for each column says so. */
  #writeRow(cursor: Cursor, row: OracleValue[]): void {
    const { writer } = this.#talk;
    const { writers, lastRow } = cursor;
    cursor.lastRow = row;
    const repeated = lastRow === null ? 0 : countRepeated(cursor, row, lastRow);
    if (repeated > 0) writeBitVector(writer, cursor, row, lastRow!, repeated);
    writer.u8(MESSAGE.rowData);
    try {
      for (let i = 0; i < writers.length; i += 1) if (repeated === 0 || !isRepeated(cursor, row, lastRow!, i)) writers[i]!(writer, row[i]!);
    } catch (error) {
      throw notOfTheType(error as Error);
    }
  }

  async #sendWithFault(cursor: Cursor, rows: OracleValue[][], fault: Exclude<FaultAction, string>): Promise<void> {
    const { writer, line } = this.#talk;
    for (const [i, row] of rows.entries()) {
      if ('cutAfterRows' in fault && cursor.rowCount + i >= fault.cutAfterRows) {
        writer.flush();
        await line.drained();
        line.destroy();
        throw new LineClosed('The connection was cut off.');
      }
      if ('rowDelayMs' in fault) await line.pause(fault.rowDelayMs);
      this.#writeRow(cursor, row);
    }
  }

  #writerOf(column: OracleColumn, define: BindType | undefined): ValueWriter {
    const type = WIRE_TYPES[column.type];
    const isLob = type.number === TYPE.clob || type.number === TYPE.blob;
    const isWhole = define?.number === TYPE.long || define?.number === TYPE.longRaw;
    if (isLob) return isWhole ? longWriter(define.form) : this.#locatorWriter(define?.wantsLobSize ?? false);
    if (column.type === 'LONG') return longWriter(1);
    // Every value of a column without a size is null, and nothing is sent for it.
    if (bufferBytes(column, this.layout) === 0) return () => undefined;
    return valueWriter(column, this.#talk.parts.databaseOffsetMinutes);
  }

  #locatorWriter(hasSize: boolean): ValueWriter {
    return (writer, value) => {
      if (value === null) return writer.ub(0);
      const locator = this.#lobs.add(value as string | Buffer);
      writer.ub(locator.length);
      if (hasSize) writer.ubs((value as string | Buffer).length, LOB_CHUNK_BYTES);
      writer.bytesWithLength(locator);
    };
  }
}

/** LONG, and LOBs fetched as if they were LONG: after each value come its null indicator and return code. */
function longWriter(form: number): ValueWriter {
  return (writer, value) => {
    if (value === null) writer.u8(0);
    else if (Buffer.isBuffer(value)) writer.bytesWithLength(value);
    else if (form === 2) writer.bytesWithLength(nationalBytes(value as string));
    else writeText(writer, value as string);
    if (value === null) writer.ubs(-1, NULL_RETURN_CODE);
    else writer.ubs(0, 0);
  };
}

function isRepeated(cursor: Cursor, row: OracleValue[], lastRow: OracleValue[], i: number): boolean {
  return row[i] === lastRow[i] && cursor.canRepeat[i]!;
}

function countRepeated(cursor: Cursor, row: OracleValue[], lastRow: OracleValue[]): number {
  let count = 0;
  for (let i = 0; i < row.length; i += 1) if (isRepeated(cursor, row, lastRow, i)) count += 1;
  return count;
}

function writeBitVector(writer: MessageWriter, cursor: Cursor, row: OracleValue[], lastRow: OracleValue[], repeated: number): void {
  const bits = Buffer.alloc(Math.ceil(row.length / 8));
  for (let i = 0; i < row.length; i += 1) if (!isRepeated(cursor, row, lastRow, i)) bits[i >> 3] = bits[i >> 3]! | (1 << (i & 7));
  writer.u8(MESSAGE.bitVector);
  writer.ub(row.length - repeated);
  writer.raw(bits);
}

/** A value that its column cannot hold: the backend made a mistake, or the number is too large for Oracle. */
function notOfTheType(error: Error): Error {
  if (error instanceof RangeError) return new OracleError(1426, `numeric overflow: ${error.message}`);
  return error instanceof TypeError ? new OracleError(6502, `numeric or value error: ${error.message}`) : error;
}

function writeRowHeader(writer: MessageWriter, columns: number): void {
  writer.u8(MESSAGE.rowHeader);
  writer.u8(0);
  writer.ubs(columns, 0, 0, 0, 0, 0);
}
