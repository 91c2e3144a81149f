import type { MessageReader } from './message-reader.ts';
import type { MessageWriter } from './message-writer.ts';
import { MESSAGE } from './calls.ts';

export const LOB_OPERATION = {
  length: 0x01, read: 0x02, trim: 0x20, write: 0x40, createTemporary: 0x110, chunkSize: 0x4000, open: 0x8000, close: 0x10000, isOpen: 0x11000,
} as const;

const UTF16 = 2000;

export interface LobRequest {
  operation: number;
  locator: Buffer;
  /** From 1: characters of text, bytes of BLOBs. */
  offset: number;
  /** Of a new temporary LOB: the number of its type. */
  type: number;
  /** Characters or bytes wanted, or the new length; null when the call has none. */
  amount: number | null;
  data: Buffer | null;
}

export function readLobRequest(reader: MessageReader): LobRequest {
  reader.u8();
  const locatorBytes = reader.ub();
  reader.u8();
  for (let i = 0; i < 3; i += 1) reader.ub();
  const createsTemporary = reader.u8() === 1;
  reader.bytes(2);
  const operation = reader.ub();
  reader.bytes(2);
  const offset = reader.ub();
  const type = reader.ub();
  const hasAmount = reader.u8() === 1;
  reader.bytes(6);
  const locator = Buffer.from(reader.bytes(locatorBytes));
  if (createsTemporary) reader.ub();
  let data: Buffer | null = null;
  if (operation === LOB_OPERATION.write) {
    reader.u8();
    data = Buffer.from(reader.bytesWithLength() ?? Buffer.alloc(0));
  }
  return { operation, locator, offset, type, amount: hasAmount ? reader.ub() : null, data };
}

export interface LobAnswer {
  locator: Buffer;
  data?: Buffer;
  amount?: number;
  isOpen?: boolean;
}

export function writeLobAnswer(writer: MessageWriter, request: LobRequest, answer: LobAnswer): void {
  if (answer.data) {
    writer.u8(MESSAGE.lobData);
    writer.bytesWithLength(answer.data);
  }
  writer.u8(MESSAGE.parameter);
  writer.raw(answer.locator);
  if (request.operation === LOB_OPERATION.createTemporary) {
    writer.ub(UTF16);
    if (request.amount !== null) writer.ub(request.amount);
    writer.u8(0);
  } else if (request.amount !== null) writer.ub(answer.amount ?? 0);
  if (request.operation === LOB_OPERATION.isOpen) writer.u8(answer.isOpen ? 1 : 0);
}
