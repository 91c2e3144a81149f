import { TryLater, type Mail, type MailSettled, type RunStatus } from '@tank/contracts';
import type { Ledger, LedgerEntry } from './ledger.js';
import { mailSettled, unsentEnding } from './settlement.js';

/** The call is refused when its intent is older than this: from here to the deadline below nobody can still be calling. */
export const INTENT_MAX_AGE_MS = 5_000;
/** For clocks, commits and garbage collection. */
const MARGIN_MS = 5_000;
/** AWS takes a signature for five minutes; one more for clocks, and the time from intent to call. */
export const RESEND_AFTER_MS = 6 * 60_000 + INTENT_MAX_AGE_MS;
const LOOK_AGAIN_MS = 1_000;

/** When an intent without a result is given up: its call can neither be running nor still be made. */
export function callDeadlineMs(callTimeoutMs: number): number {
  return INTENT_MAX_AGE_MS + callTimeoutMs + MARGIN_MS;
}

export interface Runs {
  /** @throws TryLater when the scheduler does not answer. */
  statusOf(runId: string): Promise<RunStatus>;
}

/** Answers for what the ledger already knows, so that a repeated message never causes a second call. */
export class SettleFromLedger {
  constructor(private readonly ledger: Ledger, private readonly deadlineMs: number, private readonly now: () => Date = () => new Date()) {}

  /**
   * The mail's entry, once nobody's call can be on its way: null, NOT_SENT or settled. An intent past its deadline is
   * in doubt from here on.
   * @throws TryLater while somebody may be calling.
   */
  async entryOf({ mailId }: Mail): Promise<LedgerEntry | null> {
    const entry = await this.ledger.find(mailId);
    if (entry?.state !== 'INTENT') return entry;
    const leftMs = this.deadlineMs - (entry.intentAgeMs ?? 0);
    if (leftMs > 0) throw new TryLater('Another sender has this mail in hand.', Math.min(leftMs + 50, LOOK_AGAIN_MS));
    const ending = unsentEnding('IN_DOUBT', 'SES_UNKNOWN', 'The sender stopped between its call to SES and the answer: the mail may have left.', this.now());
    const doubted = await this.ledger.doubt(mailId, entry.attempt, this.deadlineMs, ending);
    if (!doubted) throw new TryLater('The ledger changed under this mail.', LOOK_AGAIN_MS);
    return doubted;
  }

  /** The caller lost a race: what the ledger says now is the answer, or will be. @throws TryLater */
  async settled(mail: Mail): Promise<MailSettled> {
    const entry = await this.entryOf(mail);
    if (!isSettled(entry)) throw new TryLater('The ledger changed under this mail.', LOOK_AGAIN_MS);
    return settledFrom(mail, entry);
  }
}

export function isSettled(entry: LedgerEntry | null): entry is LedgerEntry {
  return entry !== null && entry.settlement !== null;
}

/**
 * A settled mail that comes again is told again: the first telling may be lost. Not so when its run has completed: the
 * scheduler knows every outcome by then, and a surplus message would only run the Update Query once more, maybe over what
 * the customer has written since.
 */
export async function answerAgain(mail: Mail, entry: LedgerEntry, runs: Runs): Promise<MailSettled[]> {
  return (await runs.statusOf(mail.runId)) === 'COMPLETED' ? [] : [settledFrom(mail, entry)];
}

/** @throws when the entry is not settled: a defect of ours. */
export function settledFrom(mail: Mail, { settlement, calls, state }: LedgerEntry): MailSettled {
  if (settlement === null) throw new Error(`The ledger entry in state ${state} has no settlement.`);
  return mailSettled(mail, settlement, calls);
}
