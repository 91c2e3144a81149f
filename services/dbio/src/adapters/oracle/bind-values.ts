import oracledb, { type BindDefinition, type BindParameter } from 'oracledb';
import type { BindText } from './worker-messages.js';

const LOCAL_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?(?:[+-]\d\d:\d\d)?$/;
const WALL_CLOCK = '2026-11-20T09:00:00'.length;

/**
 * Everything is bound as text: Oracle converts it to the type of the column beside it, whose index stays of use. Only a
 * time as Tank writes it is bound as one, a DATE where it has no fraction: beside a DATE column a TIMESTAMP would cost
 * the index; and one finer than milliseconds, which a Date cannot hold, stays text in the session's format. An offset is that of the connection's zone, in which the session lives, so the wall clock says it all.
 */
export function bindValue(text: BindText): BindParameter | BindText {
  const time = timeIn(text);
  return time ? { type: time.type, val: time.date } : text;
}

/** Rows whose values have the same kinds, by their places in the whole. */
export interface Alike {
  at: number[];
  binds: Record<string, unknown>[];
  bindDefs: Record<string, BindDefinition>;
}

/**
 * For array DML, where one type holds for all rows of a bind: rows go together whose values are of the same kinds, times
 * here and texts there; a NULL is of any kind.
 */
export function bindAlike(rows: BindText[][]): Alike[] {
  const bound = rows.map((row) => row.map((text) => ({ text, time: timeIn(text) })));
  const usual = (rows[0] ?? []).map((_, place) => bound.find((row) => row[place]!.text !== null)?.[place]!.time !== undefined);
  const kindsOf = (row: Bound[]) => row.map(({ text, time }, place) => (text === null ? usual[place] : time !== undefined)).join();
  const groups = Map.groupBy(bound.keys(), (at) => kindsOf(bound[at]!));
  return [...groups.values()].map((at) => ({ at, ...bindTogether(at.map((row) => bound[row]!)) }));
}

interface Bound {
  text: BindText;
  time: { date: Date; type: oracledb.DbType } | undefined;
}

function bindTogether(rows: Bound[][]): Omit<Alike, 'at'> {
  const names = rows[0]!.map((_, place) => `b${place + 1}`);
  const binds = rows.map((row) => {
    const one: Record<string, unknown> = {};
    for (let place = 0; place < names.length; place += 1) one[names[place]!] = row[place]!.time?.date ?? row[place]!.text;
    return one;
  });
  return { binds, bindDefs: Object.fromEntries(names.map((name, place) => [name, definitionOf(rows.map((row) => row[place]!))])) };
}

function definitionOf(values: Bound[]): BindDefinition {
  const times = values.filter(({ time }) => time !== undefined);
  if (times.length > 0) return { type: times.every(({ time }) => time!.type === oracledb.DB_TYPE_DATE) ? oracledb.DB_TYPE_DATE : oracledb.DB_TYPE_TIMESTAMP };
  return { type: oracledb.STRING, maxSize: values.reduce((longest, { text }) => Math.max(longest, text === null ? 0 : Buffer.byteLength(text)), 1) };
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
