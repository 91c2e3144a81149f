import { createRequire } from 'node:module';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { OracleTime } from '../../../../../embedded/oracle-net/backend.ts';
import { TIME_BYTES, writeDate, writeTimestamp, writeTimestampWithLocalZone, writeTimestampWithZone } from '../../../../../embedded/oracle-net/ttc/oracle-time.ts';
import { oracleConnection } from '../../../test/scripted-oracle.js';
import { driverError } from './driver-error.js';
import { keepTimesExact } from './exact-times.js';
import { explainOracle } from './oracle-problems.js';

/** What is replaced of the pinned driver; a driver in which it is called otherwise is noticed by the facts of oracle-facts-values. */
const load = createRequire(import.meta.url);
type Parse = (this: { caps: object }, bytes: Buffer, isLocal?: boolean, isInDatabaseZone?: boolean) => string;
const { BaseBuffer } = load('oracledb/lib/impl/datahandlers/buffer.js') as { BaseBuffer: { prototype: { parseOracleDate: Parse } } };

beforeEach(() => keepTimesExact('Asia/Seoul'));

const at = (over: Partial<OracleTime> = {}): OracleTime => ({ year: 2026, month: 11, day: 20, hour: 9, minute: 30, second: 0, nanosecond: 0, ...over });
function bytesOf(write: (buffer: Buffer, at: number, time: OracleTime) => number, time: OracleTime): Buffer {
  const buffer = Buffer.alloc(TIME_BYTES);
  return buffer.subarray(0, write(buffer, 0, time));
}
function parse(bytes: Buffer, isLocal: boolean, isInDatabaseZone = false, caps: object = {}): string {
  return BaseBuffer.prototype.parseOracleDate.call({ caps }, bytes, isLocal, isInDatabaseZone);
}
const date = (time: OracleTime) => parse(bytesOf(writeDate, time), true);
const timestamp = (time: OracleTime) => parse(bytesOf(writeTimestamp, time), true);
const zoned = (time: OracleTime) => parse(bytesOf(writeTimestampWithZone, time), false);
const localZoned = (time: OracleTime, dbTzOffset: number) =>
  parse(bytesOf((buffer, start, value) => writeTimestampWithLocalZone(buffer, start, value, dbTzOffset), time), false, true, { dbTzOffset });

describe('DATE and TIMESTAMP', () => {
  it('are what the database has, to the nanosecond, without trailing zeros', () => {
    expect(date(at())).toBe('2026-11-20T09:30:00');
    expect(timestamp(at())).toBe('2026-11-20T09:30:00');
    expect(timestamp(at({ nanosecond: 123_456_789 }))).toBe('2026-11-20T09:30:00.123456789');
    expect(timestamp(at({ nanosecond: 100_000_000 }))).toBe('2026-11-20T09:30:00.1');
    expect(timestamp(at({ nanosecond: 1 }))).toBe('2026-11-20T09:30:00.000000001');
  });

  it('are so in an hour that some zone leaves out or has twice, at midnight, on 29 February and at the ends of the calendar', () => {
    expect(date(at({ month: 3, day: 8, hour: 2 }))).toBe('2026-03-08T02:30:00');
    expect(date(at({ month: 11, day: 1, hour: 1 }))).toBe('2026-11-01T01:30:00');
    expect(date(at({ hour: 0, minute: 0 }))).toBe('2026-11-20T00:00:00');
    expect(date(at({ year: 2028, month: 2, day: 29, hour: 23, minute: 59, second: 59 }))).toBe('2028-02-29T23:59:59');
    expect(date(at({ year: 9999, month: 12, day: 31 }))).toBe('9999-12-31T09:30:00');
    expect(date(at({ year: 99 }))).toBe('0099-11-20T09:30:00');
    expect(date(at({ year: 1 }))).toBe('0001-11-20T09:30:00');
  });

  it('are before Christ as ISO 8601 counts, which has a year 0', () => {
    expect(date(at({ year: -1 }))).toBe('0000-11-20T09:30:00');
    expect(date(at({ year: -2 }))).toBe('-000001-11-20T09:30:00');
    expect(date(at({ year: -4712, month: 1, day: 1 }))).toBe('-004711-01-01T09:30:00');
  });
});

