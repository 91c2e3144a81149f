import { describe, expect, it } from '@jest/globals';
import { forbiddenHoursSchema } from '@tank/contracts';
import { forbiddenUntil } from './forbidden-hours.js';
import { readForbiddenHours } from './read-forbidden-hours.js';

/** Local times in, local time out, with its offset. */
function until(hours: string, at: string, timeZone = 'Asia/Seoul'): string | null {
  return forbiddenUntil(readForbiddenHours(hours), timeZone, Date.parse(at))?.toISO({ suppressMilliseconds: true, suppressSeconds: true }) ?? null;
}

// 2026-11-20 is a Friday.
describe('forbiddenUntil', () => {
  it.each([
    ['2026-11-20T08:59:59.999+09:00', null],
    ['2026-11-20T09:00:00+09:00', '2026-11-20T18:00+09:00'],
    ['2026-11-20T17:59:59.999+09:00', '2026-11-20T18:00+09:00'],
    ['2026-11-20T18:00:00+09:00', null],
    ['2026-11-21T11:00:00+09:00', '2026-11-21T12:00+09:00'],
    ['2026-11-21T12:00:00+09:00', null],
    ['2026-11-22T10:00:00+09:00', null],
  ])('of office hours, at %s, is %s', (at, end) => expect(until('MON-FRI 09:00-18:00, SAT 09:00-12:00', at)).toBe(end));

  it('counts in the zone of the connection', () => {
    expect(until('MON-FRI 09:00-18:00', '2026-11-20T00:30:00Z')).toBe('2026-11-20T18:00+09:00');
    expect(until('MON-FRI 09:00-18:00', '2026-11-20T00:30:00Z', 'America/New_York')).toBeNull();
  });

  it.each([
    ['2026-11-20T21:59:00+09:00', null],
    ['2026-11-20T22:00:00+09:00', '2026-11-21T06:00+09:00'],
    ['2026-11-21T05:59:00+09:00', '2026-11-21T06:00+09:00'],
    ['2026-11-21T22:30:00+09:00', null],
    ['2026-11-20T03:00:00+09:00', null],
  ])('of Friday night goes on into Saturday: at %s it is %s', (at, end) => expect(until('FRI 22:00-06:00', at)).toBe(end));

  it('goes from Sunday into Monday, and from one year into the next', () => {
    expect(until('SUN 23:00-01:00', '2026-11-23T00:30:00+09:00')).toBe('2026-11-23T01:00+09:00');
    expect(until('23:00-01:00', '2026-12-31T23:30:00+09:00')).toBe('2027-01-01T01:00+09:00');
  });

  it('is the end of all hours that follow each other', () => {
    expect(until('09:00-12:00, 11:00-18:00, 18:00-20:00', '2026-11-20T09:30:00+09:00')).toBe('2026-11-20T20:00+09:00');
    expect(until('FRI 09:00-24:00, SAT-SUN 00:00-24:00', '2026-11-20T09:30:00+09:00')).toBe('2026-11-23T00:00+09:00');
  });

  it('is far away when there is no other hour, and takes a whole day where it ends as it began', () => {
    expect(until('00:00-24:00', '2026-11-20T09:30:00+09:00')).toBe('2026-11-28T09:30+09:00');
    const [noon] = [forbiddenHoursSchema.parse({ days: ['FRI'], from: '12:00', to: '12:00' })];
    expect(forbiddenUntil([noon], 'Asia/Seoul', Date.parse('2026-11-21T11:00:00+09:00'))?.toISO()).toBe('2026-11-21T12:00:00.000+09:00');
    expect(forbiddenUntil([noon], 'Asia/Seoul', Date.parse('2026-11-20T11:00:00+09:00'))).toBeNull();
  });

  it('keeps to the wall clock where daylight saving begins and ends', () => {
    const spring = (at: string) => until('01:30-02:30', at, 'America/New_York'); // 02:00 → 03:00 on 2026-03-08
    expect(spring('2026-03-08T01:45:00-05:00')).not.toBeNull();
    expect(spring('2026-03-08T03:00:00-04:00')).toBeNull();
    const autumn = (at: string) => until('00:00-01:30', at, 'America/New_York'); // 02:00 → 01:00 on 2026-11-01
    expect(autumn('2026-11-01T01:15:00-04:00')).toBe('2026-11-01T01:30-04:00');
    expect(autumn('2026-11-01T01:45:00-04:00')).toBeNull();
    expect(autumn('2026-11-01T01:15:00-05:00')).toBe('2026-11-01T01:30-05:00');
    expect(until('22:00-06:00', '2026-10-31T23:00:00-04:00', 'America/New_York')).toBe('2026-11-01T06:00-05:00');
  });
});
