import { giveBack, MESSAGE_VERSION, TryLater, type Given, type MailRendered, type MailSettled, type RunStatus } from '@tank/contracts';
import type { CallResult, IntentAnswer, IntentOrder, Ledger, LedgerEntry } from './ledger.js';
import { duplicatedRecord, FilesUnreachable, recordOf, Unsendable, type From, type PreparedMail, type PrepareMail } from './prepare-mail.js';
import type { SesAnswer } from './classify-ses-error.js';
import { answerAgain, INTENT_MAX_AGE_MS, isSettled, RESEND_AFTER_MS, settledFrom, type Runs, type SettleFromLedger } from './settle-from-ledger.js';
import type { SealContent } from './sent-content.js';
import type { SettleAnswer } from './settle-answer.js';
import { unsentEnding } from './settlement.js';

export interface Automations {
  /** From whom, and whether a mail in doubt may be sent again. @throws TryLater when the scheduler does not answer. */
  sendingRules(versionId: string): Promise<{ from: From | null; resendWhenInDoubt: boolean }>;
}

export type Slot = { kind: 'slot'; isTooLate(): boolean } | { kind: 'held'; reason: string; retryAfterMs: number };
export interface Rate {
  /** Waits for this mail's turn in the account's rate, or says that the quota is used up. */
  takeSlot(): Promise<Slot>;
  /** The slot was not used after all. */
  returnSlot(): void;
  /** SES said "too fast": everybody slows down for a moment. */
  slowDown(): Promise<void>;
  /** SES said "daily quota exceeded": nobody calls for a while. @returns for how long, in ms */
  hold(): Promise<number>;
}

/** Travels to SES as tags, by which its events are found. */
export type LetterTags = { mail_id: string; run_id: string; automation_id: string } | { test_id: string; automation_id: string };
export interface Letter {
  tags: LetterTags;
  attempt: number;
  from: From;
  to: string;
  mime: Buffer;
}
export interface Channel {
  /** How long to wait when SES must not be called now; 0 when it may be. */
  closedForMs(): number;
  /** One call. Never throws for what SES or the network does. `not-called`: the breaker opened in between. */
  call(letter: Letter): Promise<SesAnswer | { kind: 'not-called' }>;
}

type Givens = Given<'send'>[];
const LATE_SLOTS = 5;
/** Nothing more of these leaves. */
const STOPPED: ReadonlySet<RunStatus> = new Set(['FAIL', 'CANCELED', 'COMPLETED']);
const BREAKER_OPEN = { reasonCode: 'SES_BREAKER_OPEN', reason: 'SES cannot be reached: sending waits until it can.' };

/** Sends one mail at most once. Order: what the ledger knows, files and MIME, slot, run's state, intent, call. */
export class SendMail {
  constructor(
    private readonly ledger: Ledger,
    private readonly known: SettleFromLedger,
    private readonly automations: Automations,
    private readonly mails: PrepareMail,
    private readonly seal: SealContent,
    private readonly rate: Rate,
    private readonly runs: Runs,
    private readonly channel: Channel,
    private readonly answers: SettleAnswer,
    private readonly clock: { now(): Date; monotonicMs(): number } = { now: () => new Date(), monotonicMs: () => performance.now() },
  ) {}

  async send(message: MailRendered): Promise<Givens> {
    const entry = await this.known.entryOf(message);
    const rules = once(() => this.automations.sendingRules(message.versionId));
    const isResend = entry?.state === 'IN_DOUBT' && entry.resends === 0 && (await rules()).resendWhenInDoubt;
    if (isResend) waitForResend(entry);
    else if (isSettled(entry)) return answerAgain(message, entry, this.runs);
    const { from, resendWhenInDoubt } = await rules();
    if (!from) return noSender(message);
    const resends = (entry?.resends ?? 0) + (isResend ? 1 : 0);
    const prepared = await this.prepare(message, from);
    if (Array.isArray(prepared)) return resends > 0 ? this.notGivenBack(message, prepared) : prepared;
    const order = this.orderOf(message, prepared, { afterAttempt: entry?.attempt ?? 0, resends });
    const givens = (await this.waitForTurn(message)) ?? (await this.sendInTurn(message, from, prepared, order, resendWhenInDoubt && resends === 0));
    return resends > 0 ? this.notGivenBack(message, givens) : givens;
  }

  /**
   * What is given back counts as certainly not sent, and is canceled with its run. A mail that was in doubt before its resend may have
   * been sent: it stays dispatched, and comes again; and in a run that was stopped it ends in doubt.
   */
  private async notGivenBack(message: MailRendered, givens: Givens): Promise<Givens> {
    const others = givens.filter(({ type }) => type !== 'MailGivenBack');
    if (others.length === givens.length || !STOPPED.has(await this.runs.statusOf(message.runId))) return others;
    const ending = unsentEnding('IN_DOUBT', 'SES_UNKNOWN', 'It was in doubt, and its run was stopped before it was sent again.', this.clock.now());
    const doubted = await this.ledger.close(message.mailId, message.runId, { ...recordOf(message), ...ending });
    return [doubted ? settledFrom(message, doubted) : await this.known.settled(message), ...others];
  }

  private orderOf(message: MailRendered, { claims, record, content }: PreparedMail, after: Pick<IntentOrder, 'afterAttempt' | 'resends'>): IntentOrder {
    const { mailId, runId, origin } = message;
    return { mailId, runId, ...after, claims, claimant: origin ?? message, record, content: this.seal(content, { mailId, copy: after.resends + 1 }) };
  }

