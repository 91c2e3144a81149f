import { MESSAGE_VERSION, type MailLogged, type MailRecorded, type Outcome } from '@tank/contracts';
import type { AddressPrivacy } from './address-privacy.js';
import { mailRow, type MailRow } from './mail-row.js';

/** A row that PostgreSQL will not take however often it is tried. Says which column or rule, never the value. */
export class RowRefused extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'RowRefused';
  }
}

export interface MailLogTables {
  /**
   * Writes mails and their details in one transaction. A mail that is there already stays as it is, except that
   * IN_DOUBT becomes SENT or FAIL. Mail ids are unique within `rows`.
   * @returns the outcome that stands for each mail id, committed.
   * @throws RowRefused when a row is not writable (nothing is written then), TryLater while the database is away.
   */
  record(rows: MailRow[]): Promise<Map<string, Outcome>>;
}

/** Told what happened, for metrics and the service's own log. */
export interface MailLogWatch {
  logged(outcome: Outcome, lagMs: number): void;
  /** Two outcomes for one mail: the first stands, and somebody should know. */
  contradicted(mailId: string, stands: Outcome, ignored: Outcome): void;
}

type Recorded = Map<string, Outcome | RowRefused>;

/** Writes batches of settled mails to the log, so that one bad mail does not keep its neighbours out. */
export class LogMails {
  constructor(
    private readonly tables: MailLogTables,
    private readonly privacy: AddressPrivacy,
    private readonly watch: MailLogWatch,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * @returns for each mail, in order, MailLogged with the outcome that stands, or the RowRefused of that mail alone.
   * @throws TryLater for the whole batch while the database is away.
   */
  async log(mails: MailRecorded[], traceIds: (string | null)[] = [], trails: string[] = []): Promise<(MailLogged | RowRefused)[]> {
    const rows = new Map<string, MailRow>();
    mails.forEach((mail, at) => {
      const earlier = rows.get(mail.mailId);
      if (earlier && !settlesDoubt(earlier.status, mail.outcome)) return;
      const row = mailRow(mail, { traceId: traceIds[at] ?? null, trail: trails[at] ?? '' }, this.privacy);
      rows.set(mail.mailId, earlier ? { ...row, trace_id: earlier.trace_id, steps: joinTrails(earlier.steps, row.steps) } : row);
    });
    const recorded = await this.recordHalving([...rows.values()]);
    return mails.map((mail) => this.ending(mail, recorded.get(mail.mailId)));
  }

  /** A refused batch is tried in halves: the bad row of 200 is found in about 16 statements. */
  private async recordHalving(rows: MailRow[]): Promise<Recorded> {
    try {
      return await this.tables.record(rows);
    } catch (error) {
      if (!(error instanceof RowRefused)) throw error;
      if (rows.length === 1) return new Map([[rows[0]!.mail_id, error]]);
      const middle = Math.ceil(rows.length / 2);
      return new Map([...(await this.recordHalving(rows.slice(0, middle))), ...(await this.recordHalving(rows.slice(middle)))]);
    }
  }

  private ending(mail: MailRecorded, result: Outcome | RowRefused | undefined): MailLogged | RowRefused {
    if (result === undefined) throw new Error(`The log tables said nothing about mail ${mail.mailId}.`);
    if (result instanceof RowRefused) return result;
    if (result !== mail.outcome && !settlesDoubt(mail.outcome, result)) this.watch.contradicted(mail.mailId, result, mail.outcome);
    this.watch.logged(result, this.now() - Date.parse(mail.settledAt));
    const { mailId, runId, row, dispatch } = mail;
    return { v: MESSAGE_VERSION, type: 'MailLogged', mailId, runId, row, dispatch, outcome: result };
  }
}

/** The only change of an outcome there is. */
function settlesDoubt(from: Outcome, to: Outcome): boolean {
  return from === 'IN_DOUBT' && (to === 'SENT' || to === 'FAIL');
}

/** As the table does when the doubt was logged before: the way that ended in doubt first, then what settled it. */
function joinTrails(first: string | null, second: string | null): string | null {
  return [first, second].filter((steps) => steps !== null).join(';') || null;
}
