import { describe, expect, it } from '@jest/globals';
import type { OracleTime } from '../backend.ts';
import { atOffset, readTime, TIME_BYTES, writeDate, writeTimestamp, writeTimestampWithLocalZone, writeTimestampWithZone } from './oracle-time.ts';

const time = (year: number, month: number, day: number, hour = 0, minute = 0, second = 0, nanosecond = 0): OracleTime =>
  ({ year, month, day, hour, minute, second, nanosecond });
const written = (write: (buffer: Buffer, at: number) => number) => {
  const buffer = Buffer.alloc(TIME_BYTES + 3);
  return buffer.subarray(2, 2 + write(buffer, 2));
};

describe('an Oracle DATE', () => {
  it('has seven bytes: century and year in excess of 100, the clock in excess of 1', () => {
    expect(written((buffer, at) => writeDate(buffer, at, time(2026, 11, 20, 23, 59, 58))).toString('hex')).toBe('787e0b14183c3b');
  });

  it.each([time(1, 1, 1), time(1900, 2, 28), time(2000, 2, 29, 12), time(2026, 12, 31, 23, 59, 59), time(9999, 12, 31, 23, 59, 59)])('%j comes back', (one) => {
    expect(readTime(written((buffer, at) => writeDate(buffer, at, one)))).toEqual(one);
  });
});

describe('an Oracle TIMESTAMP', () => {
  it('is as short as a DATE when the second is whole', () => {
    expect(written((buffer, at) => writeTimestamp(buffer, at, time(2026, 11, 20)))).toHaveLength(7);
  });

  it('keeps nine digits of the second', () => {
    const one = time(2026, 11, 20, 1, 2, 3, 123_456_789);
    expect(readTime(written((buffer, at) => writeTimestamp(buffer, at, one)))).toEqual(one);
  });

  it('travels in UTC with its zone behind it, and comes back as the local time there', () => {
    const seoul = { ...time(2026, 1, 1, 8, 30, 0, 5_000), offsetMinutes: 540 };
    const bytes = written((buffer, at) => writeTimestampWithZone(buffer, at, seoul));
    expect(readTime(bytes.subarray(0, 11))).toEqual(time(2025, 12, 31, 23, 30, 0, 5_000));
    expect([...bytes.subarray(11)]).toEqual([29, 60]);
    expect(readTime(bytes)).toEqual(seoul);
  });

  it.each([-570, -90, 0, 345, 840])('knows a zone of %i minutes', (offsetMinutes) => {
    const one = { ...time(2026, 3, 1, 0, 10), offsetMinutes };
    expect(readTime(written((buffer, at) => writeTimestampWithZone(buffer, at, one)))).toEqual(one);
  });

  it('with local time zone travels in the zone of the database', () => {
    const bytes = written((buffer, at) => writeTimestampWithLocalZone(buffer, at, { ...time(2026, 1, 1), offsetMinutes: 540 }, 0));
    expect(readTime(bytes)).toEqual(time(2025, 12, 31, 15));
    expect(readTime(written((buffer, at) => writeTimestampWithLocalZone(buffer, at, time(2026, 1, 1), 540)))).toEqual(time(2026, 1, 1));
  });

  it('moves across a leap day and the first century', () => {
    expect(atOffset({ ...time(2024, 3, 1, 1), offsetMinutes: 120 }, 0)).toMatchObject({ month: 2, day: 29, hour: 23 });
    expect(atOffset({ ...time(50, 1, 1, 1), offsetMinutes: 120 }, 0)).toMatchObject({ year: 49, month: 12, day: 31, hour: 23 });
  });
});
