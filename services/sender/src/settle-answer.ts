import { randomUUID } from 'node:crypto';
import { giveBack, MESSAGE_VERSION, TryLater, type Given, type MailRendered, type SystemErrorRaised } from '@tank/contracts';
import type { SesAnswer } from './classify-ses-error.js';
import type { CallResult, Ledger, LedgerEntry } from './ledger.js';
import { MAX_FAILURES, retryDelayMs } from './retry-delay.js';
import type { Channel, Rate } from './send-mail.js';
import { settledFrom, type SettleFromLedger } from './settle-from-ledger.js';
import { sentEnding, unsentEnding } from './settlement.js';

interface Attempt {
  attempt: number;
  /** 5xx before this attempt. */
  failures: number;
  /** If this one ends in doubt, the automation wants it sent again. */
  isResentInDoubt: boolean;
}
type Givens = Given<'send'>[];

const NOT_TAKEN: CallResult = { state: 'NOT_SENT', called: true, failed: false };
const THROTTLED_LATER_MS = 1_500;
const UNREACHABLE_LATER_MS = 2_000;
/** The answer is known and only the ledger is away: worth waiting for, since without it the mail is in doubt. */
const RECORD_WITHIN_MS = 60_000;
/** How often a mail that waits for its resend looks whether it may. */
const RESEND_LATER_MS = 60_000;
const ANNOUNCE_AGAIN_MS = 60_000;

/** Turns what SES answered into the ledger's next state and the messages that follow from it. */
export class SettleAnswer {
  private readonly announced = new Map<string, number>();

  constructor(
    private readonly ledger: Ledger,
    private readonly known: SettleFromLedger,
    private readonly rate: Rate,
    private readonly channel: Pick<Channel, 'closedForMs'>,
    private readonly clock: { now(): Date; sleep(ms: number): Promise<void> },
  ) {}

  async settle(message: MailRendered, attempt: Attempt, answer: SesAnswer): Promise<Givens> {
    const now = this.clock.now();
    switch (answer.kind) {
      case 'accepted': return this.settled(message, attempt, { state: 'SENT', ending: sentEnding(answer.messageId, now) });
      case 'mail-refused': return this.settled(message, attempt, { state: 'REFUSED', ending: unsentEnding('FAIL', 'SES_REJECTED', answer.detail, now) });
      case 'unknown': return this.settled(message, attempt, { state: 'IN_DOUBT', ending: unsentEnding('IN_DOUBT', 'SES_UNKNOWN', answer.detail, now) });
      case 'failed': return this.failed(message, attempt, answer.detail);
      case 'throttled': return this.throttled(message, attempt);
      case 'quota': return this.quotaUsedUp(message, attempt);
      case 'run-refused': return this.haltRun(message, attempt, answer.reasonCode, answer.detail);
      case 'unreachable': return this.unreachable(message, attempt, answer.detail);
    }
  }

  private async settled(message: MailRendered, attempt: Attempt, result: CallResult): Promise<Givens> {
    const entry = await this.record(message, attempt, result);
    if (entry?.state === 'IN_DOUBT') return this.inDoubt(message, attempt, entry);
    return [entry ? settledFrom(message, entry) : await this.known.settled(message)];
  }

  private inDoubt(message: MailRendered, attempt: Attempt, entry: LedgerEntry): Givens {
    if (attempt.isResentInDoubt) throw new TryLater('In doubt: it waits to be sent again.', RESEND_LATER_MS);
    const detail = 'It is not known whether SES took a mail. It is not sent again by itself.';
    return [settledFrom(message, entry), this.systemError(message, 'SES_UNKNOWN', detail, 'Look for the mail id among the account\'s send events, then settle the mail: POST /api/mail/:id/settle.')];
  }

