import oracledb, { type BindDefinition, type BindParameter } from 'oracledb';
import { offsetsOf } from './zone-offsets.js';
import type { BindText } from './worker-messages.js';

const LOCAL_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?(?:[+-]\d\d:\d\d)?$/;
const WALL_CLOCK = '2026-11-20T09:00:00'.length;

/**
 * Everything is bound as text: Oracle converts it to the type of the column beside it, whose index stays of use. Only a
 * time as Tank writes it is bound as one, a DATE where it has no fraction: beside a DATE column a TIMESTAMP would cost
 * the index. One finer than milliseconds, which a Date cannot hold, stays text in the session's format. An offset is that
 * of the connection's zone, in which the session lives, so the wall clock says it all.
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
  const times = rows.map((row) => row.map(timeIn));
  const usual = (rows[0] ?? []).map((_, place) => times[rows.findIndex((row) => row[place] !== null)]?.[place] !== undefined);
  const isUsual = (row: number) => usual.every((isTime, place) => rows[row]![place] === null || (times[row]![place] !== undefined) === isTime);
  const kindsOf = (row: number) => (isUsual(row) ? '' : rows[row]!.map((text, place) => (text === null ? usual[place] : times[row]![place] !== undefined)).join());
  const groups = Map.groupBy(rows.keys(), kindsOf);
  return [...groups.values()].map((at) => bindTogether(at, rows, times));
}

type Time = { date: Date; type: oracledb.DbType } | undefined;

function bindTogether(at: number[], rows: BindText[][], times: Time[][]): Alike {
  const names = rows[0]!.map((_, place) => `b${place + 1}`);
  const binds = at.map((row) => {
    const one: Record<string, unknown> = {};
    for (let place = 0; place < names.length; place += 1) one[names[place]!] = times[row]![place]?.date ?? rows[row]![place];
    return one;
  });
  const definitions = names.map((name, place) => [name, definitionOf(at.map((row) => rows[row]![place]!), at.map((row) => times[row]![place]))]);
  return { at, binds, bindDefs: Object.fromEntries(definitions) as Record<string, BindDefinition> };
}

function definitionOf(texts: BindText[], times: Time[]): BindDefinition {
  const present = times.filter((time) => time !== undefined);
  if (present.length > 0) return { type: present.every(({ type }) => type === oracledb.DB_TYPE_DATE) ? oracledb.DB_TYPE_DATE : oracledb.DB_TYPE_TIMESTAMP };
  return { type: oracledb.STRING, maxSize: roomFor(texts.reduce((longest, text) => Math.max(longest, text === null ? 0 : Buffer.byteLength(text)), 1)) };
}

/** As Oracle graduates its buffers: a statement whose binds have other sizes each time is another cursor to it each time. */
const ROOMS = [32, 128, 2_000, 4_000];

function roomFor(bytes: number): number {
  return ROOMS.find((room) => bytes <= room) ?? bytes;
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

function timeIn(text: BindText): Time {
  if (text === null || text.length < WALL_CLOCK || text[10] !== 'T' || !LOCAL_TIME.test(text)) return undefined; // most texts are no times: the length says so
  const hasFraction = text[WALL_CLOCK] === '.';
  const sign = text.search(/[+-]\d\d:/); // behind the date: there the hyphens stand between figures alone
  const date = new WallClock(`${sign < 0 ? text : text.slice(0, sign)}Z`);
  // Of 30 February JavaScript makes 2 March, and of 24 o'clock the next day.
  if (Number.isNaN(date.getTime()) || date.getUTCDate() !== Number(text.slice(8, 10)) || text.startsWith('24', 11)) return undefined;
  if (sign >= 0 && !isOfZone(date, text.slice(sign))) return undefined;
  return { date: oracledb.thin ? date : localDate(date), type: hasFraction ? oracledb.DB_TYPE_TIMESTAMP : oracledb.DB_TYPE_DATE };
}

/** The offset that the session's zone has at an instant, in minutes; until the zone is told any offset is taken for its own. */
let zoneOffset: ((epochMs: number) => number) | undefined;

/** In which zone the sessions of this thread live. */
export function bindTimesIn(timeZone: string): void {
  zoneOffset = offsetsOf(timeZone);
}

/** A time with the offset of another zone is somebody else's text, and stays as it is. */
function isOfZone(clock: WallClock, offset: string): boolean {
  if (!zoneOffset) return true;
  const minutes = (offset.startsWith('-') ? -1 : 1) * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6)));
  return zoneOffset(clock.getTime() - minutes * 60_000) === minutes;
}

function localDate(clock: WallClock): Date {
  return new Date(clock.getFullYear(), clock.getMonth(), clock.getDate(), clock.getHours(), clock.getMinutes(), clock.getSeconds(), clock.getUTCMilliseconds());
}
