export interface SecondLookOptions {
  /** Between the two looks. */
  settleMs: number;
  /** A first look older than this says nothing about now. */
  forgetMs?: number;
  maxLooks?: number;
  now?: () => number;
}
export type Look = { isSettled: true } | { isSettled: false; hasChanged: boolean; retryAfterMs: number };

/**
 * A file that was touched a moment ago may still be growing: it is looked at twice. Nobody waits in between. The mail goes
 * back to its stream and comes again after `settleMs`, so a thousand fresh files cost a thousand redeliveries and no
 * standing still. A redelivery to another replica starts there with its own first look.
 */
export class SecondLook {
  readonly #looks = new Map<string, { state: string; at: number }>();
  readonly #now: () => number;

  constructor(private readonly options: SecondLookOptions) {
    this.#now = options.now ?? (() => performance.now());
  }

  /** @param state everything that changes when the file does: size, times, inode. */
  see(path: string, state: string): Look {
    const { settleMs, forgetMs = 60_000 } = this.options;
    const last = this.#looks.get(path);
    const age = last ? this.#now() - last.at : Infinity;
    if (last?.state === state && age <= forgetMs) {
      return age >= settleMs ? { isSettled: true } : { isSettled: false, hasChanged: false, retryAfterMs: Math.ceil(settleMs - age) };
    }
    this.#keep(path, state);
    return { isSettled: false, hasChanged: last !== undefined && age <= forgetMs, retryAfterMs: settleMs };
  }

  #keep(path: string, state: string): void {
    this.#looks.delete(path);
    this.#looks.set(path, { state, at: this.#now() });
    const oldest = this.#looks.keys().next().value;
    if (this.#looks.size > (this.options.maxLooks ?? 20_000) && oldest !== undefined) this.#looks.delete(oldest);
  }
}
