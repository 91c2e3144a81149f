import { OracleError } from './backend.ts';
import { nationalText } from './ttc/binds.ts';
import { LOB_OPERATION, type LobAnswer, type LobRequest } from './ttc/lob-messages.ts';
import { TYPE } from './ttc/types.ts';
import { nationalBytes } from './ttc/values.ts';

const LOCATOR_BYTES = 40;
const ID_AT = 36;
const FLAGS_AT = 6;
const IS_WIDE = 0x80;
export const LOB_CHUNK_BYTES = 8_132;
const MOST = 10_000;

/**
 * The large objects that a session's client knows by locator: those of rows that it fetched, and temporary ones that it
 * fills. They live until the session ends, the client frees them, or ten thousand newer ones have come.
 */
export class Lobs {
  readonly #values = new Map<number, string | Buffer>();
  #lastId = 0;

  /** @returns the locator. Text travels as AL16UTF16, which the locator says. */
  add(value: string | Buffer): Buffer {
    this.#lastId += 1;
    this.#values.set(this.#lastId, value);
    if (this.#values.size > MOST) this.#values.delete(this.#values.keys().next().value!);
    const locator = Buffer.alloc(LOCATOR_BYTES);
    locator.writeUInt16BE(LOCATOR_BYTES - 2, 0);
    if (typeof value === 'string') locator[FLAGS_AT] = IS_WIDE;
    locator.writeUInt32BE(this.#lastId, ID_AT);
    return locator;
  }

  /** @throws OracleError when the locator is of no LOB of this session */
  get(locator: Buffer): string | Buffer {
    const value = locator.length === LOCATOR_BYTES ? this.#values.get(locator.readUInt32BE(ID_AT)) : undefined;
    if (value === undefined) throw new OracleError(22275, 'invalid LOB locator specified');
    return value;
  }

  /** @param locators one after the other */
  free(locators: Buffer): void {
    for (let at = 0; at + LOCATOR_BYTES <= locators.length; at += LOCATOR_BYTES) this.#values.delete(locators.readUInt32BE(at + ID_AT));
  }

  /** @throws OracleError */
  operate(request: LobRequest): LobAnswer {
    const { operation, locator, offset, amount } = request;
    if (operation === LOB_OPERATION.createTemporary) return { locator: this.add(request.type === TYPE.blob ? Buffer.alloc(0) : '') };
    const value = this.get(locator);
    switch (operation) {
      case LOB_OPERATION.length: return { locator, amount: value.length };
      case LOB_OPERATION.chunkSize: return { locator, amount: LOB_CHUNK_BYTES };
      case LOB_OPERATION.read: return this.#read(locator, value, offset - 1, amount ?? value.length);
      case LOB_OPERATION.trim: return this.#set(locator, value.slice(0, amount ?? 0));
      case LOB_OPERATION.write: return this.#set(locator, overwritten(value, offset - 1, request.data!));
      default: return { locator, isOpen: false };
    }
  }

  #read(locator: Buffer, value: string | Buffer, start: number, count: number): LobAnswer {
    const piece = typeof value === 'string' ? value.slice(start, start + count) : value.subarray(start, start + count);
    return { locator, data: typeof piece === 'string' ? nationalBytes(piece) : piece, amount: piece.length };
  }

  #set(locator: Buffer, value: string | Buffer): LobAnswer {
    this.#values.set(locator.readUInt32BE(ID_AT), value);
    return { locator, amount: value.length };
  }
}

/** What lies between the old end and the new piece is filled up: with blanks in text, with zeros in bytes. */
function overwritten(value: string | Buffer, start: number, data: Buffer): string | Buffer {
  if (typeof value === 'string') {
    const text = nationalText(data);
    return value.slice(0, start).padEnd(start, ' ') + text + value.slice(start + text.length);
  }
  const whole = Buffer.alloc(Math.max(value.length, start + data.length));
  value.copy(whole);
  data.copy(whole, start);
  return whole;
}
