import type { OracleError } from './backend.ts';

/**
 * Where a fault happens. `accept`: the client's socket is there, nothing was read, not even a TLS greeting; `connect`: CONNECT
 * was read; `logon`: the client named its user; `session`: the password was right and the session open, the answer is due.
 * The others are calls; `describe` is a parse without execution.
 */
export const FAULT_PLACES = ['accept', 'connect', 'logon', 'session', 'describe', 'execute', 'fetch', 'commit', 'rollback', 'ping', 'logoff'] as const;
export type FaultPlace = (typeof FAULT_PLACES)[number];

/**
 * `hang` reads and never answers, not even a break, until the faults are cleared; then it goes on as if nothing had been.
 * `cut` ends the connection without a word. `refuse` turns the client away at `accept` and `connect`. `delayMs` answers late
 * and obeys a break meanwhile; `hangMs` does not obey it. Of rows: so many are sent before the cut, or each comes late.
 */
export type FaultAction =
  | 'hang' | 'cut' | 'refuse' | { error: OracleError } | { delayMs: number } | { hangMs: number } | { cutAfterRows: number } | { rowDelayMs: number };

export interface Fault {
  at: FaultPlace;
  do: FaultAction;
  /** Only statements that match. */
  matching?: RegExp;
  /** The work is done first, its answer suffers: the client cannot know that a commit came through. */
  afterwards?: boolean;
  /** Used up after so many calls: 1 unless told, `Infinity` until cleared. */
  times?: number;
}

/** The faults still to come, oldest first. */
export class FaultScript {
  #pending: (Fault & { left: number })[] = [];
  #cleared = Promise.withResolvers<void>();
  /** Connections that hang now. */
  hanging = 0;

  /** @throws RangeError when the action makes no sense there. */
  add(...faults: Fault[]): void {
    for (const fault of faults) {
      refuseNonsense(fault);
      this.#pending.push({ ...fault, left: fault.times ?? 1 });
    }
  }

  /** Forgets all faults and lets go of what hangs. */
  clear(): void {
    this.#pending = [];
    this.#cleared.resolve();
    this.#cleared = Promise.withResolvers();
  }

  /** Lets something hang until the faults are cleared, or for so long. @param hangs what the client is put through meanwhile */
  async hang(hangs: (over: Promise<void>) => Promise<void>, forMs = Infinity): Promise<void> {
    const cleared = this.#cleared.promise;
    const over = forMs === Infinity ? cleared : Promise.race([cleared, new Promise<void>((resolve) => setTimeout(resolve, forMs).unref())]);
    this.hanging += 1;
    await hangs(over).finally(() => (this.hanging -= 1));
  }

  /** The fault of this call, if any; counts it as used. */
  take(at: FaultPlace, afterwards: boolean, sql?: string): FaultAction | null {
    const isMeant = ({ matching }: Fault) => !matching || (sql !== undefined && matching.test(sql));
    const fault = this.#pending.find((one) => one.at === at && (one.afterwards ?? false) === afterwards && isMeant(one));
    if (!fault) return null;
    fault.left -= 1;
    if (fault.left <= 0) this.#pending = this.#pending.filter((one) => one !== fault);
    return fault.do;
  }
}

const BEFORE_CALLS: readonly FaultPlace[] = ['accept', 'connect', 'logon', 'session'];

function refuseNonsense(fault: Fault): void {
  const { at, do: action } = fault;
  if (action === 'refuse' && at !== 'accept' && at !== 'connect') throw new RangeError(`A client is refused at accept or connect, not at ${at}: use { error } there.`);
  if (typeof action === 'object' && 'error' in action && at === 'accept') throw new RangeError('Nothing can be said at accept: use { error } at connect.');
  const isOfRows = typeof action === 'object' && ('cutAfterRows' in action || 'rowDelayMs' in action);
  if (isOfRows && at !== 'execute' && at !== 'fetch') throw new RangeError(`Rows are sent at execute and fetch, not at ${at}.`);
  if (fault.afterwards && BEFORE_CALLS.includes(at)) throw new RangeError(`Only calls can suffer afterwards, not ${at}.`);
}
