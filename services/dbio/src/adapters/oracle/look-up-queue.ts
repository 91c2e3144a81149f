import type { Lanes } from './lanes.js';
import { ThreadEnded } from './oracle-thread.js';
import type { Fetched, LookUp } from './worker-messages.js';

interface Waiting {
  ask: LookUp;
  resolve: (fetched: Fetched) => void;
  reject: (error: unknown) => void;
  /** It lost its thread for another call's sake, and was not to blame. */
  isSecondTry: boolean;
}
type Asked = (group: LookUp[]) => Promise<PromiseSettledResult<Fetched>[]>;

/** The most of one group: they share a snapshot of the database that is as old as the first of them needs time. */
const MOST_IN_GROUP = 16;

/**
 * Look-ups wait here for a lane, and those that wait together go together, in one read-only transaction that begins after
 * they were asked: under load it costs little, and no mail ever sees data older than its own look-up.
 */
export class LookUpQueue {
  private readonly waiting: Waiting[] = [];

  /** @param ask rejects where the whole group fails. */
  constructor(private readonly lanes: Lanes, private readonly laneCount: number, private readonly ask: Asked) {}

  /** @throws DriverFailed, DeadlinePassed, ThreadEnded, SourceFailed */
  add(ask: LookUp): Promise<Fetched> {
    return new Promise((resolve, reject) => this.enqueue({ ask, resolve, reject, isSecondTry: false }));
  }

  private enqueue(one: Waiting): void {
    this.waiting.push(one);
    this.lanes.run(() => this.doGroup()).catch((error: unknown) => this.rejectAll(this.waiting.splice(0), error));
  }

  /** Often there is nothing left to do: an earlier lane took it along. */
  private async doGroup(): Promise<void> {
    const share = Math.ceil(this.waiting.length / this.laneCount);
    const group = this.waiting.splice(0, Math.min(MOST_IN_GROUP, share));
    if (group.length === 0) return;
    try {
      const results = await this.ask(group.map(({ ask }) => ask));
      for (const [at, result] of results.entries()) this.settle(group[at]!, result);
    } catch (error) {
      this.rejectAll(group, error);
    }
  }

  private settle(one: Waiting, result: PromiseSettledResult<Fetched>): void {
    if (result.status === 'fulfilled') one.resolve(result.value);
    else if (result.reason instanceof ThreadEnded && !one.isSecondTry) this.enqueue({ ...one, isSecondTry: true });
    else one.reject(result.reason);
  }

  private rejectAll(all: Waiting[], error: unknown): void {
    for (const { reject } of all) reject(error);
  }
}
