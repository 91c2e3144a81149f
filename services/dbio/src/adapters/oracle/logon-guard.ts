import type { SourceFailed } from '../../source.js';

const MINUTE_MS = 60_000;
/** How long look-ups and updates try nothing by themselves after the first, second and third refusal in a row. */
const PAUSES_MS = [MINUTE_MS, 10 * MINUTE_MS, 60 * MINUTE_MS];
/** After so many in a row nothing is tried any more before a person has: Oracle locks an account after ten, by default. */
const MOST_REFUSALS = 4;
/** Of them runs make no more than these: while one of them logs on, the pool may do so as well. */
const MOST_OF_RUNS = 3;
/** All calls that waited for a refused logon hear of it within a moment. */
const SAME_LOGON_MS = 1_000;

/**
 * Keeps Tank from locking a customer's account, for Oracle counts wrong passwords. After a refused logon look-ups and updates
 * wait, longer each time; a new run tries once, until there were three; and after four refusals in a row there is none until
 * a logon that a person asked for succeeds. A changed password is a new source with a new guard.
 */
export class LogonGuard {
  private refusal?: { error: SourceFailed; times: number; nextAt: number };
  private refusedToPoolAt = -Infinity;

  constructor(private readonly now: () => number = Date.now) {}

  /** Of look-ups and updates. @throws the refusal that stands, without a logon. */
  beforeCall(): void {
    if (this.refusal && this.now() < this.refusal.nextAt) throw this.refusal.error;
  }

  /** Of a run's Target Query, which need not wait, unless there were too many. @throws the refusal that stands */
  beforeRun(): void {
    if (this.refusal && this.refusal.times >= MOST_OF_RUNS) throw this.refusal.error;
  }

  /** The pool's logon was refused: all who waited for it hear of it, and it counts once. */
  refusedToPool(error: SourceFailed): void {
    if (this.now() - this.refusedToPoolAt < SAME_LOGON_MS) return;
    this.refusedToPoolAt = this.now();
    this.refused(error);
  }

  /** The account or its password was refused. */
  refused(error: SourceFailed): void {
    const times = (this.refusal?.times ?? 0) + 1;
    this.refusal = { error, times, nextAt: this.now() + (times >= MOST_REFUSALS ? Infinity : PAUSES_MS[times - 1]!) };
  }

  /** A logon, and not just a call in a session that was there before. */
  passed(): void {
    this.refusal = undefined;
  }
}
