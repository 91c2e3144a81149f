import { DATA_HEADER_BYTES, HEADER_BYTES, PACKET, packetOf, ProtocolError } from './packets.ts';

const MAGIC = 0xdead_beef;
const SERVICE = { authentication: 1, encryption: 2, integrity: 3, supervisor: 4 };
const TYPE = { raw: 1, version: 5, status: 6 };
const STATUS = { supervisorOk: 0x1f, noAuthentication: 0xfbff };
const VERSION = 0x1330_0000;

/** @throws ProtocolError when the client did not begin the advanced negotiation */
export function checkNegotiation(payload: Buffer): void {
  if (payload.length < 4 || payload.readUInt32BE(0) !== MAGIC) throw new ProtocolError('The advanced negotiation was expected.');
}

/** No authentication service, no encryption, no checksums: the way of every server that does not insist. */
export function negotiationPacket(hasLargeLengths: boolean): Buffer {
  const services = [
    service(SERVICE.supervisor, [version(), status(STATUS.supervisorOk), serviceList()]),
    service(SERVICE.authentication, [version(), status(STATUS.noAuthentication)]),
    service(SERVICE.encryption, [version(), algorithm(0)]),
    service(SERVICE.integrity, [version(), algorithm(0)]),
  ];
  return answerOf(services, hasLargeLengths);
}

/** The server insists on something that the client does not have, such as native network encryption (12660). */
export function negotiationFailedPacket(error: number, hasLargeLengths: boolean): Buffer {
  return answerOf([service(SERVICE.encryption, [], error)], hasLargeLengths);
}

function answerOf(services: Buffer[], hasLargeLengths: boolean): Buffer {
  const head = Buffer.alloc(13);
  const body = Buffer.concat(services);
  head.writeUInt32BE(MAGIC, 0);
  head.writeUInt16BE(head.length + body.length, 4);
  head.writeUInt32BE(VERSION, 6);
  head.writeUInt16BE(services.length, 10);
  const flags = Buffer.alloc(DATA_HEADER_BYTES - HEADER_BYTES);
  return packetOf(PACKET.data, Buffer.concat([flags, head, body]), hasLargeLengths);
}

function service(kind: number, parts: Buffer[], error = 0): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(kind, 0);
  head.writeUInt16BE(parts.length, 2);
  head.writeUInt32BE(error, 4);
  return Buffer.concat([head, ...parts]);
}

function part(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(value.length, 0);
  head.writeUInt16BE(type, 2);
  return Buffer.concat([head, value]);
}

function version(): Buffer {
  const value = Buffer.alloc(4);
  value.writeUInt32BE(VERSION, 0);
  return part(TYPE.version, value);
}

function status(code: number): Buffer {
  const value = Buffer.alloc(2);
  value.writeUInt16BE(code, 0);
  return part(TYPE.status, value);
}

function algorithm(id: number): Buffer {
  return part(TYPE.raw, Buffer.from([id]));
}

function serviceList(): Buffer {
  const kinds = Object.values(SERVICE);
  const value = Buffer.alloc(10 + kinds.length * 2);
  value.writeUInt32BE(MAGIC, 0);
  value.writeUInt16BE(3, 4);
  value.writeUInt32BE(kinds.length, 6);
  kinds.forEach((kind, i) => value.writeUInt16BE(kind, 10 + i * 2));
  return part(TYPE.raw, value);
}
