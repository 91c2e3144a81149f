import type { OracleTime } from '../backend.ts';

/** Longest encoding: date, time, fraction of the second, time zone. */
export const TIME_BYTES = 13;
export const DATE_BYTES = 7;
const TIMESTAMP_BYTES = 11;
const ZONE_HOUR_BIAS = 20;
const ZONE_MINUTE_BIAS = 60;
const MINUTE_MS = 60_000;

/** DATE: seven bytes. @returns the number of bytes written */
export function writeDate(buffer: Buffer, at: number, time: OracleTime): number {
  buffer[at] = Math.trunc(time.year / 100) + 100;
  buffer[at + 1] = (time.year % 100) + 100;
  buffer[at + 2] = time.month;
  buffer[at + 3] = time.day;
  buffer[at + 4] = time.hour + 1;
  buffer[at + 5] = time.minute + 1;
  buffer[at + 6] = time.second + 1;
  return DATE_BYTES;
}

/** TIMESTAMP: as DATE when the second is whole, with the nanoseconds otherwise. */
export function writeTimestamp(buffer: Buffer, at: number, time: OracleTime): number {
  writeDate(buffer, at, time);
  if (time.nanosecond === 0) return DATE_BYTES;
  buffer.writeUInt32BE(time.nanosecond, at + DATE_BYTES);
  return TIMESTAMP_BYTES;
}

/** TIMESTAMP WITH TIME ZONE travels in UTC, with its offset behind it. Without an offset it is taken as UTC. */
export function writeTimestampWithZone(buffer: Buffer, at: number, time: OracleTime): number {
  const offset = time.offsetMinutes ?? 0;
  writeDate(buffer, at, atOffset(time, 0));
  buffer.writeUInt32BE(time.nanosecond, at + DATE_BYTES);
  buffer[at + TIMESTAMP_BYTES] = Math.trunc(offset / 60) + ZONE_HOUR_BIAS;
  buffer[at + TIMESTAMP_BYTES + 1] = (offset % 60) + ZONE_MINUTE_BIAS;
  return TIME_BYTES;
}

/** TIMESTAMP WITH LOCAL TIME ZONE travels in the database's time zone. */
export function writeTimestampWithLocalZone(buffer: Buffer, at: number, time: OracleTime, databaseOffsetMinutes: number): number {
  return writeTimestamp(buffer, at, time.offsetMinutes === undefined ? time : atOffset(time, databaseOffsetMinutes));
}

/** DATE, TIMESTAMP or TIMESTAMP WITH TIME ZONE, as the number of bytes tells. */
export function readTime(bytes: Buffer): OracleTime {
  const time: OracleTime = {
    year: (bytes[0]! - 100) * 100 + bytes[1]! - 100, month: bytes[2]!, day: bytes[3]!,
    hour: bytes[4]! - 1, minute: bytes[5]! - 1, second: bytes[6]! - 1,
    nanosecond: bytes.length >= TIMESTAMP_BYTES ? bytes.readUInt32BE(DATE_BYTES) : 0,
  };
  if (bytes.length < TIME_BYTES) return time;
  const offset = (bytes[TIMESTAMP_BYTES]! - ZONE_HOUR_BIAS) * 60 + bytes[TIMESTAMP_BYTES + 1]! - ZONE_MINUTE_BIAS;
  return atOffset({ ...time, offsetMinutes: 0 }, offset);
}

/** The same moment on the clocks of another zone. */
export function atOffset(time: OracleTime, offsetMinutes: number): OracleTime {
  const from = time.offsetMinutes ?? 0;
  if (from === offsetMinutes) return { ...time, offsetMinutes };
  const moment = new Date(0);
  moment.setUTCFullYear(time.year, time.month - 1, time.day);
  moment.setUTCHours(time.hour, time.minute, time.second);
  const there = new Date(moment.getTime() + (offsetMinutes - from) * MINUTE_MS);
  return {
    year: there.getUTCFullYear(), month: there.getUTCMonth() + 1, day: there.getUTCDate(),
    hour: there.getUTCHours(), minute: there.getUTCMinutes(), second: there.getUTCSeconds(), nanosecond: time.nanosecond, offsetMinutes,
  };
}
