import type { SourceProblem } from '@tank/contracts';
import type { QueryFailed, SourceFailed } from '../src/source.js';

/** What became of a call, and how long it took; the time in which this very process stood still is nobody's fault. */
export interface Outcome<T> {
  value?: T;
  error?: unknown;
  tookMs: number;
}

const TICK_MS = 20;

export async function outcomeOf<T>(work: Promise<T>): Promise<Outcome<T>> {
  const from = performance.now();
  let [last, stoodStillMs] = [from, 0];
  const tick = () => {
    const now = performance.now();
    stoodStillMs += Math.max(0, now - last - TICK_MS);
    last = now;
  };
  const ticking = setInterval(tick, TICK_MS);
  const done = await work.then((value) => ({ value }), (error: unknown) => ({ error }));
  clearInterval(ticking);
  tick();
  return { ...done, tookMs: last - from - stoodStillMs };
}

/** What a failure says, of whichever kind. */
export interface Failure {
  tookMs: number;
  problem?: SourceProblem;
  isLasting?: boolean;
  error?: QueryFailed['error'];
  blame?: QueryFailed['blame'];
}

export async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const { value, error, tookMs } = await outcomeOf(work);
  if (error === undefined) throw new Error(`It passed: ${JSON.stringify(value)}`);
  const { problem, isLasting, error: refused, blame } = error as Partial<SourceFailed & QueryFailed>;
  if (!problem && !refused) throw error;
  return { tookMs, problem, isLasting, error: refused, blame };
}
