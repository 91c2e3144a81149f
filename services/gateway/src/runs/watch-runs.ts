import { AsyncLocalStorage } from 'node:async_hooks';
import { Refused, type Run } from '@tank/contracts';
import type { Services } from '../handlers.js';

/** What those who look on are told: the run, or that it cannot be asked about at the moment. */
export type Told = { event: 'run'; run: Run; text: string } | { event: 'away'; text: string };

const EVERY_MS = 500;

/** Runs that somebody looks at. However many look at one, it is asked about once in half a second; when nobody does, not at all. */
export class WatchRuns {
  readonly #watched = new Map<string, WatchedRun>();
  /** What is asked by turns belongs to no call's trace. */
  readonly #outside = AsyncLocalStorage.snapshot();

  constructor(private readonly services: Services, private readonly everyMs = EVERY_MS) {}

  /** Looks on until `until`. @throws Refused when it cannot even be looked at once. */
  async look(runId: string, until: AbortSignal): Promise<WatchedRun> {
    const known = this.#watched.get(runId);
    const watched = known ?? new WatchedRun((ask) => this.#outside(ask), () => this.services.ask('scheduler.get-run', { runId }), this.everyMs, () => this.#watched.delete(runId));
    if (!known) this.#watched.set(runId, watched);
    watched.join(until);
    await watched.first;
    return watched;
  }

  /** Runs that are asked about. */
  get count(): number {
    return this.#watched.size;
  }
}

/** One run, as it was when it was asked about last. */
export class WatchedRun {
  readonly first: Promise<void>;
  #told: Told | undefined;
  #failure: unknown;
  #changed = Promise.withResolvers<void>();
  #lookers = 0;
  #over = new AbortController();

  constructor(outside: (ask: () => Promise<void>) => Promise<void>, private readonly ask: () => Promise<Run>, private readonly everyMs: number, private readonly forget: () => void) {
    this.first = outside(() => this.#begin());
    // Whoever looks on hears of it; nobody may be left to.
    this.first.catch(() => undefined);
  }

  /** @throws whatever kept it from being asked about any further. */
  get told(): Told {
    if (this.#failure !== undefined) throw this.#failure;
    return this.#told!;
  }

  /** Resolves at the next change. */
  get changed(): Promise<void> {
    return this.#changed.promise;
  }

  join(until: AbortSignal): void {
    this.#lookers += 1;
    const leave = () => {
      this.#lookers -= 1;
      if (this.#lookers === 0) this.#end();
    };
    if (until.aborted) leave();
    else until.addEventListener('abort', leave, { once: true });
  }

  async #begin(): Promise<void> {
    try {
      this.#tell(toldOf(await this.ask()));
    } catch (error) {
      this.#end();
      throw error;
    }
    void this.#goOn();
  }

  async #goOn(): Promise<void> {
    while (!this.#over.signal.aborted && !isFinal(this.#told)) {
      await pause(this.everyMs, this.#over.signal);
      if (this.#over.signal.aborted) return;
      try {
        this.#tell(await this.#askOrAway());
      } catch (error) {
        this.#failure = error;
        this.#changed.resolve();
        this.#end();
      }
    }
    if (isFinal(this.#told)) this.#end();
  }

  /** A scheduler that is being restarted comes back. */
  async #askOrAway(): Promise<Told> {
    try {
      return toldOf(await this.ask());
    } catch (error) {
      if (error instanceof Refused && error.refusal.code === 'UNAVAILABLE') return { event: 'away', text: '{"code":"UNAVAILABLE"}' };
      throw error;
    }
  }

  #tell(told: Told): void {
    if (told.text === this.#told?.text) return;
    this.#told = told;
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers();
    resolve();
  }

  /** The next one to look at the run begins anew. */
  #end(): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    this.forget();
  }
}

export function isFinal(told: Told | undefined): boolean {
  return told?.event === 'run' && ['COMPLETED', 'FAIL', 'CANCELED'].includes(told.run.status);
}

function toldOf(run: Run): Told {
  return { event: 'run', run, text: JSON.stringify(run) };
}

/** Resolves early when the signal is aborted. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
