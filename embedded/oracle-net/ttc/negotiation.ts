import type { Dialect } from '../dialects.ts';
import { ProtocolError } from '../tns/packets.ts';
import type { MessageReader } from './message-reader.ts';
import type { MessageWriter } from './message-writer.ts';

const MESSAGE = { protocol: 1, dataTypes: 2, fastAuth: 34 };
const UTF8 = 873;
export const AL16UTF16 = 2000;
const CAPABILITIES = 53;
const RUNTIME_CAPABILITIES = 7;
const CAPABILITY = { logonTypes: 4, fieldVersion: 7, ttc4: 40 };
const RUNTIME = { compatible: 0, timeZone: 1, ttc: 6 };
const END_OF_RESPONSE = 0x20;
const TELLS_TIME_ZONE = 0x01;
const LONG_STRINGS = 0x04;
const CONVERTS_LENGTHS = 0x02;
const ZONE_BIAS = 60;
const TYPE = { signedByte: 27, newErrors: 652 };
const UNIVERSAL = 1;
const LAST_WITH_OLD_ERRORS = 13;

/** What is agreed before the logon. */
export interface ClientTypes {
  fieldVersion: number;
  knowsTimeZone: boolean;
  /** The client writes the length of names and SQL twice: once among the lengths, once before the text. */
  hasLengths: boolean;
  /** Scales travel as integers of variable length instead of one byte. */
  hasWideScales: boolean;
  /** The list of types as it came, to be sent back. */
  types: Buffer;
}

/** How the client begins: with PROTOCOL alone, or with everything up to the logon at once (FAST_AUTH). */
export interface Beginning {
  /** The client's name for itself, such as `node-oracledb`. */
  clientName: string;
  /** Of FAST_AUTH: the layout in which the rest of the message is written, and the types. */
  fast: { fieldVersion: number; types: ClientTypes } | null;
}

/** @throws ProtocolError */
export function readBeginning(reader: MessageReader, dialect: Dialect): Beginning {
  const kind = reader.u8();
  if (kind === MESSAGE.protocol) return { clientName: readProtocol(reader), fast: null };
  if (kind !== MESSAGE.fastAuth) throw new ProtocolError(`The client began with a message of kind ${kind}, not with PROTOCOL.`);
  reader.bytes(4);
  const clientName = readProtocol(reader);
  reader.bytes(5);
  const fieldVersion = reader.u8();
  return { clientName, fast: { fieldVersion, types: readDataTypes(reader, dialect) } };
}

function readProtocol(reader: MessageReader): string {
  while (reader.u8() !== 0);
  return readTerminated(reader);
}

export function writeProtocol(writer: MessageWriter, dialect: Dialect, nationalCharacterSet: number): void {
  writer.u8(MESSAGE.protocol);
  writer.u8(6);
  writer.u8(0);
  writer.raw(Buffer.from('x86_64/Linux 2.4.xx\0', 'latin1'));
  writer.u16le(UTF8);
  writer.u8(1);
  writer.u16le(0);
  // The form of data on the server; its last bytes name the national character set.
  const forms = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, nationalCharacterSet >> 8, nationalCharacterSet & 0xff]);
  writer.u16be(forms.length);
  writer.raw(forms);
  const capabilities = Buffer.alloc(CAPABILITIES);
  capabilities[CAPABILITY.logonTypes] = 0xff;
  capabilities[CAPABILITY.fieldVersion] = dialect.fieldVersion;
  capabilities[CAPABILITY.ttc4] = dialect.hasEndOfResponse ? END_OF_RESPONSE : 0;
  writer.bytesWithLength(capabilities);
  const runtime = Buffer.alloc(RUNTIME_CAPABILITIES);
  runtime[RUNTIME.compatible] = 2;
  runtime[RUNTIME.timeZone] = dialect.tellsTimeZone ? TELLS_TIME_ZONE : 0;
  runtime[RUNTIME.ttc] = dialect.hasLongStrings ? LONG_STRINGS : 0;
  writer.bytesWithLength(runtime);
}

export function readDataTypes(reader: MessageReader, dialect: Dialect): ClientTypes {
  if (reader.u8() !== MESSAGE.dataTypes) throw new ProtocolError('The client did not negotiate data types.');
  reader.u16le();
  reader.u16le();
  const hasLengths = (reader.u8() & CONVERTS_LENGTHS) !== 0;
  const fieldVersion = reader.bytesWithLength()?.[CAPABILITY.fieldVersion] ?? 0;
  const knowsTimeZone = ((reader.bytesWithLength()?.[RUNTIME.timeZone] ?? 0) & TELLS_TIME_ZONE) !== 0;
  if (knowsTimeZone) reader.bytes(11);
  const { types, representations } = readTypes(reader);
  return {
    // Without the newer layout of errors, a client cannot have anything of what came with or after it.
    fieldVersion: Math.min(fieldVersion, dialect.fieldVersion, representations.has(TYPE.newErrors) ? Infinity : LAST_WITH_OLD_ERRORS),
    knowsTimeZone, hasLengths, hasWideScales: representations.get(TYPE.signedByte) === UNIVERSAL, types,
  };
}

/** The types with their representations: as they came, and by number. */
function readTypes(reader: MessageReader): { types: Buffer; representations: Map<number, number> } {
  const values: number[] = [];
  const representations = new Map<number, number>();
  for (let type = reader.u16be(); type !== 0; type = reader.u16be()) {
    const converted = reader.u16be();
    values.push(type, converted);
    if (converted === 0) continue;
    const representation = reader.u16be();
    values.push(representation, reader.u16be());
    representations.set(type, representation);
  }
  const types = Buffer.alloc(values.length * 2 + 2);
  values.forEach((value, i) => types.writeUInt16BE(value, i * 2));
  return { types, representations };
}

export function writeDataTypes(writer: MessageWriter, dialect: Dialect, client: ClientTypes, timeZoneMinutes: number): void {
  writer.u8(MESSAGE.dataTypes);
  if (client.knowsTimeZone && dialect.tellsTimeZone) {
    const hours = Math.trunc(timeZoneMinutes / 60);
    writer.raw(Buffer.from([0x80, 0, 0, 0, hours + ZONE_BIAS, timeZoneMinutes - hours * 60 + ZONE_BIAS, 0x80, 0, 0, 0, 0]));
  }
  writer.raw(client.types);
}

function readTerminated(reader: MessageReader): string {
  const codes: number[] = [];
  for (let code = reader.u8(); code !== 0; code = reader.u8()) codes.push(code);
  return String.fromCharCode(...codes);
}
