import type { OracleError } from '../backend.ts';
import { FIELD_VERSION } from '../dialects.ts';
import { callStatus, MESSAGE } from './calls.ts';
import type { MessageWriter } from './message-writer.ts';

const MOST_BATCH_ERRORS = 65_535;
const MOST_SHORT_ERRORS = 250;
const LONG_LENGTH = 254;

export interface EndOfCall {
  fieldVersion: number;
  isInTransaction: boolean;
  cursorId: number;
  /** Rows that the call touched, or that the cursor has given so far. */
  rowCount: number;
  error?: OracleError;
  batchErrors?: { row: number; error: OracleError }[];
}

/** The message that ends every call with an answer of its own: number 0 when nothing went wrong. */
export function writeEndOfCall(writer: MessageWriter, end: EndOfCall): void {
  const { error } = end;
  writer.u8(MESSAGE.error);
  writer.ubs(callStatus(end.isInTransaction), 0, 0, Math.min(error?.number ?? 0, 0xffff), 0, 0, end.cursorId, Math.min(error?.offset ?? 0, 0xffff));
  // Kind of SQL, fatal, flags, cursor options, UPI parameter, warnings, the row id (5), OS error, statement, call, padding.
  writer.zeros(6 + 5 + 1 + 2 + 1);
  writer.ubs(end.rowCount > 0xffff_ffff ? 0xffff_ffff : end.rowCount, 0);
  writeBatchErrors(writer, end.batchErrors ?? []);
  writer.ubs(error?.number ?? 0, end.rowCount);
  if (end.fieldVersion >= FIELD_VERSION.v20) writer.ubs(0, 0);
  if (error) writer.text(`${error.message}\n`);
}

/** Codes, rows and messages of an array execute, each as an array of its own. */
function writeBatchErrors(writer: MessageWriter, errors: { row: number; error: OracleError }[]): void {
  const told = Math.min(errors.length, MOST_BATCH_ERRORS);
  const isLong = errors.length > MOST_SHORT_ERRORS;
  writeArray(writer, errors.slice(0, told).map(({ error }) => Math.min(error.number, 0xffff)), told, isLong);
  writeArray(writer, errors.map(({ row }) => row), errors.length, isLong);
  writer.ub(told);
  if (told === 0) return;
  writer.u8(0);
  for (const { error } of errors.slice(0, told)) {
    writer.ub(0);
    writer.text(`${error.message}\n`);
    writer.u16be(0);
  }
}

function writeArray(writer: MessageWriter, values: number[], length: number, isLong: boolean): void {
  writer.ub(length);
  if (length === 0) return;
  writer.u8(isLong ? LONG_LENGTH : length);
  for (const value of values) {
    if (isLong) writer.ub(2);
    writer.ub(value);
  }
  if (isLong) writer.u8(0);
}
