import { REQUESTS } from './requests.js';
import { daySchema, localDateTimeSchema, timeZoneSchema } from './run.js';

describe('local time', () => {
  it.each(['2026-11-20T09:00:00', '2028-02-29T23:59:59', '1900-01-01T00:00:00'])('takes %s', (time) => expect(localDateTimeSchema.parse(time)).toBe(time));

  it.each(['2026-02-30T00:00:00', '2026-04-31T09:00:00', '2027-02-29T00:00:00', '2026-13-01T00:00:00', '2026-11-20T24:00:00', '2026-11-20T09:60:00', '0000-01-01T00:00:00', '2026-11-20', '2026-11-20T09:00:00Z'])(
    'refuses %s', (time) => expect(localDateTimeSchema.safeParse(time).success).toBe(false));
});

describe('a day', () => {
  it.each(['1900-01-01', '2028-02-29', '2199-12-31'])('may be %s', (day) => expect(daySchema.parse(day)).toBe(day));

  it.each(['0000-01-01', '0001-01-01', '1899-12-31', '2200-01-01', '9999-12-31'])('is not %s, which a sentence says', (day) => {
    expect(daySchema.safeParse(day).error?.issues.map(({ message }) => message)).toEqual(['Out of the calendar: expected a day from 1900 to 2199, such as 2026-11-20.']);
  });

  it.each(['logs.list-mails', 'logs.summary'] as const)('is such a one in what %s asks', (name) => {
    const isTaken = (from: string, to: string) => REQUESTS[name].asks.safeParse({ from, to }).success;
    expect([isTaken('1900-01-01', '2199-12-31'), isTaken('0000-01-01', '2026-11-20'), isTaken('2026-11-20', '2200-01-01')]).toEqual([true, false, false]);
  });

  it.each(['2026-02-30', '20261120', '2026-11-20T09:00:00', ''])('is not "%s", which is said once', (day) => expect(daySchema.safeParse(day).error?.issues).toHaveLength(1));
});

describe('a time zone', () => {
  it('is one that the system knows', () => {
    expect(timeZoneSchema.safeParse('Asia/Seoul').success).toBe(true);
    expect(timeZoneSchema.safeParse('Asia/Soul').success).toBe(false);
  });
});
