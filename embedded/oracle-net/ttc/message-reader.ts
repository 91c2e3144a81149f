import { ProtocolError } from '../tns/packets.ts';

const LONG_LENGTH = 254;
const NULL_LENGTH = 255;
// One object for all: it is thrown once for each packet of a long message, and nobody looks at its stack.
const NOT_ENOUGH = new RangeError('The rest of the message is in the next packet.');

/**
 * Reads the values of a message, which may be spread over packets. Nothing says where a message ends but its own layout, so
 * it is read in parts: a part that reaches beyond what has come is read again from its start when the next packet is there.
 */
export class MessageReader {
  readonly #nextPayload: () => Promise<Buffer>;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;

  constructor(nextPayload: () => Promise<Buffer>) {
    this.#nextPayload = nextPayload;
  }

  /** Reads one part. @throws what `nextPayload` throws, and ProtocolError */
  async part<T>(read: (reader: this) => T): Promise<T> {
    for (;;) {
      const start = this.#at;
      try {
        return read(this);
      } catch (error) {
        if (error !== NOT_ENOUGH) throw error;
        await this.#wait(start);
      }
    }
  }

  /** Reads `count` parts alike, such as rows. */
  async parts<T>(count: number, read: (reader: this) => T): Promise<T[]> {
    const all: T[] = [];
    while (all.length < count) {
      const start = this.#at;
      try {
        all.push(read(this));
      } catch (error) {
        if (error !== NOT_ENOUGH) throw error;
        await this.#wait(start);
      }
    }
    return all;
  }

  /** Throws away what is left, after a break. */
  clear(): void {
    this.#bytes = Buffer.alloc(0);
    this.#at = 0;
  }

  u8(): number {
    if (this.#at >= this.#bytes.length) throw NOT_ENOUGH;
    return this.#bytes[this.#at++]!;
  }

  u16be(): number {
    return this.#bytes.readUInt16BE(this.#take(2));
  }

  u16le(): number {
    return this.#bytes.readUInt16LE(this.#take(2));
  }

  /** An unsigned integer of variable length: its number of bytes first. */
  ub(): number {
    const size = this.u8();
    if (size === 0) return 0;
    if (size > 8) throw new ProtocolError(`An integer cannot have ${size} bytes.`);
    const start = this.#take(size);
    if (size <= 6) return this.#bytes.readUIntBE(start, size);
    return Number(this.#bytes.subarray(start, start + size).reduce((value, byte) => value * 256n + BigInt(byte), 0n));
  }

  /** The bytes themselves: valid until the next packet, so keep a copy. */
  bytes(count: number): Buffer {
    const start = this.#take(count);
    return this.#bytes.subarray(start, start + count);
  }

  /** Bytes with their length before them, in chunks when they are many; null when there are none. */
  bytesWithLength(): Buffer | null {
    const length = this.u8();
    if (length === 0 || length === NULL_LENGTH) return null;
    if (length !== LONG_LENGTH) return this.bytes(length);
    const chunks: Buffer[] = [];
    for (let size = this.ub(); size > 0; size = this.ub()) chunks.push(this.bytes(size));
    return Buffer.concat(chunks);
  }

  text(): string {
    return this.bytesWithLength()?.toString('utf8') ?? '';
  }

  /** Text whose length was told before. Newer clients write it once more, older ones do not. */
  textOf(bytes: number, hasLength: boolean): string {
    if (bytes === 0) return '';
    return hasLength ? this.text() : this.bytes(bytes).toString('utf8');
  }

  #take(count: number): number {
    const start = this.#at;
    if (start + count > this.#bytes.length) throw NOT_ENOUGH;
    this.#at = start + count;
    return start;
  }

  async #wait(start: number): Promise<void> {
    const rest = this.#bytes.subarray(start);
    this.#at = start;
    const payload = await this.#nextPayload();
    this.#bytes = rest.length === 0 ? payload : Buffer.concat([rest, payload]);
    this.#at = 0;
  }
}
