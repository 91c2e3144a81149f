import type { Run } from '@tank/contracts';
import { NOT_ALLOWED } from '../http/open-answers.js';
import { isFinal, type Told, type WatchedRun } from './watch-runs.js';

export interface Rhythm {
  /** How often it is looked whether the caller may still look on; with that comes a sign of life. */
  lookMs: number;
  /** After so long the stream ends, and the client connects again. */
  lifeMs: number;
}
/** Instead of going on: who looked on may not any more. */
const SIGNED_OUT = 'event: signed-out\ndata: {}\n\n';
export const RHYTHM: Rhythm = { lookMs: 15_000, lifeMs: 3_600_000 };

/** The text of a stream of server-sent events: the run as it is, as `show` shows it to this reader, then each change, until it has ended or nobody may or wants to look any more. */
export async function* runEvents(watched: WatchedRun, isStillAllowed: () => Promise<boolean>, closed: AbortSignal, { lookMs, lifeMs }: Rhythm, show: (run: Run) => Run): AsyncGenerator<string> {
  const until = performance.now() + lifeMs;
  let nextLookAt = performance.now() + lookMs;
  let shown: Told | undefined;
  yield 'retry: 2000\n\n';
  while (!closed.aborted && performance.now() < until) {
    // Taken before it is looked at, so that no change falls between.
    const { changed } = watched;
    const { told } = watched;
    if (told.text !== shown?.text) yield eventOf((shown = told), show);
    if (isFinal(told)) return yield 'event: end\ndata: {}\n\n';
    await whicheverComesFirst(changed, nextLookAt - performance.now(), closed);
    // By the clock: a run that changes all the time is no way to look on for ever.
    if (performance.now() < nextLookAt) continue;
    if (!(await isStillAllowed())) return yield SIGNED_OUT;
    yield ': still here\n\n';
    nextLookAt = performance.now() + lookMs;
  }
  if (closed.reason === NOT_ALLOWED) yield SIGNED_OUT;
}

function eventOf(told: Told, show: (run: Run) => Run): string {
  return `event: ${told.event}\ndata: ${told.event === 'run' ? JSON.stringify(show(told.run)) : told.text}\n\n`;
}

function whicheverComesFirst(changed: Promise<void>, ms: number, closed: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, Math.max(0, ms));
    closed.addEventListener('abort', done, { once: true });
    void changed.then(done);
    function done() {
      clearTimeout(timer);
      closed.removeEventListener('abort', done);
      resolve();
    }
  });
}
