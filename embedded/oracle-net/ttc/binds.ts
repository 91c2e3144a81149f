import type { OracleTypeName, OracleValue } from '../backend.ts';
import { FIELD_VERSION } from '../dialects.ts';
import { ProtocolError } from '../tns/packets.ts';
import type { MessageReader } from './message-reader.ts';
import { readOracleNumber } from './oracle-number.ts';
import { readTime } from './oracle-time.ts';
import { TYPE, typeNameOf } from './types.ts';

/** A bind, or a column that the client defines, as the client announces it. */
export interface BindType {
  type: OracleTypeName | undefined;
  number: number;
  form: number;
  maxBytes: number;
  isArray: boolean;
  /** Of a LOB that the client defines: its length and the size of its pieces shall come with it. */
  wantsLobSize: boolean;
}

export interface BindValue {
  value: OracleValue;
  type: OracleTypeName;
}

/** What reading a value needs beyond its bytes. */
export interface BindSource {
  databaseOffsetMinutes: number;
  /** What a temporary LOB holds that the client filled before. */
  lobAt(locator: Buffer): string | Buffer;
}

const IS_ARRAY = 0x40;
const LOB_PREFETCH = 0x200_0000;
const ESCAPE = 253;

export function readBindType(reader: MessageReader, fieldVersion: number): BindType {
  const number = reader.u8();
  const flags = reader.u8();
  reader.bytes(2);
  const maxBytes = reader.ub();
  reader.ub();
  const more = reader.ub();
  if (reader.ub() > 0) reader.bytesWithLength();
  reader.ub();
  reader.ub();
  const form = reader.u8();
  reader.ub();
  if (fieldVersion >= FIELD_VERSION.v12_2) reader.ub();
  return { type: typeNameOf(number, form), number, form, maxBytes, isArray: (flags & IS_ARRAY) !== 0, wantsLobSize: (more & LOB_PREFETCH) !== 0 };
}

/** The first value of a PL/SQL array stands for all: backends know no arrays. */
export function readBindValue(reader: MessageReader, bind: BindType, source: BindSource): BindValue {
  if (!bind.isArray) return readOne(reader, bind, source);
  const values: BindValue[] = [];
  for (let left = reader.ub(); left > 0; left -= 1) values.push(readOne(reader, bind, source));
  return values[0] ?? { value: null, type: 'VARCHAR2' };
}

function readOne(reader: MessageReader, bind: BindType, source: BindSource): BindValue {
  const { type } = bind;
  if (!type) throw new ProtocolError(`Binds of type ${bind.number} are not known here.`);
  if (type === 'BOOLEAN') return { value: readBoolean(reader), type };
  if (type === 'CLOB' || type === 'NCLOB' || type === 'BLOB') return { value: readLob(reader, source), type };
  const bytes = reader.bytesWithLength();
  return { value: bytes === null ? null : valueOf(bytes, type, bind, source), type };
}

function valueOf(bytes: Buffer, type: OracleTypeName, bind: BindType, source: BindSource): OracleValue {
  switch (type) {
    case 'NUMBER': return readOracleNumber(bytes);
    case 'BINARY_DOUBLE': return unsorted(bytes).readDoubleBE();
    case 'BINARY_FLOAT': return unsorted(bytes).readFloatBE();
    case 'DATE': case 'TIMESTAMP': case 'TIMESTAMP WITH TIME ZONE': return readTime(bytes);
    case 'TIMESTAMP WITH LOCAL TIME ZONE': return { ...readTime(bytes), offsetMinutes: source.databaseOffsetMinutes };
    case 'RAW': return Buffer.from(bytes);
    default: return bind.form === 2 ? nationalText(bytes) : bytes.toString('utf8');
  }
}

export function nationalText(bytes: Buffer): string {
  return Buffer.from(bytes).swap16().toString('utf16le');
}

function readBoolean(reader: MessageReader): boolean | null {
  const length = reader.u8();
  if (length === ESCAPE) {
    reader.u8();
    return null;
  }
  if (length === 0) return null;
  return reader.bytes(length)[0] === 1;
}

function readLob(reader: MessageReader, source: BindSource): string | Buffer | null {
  if (reader.ub() === 0) return null;
  const locator = reader.bytesWithLength();
  return locator === null ? null : source.lobAt(locator);
}

function unsorted(bytes: Buffer): Buffer {
  const value = Buffer.from(bytes);
  if ((value[0]! & 0x80) !== 0) value[0] = value[0]! & 0x7f;
  else for (let i = 0; i < value.length; i += 1) value[i] = value[i]! ^ 0xff;
  return value;
}

const LONG_FORMS: readonly number[] = [TYPE.varchar, TYPE.char, TYPE.raw, TYPE.long, TYPE.longRaw];

/**
 * Text and bytes that may be longer than a VARCHAR2 come after all other binds of their row.
 * @param nationalFactor how many times too large a client announces national text
 */
export function comesLast(bind: BindType, longestString: number, nationalFactor: number): boolean {
  const longest = bind.form === 2 ? longestString * nationalFactor : longestString;
  return LONG_FORMS.includes(bind.number) && bind.maxBytes > longest;
}
