import { OracleError, type OracleBind, type OracleColumn, type OracleTime, type OracleValue } from '../backend.ts';

/** What a bind holds, as far as it matters for the type of its parameter. A fraction is a number that no integer can take. */
export type BindKind = 'null' | 'text' | 'integer' | 'fraction' | 'double' | 'boolean' | 'time' | 'zoned' | 'bytes';

export const OID = { bool: 16, bytea: 17, int8: 20, int2: 21, int4: 23, text: 25, float4: 700, float8: 701, bpchar: 1042, varchar: 1043, date: 1082, timestamp: 1114, timestamptz: 1184, numeric: 1700, uuid: 2950 } as const;

const TEXT_TYPES: number[] = [OID.text, OID.varchar, OID.bpchar];
/** Oracle's NUMBER holds no more. */
const MOST_DIGITS = 40;

/** Of one place, given its binds of all rows. */
export function bindKind(binds: OracleBind[]): BindKind {
  const kinds = new Set(binds.map(kindOf));
  kinds.delete('null');
  if (kinds.has('fraction')) return 'fraction';
  return [...kinds][0] ?? 'null';
}

function kindOf({ value, type }: OracleBind): BindKind {
  if (value === null || value === '') return typedNull(type);
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'double';
  if (Buffer.isBuffer(value)) return 'bytes';
  if (typeof value === 'object') return value.offsetMinutes === undefined ? 'time' : 'zoned';
  if (type !== 'NUMBER') return 'text';
  return /^-?\d+$/.test(value) ? 'integer' : 'fraction';
}

function typedNull(type: OracleBind['type']): BindKind {
  return type === 'NUMBER' ? 'integer' : 'null';
}

/** A bind as PostgreSQL reads a parameter of the type. @throws OracleError */
export function parameterOf({ value }: OracleBind, oid: number): string | null {
  if (value === null || value === '') return null;
  if (typeof value === 'boolean') return oid === OID.bool || TEXT_TYPES.includes(oid) ? String(value) : String(Number(value));
  if (Buffer.isBuffer(value)) return TEXT_TYPES.includes(oid) ? value.toString('hex').toUpperCase() : `\\x${value.toString('hex')}`;
  if (typeof value === 'object') return timeText(value);
  if (oid === OID.bytea) return hexText(String(value));
  return String(value);
}

function hexText(value: string): string {
  if (!/^([0-9a-f]{2})*$/i.test(value)) throw new OracleError(1465, 'invalid hex number');
  return `\\x${value}`;
}

function timeText({ year, month, day, hour, minute, second, nanosecond, offsetMinutes }: OracleTime): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const zone = offsetMinutes === undefined ? '' : `${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offsetMinutes) / 60))}:${two(Math.abs(offsetMinutes) % 60)}`;
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}.${String(nanosecond).padStart(9, '0').slice(0, 6)}${zone}`;
}

/** From the text that PostgreSQL gives for a column of this type. */
export function readerOf(oid: number, { type }: OracleColumn): (text: string) => OracleValue {
  if (oid === OID.bool) return type === 'BOOLEAN' ? (text) => text === 't' : (text) => (text === 't' ? '1' : '0');
  if (type === 'NUMBER') return numberOf;
  if (type === 'BINARY_DOUBLE' || type === 'BINARY_FLOAT') return Number;
  if (type === 'RAW' || type === 'BLOB') return (text) => Buffer.from(text.slice(2), 'hex');
  if (type === 'DATE' || type.startsWith('TIMESTAMP')) return timeOf;
  if (type === 'CLOB' || type === 'NCLOB') return (text) => (text === '' ? null : text);
  return characters;
}

function numberOf(text: string): string {
  if (text.length > MOST_DIGITS && text.replace(/[-.]|^-?0\.0*|0+$/g, '').length > MOST_DIGITS) throw new OracleError(1426, 'numeric overflow');
  if (/[a-z]/i.test(text)) throw new OracleError(1722, 'invalid number'); // NaN and infinity
  return text;
}

function characters(text: string): string | null {
  if (text.length > 32_767) throw new OracleError(1489, 'result of string concatenation is too long');
  return text === '' ? null : text;
}

/** `2026-11-20 09:00:00.123456+09` and its beginnings; no Date is made of it, so nothing shifts. */
function timeOf(text: string): OracleTime {
  const match = /^(\d+)-(\d\d)-(\d\d)(?: (\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:([+-])(\d\d)(?::?(\d\d))?(?::\d\d)?)?)?$/.exec(text);
  if (!match) throw new OracleError(1841, '(full) year must be between -4713 and +9999, and not be 0');
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', sign, zoneHour = '0', zoneMinute = '0'] = match;
  const time: OracleTime = {
    year: Number(year), month: Number(month), day: Number(day), hour: Number(hour), minute: Number(minute), second: Number(second), nanosecond: Number(fraction.padEnd(9, '0')),
  };
  return sign ? { ...time, offsetMinutes: (sign === '-' ? -1 : 1) * (Number(zoneHour) * 60 + Number(zoneMinute)) } : time;
}
