import { describe, expect, it } from '@jest/globals';
import { allowed24h, allowedPerSecond, isTooLate, slotTimes } from './rate.js';

const account = { maxSendRate: 14, max24HourSend: 50_000 };
const none = { maxPerSecond: null, max24h: null };

describe('the allowed rate', () => {
  it('is the account\'s', () => expect(allowedPerSecond(account, none)).toBe(14));
  it('may be lowered by the setting, never raised', () => {
    expect(allowedPerSecond(account, { ...none, maxPerSecond: 5 })).toBe(5);
    expect(allowedPerSecond(account, { ...none, maxPerSecond: 500 })).toBe(14);
  });
  it('is the setting\'s, or one a second, while the account is unknown', () => {
    expect(allowedPerSecond(null, { ...none, maxPerSecond: 5 })).toBe(5);
    expect(allowedPerSecond(null, none)).toBe(1);
  });
});

describe('the quota of 24 hours', () => {
  it('is the lower of account and setting', () => {
    expect(allowed24h(account, none)).toBe(50_000);
    expect(allowed24h(account, { ...none, max24h: 100 })).toBe(100);
    expect(allowed24h({ max24HourSend: 10 }, { ...none, max24h: 100 })).toBe(10);
  });
  it('is unlimited only where both are', () => {
    expect(allowed24h({ max24HourSend: -1 }, none)).toBe(-1);
    expect(allowed24h({ max24HourSend: -1 }, { ...none, max24h: 100 })).toBe(100);
    expect(allowed24h(null, none)).toBe(-1);
  });
});

describe('a block of slots', () => {
  it('is one interval apart on the caller\'s clock', () => {
    expect(slotTimes({ granted: 3, firstInMs: 40, intervalMs: 50 }, 1_000)).toEqual([1_040, 1_090, 1_140]);
  });
  it('expires 100 ms after its time', () => {
    expect(isTooLate(1_000, 1_100)).toBe(false);
    expect(isTooLate(1_000, 1_101)).toBe(true);
  });
});
