import type { SourceFailed } from '../../source.js';

const MINUTE_MS = 60_000;
/** How long nothing is tried by itself after the first, second, … refusal in a row; the last one repeats. */
const PAUSES_MS = [MINUTE_MS, 10 * MINUTE_MS, 60 * MINUTE_MS, 360 * MINUTE_MS];

/**
 * Keeps Tank from locking a customer's account: Oracle counts wrong passwords, ten by default. After a refused logon the
 * sessions of the pool try no more until a pause is over, longer each time, or until a logon that a person or a new run
 * asked for has succeeded. A changed password is a new source with a new guard.
 */
export class LogonGuard {
  private refusal?: { error: SourceFailed; times: number; nextAt: number };

  constructor(private readonly now: () => number = Date.now) {}

  /** @throws the refusal that stands, without a logon. */
  beforeLogon(): void {
    if (this.refusal && this.now() < this.refusal.nextAt) throw this.refusal.error;
  }

  /** The account or its password was refused. While a refusal stands it is the same one: all who waited for that logon hear of it. */
  refused(error: SourceFailed): void {
    if (this.refusal && this.now() < this.refusal.nextAt) return;
    const times = (this.refusal?.times ?? 0) + 1;
    this.refusal = { error, times, nextAt: this.now() + PAUSES_MS[Math.min(times, PAUSES_MS.length) - 1]! };
  }

  /** A logon, and not just a call in a session that was there before. */
  passed(): void {
    this.refusal = undefined;
  }
}
