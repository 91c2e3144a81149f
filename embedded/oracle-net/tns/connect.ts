import { DATA_HEADER_BYTES, HEADER_BYTES, PACKET, packetOf, ProtocolError, type Packet } from './packets.ts';
import type { Line } from './line.ts';

/** What a client asks the listener for. Names in upper case; empty when it names none. */
export interface ConnectRequest {
  /** The newest TNS version that the client speaks. */
  version: number;
  sdu: number;
  serviceName: string;
  sid: string;
  /** The whole descriptor. */
  descriptor: string;
  /** The client may want services of the advanced negotiation (native authentication, encryption). */
  wantsNegotiation: boolean;
}

const CONNECT = { version: 8, sdu: 14, dataLength: 24, dataOffset: 26, flags: 33, largeSdu: 58 };
const NO_SERVICES = 0x08;
const LEAST_SDU = 512;
const LARGEST_TDU = 2_097_152;

/** Reads CONNECT; a long descriptor follows in data packets of its own. @throws ProtocolError, LineClosed */
export async function readConnect(line: Line, packet: Packet): Promise<ConnectRequest> {
  const { kind, bytes } = packet;
  if (kind !== PACKET.connect || bytes.length < CONNECT.largeSdu + 4) throw new ProtocolError('The first packet is no CONNECT.');
  const length = bytes.readUInt16BE(CONNECT.dataLength);
  const at = bytes.readUInt16BE(CONNECT.dataOffset);
  let data = bytes.subarray(at, at + length);
  while (data.length < length) data = Buffer.concat([data, (await line.next()).bytes.subarray(DATA_HEADER_BYTES)]);
  const descriptor = data.toString('utf8');
  return {
    version: bytes.readUInt16BE(CONNECT.version),
    sdu: bytes.readUInt32BE(CONNECT.largeSdu) || bytes.readUInt16BE(CONNECT.sdu),
    serviceName: valueOf(descriptor, 'SERVICE_NAME'), sid: valueOf(descriptor, 'SID'), descriptor,
    wantsNegotiation: (bytes[CONNECT.flags]! & NO_SERVICES) === 0,
  };
}

export interface AcceptAnswer {
  version: number;
  sdu: number;
  hasFastAuth: boolean;
  hasEndOfResponse: boolean;
  /** The client shall begin the advanced negotiation. */
  negotiates: boolean;
}

const ACCEPT = { version: 8, options: 10, sdu: 12, tdu: 14, one: 16, dataOffset: 20, flags: 22, largeSdu: 32, largeTdu: 36, moreFlags: 41, bytes: 45 };
const ACCEPT_FLAG = { fastAuth: 0x1000_0000, endOfResponse: 0x0200_0000 };
const DISABLED = 0x04;

export function acceptPacket(answer: AcceptAnswer): Buffer {
  const packet = packetOf(PACKET.accept, Buffer.alloc(ACCEPT.bytes - HEADER_BYTES), false);
  packet.writeUInt16BE(answer.version, ACCEPT.version);
  packet.writeUInt16BE(1, ACCEPT.options);
  packet.writeUInt16BE(Math.min(answer.sdu, 65_535), ACCEPT.sdu);
  packet.writeUInt16BE(65_535, ACCEPT.tdu);
  packet.writeUInt16BE(1, ACCEPT.one);
  packet.writeUInt16BE(ACCEPT.bytes, ACCEPT.dataOffset);
  packet.fill(answer.negotiates ? 0 : NO_SERVICES | DISABLED, ACCEPT.flags, ACCEPT.flags + 2);
  packet.writeUInt32BE(answer.sdu, ACCEPT.largeSdu);
  packet.writeUInt32BE(LARGEST_TDU, ACCEPT.largeTdu);
  const flags = (answer.hasFastAuth ? ACCEPT_FLAG.fastAuth : 0) | (answer.hasEndOfResponse ? ACCEPT_FLAG.endOfResponse : 0);
  packet.writeUInt32BE(flags >>> 0, ACCEPT.moreFlags);
  return packet;
}

/** The larger packets are, the fewer there are; both sides must agree. */
export function agreedSdu(asked: number, largest: number): number {
  return Math.max(LEAST_SDU, Math.min(asked, largest));
}

/** The listener's refusal, in its own words. @param code of the error, such as 12514 */
export function refusePacket(code: number): Buffer {
  const data = Buffer.from(`(DESCRIPTION=(TMP=)(VSNNUM=318767104)(ERR=${code})(ERROR_STACK=(ERROR=(CODE=${code})(EMFI=4))))`, 'latin1');
  const body = Buffer.alloc(4 + data.length);
  body[0] = 34;
  body.writeUInt16BE(data.length, 2);
  data.copy(body, 4);
  return packetOf(PACKET.refuse, body, false);
}

/** The listener asks for the same CONNECT again. */
export function resendPacket(): Buffer {
  return packetOf(PACKET.resend, Buffer.alloc(0), false);
}

function valueOf(descriptor: string, key: string): string {
  const found = new RegExp(`\\(\\s*${key}\\s*=\\s*([^()]*?)\\s*\\)`, 'i').exec(descriptor);
  return (found?.[1] ?? '').toUpperCase();
}
