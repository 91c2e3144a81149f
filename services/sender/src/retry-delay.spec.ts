import { describe, expect, it } from '@jest/globals';
import { retryDelayMs } from './retry-delay.js';

describe('the wait before a retry', () => {
  it('grows with each failure', () => {
    expect([1, 2, 3].map((failures) => retryDelayMs(failures, () => 1))).toEqual([1_000, 4_000, 15_000]);
  });
  it('is jittered by half', () => {
    expect(retryDelayMs(2, () => 0)).toBe(2_000);
  });
});
