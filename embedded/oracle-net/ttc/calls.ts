import { FIELD_VERSION } from '../dialects.ts';
import { ProtocolError } from '../tns/packets.ts';
import type { MessageReader } from './message-reader.ts';
import type { MessageWriter } from './message-writer.ts';

/** Kinds of TTC messages. */
export const MESSAGE = {
  function: 3, error: 4, rowHeader: 6, rowData: 7, parameter: 8, status: 9, lobData: 14, warning: 15, describe: 16, piggyback: 17, bitVector: 21,
} as const;

/** Functions that a client calls. */
export const FUNCTION = {
  reexecute: 4, fetch: 5, logoff: 9, commit: 14, rollback: 15, reexecuteAndFetch: 78, execute: 94, lob: 96, closeCursors: 105, authTwo: 115, authOne: 118,
  cancelCursors: 120, endToEnd: 135, ping: 147, setSchema: 152, appContext: 154,
} as const;

export interface CallHeader {
  isPiggyback: boolean;
  function: number;
}

/** The head of a call, or of what rides on it. @throws ProtocolError */
export function readCallHeader(reader: MessageReader, fieldVersion: number): CallHeader {
  const kind = reader.u8();
  if (kind !== MESSAGE.function && kind !== MESSAGE.piggyback) throw new ProtocolError(`A client does not send messages of kind ${kind}.`);
  const call = { isPiggyback: kind === MESSAGE.piggyback, function: reader.u8() };
  reader.u8();
  if (fieldVersion >= FIELD_VERSION.v23ext1) reader.ub();
  return call;
}

export function writeStatus(writer: MessageWriter, isInTransaction: boolean): void {
  writer.u8(MESSAGE.status);
  writer.ub(callStatus(isInTransaction));
  writer.ub(0);
}

/** The client rolls back before it lets go of a connection that says so. */
export function callStatus(isInTransaction: boolean): number {
  return isInTransaction ? 0x02 : 0;
}
