import { localDateTimeSchema, timeZoneSchema } from './run.js';

describe('local time', () => {
  it.each(['2026-11-20T09:00:00', '2028-02-29T23:59:59', '1900-01-01T00:00:00'])('takes %s', (time) => expect(localDateTimeSchema.parse(time)).toBe(time));

  it.each(['2026-02-30T00:00:00', '2026-04-31T09:00:00', '2027-02-29T00:00:00', '2026-13-01T00:00:00', '2026-11-20T24:00:00', '2026-11-20T09:60:00', '0000-01-01T00:00:00', '2026-11-20', '2026-11-20T09:00:00Z'])(
    'refuses %s', (time) => expect(localDateTimeSchema.safeParse(time).success).toBe(false));
});

describe('a time zone', () => {
  it('is one that the system knows', () => {
    expect(timeZoneSchema.safeParse('Asia/Seoul').success).toBe(true);
    expect(timeZoneSchema.safeParse('Asia/Soul').success).toBe(false);
  });
});