  /** SES itself answered 5xx: certainly not sent. The only answer that consumes a retry. */
  private async failed(message: MailRendered, attempt: Attempt, detail: string): Promise<Givens> {
    const failures = attempt.failures + 1;
    if (failures >= MAX_FAILURES) {
      const ending = unsentEnding('FAIL', 'SES_FAILED', `SES failed ${failures} times: ${detail}`, this.clock.now());
      return this.settled(message, attempt, { state: 'REFUSED', ending, failed: true });
    }
    await this.notTaken(message, attempt, { state: 'NOT_SENT', called: true, failed: true });
    throw new TryLater(`SES failed: ${detail}`, retryDelayMs(failures));
  }

  private async throttled(message: MailRendered, attempt: Attempt): Promise<Givens> {
    await Promise.all([this.notTaken(message, attempt), this.rate.slowDown()]);
    throw new TryLater('SES says that we send too fast.', THROTTLED_LATER_MS * (0.5 + Math.random()));
  }

  private async quotaUsedUp(message: MailRendered, attempt: Attempt): Promise<Givens> {
    const [retryAfterMs] = await Promise.all([this.rate.hold(), this.notTaken(message, attempt)]);
    const reason = 'The account\'s quota for 24 hours is used up: runs wait until it frees.';
    return [giveBack(message, { reasonCode: 'SES_QUOTA', reason, retryAfterMs }), ...this.announce(message, 'SES_QUOTA', reason, 'Wait, or ask AWS for a higher sending quota.')];
  }

  private async haltRun(message: MailRendered, attempt: Attempt, reasonCode: string, reason: string): Promise<Givens> {
    await this.notTaken(message, attempt);
    return [
      { v: MESSAGE_VERSION, type: 'RunHalted', runId: message.runId, status: 'PAUSED', reasonCode, reason },
      giveBack(message, { reasonCode, reason, retryAfterMs: 10_000 }),
      ...this.announce(message, reasonCode, reason, null),
    ];
  }

  private async unreachable(message: MailRendered, attempt: Attempt, detail: string): Promise<Givens> {
    await this.notTaken(message, attempt);
    const closedForMs = this.channel.closedForMs();
    if (closedForMs === 0) throw new TryLater(detail, UNREACHABLE_LATER_MS);
    const reason = `SES cannot be reached: ${detail}`;
    return [giveBack(message, { reasonCode: 'SES_BREAKER_OPEN', reason, retryAfterMs: closedForMs }), ...this.announce(message, 'SES_BREAKER_OPEN', reason, 'Check the way to SES: DNS, firewall (outbound 443), proxy.')];
  }

  private async notTaken(message: MailRendered, attempt: Attempt, result: CallResult = NOT_TAKEN): Promise<void> {
    this.rate.returnSlot();
    await this.record(message, attempt, result);
  }

  private async record({ mailId }: MailRendered, { attempt }: Attempt, result: CallResult): Promise<LedgerEntry | null> {
    const until = this.clock.now().getTime() + RECORD_WITHIN_MS;
    for (;;) {
      try {
        return await this.ledger.record(mailId, attempt, result);
      } catch (error) {
        if (!(error instanceof TryLater) || this.clock.now().getTime() > until) throw error;
        await this.clock.sleep(error.retryAfterMs);
      }
    }
  }

  /** Once a minute is enough: thousands of mails may meet the same wall. */
  private announce(message: MailRendered, code: string, text: string, remedy: string | null): SystemErrorRaised[] {
    const key = `${message.runId} ${code}`;
    const now = this.clock.now().getTime();
    for (const [old, at] of this.announced) if (now - at > ANNOUNCE_AGAIN_MS) this.announced.delete(old);
    if (this.announced.has(key)) return [];
    this.announced.set(key, now);
    return [this.systemError(message, code, text, remedy)];
  }

  private systemError({ runId, mailId }: MailRendered, code: string, text: string, remedy: string | null): SystemErrorRaised {
    return {
      v: MESSAGE_VERSION, type: 'SystemErrorRaised', errorId: randomUUID(), module: 'SES', code, message: text, remedy,
      runId, mailId, occurredAt: this.clock.now().toISOString(),
    };
  }
}
