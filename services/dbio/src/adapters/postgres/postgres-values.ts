import type pg from 'pg';
import type { ColumnValue } from '@tank/contracts';

type Parse = (text: string) => ColumnValue;

const asText: Parse = (text) => text;
/** A double holds these exactly; what JSON has no number for (NaN, Infinity) stays text. */
const asNumber: Parse = (text) => (Number.isFinite(Number(text)) ? Number(text) : text);
const asBoolean: Parse = (text) => text === 't';
/** `2026-11-20 09:00:00` → `2026-11-20T09:00:00`. No Date is made of it, so nothing shifts by a zone. */
const asLocalTime: Parse = (text) => text.replace(' ', 'T');
/** PostgreSQL writes `+09`, ISO 8601 in its extended form `+09:00`. */
const asTimeWithOffset: Parse = (text) => text.replace(' ', 'T').replace(/([+-]\d{2})$/, '$1:00');
const asHex: Parse = (text) => text.replace(/^\\x/, '');

/** By type oid. Everything else, bigint and numeric above all, is the text PostgreSQL gives: every digit stays. */
const PARSERS = new Map<number, Parse>([
  [16, asBoolean],
  [17, asHex], // bytea
  [21, asNumber], // smallint
  [23, asNumber], // integer
  [26, asNumber], // oid
  [700, asNumber], // real
  [701, asNumber], // double precision
  [1114, asLocalTime], // timestamp
  [1184, asTimeWithOffset], // timestamp with time zone
]);

/** For one client; the driver's own parsers, which are global and make Dates, stay as they are for everybody else. */
export const sourceTypes: pg.CustomTypesConfig = { getTypeParser: ((oid: number) => PARSERS.get(oid) ?? asText) as pg.CustomTypesConfig['getTypeParser'] };
