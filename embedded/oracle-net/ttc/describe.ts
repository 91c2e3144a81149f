import type { OracleColumn } from '../backend.ts';
import { FIELD_VERSION } from '../dialects.ts';
import { MESSAGE } from './calls.ts';
import type { MessageWriter } from './message-writer.ts';
import { WIRE_TYPES } from './types.ts';

const UTF8 = 873;
const DEFAULT_CHARACTERS = 4000;
const BYTES_PER_CHARACTER = 4;
const BYTES_PER_NATIONAL_CHARACTER = 2;

/** What the layout of a description depends on. */
export interface DescribeLayout {
  fieldVersion: number;
  /** Most bytes of a VARCHAR2. */
  longestString: number;
  nationalCharacterSet: number;
  /** Scales of numbers and timestamps as integers of variable length. */
  hasWideScales: boolean;
}

/** The columns of a query. */
export function writeDescription(writer: MessageWriter, columns: OracleColumn[], layout: DescribeLayout): void {
  writer.u8(MESSAGE.describe);
  writer.u8(0);
  writer.ub(columns.reduce((sum, column) => sum + bufferBytes(column, layout), 0));
  writer.ub(columns.length);
  if (columns.length > 0) writer.u8(0);
  columns.forEach((column, i) => writeColumn(writer, column, i + 1, layout));
  writer.ubs(0, 0, 0, 0, 0, 0);
}

function writeColumn(writer: MessageWriter, column: OracleColumn, position: number, layout: DescribeLayout): void {
  const type = WIRE_TYPES[column.type];
  writer.u8(type.number);
  writer.u8(0);
  writer.u8(column.type === 'NUMBER' ? column.precision ?? 0 : 0);
  if (layout.hasWideScales && (column.type === 'NUMBER' || column.type.startsWith('TIMESTAMP'))) writer.ub(scaleOf(column));
  else writer.u8(scaleOf(column) & 0xff);
  writer.ub(bufferBytes(column, layout));
  writer.ubs(0, 0, 0, 0);
  writer.ub(type.form === 2 ? layout.nationalCharacterSet : type.form === 1 ? UTF8 : 0);
  writer.u8(type.form);
  writer.ub(type.form === 0 ? 0 : column.size ?? DEFAULT_CHARACTERS);
  if (layout.fieldVersion >= FIELD_VERSION.v12_2) writer.ub(0);
  writer.u8(column.nullable === false ? 0 : 1);
  writer.u8(0);
  writer.sizedText(column.name);
  writer.ubs(0, 0, position, 0);
  if (layout.fieldVersion >= FIELD_VERSION.v23) writer.ubs(0, 0);
  if (layout.fieldVersion >= FIELD_VERSION.v23ext3) writer.ub(0);
  if (layout.fieldVersion >= FIELD_VERSION.v23_4) {
    writer.ub(0);
    writer.zeros(2);
  }
}

/** A NUMBER without precision and scale says -127; a TIMESTAMP has six digits unless told. */
function scaleOf(column: OracleColumn): number {
  if (column.type.startsWith('TIMESTAMP')) return column.scale ?? 6;
  if (column.type !== 'NUMBER') return 0;
  return column.scale ?? (column.precision === undefined || column.precision === 0 ? -127 : 0);
}

/** The bytes that a client sets aside for a value. None at all means that every value is null, and none is sent. */
export function bufferBytes(column: OracleColumn, layout: DescribeLayout): number {
  const type = WIRE_TYPES[column.type];
  if (type.bytes > 0) return type.bytes;
  if (column.type === 'LONG') return 0;
  const size = column.size ?? DEFAULT_CHARACTERS;
  if (column.type === 'RAW') return Math.min(size, layout.longestString);
  return Math.min(size * (type.form === 2 ? BYTES_PER_NATIONAL_CHARACTER : BYTES_PER_CHARACTER), layout.longestString);
}
