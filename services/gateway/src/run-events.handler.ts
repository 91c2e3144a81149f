import { explainedRun } from './explain.js';
import type { HandlersOf, Services } from './handlers.js';
import { tooManyStreams } from './http/edge-problems.js';
import { runEvents, RHYTHM, type Rhythm } from './runs/run-events.js';
import { WatchRuns } from './runs/watch-runs.js';

export const MOST_STREAMS = 20;

export function runEventHandlers(services: Services, watch = new WatchRuns(services), rhythm: Rhythm = RHYTHM): HandlersOf<'watchRun'> {
  const streams = new StreamsOfUsers();
  return {
    watchRun: async ({ params }, call) => {
      const closed = call.closed();
      streams.take(call.caller.userId, closed);
      const watched = await watch.look(params.id, closed);
      // A proxy such as nginx would gather events before it hands them on.
      call.setHeader('X-Accel-Buffering', 'no');
      return { status: 200, body: { mediaType: 'text/event-stream', chunks: runEvents(watched, call.isStillAllowed, closed, rhythm, (run) => explainedRun(run, call.say)) } };
    },
  };
}

/** How many streams each user has open. */
class StreamsOfUsers {
  readonly #open = new Map<string, number>();

  /** Until the call is closed. @throws ApiProblem 429. */
  take(userId: string, closed: AbortSignal): void {
    const open = this.#open.get(userId) ?? 0;
    if (open >= MOST_STREAMS) throw tooManyStreams(MOST_STREAMS);
    if (closed.aborted) return;
    this.#open.set(userId, open + 1);
    closed.addEventListener('abort', () => this.#release(userId), { once: true });
  }

  #release(userId: string): void {
    const left = (this.#open.get(userId) ?? 1) - 1;
    if (left > 0) this.#open.set(userId, left);
    else this.#open.delete(userId);
  }
}
