import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { SesAnswer } from '../classify-ses-error.js';
import { SesBreaker } from './ses-breaker.js';

const unreachable: SesAnswer = { kind: 'unreachable', detail: 'x' };
const refused: SesAnswer = { kind: 'mail-refused', detail: 'x' };
const accepted: SesAnswer = { kind: 'accepted', messageId: '1' };

describe('the breaker around SES', () => {
  const made: SesBreaker<string>[] = [];
  afterEach(() => made.splice(0).forEach((breaker) => breaker.close()));

  function breakerThat(answer: (item: string) => Promise<SesAnswer>, resetMs = 40): SesBreaker<string> {
    const breaker = new SesBreaker(answer, resetMs);
    made.push(breaker);
    return breaker;
  }
  async function call(breaker: SesBreaker<string>, times: number): Promise<string[]> {
    const kinds: string[] = [];
    for (let i = 0; i < times; i += 1) kinds.push((await breaker.call('mail')).kind);
    return kinds;
  }
  async function until(condition: () => boolean): Promise<void> {
    for (let left = 1_000; !condition(); left -= 1) {
      if (left === 0) throw new Error('Waited two seconds in vain.');
      await sleep(2);
    }
  }

  it('opens after five calls that SES did not answer, and calls no more', async () => {
    let calls = 0;
    const breaker = breakerThat(async () => (calls++, unreachable), 10_000);
    expect(await call(breaker, 7)).toEqual([...Array<string>(5).fill('unreachable'), 'not-called', 'not-called']);
    expect([calls, breaker.state()]).toEqual([5, 'open']);
    expect(breaker.closedForMs()).toBeGreaterThan(9_000);
  });

  it('hands answers through untouched, also those that count against SES', async () => {
    expect(await breakerThat(async () => unreachable).call('mail')).toBe(unreachable);
  });

  it('takes a refusal as a sign of life', async () => {
    const breaker = breakerThat(async () => refused);
    await call(breaker, 20);
    expect([breaker.state(), breaker.closedForMs()]).toEqual(['closed', 0]);
  });

  it('lets one mail try for all when it is half open', async () => {
    let answer = Promise.resolve<SesAnswer>(unreachable);
    const breaker = breakerThat(() => answer);
    await call(breaker, 5);
    await until(() => breaker.state() === 'half-open');
    const probe = Promise.withResolvers<SesAnswer>();
    answer = probe.promise;
    const first = breaker.call('probe');
    expect(breaker.closedForMs()).toBeGreaterThan(0);
    expect(await breaker.call('second')).toEqual({ kind: 'not-called' });
    probe.resolve(accepted);
    expect(await first).toBe(accepted);
    expect([breaker.state(), breaker.closedForMs()]).toEqual(['closed', 0]);
  });

  it('opens again when the one that tries fails', async () => {
    const breaker = breakerThat(async () => unreachable);
    await call(breaker, 5);
    await until(() => breaker.state() === 'half-open');
    await call(breaker, 1);
    expect(breaker.state()).toBe('open');
  });
});
