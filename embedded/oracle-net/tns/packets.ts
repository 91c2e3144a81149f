/** Kinds of TNS packets, as the fifth byte of each says. */
export const PACKET = { connect: 1, accept: 2, refuse: 4, data: 6, resend: 11, marker: 12, control: 14 } as const;
export const MARKER = { break: 1, reset: 2, interrupt: 3 } as const;
export const DATA_FLAG = { endOfFile: 0x40, endOfResponse: 0x2000 } as const;

/** The header of every packet; a data packet has two more bytes of flags. */
export const HEADER_BYTES = 8;
export const DATA_HEADER_BYTES = 10;
const LARGEST_PACKET = 2_097_152;

export interface Packet {
  kind: number;
  /** Header included. */
  bytes: Buffer;
}

/** What came is not Oracle Net, or not in a layout that this server knows. The connection cannot go on. */
export class ProtocolError extends Error {
  override name = 'ProtocolError';
}

/** Cuts a stream of bytes into packets. Lengths have 16 bits up to and including ACCEPT, 32 bits after it. */
export class PacketSplitter {
  hasLargeLengths = false;
  #rest: Buffer = Buffer.alloc(0);

  /** @throws ProtocolError when a length cannot be right. */
  split(chunk: Buffer): Packet[] {
    let rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const packets: Packet[] = [];
    while (rest.length >= HEADER_BYTES) {
      const length = this.hasLargeLengths ? rest.readUInt32BE(0) : rest.readUInt16BE(0);
      if (length < HEADER_BYTES || length > LARGEST_PACKET) throw new ProtocolError(`A packet cannot have ${length} bytes.`);
      if (rest.length < length) break;
      packets.push({ kind: rest[4]!, bytes: rest.subarray(0, length) });
      rest = rest.subarray(length);
    }
    this.#rest = rest;
    return packets;
  }
}

/** A packet of `body` with its header. */
export function packetOf(kind: number, body: Buffer, hasLargeLengths: boolean): Buffer {
  const packet = Buffer.alloc(HEADER_BYTES + body.length);
  writePacketHeader(packet, 0, packet.length, kind, hasLargeLengths);
  body.copy(packet, HEADER_BYTES);
  return packet;
}

export function writePacketHeader(buffer: Buffer, at: number, length: number, kind: number, hasLargeLengths: boolean): void {
  if (hasLargeLengths) buffer.writeUInt32BE(length, at);
  else buffer.writeUInt32BE(length * 65_536, at);
  buffer[at + 4] = kind;
  buffer[at + 5] = 0;
  buffer[at + 6] = 0;
  buffer[at + 7] = 0;
}
