import oracledb, { type BindDefinition, type BindParameter } from 'oracledb';
import type { BindText } from './worker-messages.js';

const LOCAL_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:[+-]\d\d:\d\d)?$/;
const WALL_CLOCK = '2026-11-20T09:00:00'.length;

/**
 * Everything is bound as text: Oracle converts it to the type of the column beside it, whose index stays of use. Only a
 * time as Tank writes it is bound as one, a DATE where it has no fraction: beside a DATE column a TIMESTAMP would cost
 * the index. An offset is that of the connection's zone, in which the session lives, so the wall clock says it all.
 */
export function bindValue(text: BindText): BindParameter | BindText {
  const time = timeIn(text);
  return time ? { type: time.type, val: time.date } : text;
}

/**
 * Values and their types for array DML, by name as `:b1` …: one type holds for all rows of a bind, so times are typed only
 * where all are times.
 */
export function bindRows(rows: BindText[][]): { binds: Record<string, unknown>[]; bindDefs: Record<string, BindDefinition> } {
  const places = (rows[0] ?? []).map((_, at) => ({ name: `b${at + 1}`, ...bindPlace(rows.map((row) => row[at]!)) }));
  const binds = rows.map((_, row) => {
    const one: Record<string, unknown> = {};
    for (const { name, values } of places) one[name] = values[row];
    return one;
  });
  return { binds, bindDefs: Object.fromEntries(places.map(({ name, definition }) => [name, definition])) };
}

function bindPlace(texts: BindText[]): { values: unknown[]; definition: BindDefinition } {
  const times = texts.map(timeIn);
  const isAllTimes = times.some((time) => time) && times.every((time, row) => time || texts[row] === null);
  if (!isAllTimes) {
    const maxSize = texts.reduce((longest, text) => Math.max(longest, text === null ? 0 : Buffer.byteLength(text)), 1);
    return { values: texts, definition: { type: oracledb.STRING, maxSize } };
  }
  const isWhole = times.every((time) => !time || time.type === oracledb.DB_TYPE_DATE);
  return { values: times.map((time) => time?.date ?? null), definition: { type: isWhole ? oracledb.DB_TYPE_DATE : oracledb.DB_TYPE_TIMESTAMP } };
}

/**
 * A wall clock for the driver, which takes a Date's local fields: here they are those of UTC, so that the zone of the process,
 * in which an hour may not exist, has no say. Oracle's own library, in thick mode, needs the real Date.
 */
class WallClock extends Date {
  override getFullYear(): number { return this.getUTCFullYear(); }
  override getMonth(): number { return this.getUTCMonth(); }
  override getDate(): number { return this.getUTCDate(); }
  override getHours(): number { return this.getUTCHours(); }
  override getMinutes(): number { return this.getUTCMinutes(); }
  override getSeconds(): number { return this.getUTCSeconds(); }
}

function timeIn(text: BindText): { date: Date; type: oracledb.DbType } | undefined {
  if (text === null || text.length < WALL_CLOCK || text[10] !== 'T' || !LOCAL_TIME.test(text)) return undefined; // most texts are no times: the length says so
  const at = Date.parse(`${text.slice(0, WALL_CLOCK)}Z`);
  // Of 30 February JavaScript makes 2 March, and of 24 o'clock the next day.
  if (Number.isNaN(at) || new Date(at).getUTCDate() !== Number(text.slice(8, 10)) || text.startsWith('24', 11)) return undefined;
  const hasFraction = text[WALL_CLOCK] === '.';
  const milliseconds = hasFraction ? Math.trunc(Number(`0${/\.\d+/.exec(text)![0]}`) * 1000) : 0;
  const date = new WallClock(at + milliseconds);
  return { date: oracledb.thin ? date : localDate(date), type: hasFraction ? oracledb.DB_TYPE_TIMESTAMP : oracledb.DB_TYPE_DATE };
}

function localDate(clock: WallClock): Date {
  return new Date(clock.getFullYear(), clock.getMonth(), clock.getDate(), clock.getHours(), clock.getMinutes(), clock.getSeconds(), clock.getUTCMilliseconds());
}