  private async prepare(message: MailRendered, from: From): Promise<PreparedMail | Givens> {
    try {
      return await this.mails.prepare(message, from);
    } catch (error) {
      if (error instanceof Unsendable) return [await this.closeUnsent(message, 'FAIL', error.errorCode, error.message)];
      if (error instanceof FilesUnreachable) return [giveBack(message, { reasonCode: 'FILES_UNREACHABLE', reason: error.message, retryAfterMs: 10_000 })];
      throw error;
    }
  }

  /** Null when it is this mail's turn; else why it goes back. */
  private async waitForTurn(message: MailRendered): Promise<Givens | null> {
    for (let late = 0; late < LATE_SLOTS; late += 1) {
      const closedForMs = this.channel.closedForMs();
      if (closedForMs > 0) return [giveBack(message, { ...BREAKER_OPEN, retryAfterMs: closedForMs })];
      const slot = await this.rate.takeSlot();
      if (slot.kind === 'held') return [giveBack(message, { reasonCode: 'SES_QUOTA', reason: slot.reason, retryAfterMs: slot.retryAfterMs })];
      const status = await this.statusOf(message);
      if (status === 'RUNNING' && !slot.isTooLate()) return null;
      this.rate.returnSlot();
      if (status !== 'RUNNING') return [giveBack(message, { reasonCode: `RUN_${status}`, reason: `The run is ${status}.`, retryAfterMs: 1_000 })];
    }
    throw new TryLater('This sender is too busy to use its slots in time.', 500);
  }

  private async statusOf({ runId }: MailRendered): Promise<RunStatus> {
    try {
      return await this.runs.statusOf(runId);
    } catch (error) {
      this.rate.returnSlot();
      throw error;
    }
  }

  private async sendInTurn(message: MailRendered, from: From, prepared: PreparedMail, order: IntentOrder, isResentInDoubt: boolean): Promise<Givens> {
    const { mailId, runId, automationId } = message;
    const askedMs = this.clock.monotonicMs();
    const intent = await this.takeIntent(order);
    if (intent.kind === 'lost') throw new TryLater('Another sender has just taken this mail.', 200);
    if (intent.kind === 'claimed') return [await this.closeDuplicated(message, prepared, intent)];
    if (this.clock.monotonicMs() - askedMs > INTENT_MAX_AGE_MS) return this.callOff(message, intent.attempt, 'The intent took too long to store.');
    const answer = await this.channel.call({ tags: { mail_id: mailId, run_id: runId, automation_id: automationId }, attempt: intent.attempt, from, to: prepared.to, mime: prepared.mime });
    if (answer.kind === 'not-called') return this.giveBackUncalled(message, intent.attempt);
    return this.answers.settle(message, { ...intent, isResentInDoubt }, answer);
  }

  private async takeIntent(order: IntentOrder): Promise<IntentAnswer> {
    try {
      const answer = await this.ledger.takeIntent(order);
      if (answer.kind !== 'taken') this.rate.returnSlot();
      return answer;
    } catch (error) {
      this.rate.returnSlot();
      throw error;
    }
  }

  private async callOff(message: MailRendered, attempt: number, reason: string): Promise<never> {
    await this.notCalled(message, attempt);
    throw new TryLater(reason, 200);
  }

  private async giveBackUncalled(message: MailRendered, attempt: number): Promise<Givens> {
    await this.notCalled(message, attempt);
    return [giveBack(message, { ...BREAKER_OPEN, retryAfterMs: Math.max(1_000, this.channel.closedForMs()) })];
  }

  private async notCalled({ mailId }: MailRendered, attempt: number): Promise<void> {
    this.rate.returnSlot();
    const result: CallResult = { state: 'NOT_SENT', called: false, failed: false };
    await this.ledger.record(mailId, attempt, result);
  }

  private closeDuplicated(message: MailRendered, { record }: PreparedMail, { claims }: Extract<IntentAnswer, { kind: 'claimed' }>): Promise<MailSettled> {
    const detail = 'A file of this mail has already been taken by another recipient of this run.';
    return this.closeUnsent(message, 'SKIPPED', 'DUPLICATED', detail, duplicatedRecord(record, claims));
  }

  private async closeUnsent(message: MailRendered, outcome: 'FAIL' | 'SKIPPED', code: Unsendable['errorCode'], detail: string, record = recordOf(message)): Promise<MailSettled> {
    const closed = await this.ledger.close(message.mailId, message.runId, { ...record, ...unsentEnding(outcome, code, detail, this.clock.now()) });
    return closed ? settledFrom(message, closed) : this.known.settled(message);
  }
}

/** An automation may choose one more try for a mail in doubt, once AWS would refuse the first try's signature. */
function waitForResend({ intentAgeMs }: LedgerEntry): void {
  const leftMs = RESEND_AFTER_MS - (intentAgeMs ?? 0);
  if (leftMs > 0) throw new TryLater('In doubt: it may be sent again when AWS refuses the first signature.', Math.min(leftMs + 50, 60_000));
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => (asked ??= ask());
}

/** A version cannot change: this run can never send. */
function noSender(message: MailRendered): Givens {
  const reason = 'The automation has no sender address: publish a version that has one.';
  return [
    { v: MESSAGE_VERSION, type: 'RunHalted', runId: message.runId, status: 'FAIL', reasonCode: 'SENDER_MISSING', reason },
    giveBack(message, { reasonCode: 'SENDER_MISSING', reason, retryAfterMs: 1_000 }),
  ];
}
