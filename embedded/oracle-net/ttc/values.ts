import type { OracleColumn, OracleTime, OracleTypeName, OracleValue } from '../backend.ts';
import type { MessageWriter } from './message-writer.ts';
import { NUMBER_BYTES, writeOracleNumber } from './oracle-number.ts';
import { TIME_BYTES, writeDate, writeTimestamp, writeTimestampWithLocalZone, writeTimestampWithZone } from './oracle-time.ts';

/** Writes one value of a column; null, too. @throws TypeError, RangeError when the value does not fit the column */
export type ValueWriter = (writer: MessageWriter, value: OracleValue) => void;

const WRITERS: Record<Exclude<OracleTypeName, 'CLOB' | 'NCLOB' | 'BLOB'>, (writer: MessageWriter, value: never, databaseOffsetMinutes: number) => void> = {
  'VARCHAR2': writeText,
  'CHAR': writeText,
  'LONG': writeText,
  'NVARCHAR2': writeNationalText,
  'NCHAR': writeNationalText,
  'NUMBER': writeNumber,
  'BINARY_FLOAT': writeFloat,
  'BINARY_DOUBLE': writeDouble,
  'DATE': (writer, value: OracleTime) => writeTime(writer, value, writeDate),
  'TIMESTAMP': (writer, value: OracleTime) => writeTime(writer, value, writeTimestamp),
  'TIMESTAMP WITH TIME ZONE': (writer, value: OracleTime) => writeTime(writer, value, writeTimestampWithZone),
  'TIMESTAMP WITH LOCAL TIME ZONE': (writer, value: OracleTime, offset) =>
    writeTime(writer, value, (buffer, at, time) => writeTimestampWithLocalZone(buffer, at, time, offset)),
  'RAW': (writer, value: Buffer) => writer.bytesWithLength(value),
  'ROWID': writeRowId,
  'BOOLEAN': writeBoolean,
};

/** The writer for a column that is no LOB. */
export function valueWriter(column: OracleColumn, databaseOffsetMinutes: number): ValueWriter {
  const write = WRITERS[column.type as keyof typeof WRITERS] as (writer: MessageWriter, value: OracleValue, offset: number) => void;
  return (writer, value) => {
    if (value === null || value === undefined) writer.u8(0);
    else write(writer, value, databaseOffsetMinutes);
  };
}

export function writeText(writer: MessageWriter, value: string): void {
  if (typeof value !== 'string') throw new TypeError(`Text was expected, not ${typeof value}.`);
  writer.text(value);
}

/** The national character set is AL16UTF16: two bytes a code unit, the high one first. */
export function writeNationalText(writer: MessageWriter, value: string): void {
  if (typeof value !== 'string') throw new TypeError(`Text was expected, not ${typeof value}.`);
  writer.bytesWithLength(nationalBytes(value));
}

export function nationalBytes(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

function writeNumber(writer: MessageWriter, value: string | number): void {
  const at = writer.reserve(1 + NUMBER_BYTES);
  const bytes = writeOracleNumber(writer.buffer, at + 1, typeof value === 'string' ? value : String(value));
  writer.buffer[at] = bytes;
  writer.giveBack(NUMBER_BYTES - bytes);
}

/** Sorted like its value: the sign bit is turned, and all others of a negative number. */
function writeDouble(writer: MessageWriter, value: number): void {
  const at = writer.reserve(9);
  writer.buffer[at] = 8;
  writer.buffer.writeDoubleBE(value, at + 1);
  makeSortable(writer.buffer, at + 1, 8);
}

function writeFloat(writer: MessageWriter, value: number): void {
  const at = writer.reserve(5);
  writer.buffer[at] = 4;
  writer.buffer.writeFloatBE(value, at + 1);
  makeSortable(writer.buffer, at + 1, 4);
}

function makeSortable(buffer: Buffer, at: number, bytes: number): void {
  if ((buffer[at]! & 0x80) === 0) buffer[at] = buffer[at]! | 0x80;
  else for (let i = at; i < at + bytes; i += 1) buffer[i] = buffer[i]! ^ 0xff;
}

function writeTime(writer: MessageWriter, value: OracleTime, write: (buffer: Buffer, at: number, time: OracleTime) => number): void {
  if (typeof value !== 'object') throw new TypeError(`An OracleTime was expected, not ${typeof value}.`);
  const at = writer.reserve(1 + TIME_BYTES);
  const bytes = write(writer.buffer, at + 1, value);
  writer.buffer[at] = bytes;
  writer.giveBack(TIME_BYTES - bytes);
}

function writeBoolean(writer: MessageWriter, value: boolean): void {
  if (value) writer.bytesWithLength(Buffer.from([1, 1]));
  else writer.u16be(0x0100);
}

const ROWID_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Object, file, block and row of the eighteen digits to the base of 64. */
function writeRowId(writer: MessageWriter, value: string): void {
  if (!/^[A-Za-z0-9+/]{18}$/.test(value)) throw new TypeError('A ROWID has eighteen characters.');
  const part = (from: number, to: number) => [...value.slice(from, to)].reduce((sum, digit) => sum * 64 + ROWID_DIGITS.indexOf(digit), 0);
  writer.u8(13);
  writer.ubs(part(0, 6), part(6, 9));
  writer.u8(0);
  writer.ubs(part(9, 15), part(15, 18));
}
