import { OracleError } from './backend.ts';

const LOCATOR_BYTES = 40;
const FLAGS_AT = 6;
const IS_WIDE = 0x80;

export interface Lob {
  isText: boolean;
  value: string | Buffer;
}

/**
 * The large objects that a session's client knows by locator: those of rows that it fetched, and temporary ones that it
 * fills. They live until the session ends, or the client frees them.
 */
export class Lobs {
  readonly #lobs = new Map<number, Lob>();
  #lastId = 0;

  /** @returns the locator. Text travels as AL16UTF16, which the locator says. */
  add(value: string | Buffer): Buffer {
    this.#lastId += 1;
    const isText = typeof value === 'string';
    this.#lobs.set(this.#lastId, { isText, value });
    const locator = Buffer.alloc(LOCATOR_BYTES);
    locator.writeUInt16BE(LOCATOR_BYTES - 2, 0);
    if (isText) locator[FLAGS_AT] = IS_WIDE;
    locator.writeUInt32BE(this.#lastId, LOCATOR_BYTES - 4);
    return locator;
  }

  /** @throws OracleError when the locator is of no LOB of this session */
  get(locator: Buffer): Lob {
    const lob = locator.length === LOCATOR_BYTES ? this.#lobs.get(locator.readUInt32BE(LOCATOR_BYTES - 4)) : undefined;
    if (!lob) throw new OracleError(22275, 'invalid LOB locator specified');
    return lob;
  }

  free(locators: Buffer): void {
    for (let at = 0; at + LOCATOR_BYTES <= locators.length; at += LOCATOR_BYTES) this.#lobs.delete(locators.readUInt32BE(at + LOCATOR_BYTES - 4));
  }
}
