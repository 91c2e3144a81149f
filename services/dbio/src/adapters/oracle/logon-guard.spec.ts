import { describe, expect, it } from '@jest/globals';
import { sourceDown } from '../../../test/fakes.js';
import { LogonGuard } from './logon-guard.js';

const MINUTE_MS = 60_000;
const YEAR_MS = 365 * 24 * 60 * MINUTE_MS;
const REFUSAL = sourceDown(true);

function guardAt(clock: { now: number }) {
  const guard = new LogonGuard(() => clock.now);
  const passes = (check: () => void) => {
    try {
      check();
      return true;
    } catch (error) {
      expect(error).toBe(REFUSAL);
      return false;
    }
  };
  return { guard, mayCall: () => passes(() => guard.beforeCall()), mayRun: () => passes(() => guard.beforeRun()) };
}

describe('LogonGuard', () => {
  it('lets everybody try as long as nobody was refused', () => {
    const { mayCall, mayRun } = guardAt({ now: 0 });
    expect([mayCall(), mayRun()]).toEqual([true, true]);
  });

  it('says the refusal again to calls until its pause is over, which is longer after each: 1, 10 and 60 minutes', () => {
    const clock = { now: 0 };
    const { guard, mayCall } = guardAt(clock);
    for (const minutes of [1, 10, 60]) {
      guard.refusedToPool(REFUSAL);
      expect(mayCall()).toBe(false);
      clock.now += minutes * MINUTE_MS - 1;
      expect(mayCall()).toBe(false);
      clock.now += 1;
      expect(mayCall()).toBe(true);
    }
  });

  it('lets a new run try at once, three times in a row, and nobody by himself after four, however long it is', () => {
    const clock = { now: 0 };
    const { guard, mayCall, mayRun } = guardAt(clock);
    for (let refusals = 0; refusals < 3; refusals += 1) {
      expect(mayRun()).toBe(true);
      guard.refused(REFUSAL);
      expect(mayCall()).toBe(false);
    }
    expect(mayRun()).toBe(false);
    clock.now += 60 * MINUTE_MS;
    expect([mayCall(), mayRun()]).toEqual([true, false]);
    guard.refusedToPool(REFUSAL);
    clock.now += YEAR_MS;
    expect([mayCall(), mayRun()]).toEqual([false, false]);
    guard.passed();
    expect([mayCall(), mayRun()]).toEqual([true, true]);
  });

  it('counts the pool\'s refusal once, however many calls hear of it', () => {
    const clock = { now: 0 };
    const { guard, mayCall, mayRun } = guardAt(clock);
    for (let call = 0; call < 200; call += 1) guard.refusedToPool(REFUSAL);
    clock.now += MINUTE_MS;
    expect([mayCall(), mayRun()]).toEqual([true, true]);
  });

  it('counts the pool\'s refusal beside that of a run at the same time: both have been asked', () => {
    const clock = { now: 0 };
    const { guard, mayCall, mayRun } = guardAt(clock);
    for (const minutes of [1, 10]) {
      guard.refused(REFUSAL);
      clock.now += minutes * MINUTE_MS;
    }
    guard.refused(REFUSAL);
    guard.refusedToPool(REFUSAL);
    clock.now += YEAR_MS;
    expect([mayCall(), mayRun()]).toEqual([false, false]);
  });

  it('forgets everything with a logon that passed', () => {
    const clock = { now: 0 };
    const { guard, mayCall } = guardAt(clock);
    guard.refused(REFUSAL);
    guard.refused(REFUSAL);
    guard.passed();
    expect(mayCall()).toBe(true);
    guard.refused(REFUSAL);
    clock.now += MINUTE_MS;
    expect(mayCall()).toBe(true);
  });
});
