import type { Line } from '../tns/line.ts';
import { DATA_FLAG, DATA_HEADER_BYTES, HEADER_BYTES, PACKET, writePacketHeader } from '../tns/packets.ts';

const CHUNK_BYTES = 65_536;
const LONGEST_SHORT = 252;
const LONG_LENGTH = 254;
const LONG_PIECE = 32_767;
/** Up to here it is faster to write the characters one by one than to call into the runtime. */
const SHORT_TEXT = 24;

/**
 * Writes the values of a message straight into packets. A packet is ended early rather than split through a small value;
 * long values are cut. Whole packets leave in pieces of 64 KiB, the rest at the end of the message.
 */
export class MessageWriter {
  readonly #line: Line;
  readonly #sdu: number;
  #chunk: Buffer = Buffer.alloc(0);
  /** Where the chunk's unsent packets begin, where the packet being written begins, where the next byte goes. */
  #unsent = 0;
  #packet = 0;
  #at = 0;
  #limit = 0;

  /** @param sdu the most bytes of a packet */
  constructor(line: Line, sdu: number) {
    this.#line = line;
    this.#sdu = sdu;
  }

  /** Room for `count` bytes in one piece, `count` being far less than a packet. @returns the place in `buffer` */
  reserve(count: number): number {
    if (this.#at + count > this.#limit) this.#nextPacket();
    const at = this.#at;
    this.#at += count;
    return at;
  }

  /** The buffer that `reserve` speaks of; another one after each `reserve`. */
  get buffer(): Buffer {
    return this.#chunk;
  }

  /** Gives back what `reserve` gave too much. */
  giveBack(count: number): void {
    this.#at -= count;
  }

  u8(value: number): void {
    const at = this.reserve(1);
    this.#chunk[at] = value;
  }

  u16be(value: number): void {
    const at = this.reserve(2);
    this.#chunk.writeUInt16BE(value, at);
  }

  u16le(value: number): void {
    const at = this.reserve(2);
    this.#chunk.writeUInt16LE(value, at);
  }

  /** An integer of variable length: its number of bytes first, with the highest bit when it is negative. */
  ub(value: number): void {
    const size = Math.abs(value);
    const sign = value < 0 ? 0x80 : 0;
    if (size === 0) return this.u8(0);
    const bytes = size <= 0xff ? 1 : size <= 0xffff ? 2 : size <= 0xffff_ffff ? 4 : 8;
    const at = this.reserve(bytes + 1);
    this.#chunk[at] = bytes | sign;
    if (bytes === 8) this.#chunk.writeBigUInt64BE(BigInt(size), at + 1);
    else this.#chunk.writeUIntBE(size, at + 1, bytes);
  }

  /** Several of them. */
  ubs(...values: number[]): void {
    for (const value of values) this.ub(value);
  }

  zeros(count: number): void {
    const at = this.reserve(count);
    this.#chunk.fill(0, at, at + count);
  }

  /** Bytes as they are, cut where a packet ends. */
  raw(bytes: Buffer): void {
    for (let done = 0; done < bytes.length;) {
      if (this.#at >= this.#limit) this.#nextPacket();
      const count = Math.min(bytes.length - done, this.#limit - this.#at);
      bytes.copy(this.#chunk, this.#at, done, done + count);
      this.#at += count;
      done += count;
    }
  }

  /** Bytes with their length before them; null and nothing are the same. */
  bytesWithLength(bytes: Buffer | null): void {
    if (bytes === null || bytes.length === 0) return this.u8(0);
    if (bytes.length <= LONGEST_SHORT) {
      this.u8(bytes.length);
      return this.raw(bytes);
    }
    this.u8(LONG_LENGTH);
    for (let at = 0; at < bytes.length; at += LONG_PIECE) {
      const piece = bytes.subarray(at, at + LONG_PIECE);
      this.ub(piece.length);
      this.raw(piece);
    }
    this.ub(0);
  }

  /** UTF-8 with its length before it. */
  text(text: string): void {
    const { length } = text;
    if (length <= SHORT_TEXT) {
      const at = this.reserve(1 + length);
      for (let i = 0; i < length; i += 1) {
        const code = text.charCodeAt(i);
        if (code > 0x7f) return this.#wideText(text, length);
        this.#chunk[at + 1 + i] = code;
      }
      this.#chunk[at] = length;
      return;
    }
    this.#longerText(text);
  }

  /** A length as an integer, then the text with its own length: the way of names and keys. */
  sizedText(text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    this.ub(bytes.length);
    if (bytes.length > 0) this.bytesWithLength(bytes);
  }

  /** The message is whole: its last packet says so, if both sides have agreed on that, and all of it leaves. */
  end(saysEndOfResponse: boolean): void {
    if (saysEndOfResponse) this.u8(29);
    if (this.#at > this.#packet) this.#closePacket(saysEndOfResponse ? DATA_FLAG.endOfResponse : 0);
    this.#send();
  }

  /** Throws away what has not left yet. */
  abandon(): void {
    this.#at = this.#packet = this.#limit = this.#unsent;
  }

  /** Lets what has been written leave; the message goes on. */
  flush(): void {
    if (this.#at > this.#packet + DATA_HEADER_BYTES) this.#closePacket(0);
    this.#send();
  }

  #wideText(text: string, reserved: number): void {
    this.giveBack(1 + reserved);
    this.#longerText(text);
  }

  #longerText(text: string): void {
    const bytes = Buffer.byteLength(text, 'utf8');
    if (bytes > LONGEST_SHORT) return this.bytesWithLength(Buffer.from(text, 'utf8'));
    const at = this.reserve(1 + bytes);
    this.#chunk[at] = bytes;
    this.#chunk.write(text, at + 1, bytes, 'utf8');
  }

  #nextPacket(): void {
    if (this.#at > this.#packet) this.#closePacket(0);
    if (this.#packet + this.#sdu > this.#chunk.length) {
      this.#send();
      this.#chunk = Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, this.#sdu));
      this.#packet = this.#at = this.#unsent = 0;
    }
    this.#limit = this.#packet + this.#sdu;
    this.#at = this.#packet + DATA_HEADER_BYTES;
  }

  #closePacket(flags: number): void {
    writePacketHeader(this.#chunk, this.#packet, this.#at - this.#packet, PACKET.data, this.#line.hasLargeLengths);
    this.#chunk.writeUInt16BE(flags, this.#packet + HEADER_BYTES);
    this.#packet = this.#limit = this.#at;
  }

  #send(): void {
    if (this.#packet > this.#unsent && !this.#line.isInterrupted) this.#line.write(this.#chunk.subarray(this.#unsent, this.#packet));
    this.#unsent = this.#packet;
  }
}