describe('TIMESTAMP WITH TIME ZONE', () => {
  it('is shown by the clocks of the connection, whatever zone it was written in', () => {
    expect(zoned(at({ offsetMinutes: 0 }))).toBe('2026-11-20T18:30:00+09:00');
    expect(zoned(at({ offsetMinutes: 540, nanosecond: 120_000 }))).toBe('2026-11-20T09:30:00.00012+09:00');
    expect(zoned(at({ offsetMinutes: -210 }))).toBe('2026-11-20T22:00:00+09:00');
    expect(zoned(at({ year: 2026, month: 12, day: 31, hour: 20, offsetMinutes: 0 }))).toBe('2027-01-01T05:30:00+09:00');
  });

  it.each([
    ['America/New_York', ['2026-03-08T01:59:59-05:00', '2026-03-08T03:00:00-04:00', '2026-11-01T01:59:59-04:00', '2026-11-01T01:00:00-05:00']],
  ])('changes its offset on the second where %s does', (timeZone, expected) => {
    keepTimesExact(timeZone);
    const around = [
      { month: 3, day: 8, hour: 6, minute: 59, second: 59 }, { month: 3, day: 8, hour: 7, minute: 0, second: 0 },
      { month: 11, day: 1, hour: 5, minute: 59, second: 59 }, { month: 11, day: 1, hour: 6, minute: 0, second: 0 },
    ];
    expect(around.map((one) => zoned(at({ ...one, offsetMinutes: 0 })))).toEqual(expected);
  });

  it.each([
    ['Asia/Kathmandu', '2026-11-20T15:15:00+05:45'],
    ['America/St_Johns', '2026-11-20T06:00:00-03:30'],
    ['Pacific/Kiritimati', '2026-11-20T23:30:00+14:00'],
    ['Australia/Lord_Howe', '2026-11-20T20:30:00+11:00'],
    ['Etc/GMT+12', '2026-11-19T21:30:00-12:00'],
    ['UTC', '2026-11-20T09:30:00+00:00'],
  ])('has offsets that are no whole hours: %s', (timeZone, expected) => {
    keepTimesExact(timeZone);
    expect(zoned(at({ offsetMinutes: 0 }))).toBe(expected);
  });

  it('knows what the clocks of Korea were, too: summer time of 1988', () => {
    expect(zoned(at({ year: 1988, month: 7, day: 1, hour: 0, offsetMinutes: 0 }))).toBe('1988-07-01T10:30:00+10:00');
  });

  it('keeps two digits of a year as they are, and years before Christ', () => {
    keepTimesExact('UTC');
    expect(zoned(at({ year: 99, offsetMinutes: 0 }))).toBe('0099-11-20T09:30:00+00:00');
    expect(zoned(at({ year: -2, offsetMinutes: 0 }))).toBe('-000001-11-20T09:30:00+00:00');
  });
});

describe('TIMESTAMP WITH LOCAL TIME ZONE', () => {
  it('travels in the zone of the database and is shown by the clocks of the connection', () => {
    for (const dbTzOffset of [0, 540, -300, 345]) expect(localZoned(at({ offsetMinutes: 540, nanosecond: 1_000_000 }), dbTzOffset)).toBe('2026-11-20T09:30:00.001+09:00');
  });

  it('is refused by the driver where the database has a region for a zone, and it is explained', () => {
    const bytes = bytesOf(writeTimestamp, at());
    let refusal: Error | undefined;
    try {
      parse(bytes, false, true, { dbTzRegion: 'Asia/Seoul' });
    } catch (error) {
      refusal = error as Error;
    }
    expect(refusal).toMatchObject({ code: 'NJS-201' });
    const query = { sql: 'SELECT a FROM t', text: 'SELECT a FROM t', authorPosition: (position: number) => position };
    const explained = explainOracle(driverError(refusal!), { connection: oracleConnection(1521), during: 'call', query });
    const named = expect.stringMatching(/LOCAL TIME ZONE/);
    expect(explained).toMatchObject({ blame: 'query', error: { code: 'NJS-201', cause: named, ko: { cause: named } } });
  });
});
