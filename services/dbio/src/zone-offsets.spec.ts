import { describe, expect, it } from '@jest/globals';
import { offsetsOf } from './zone-offsets.js';

describe('the offset of a zone', () => {
  it.each([
    ['Asia/Seoul', '2026-11-20T00:00:00Z', 540],
    ['Asia/Kolkata', '2026-11-20T00:00:00Z', 330],
    ['UTC', '2026-11-20T00:00:00Z', 0],
    ['America/New_York', '2026-03-08T06:59:59Z', -300],
    ['America/New_York', '2026-03-08T07:00:00Z', -240],
    ['Asia/Seoul', '1988-07-01T00:00:00Z', 600],
  ])('of %s at %s is %d minutes', (zone, at, minutes) => expect(offsetsOf(zone)(Date.parse(at))).toBe(minutes));

  it('is right on both sides of a change at any minute, in whatever order one asks', () => {
    const before = Date.parse('2010-11-07T02:30:10Z');
    const offsetAt = offsetsOf('America/St_Johns');
    expect([offsetAt(before), offsetAt(before + 60_000), offsetAt(before)]).toEqual([-150, -210, -150]);
  });
});
