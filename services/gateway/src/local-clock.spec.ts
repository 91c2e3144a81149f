import { LocalClock, wallText, wallTimeOf } from './local-clock.js';

describe('the clock on the wall', () => {
  it.each([
    ['Asia/Seoul', '2026-11-20T00:00:00.000Z', '2026-11-20 09:00:00'],
    ['Asia/Seoul', '2026-11-19T15:00:59.999Z', '2026-11-20 00:00:59'],
    ['Europe/Berlin', '2026-10-25T00:59:59.000Z', '2026-10-25 02:59:59'],
    ['Europe/Berlin', '2026-10-25T01:00:00.000Z', '2026-10-25 02:00:00'],
    ['America/St_Johns', '2026-11-20T00:00:00.000Z', '2026-11-19 20:30:00'],
    ['UTC', '1969-12-31T23:59:59.500Z', '1969-12-31 23:59:59'],
  ])('in %s at %s shows %s', (zone, instant, shown) => {
    const clock = new LocalClock(zone);
    clock.at('2026-01-01T00:00:00.000Z');
    expect(wallText(clock.at(instant))).toBe(shown);
  });

  it('takes a local time as it stands', () => expect(wallText(wallTimeOf('2026-11-20T09:00:00'))).toBe('2026-11-20 09:00:00'));
});
