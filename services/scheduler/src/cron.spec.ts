import { checkTiming, firingsAfter, localTime, type Timing } from './cron.js';

const at = (iso: string) => new Date(iso);
const timing = (cron: string, change: Partial<Timing> = {}): Timing => ({ cron, timeZone: 'Asia/Seoul', startAt: null, endAt: null, ...change });
const firings = (of: Timing, after: string, count = 3) => firingsAfter(of, at(after), count).map((firing) => firing.toISOString());
const refusalOf = (of: Timing) => {
  try {
    checkTiming(of, at('2026-11-20T00:00:00Z'));
  } catch (error) {
    return (error as { refusal: { code: string; field: string; message: string } }).refusal;
  }
  return undefined;
};

it('fires at the wall-clock time of the zone', () => {
  expect(firings(timing('0 9 25 * *'), '2026-11-20T00:00:00Z', 2)).toEqual(['2026-11-25T00:00:00.000Z', '2026-12-25T00:00:00.000Z']);
  expect(localTime(at('2026-11-25T00:00:00Z'), 'Asia/Seoul')).toBe('2026-11-25T09:00:00');
});

it('gives only firings after the instant', () => {
  expect(firings(timing('* * * * *'), '2026-11-20T00:00:00.000Z', 1)).toEqual(['2026-11-20T00:01:00.000Z']);
  expect(firings(timing('* * * * *'), '2026-11-20T00:00:59.999Z', 1)).toEqual(['2026-11-20T00:01:00.000Z']);
});

it('keeps within start, inclusive, and end, exclusive', () => {
  const limited = timing('0 9 * * *', { startAt: at('2026-11-22T00:00:00Z'), endAt: at('2026-11-24T00:00:00Z') });
  expect(firings(limited, '2026-11-20T00:00:00Z', 5)).toEqual(['2026-11-22T00:00:00.000Z', '2026-11-23T00:00:00.000Z']);
  const late = timing('0 9 * * *', { startAt: at('2026-11-22T00:00:00.500Z') });
  expect(firings(late, '2026-11-20T00:00:00Z', 1)).toEqual(['2026-11-23T00:00:00.000Z']);
});

it('fires a fixed time once on the day the clock is put back, and once on the day it skips that time', () => {
  const daily = timing('30 1 * * *', { timeZone: 'America/New_York' });
  expect(firings(daily, '2026-11-01T00:00:00Z', 2)).toEqual(['2026-11-01T05:30:00.000Z', '2026-11-02T06:30:00.000Z']);
  const skipped = timing('30 2 * * *', { timeZone: 'America/New_York' });
  expect(firings(skipped, '2026-03-08T00:00:00Z', 2)).toEqual(['2026-03-08T07:00:00.000Z', '2026-03-09T06:30:00.000Z']);
});

it.each([
  ['* * * * * *', 'cron'],
  ['0 9 * *', 'cron'],
  ['@daily', 'cron'],
  ['61 9 * * *', 'cron'],
  ['0 9 31 2 *', 'cron'],
  ['a b c d e', 'cron'],
])('refuses %p and says what to write', (cron, field) => {
  expect(refusalOf(timing(cron))).toMatchObject({ code: 'INVALID', field });
  expect(refusalOf(timing(cron))?.message).toContain('five fields');
});

it('refuses a schedule that ends before it starts, or has ended', () => {
  expect(refusalOf(timing('0 9 * * *', { startAt: at('2026-12-02T00:00:00Z'), endAt: at('2026-12-01T00:00:00Z') }))).toMatchObject({ field: 'endAt' });
  expect(refusalOf(timing('0 9 * * *', { endAt: at('2026-11-01T00:00:00Z') }))).toMatchObject({ field: 'endAt' });
  expect(refusalOf(timing('0 9 * * *'))).toBeUndefined();
});
