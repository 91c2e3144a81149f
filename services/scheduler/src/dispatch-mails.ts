import { MESSAGE_VERSION, stopMail, type ErrorCode, type Mail, type MailDue, type MailStopped } from '@tank/contracts';
import { overlapSentence } from './find-overlaps.js';
import { shareWindow, type RunLoad } from './share-window.js';

/** A row that is marked as dispatched, committed, and may now be published. */
export interface MarkedMail {
  mail: Mail;
  /** Set for rows that are not to be sent. */
  stopCode: Extract<ErrorCode, 'RECIPIENT_KEY_EMPTY' | 'RECIPIENT_KEY_DUPLICATED' | 'DUPLICATED'> | null;
  /** The file rule of DUPLICATED. */
  stopRule: string | null;
  /** The other row, whose files the filled pattern of DUPLICATED may take; null where it is one and the same file. */
  stopRow: number | null;
  /** Of the run. */
  traceparent: string | null;
}

export interface DispatchStore {
  /** Every run that has not ended and has a closed manifest. */
  loads(): Promise<RunLoad[]>;
  /** Marks up to `count` waiting rows, lowest row first, in a transaction of the leader. */
  mark(epoch: number, runId: string, count: number): Promise<MarkedMail[]>;
  /** Marks again what was marked before this leader's time or longer ago than `afterMs`, and has not settled. */
  markAgain(epoch: number, afterMs: number, limit: number): Promise<MarkedMail[]>;
  /** These were certainly not all published: the next pass marks them again. */
  markOverdue(mails: Mail[]): Promise<void>;
  /** Cancels what came back undispatched from runs that were stopped at least `graceMs` ago. @returns whether a run ended. */
  cancelReturned(epoch: number, graceMs: number): Promise<boolean>;
}

export interface MailRoad {
  /** In a trace of its own, linked to the run's. */
  dispatch(message: MailDue | MailStopped, runTraceparent: string | null): Promise<'stored' | 'too-large'>;
}

export interface DispatchSettings {
  /** Mails of all runs together that may be on the road now. */
  window(): number;
  redispatchAfterMs: number;
  stopGraceMs: number;
}

const WHY_STOPPED = {
  RECIPIENT_KEY_EMPTY: 'The recipient key of this row is empty.',
  RECIPIENT_KEY_DUPLICATED: 'Several rows of this run have this recipient key: none of them is sent.',
  DUPLICATED: 'Several rows of this run ask for the same file: none of them is sent. Name the file by a column that tells recipients apart, or mark the rule as common.',
  MESSAGE_TOO_LARGE: 'The row is larger than a message may be: select fewer or shorter columns.',
} as const;

/**
 * Puts mails on the road, through the window. A row is marked first, the mark is committed, and only then it is published:
 * a crash in between leaves a marked row that nobody published, which is marked and published again, and never a published
 * row that nobody marked. What was published twice, the sender's ledger sends once.
 */
export class DispatchMails {
  /** Marks of which nobody knows whether they are published: to be marked, or on their way, or lost with an error. */
  private unsure = 0;

  constructor(private readonly store: DispatchStore, private readonly road: MailRoad, private readonly settings: DispatchSettings, private readonly onRunEnded: () => void) {}

  /** @returns whether there is more to do right away. */
  async pass(epoch: number): Promise<boolean> {
    const { redispatchAfterMs, stopGraceMs } = this.settings;
    const window = this.settings.window();
    const loads = await this.store.loads();
    const again = loads.some((load) => load.dispatched > 0) ? await this.markAndPublish(() => this.store.markAgain(epoch, redispatchAfterMs, window)) : 0;
    for (const [runId, count] of shareWindow(loads, window)) {
      await this.markAndPublish(() => this.store.mark(epoch, runId, count));
    }
    const mayHaveReturned = loads.some((load) => load.held && load.waiting > 0);
    if (mayHaveReturned && (await this.store.cancelReturned(epoch, stopGraceMs))) this.onRunEnded();
    return again === window;
  }

  /** Whether every row that was ever marked here is published, or due again. */
  hasPublishedAll(): boolean {
    return this.unsure === 0;
  }

  /** A commit whose answer was lost may have marked rows too. */
  private async markAndPublish(mark: () => Promise<MarkedMail[]>): Promise<number> {
    this.unsure += 1;
    const marked = await mark();
    const error = await this.publish(marked);
    this.unsure -= 1;
    if (error) throw error.reason;
    return marked.length;
  }

  /** @returns why some could not be published; those are due again. */
  private async publish(marked: MarkedMail[]): Promise<PromiseRejectedResult | undefined> {
    const ends = await Promise.allSettled(marked.map((one) => this.publishOne(one)));
    const failed = ends.flatMap((end, at) => (end.status === 'rejected' ? [marked[at]!.mail] : []));
    if (failed.length === 0) return undefined;
    await this.store.markOverdue(failed);
    return ends.find((end) => end.status === 'rejected');
  }

  private async publishOne({ mail, stopCode, stopRule, stopRow, traceparent }: MarkedMail): Promise<void> {
    const message = stopCode ? stopped(mail, 'SKIPPED', stopCode, stopRule, stopRow) : ({ v: MESSAGE_VERSION, type: 'MailDue', ...mail } as const);
    if ((await this.road.dispatch(message, traceparent)) === 'stored') return;
    await this.road.dispatch(stopped({ ...mail, values: {} }, 'FAIL', 'MESSAGE_TOO_LARGE'), traceparent);
  }
}

function stopped(mail: Mail, outcome: 'SKIPPED' | 'FAIL', errorCode: keyof typeof WHY_STOPPED, rule: string | null = null, otherRow: number | null = null): MailStopped {
  const detail = otherRow === null ? WHY_STOPPED[errorCode] : overlapSentence(mail.row, otherRow);
  const attachmentChecks = rule === null ? [] : [{ rule, status: 'DUPLICATED' as const, path: null, size: null, sha256: null, detail }];
  return stopMail({ ...mail, attachmentChecks }, { outcome, errorCode, errorDetail: rule === null ? detail : `Rule "${rule}": ${detail}` });
}
