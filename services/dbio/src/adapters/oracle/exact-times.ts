import { createRequire } from 'node:module';

/*
 * The driver makes JavaScript Dates of DATE and TIMESTAMP: in the time zone of the process, where an hour may not exist, and
 * without what is finer than a millisecond. A customer's time is text here. One method of the pinned driver is replaced,
 * in the worker only; the tests of oracle-source notice when a new driver does it another way.
 */
interface DriverBuffer {
  caps?: { dbTzOffset?: number | null; dbTzRegion?: string | null };
  parseOracleDate(bytes: Buffer, isLocal?: boolean, isInDatabaseZone?: boolean): unknown;
}

/**
 * From now on DATE and TIMESTAMP come as `2026-11-20T09:30:00.123456`, those with a zone in `timeZone` with its offset.
 * Thin mode only: in thick mode Oracle's own library makes the Dates.
 */
export function keepTimesExact(timeZone: string): void {
  const { BaseBuffer } = createRequire(import.meta.url)('oracledb/lib/impl/datahandlers/buffer.js') as { BaseBuffer: { prototype: DriverBuffer } };
  const offsetAt = offsetsOf(timeZone);
  const asDate = BaseBuffer.prototype.parseOracleDate;
  BaseBuffer.prototype.parseOracleDate = function (bytes, isLocal = true, isInDatabaseZone = false) {
    const nanoseconds = bytes.length >= 11 ? bytes.readUInt32BE(7) : 0;
    const year = (bytes[0]! - 100) * 100 + bytes[1]! - 100;
    if (isLocal) return wallClock(year, bytes, nanoseconds);
    if (isInDatabaseZone && this.caps?.dbTzRegion) return asDate.call(this, bytes, isLocal, isInDatabaseZone); // refuses, in the driver's words
    const at = new Date(0);
    at.setUTCFullYear(year, bytes[2]! - 1, bytes[3]!);
    at.setUTCHours(bytes[4]! - 1, bytes[5]! - 1, bytes[6]! - 1);
    const instant = at.getTime() - (isInDatabaseZone ? (this.caps?.dbTzOffset ?? 0) * 60_000 : 0);
    const offset = offsetAt(instant);
    return localTime(instant + offset * 60_000, nanoseconds) + offsetText(offset);
  };
}

const TWO_DIGITS = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, '0'));

/** Oracle keeps century, year, month, day and, each with one added, hour, minute and second. */
function wallClock(year: number, bytes: Buffer, nanoseconds: number): string {
  const [month, day, hour, minute, second] = [TWO_DIGITS[bytes[2]!], TWO_DIGITS[bytes[3]!], TWO_DIGITS[bytes[4]! - 1], TWO_DIGITS[bytes[5]! - 1], TWO_DIGITS[bytes[6]! - 1]];
  const text = `${yearText(year)}-${month}-${day}T${hour}:${minute}:${second}`;
  return nanoseconds === 0 ? text : text + fraction(nanoseconds);
}

/** Before Christ ISO 8601 has a sign and six digits, and a year 0 that is Oracle's -1. */
function yearText(year: number): string {
  if (year > 0) return String(year).padStart(4, '0');
  return `-${String(-year - 1).padStart(6, '0')}`;
}

function fraction(nanoseconds: number): string {
  return `.${String(nanoseconds).padStart(9, '0').replace(/0+$/, '')}`;
}

function localTime(epochMs: number, nanoseconds: number): string {
  const text = new Date(epochMs).toISOString().slice(0, -'.000Z'.length);
  return nanoseconds === 0 ? text : text + fraction(nanoseconds);
}

function offsetText(minutes: number): string {
  const two = (n: number) => String(Math.trunc(n)).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
}

const QUARTER_HOUR_MS = 900_000;
const MOST_KEPT = 10_000;

/** The offset of a zone, in minutes, at an instant. Zones change theirs on a quarter of an hour; asking Intl is slow. */
function offsetsOf(timeZone: string): (epochMs: number) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  const known = new Map<number, number>();
  return (epochMs) => {
    const quarter = Math.floor(epochMs / QUARTER_HOUR_MS);
    let offset = known.get(quarter);
    if (offset === undefined) {
      if (known.size >= MOST_KEPT) known.clear();
      offset = offsetIn(format.format(epochMs));
      known.set(quarter, offset);
    }
    return offset;
  };
}

/** `11/20/2026, GMT+09:00`; some old local mean times have seconds, which no clock shows. */
function offsetIn(formatted: string): number {
  const match = /GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(formatted);
  if (!match?.[1]) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === '-' ? -minutes : minutes;
}
