import { createRequire } from 'node:module';
import { offsetsOf } from '../../zone-offsets.js';

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
    const year = isoYear((bytes[0]! - 100) * 100 + bytes[1]! - 100);
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

/** Oracle knows no year 0: its -1 is the 0 of ISO 8601. */
function isoYear(year: number): number {
  return year < 0 ? year + 1 : year;
}

function yearText(year: number): string {
  return year >= 0 ? String(year).padStart(4, '0') : `-${String(-year).padStart(6, '0')}`;
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
