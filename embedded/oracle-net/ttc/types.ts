import type { OracleTypeName } from '../backend.ts';

/** How a type travels: its number, and for text whether it is in the database's (1) or the national (2) character set. */
export interface WireType {
  number: number;
  form: 0 | 1 | 2;
  /** Bytes of a value of fixed size, or what the client needs to know instead. */
  bytes: number;
}

export const TYPE = {
  varchar: 1, number: 2, binaryInteger: 3, long: 8, rowid: 11, date: 12, raw: 23, longRaw: 24, char: 96, binaryFloat: 100,
  binaryDouble: 101, clob: 112, blob: 113,
  timestamp: 180, timestampTz: 181, urowid: 208, timestampLtz: 231, boolean: 252,
} as const;

export const WIRE_TYPES: Record<OracleTypeName, WireType> = {
  'VARCHAR2': { number: TYPE.varchar, form: 1, bytes: 0 },
  'NVARCHAR2': { number: TYPE.varchar, form: 2, bytes: 0 },
  'CHAR': { number: TYPE.char, form: 1, bytes: 0 },
  'NCHAR': { number: TYPE.char, form: 2, bytes: 0 },
  'LONG': { number: TYPE.long, form: 1, bytes: 0 },
  'CLOB': { number: TYPE.clob, form: 1, bytes: 4000 },
  'NCLOB': { number: TYPE.clob, form: 2, bytes: 4000 },
  'NUMBER': { number: TYPE.number, form: 0, bytes: 22 },
  'BINARY_FLOAT': { number: TYPE.binaryFloat, form: 0, bytes: 4 },
  'BINARY_DOUBLE': { number: TYPE.binaryDouble, form: 0, bytes: 8 },
  'DATE': { number: TYPE.date, form: 0, bytes: 7 },
  'TIMESTAMP': { number: TYPE.timestamp, form: 0, bytes: 11 },
  'TIMESTAMP WITH TIME ZONE': { number: TYPE.timestampTz, form: 0, bytes: 13 },
  'TIMESTAMP WITH LOCAL TIME ZONE': { number: TYPE.timestampLtz, form: 0, bytes: 11 },
  'RAW': { number: TYPE.raw, form: 0, bytes: 0 },
  'BLOB': { number: TYPE.blob, form: 0, bytes: 4000 },
  'ROWID': { number: TYPE.rowid, form: 0, bytes: 18 },
  'BOOLEAN': { number: TYPE.boolean, form: 0, bytes: 1 },
};

export const LOB_TYPES: readonly OracleTypeName[] = ['CLOB', 'NCLOB', 'BLOB'];

/** The type that travels with this number and form. */
export function typeNameOf(number: number, form: number): OracleTypeName | undefined {
  switch (number) {
    case TYPE.binaryInteger: return 'NUMBER';
    case TYPE.longRaw: return 'RAW';
    case TYPE.urowid: return 'ROWID';
    case TYPE.long: return form === 2 ? 'NVARCHAR2' : 'LONG';
  }
  const names = Object.keys(WIRE_TYPES) as OracleTypeName[];
  return names.find((name) => WIRE_TYPES[name].number === number && (WIRE_TYPES[name].form === form || form === 0));
}
