import type { ColumnValue } from '@tank/contracts';
import oracledb, { type FetchTypeResponse, type Metadata, type DbType } from 'oracledb';
import type { ParsedColumn } from './worker-messages.js';

type FetchedColumn = Pick<Metadata<object>, 'name' | 'dbType' | 'dbTypeName' | 'precision' | 'scale' | 'byteSize'>;
/** Makes of the driver's value one of a row; absent where it is one already. */
type Convert = (value: unknown) => ColumnValue;

/** Digits that a double holds exactly. */
const SAFE_DIGITS = 15;

/** A column that no mail can show. */
export class ColumnRefused extends Error {
  constructor(readonly column: string, readonly type: string) {
    super(`Column ${column} is of type ${type}.`);
    this.name = 'ColumnRefused';
  }
}

/**
 * The columns of one result: how the driver is to fetch them, and how their values become those of a row. Numbers stay the
 * digits that Oracle holds; those of at most 15 digits without decimals are numbers.
 */
export class FetchedColumns {
  columns: ParsedColumn[] = [];
  private conversions: { at: number; convert: Convert }[] = [];

  private refused?: ColumnRefused;

  private described?: readonly unknown[];

  /**
   * For the option `fetchTypeHandler`, called for each column in order, before the driver renames repeated names; and for
   * all of them again, with another list, when the driver finds that the table was changed.
   */
  readonly fetchAs = (column: FetchedColumn, all?: readonly unknown[]): FetchTypeResponse | undefined => {
    if (all !== this.described) this.begin(all);
    this.columns.push({ name: column.name, type: typeName(column) });
    const conversion = conversionOf(column);
    if (conversion === 'refused') this.refused ??= refusalOf(column); // thrown in `values`: within the driver's call it would be taken for a broken connection
    else if (conversion) this.conversions.push({ at: this.columns.length - 1, convert: conversion });
    return fetchTypeOf(column.dbType as DbType);
  };

  private begin(all: readonly unknown[] | undefined): void {
    this.described = all;
    this.columns = [];
    this.conversions = [];
    this.refused = undefined;
  }

  /** The driver's rows, converted in place. */
  values(rows: unknown[][]): ColumnValue[][] {
    if (this.refused) throw this.refused;
    for (const { at, convert } of this.conversions) {
      for (const row of rows) if (row[at] !== null && row[at] !== undefined) row[at] = convert(row[at]);
    }
    return rows as ColumnValue[][];
  }
}

const SIZED = new Set<DbType>([oracledb.DB_TYPE_VARCHAR, oracledb.DB_TYPE_NVARCHAR, oracledb.DB_TYPE_CHAR, oracledb.DB_TYPE_NCHAR, oracledb.DB_TYPE_RAW]);

/** As SQL would declare it: `VARCHAR2(20)`, `NUMBER(12,2)`, `TIMESTAMP(6)`. */
export function typeName({ dbType, dbTypeName, precision, scale, byteSize }: Omit<FetchedColumn, 'name'>): string {
  if (dbType === oracledb.DB_TYPE_NUMBER) return numberType(precision ?? 0, scale ?? 0);
  return SIZED.has(dbType as DbType) && byteSize ? `${dbTypeName}(${byteSize})` : dbTypeName!;
}

function numberType(precision: number, scale: number): string {
  if (precision === 0 || scale === -127) return 'NUMBER';
  return scale === 0 ? `NUMBER(${precision})` : `NUMBER(${precision},${scale})`;
}

function fetchTypeOf(type: DbType): FetchTypeResponse | undefined {
  if (type === oracledb.DB_TYPE_NUMBER || type === oracledb.DB_TYPE_CLOB || type === oracledb.DB_TYPE_NCLOB) return { type: oracledb.STRING };
  if (type === oracledb.DB_TYPE_BLOB) return { type: oracledb.BUFFER };
  return undefined;
}

const asText: Convert = (value) => String(value);
const hexadecimal: Convert = (value) => (value as Buffer).toString('hex');
/** No JSON, and so no message, has a number for infinity. */
const finite: Convert = (value) => (Number.isFinite(value) ? (value as number) : String(value));

/** Text already, in thin mode (exact-times.ts). */
const asTime: Convert = (value) => (value instanceof Date ? localTimeOf(value) : (value as string));

function conversionOf({ dbType, precision, scale }: Pick<FetchedColumn, 'dbType' | 'precision' | 'scale'>): Convert | 'refused' | undefined {
  switch (dbType) {
    case oracledb.DB_TYPE_NUMBER:
      return precision && precision <= SAFE_DIGITS && scale === 0 ? Number : withLeadingZero;
    case oracledb.DB_TYPE_BINARY_DOUBLE:
      return finite;
    case oracledb.DB_TYPE_BINARY_FLOAT:
      return (value) => (Number.isFinite(value) ? shortestFloat(value as number) : String(value));
    case oracledb.DB_TYPE_RAW:
    case oracledb.DB_TYPE_LONG_RAW:
    case oracledb.DB_TYPE_BLOB:
      return hexadecimal;
    case oracledb.DB_TYPE_DATE:
    case oracledb.DB_TYPE_TIMESTAMP:
    case oracledb.DB_TYPE_TIMESTAMP_TZ:
    case oracledb.DB_TYPE_TIMESTAMP_LTZ:
      return asTime;
    case oracledb.DB_TYPE_JSON:
      return (value) => JSON.stringify(value);
    case oracledb.DB_TYPE_BOOLEAN:
    case oracledb.DB_TYPE_VARCHAR:
    case oracledb.DB_TYPE_NVARCHAR:
    case oracledb.DB_TYPE_CHAR:
    case oracledb.DB_TYPE_NCHAR:
    case oracledb.DB_TYPE_CLOB:
    case oracledb.DB_TYPE_NCLOB:
    case oracledb.DB_TYPE_LONG:
      return undefined;
    case oracledb.DB_TYPE_CURSOR:
    case oracledb.DB_TYPE_OBJECT:
    case oracledb.DB_TYPE_BFILE:
    case oracledb.DB_TYPE_VECTOR:
    case oracledb.DB_TYPE_INTERVAL_YM:
    case oracledb.DB_TYPE_INTERVAL_DS:
      return 'refused';
    default:
      return asText;
  }
}

/** Refuses, while a query is checked, what could not be fetched later. */
export function refuseColumn(column: FetchedColumn): void {
  if (conversionOf(column) === 'refused') throw refusalOf(column);
}

function refusalOf({ name, dbTypeName }: FetchedColumn): ColumnRefused {
  return new ColumnRefused(name, dbTypeName ?? 'unknown');
}

/** Oracle writes half as `.5`. */
function withLeadingZero(value: unknown): string {
  const digits = value as string;
  if (digits.startsWith('.')) return `0${digits}`;
  return digits.startsWith('-.') ? `-0${digits.slice(1)}` : digits;
}

/** A 32-bit float has its own shortest digits: 0.1, not 0.10000000149011612. */
function shortestFloat(value: number): number {
  for (let digits = 6; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

/** Thick mode only: a Date whose local fields are what the database holds. */
function localTimeOf(date: Date): string {
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, -1);
  return local.replace(/\.000$/, '');
}
