import oracledb, { type BindDefinition, type BindParameter } from 'oracledb';
import { offsetsOf } from '../../zone-offsets.js';
import type { BindText } from './worker-messages.js';

const LOCAL_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?(?:[+-]\d\d:\d\d)?$/;
const WALL_CLOCK = '2026-11-20T09:00:00'.length;

/**
 * Everything is bound as text: Oracle converts it to the type of the column beside it, whose index stays of use. Only a
 * time as Tank writes it is bound as one, a DATE where it has no fraction: beside a DATE column a TIMESTAMP would cost
 * the index. One finer than milliseconds, which a Date cannot hold, stays text in the session's format. An offset is that
 * of the connection's zone, in which the session lives, so the wall clock says it all, but for the hour that a change of the
 * clocks repeats: there a column with a zone gets the one of the two that Oracle takes it for. (Korea has no such hour.)
 */
export function bindValue(text: BindText): BindParameter | BindText {
  const value = valueOf(text);
  return value instanceof Date ? { type: value.type, val: value } : value;
}

/** Rows whose values have the same kinds, by their places in the whole. */
export interface Alike {
  at: number[];
  binds: Record<string, Bound>[];
  bindDefs: Record<string, BindDefinition>;
}

/**
 * For array DML, where one type holds for all rows of a bind: rows go together whose values are of the same kinds, times
 * here and texts there; a NULL is of any kind.
 */
export function bindAlike(rows: BindText[][]): Alike[] {
  const names = (rows[0] ?? []).map((_, place) => `b${place + 1}`);
  const groups: Together[] = [];
  for (let at = 0; at < rows.length; at += 1) {
    const values = rows[at]!.map(valueOf);
    let group = groups.find((one) => one.takes(values));
    if (!group) groups.push((group = new Together(names)));
    group.add(at, values);
  }
  return groups.map(({ at, binds, bindDefs }) => ({ at, binds, bindDefs }));
}

type Time = Date & { readonly type: oracledb.DbType };
type Bound = BindText | Time;

class Together implements Alike {
  readonly at: number[] = [];
  readonly binds: Record<string, Bound>[] = [];
  private readonly places: Place[];

  constructor(private readonly names: string[]) {
    this.places = names.map(() => new Place());
  }

  get bindDefs(): Record<string, BindDefinition> {
    return Object.fromEntries(this.names.map((name, place) => [name, this.places[place]!.definition]));
  }

  takes(values: Bound[]): boolean {
    return this.places.every((place, at) => place.takes(values[at]!));
  }

  add(at: number, values: Bound[]): void {
    const binds: Record<string, Bound> = {};
    for (let place = 0; place < values.length; place += 1) {
      binds[this.names[place]!] = values[place]!;
      this.places[place]!.add(values[place]!);
    }
    this.at.push(at);
    this.binds.push(binds);
  }
}

/** One bind of rows that go together. */
class Place {
  private type?: oracledb.DbType;
  private longest = 1;

  takes(value: Bound): boolean {
    return value === null || this.type === undefined || (this.type === oracledb.STRING) === (typeof value === 'string');
  }

  add(value: Bound): void {
    if (value === null) return;
    if (typeof value !== 'string') {
      if (this.type !== oracledb.DB_TYPE_TIMESTAMP) this.type = value.type;
      return;
    }
    this.type = oracledb.STRING;
    this.longest = Math.max(this.longest, Buffer.byteLength(value));
  }

  get definition(): BindDefinition {
    const { type = oracledb.STRING } = this;
    return type === oracledb.STRING ? { type, maxSize: roomFor(this.longest) } : { type };
  }
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
  constructor(clock: number, readonly type: oracledb.DbType) {
    super(clock);
  }
  override getFullYear(): number { return this.getUTCFullYear(); }
  override getMonth(): number { return this.getUTCMonth(); }
  override getDate(): number { return this.getUTCDate(); }
  override getHours(): number { return this.getUTCHours(); }
  override getMinutes(): number { return this.getUTCMinutes(); }
  override getSeconds(): number { return this.getUTCSeconds(); }
}

function valueOf(text: BindText): Bound {
  if (text === null || text.length < WALL_CLOCK || text[10] !== 'T' || !LOCAL_TIME.test(text)) return text; // most texts are no times: the length says so
  const clock = clockIn(text);
  if (clock === undefined || (hasOffset(text) && !isOfZone(clock, text))) return text;
  const time = new WallClock(clock, text[WALL_CLOCK] === '.' ? oracledb.DB_TYPE_TIMESTAMP : oracledb.DB_TYPE_DATE);
  return oracledb.thin ? time : localDate(time);
}

/** So that Date.UTC takes the years before 100 for what they are: the calendar repeats itself after 400 years. */
const CYCLE_YEARS = 400;
const CYCLE_MS = 146_097 * 86_400_000;

/**
 * The wall clock of a text that has the form of a time, in milliseconds as if it were UTC; undefined where the calendar does
 * not have it. The figures are read one by one: made of the text, a Date costs more than all the rest of a bind.
 */
function clockIn(text: string): number | undefined {
  const [year, month, day] = [two(text, 0) * 100 + two(text, 2), two(text, 5), two(text, 8)];
  const [hour, minute, second] = [two(text, 11), two(text, 14), two(text, 17)];
  if (hour > 23 || minute > 59 || second > 59 || month < 1 || month > 12) return undefined;
  const midnight = Date.UTC(year + CYCLE_YEARS, month - 1, day) - CYCLE_MS;
  if (day < 1 || day > 28 && new Date(midnight).getUTCDate() !== day) return undefined; // of 30 February JavaScript makes 2 March
  return midnight + ((hour * 60 + minute) * 60 + second) * 1_000 + milliseconds(text);
}

/** Of a fraction of up to three figures. */
function milliseconds(text: string): number {
  if (text[WALL_CLOCK] !== '.') return 0;
  let [sum, worth] = [0, 100];
  for (let at = WALL_CLOCK + 1; isFigure(text, at); at += 1, worth /= 10) sum += figure(text, at) * worth;
  return sum;
}

const ZERO = '0'.charCodeAt(0);

function figure(text: string, at: number): number {
  return text.charCodeAt(at) - ZERO;
}

function isFigure(text: string, at: number): boolean {
  return at < text.length && figure(text, at) >= 0 && figure(text, at) <= 9;
}

/** The number that two figures write. */
function two(text: string, at: number): number {
  return figure(text, at) * 10 + figure(text, at + 1);
}

/** The offset that the session's zone has at an instant, in minutes; until the zone is told any offset is taken for its own. */
let zoneOffset: ((epochMs: number) => number) | undefined;

/** In which zone the sessions of this thread live. */
export function bindTimesIn(timeZone: string): void {
  zoneOffset = offsetsOf(timeZone);
}

function hasOffset(text: string): boolean {
  return text.length > WALL_CLOCK && text[text.length - 3] === ':';
}

/** A time with the offset of another zone is somebody else's text, and stays as it is. */
function isOfZone(clock: number, text: string): boolean {
  if (!zoneOffset) return true;
  const sign = text.length - '+09:00'.length;
  const minutes = (text[sign] === '-' ? -1 : 1) * (two(text, sign + 1) * 60 + two(text, sign + 4));
  return zoneOffset(clock - minutes * 60_000) === minutes;
}

function localDate(clock: WallClock): Time {
  const date = new Date(clock.getFullYear(), clock.getMonth(), clock.getDate(), clock.getHours(), clock.getMinutes(), clock.getSeconds(), clock.getUTCMilliseconds());
  return Object.assign(date, { type: clock.type });
}
