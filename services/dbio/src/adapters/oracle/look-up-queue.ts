import { setImmediate } from 'node:timers/promises';
import { NoLane, type Lanes } from './lanes.js';
import { NOT_DONE } from './driver-codes.js';
import { DriverFailed, ThreadEnded, type Group } from './oracle-thread.js';
import type { Fetched, LookUp } from './worker-messages.js';

interface Waiting {
  ask: LookUp;
  resolve: (fetched: Fetched) => void;
  reject: (error: unknown) => void;
  /** It lost its thread for another call's sake, and was not to blame. */
  isSecondTry: boolean;
  since: number;
  timer: NodeJS.Timeout;
}
type AskGroup = (group: LookUp[], waitMs: number) => Group;

/** The most of one group: they share a snapshot of the database that is as old as the first of them needs time. */
const MOST_IN_GROUP = 16;

/**
 * Look-ups wait here for a lane, and those that wait together go together, in one read-only transaction that begins after
 * they were asked: under load it costs little, and no mail ever sees data older than its own look-up. Each is settled as
 * soon as it is done; the lane is free again when the session is.
 */
export class LookUpQueue {
  private readonly waiting: Waiting[] = [];
  /** Lanes that will come when they are free. */
  private called = 0;
  /** Lanes about to take a group. */
  private gathering = 0;

  /**
   * @param patienceMs how long a look-up waits for its turn, behind others of its group, too
   * @param ask throws where the whole group fails; `waitMs` is what is left of the first one's patience
   */
  constructor(private readonly lanes: Lanes, private readonly patienceMs: number, private readonly ask: AskGroup) {}

  /** @throws DriverFailed, DeadlinePassed, ThreadEnded, NoLane, SourceFailed */
  add(ask: LookUp): Promise<Fetched> {
    return new Promise((resolve, reject) => this.enqueue({ ask, resolve, reject, isSecondTry: false }));
  }

  private enqueue(asked: Omit<Waiting, 'since' | 'timer'>): void {
    const one: Waiting = { ...asked, since: performance.now(), timer: setTimeout(() => this.giveUp(one), this.patienceMs) };
    this.waiting.push(one);
    this.callLane();
  }

  /** One for each that waits, and no more than there are: those that come take the others along. */
  private callLane(): void {
    if (this.called >= Math.min(this.waiting.length, this.lanes.count)) return;
    this.called += 1;
    this.lanes.run(() => this.doGroup()).catch((error: unknown) => this.neverCame(error));
  }

  private neverCame(error: unknown): void {
    this.called -= 1;
    this.rejectAll(this.waiting.splice(0), error);
  }

  private giveUp(one: Waiting): void {
    this.waiting.splice(this.waiting.indexOf(one), 1);
    one.reject(new NoLane());
  }

  /** All that wait, but for the share of lanes that are about to take one, too. Often there is nothing left to do: an earlier lane took it along. */
  private async doGroup(): Promise<void> {
    this.called -= 1;
    this.gathering += 1;
    await setImmediate(); // those that are asked at the same time come along
    const share = Math.ceil(this.waiting.length / (this.lanes.free + this.gathering));
    this.gathering -= 1;
    const group = this.waiting.splice(0, Math.min(MOST_IN_GROUP, share));
    this.callLane();
    for (const { timer } of group) clearTimeout(timer);
    if (group.length === 0) return;
    try {
      const { answers, done } = this.ask(group.map(({ ask }) => ask), this.patienceMs - (performance.now() - group[0]!.since));
      const settled = answers.map((answer, at) => answer.then(group[at]!.resolve, (error: unknown) => this.fail(group[at]!, error)));
      await Promise.allSettled([...settled, done]);
    } catch (error) {
      this.rejectAll(group, error);
    }
  }

  private fail({ ask, resolve, reject, isSecondTry }: Waiting, error: unknown): void {
    if (isNotToBlame(error) && !isSecondTry) this.enqueue({ ask, resolve, reject, isSecondTry: true });
    else reject(error);
  }

  private rejectAll(all: Waiting[], error: unknown): void {
    for (const { timer, reject } of all) {
      clearTimeout(timer);
      reject(error);
    }
  }
}

/** It lost its thread, or its session, to another call. */
function isNotToBlame(error: unknown): boolean {
  return error instanceof ThreadEnded || (error instanceof DriverFailed && error.error.code === NOT_DONE);
}
