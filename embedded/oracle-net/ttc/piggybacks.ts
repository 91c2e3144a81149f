import type { BackendSession } from '../backend.ts';
import { ProtocolError } from '../tns/packets.ts';
import { FUNCTION } from './calls.ts';
import type { MessageReader } from './message-reader.ts';

type Identity = Parameters<BackendSession['identify']>[0];

/** What a client sends along with a call, without an answer of its own. */
export interface Piggyback {
  /** Cursors. */
  closes?: number[];
  cancels?: number[];
  /** Locators of temporary LOBs, one after the other. */
  frees?: Buffer;
  identity?: Identity;
}

/** @throws ProtocolError */
export function readPiggyback(reader: MessageReader, called: number, hasLengths: boolean): Piggyback {
  switch (called) {
    case FUNCTION.closeCursors: return { closes: readCursors(reader) };
    case FUNCTION.cancelCursors: return { cancels: readCursors(reader) };
    case FUNCTION.setSchema: return { identity: { currentSchema: readSchema(reader, hasLengths) } };
    case FUNCTION.endToEnd: return { identity: readEndToEnd(reader, hasLengths) };
    case FUNCTION.appContext: return readAppContext(reader);
    case FUNCTION.lob: return { frees: readFreedLobs(reader) };
    default: throw new ProtocolError(`Function ${called} does not ride on others here.`);
  }
}

function readCursors(reader: MessageReader): number[] {
  reader.u8();
  return Array.from({ length: reader.ub() }, () => reader.ub());
}

function readSchema(reader: MessageReader, hasLengths: boolean): string {
  reader.u8();
  return reader.textOf(reader.ub(), hasLengths);
}

/** A flag and a length for each attribute, then the values of those that have one. */
function readEndToEnd(reader: MessageReader, hasLengths: boolean): Identity {
  reader.bytes(2);
  reader.ub();
  const lengths: Partial<Record<keyof Identity | 'ecid', number>> = {};
  const readLength = (key: keyof Identity | 'ecid') => {
    const isSet = reader.u8() === 1;
    const length = reader.ub();
    if (isSet) lengths[key] = length;
  };
  (['clientIdentifier', 'module', 'action', 'ecid'] as const).forEach(readLength);
  skipEmpty(reader, 1);
  readLength('clientInfo');
  skipEmpty(reader, 2);
  readLength('dbOp');
  const identity: Identity = {};
  for (const key of ['clientIdentifier', 'module', 'action', 'ecid', 'clientInfo', 'dbOp'] as const) {
    const length = lengths[key];
    if (length === undefined) continue;
    const value = reader.textOf(length, hasLengths);
    if (key !== 'ecid') identity[key] = value;
  }
  return identity;
}

function skipEmpty(reader: MessageReader, count: number): void {
  for (let i = 0; i < count; i += 1) {
    reader.u8();
    reader.ub();
  }
}

/** Attributes of a context of the application's own: nothing here looks at them. */
function readAppContext(reader: MessageReader): Piggyback {
  if (reader.u8() === 1) reader.ub();
  reader.u8();
  const count = reader.ub();
  reader.ub();
  reader.u8();
  reader.text();
  for (let i = 0; i < count; i += 1) {
    reader.ub();
    reader.text();
    if (reader.ub() > 0) reader.text();
    reader.ub();
  }
  return {};
}

function readFreedLobs(reader: MessageReader): Buffer {
  reader.u8();
  const bytes = reader.ub();
  reader.u8();
  for (let i = 0; i < 3; i += 1) reader.ub();
  reader.bytes(3);
  reader.ub();
  reader.u8();
  for (let i = 0; i < 3; i += 1) reader.ub();
  reader.u8();
  for (let i = 0; i < 3; i += 1) {
    reader.u8();
    reader.ub();
  }
  return Buffer.from(reader.bytes(bytes));
}
