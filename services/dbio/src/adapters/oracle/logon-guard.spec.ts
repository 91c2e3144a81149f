import { describe, expect, it } from '@jest/globals';
import { sourceDown } from '../../../test/fakes.js';
import { LogonGuard } from './logon-guard.js';

const MINUTE_MS = 60_000;
const REFUSAL = sourceDown(true);

function guardAt(clock: { now: number }) {
  const guard = new LogonGuard(() => clock.now);
  const mayLogOn = () => {
    try {
      guard.beforeLogon();
      return true;
    } catch (error) {
      expect(error).toBe(REFUSAL);
      return false;
    }
  };
  return { guard, mayLogOn };
}

describe('LogonGuard', () => {
  it('lets everybody try as long as nobody was refused', () => {
    const { mayLogOn } = guardAt({ now: 0 });
    expect([mayLogOn(), mayLogOn()]).toEqual([true, true]);
  });

  it('says the refusal again until its pause is over, which is longer after each: 1, 10, 60, 360 minutes, and 360 again', () => {
    const clock = { now: 0 };
    const { guard, mayLogOn } = guardAt(clock);
    for (const minutes of [1, 10, 60, 360, 360]) {
      guard.refused(REFUSAL);
      expect(mayLogOn()).toBe(false);
      clock.now += minutes * MINUTE_MS - 1;
      expect(mayLogOn()).toBe(false);
      clock.now += 1;
      expect(mayLogOn()).toBe(true);
    }
  });

  it('counts a refusal once, however many calls hear of it', () => {
    const clock = { now: 0 };
    const { guard, mayLogOn } = guardAt(clock);
    for (let call = 0; call < 200; call += 1) guard.refused(REFUSAL);
    clock.now += MINUTE_MS;
    expect(mayLogOn()).toBe(true);
    guard.refused(REFUSAL);
    clock.now += 10 * MINUTE_MS;
    expect(mayLogOn()).toBe(true);
  });

  it('forgets everything with a logon that passed', () => {
    const clock = { now: 0 };
    const { guard, mayLogOn } = guardAt(clock);
    guard.refused(REFUSAL);
    clock.now += MINUTE_MS;
    guard.refused(REFUSAL);
    guard.passed();
    expect(mayLogOn()).toBe(true);
    guard.refused(REFUSAL);
    clock.now += MINUTE_MS;
    expect(mayLogOn()).toBe(true);
  });
});
