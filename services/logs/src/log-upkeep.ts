import { monthsAhead, type BusinessMonth } from './business-month.js';

export const LOG_KINDS = ['mails', 'runs', 'systemErrors', 'deadLetters'] as const;
export type LogKind = (typeof LOG_KINDS)[number];

export interface KeptLogs {
  preparePartitions(months: BusinessMonth[]): Promise<void>;
  /** Runs the work in one replica at a time; the others go home at once, since it is being done. */
  alone(work: () => Promise<void>): Promise<void>;
  /** Months that ended before this moment. */
  monthsEndedBefore(before: Date): Promise<BusinessMonth[]>;
  /** Drops a month's partitions. False when a mail in them was settled since, or somebody is reading them: later then. */
  dropMonth(month: BusinessMonth, before: Date): Promise<boolean>;
  /** Deletes at most `limit` mails of a month that were settled before, with their details. */
  deleteMails(month: BusinessMonth, before: Date, limit: number): Promise<number>;
  /** Deletes at most `limit` entries from before; a run only when none of its mails is left. */
  deleteEntries(kind: Exclude<LogKind, 'mails'>, before: Date, limit: number): Promise<number>;
}

/** Told what went, for the service's own log. */
export type UpkeepReport = (action: 'month-dropped' | 'entries-deleted', about: { kind: LogKind; month?: string; count?: number; before: string }) => void;

const BATCH = 5_000;
const DAY_MS = 86_400_000;

/** Makes partitions before they are needed and lets the logs go when their time is over. */
export class LogUpkeep {
  private isStopping = false;

  constructor(
    private readonly logs: KeptLogs,
    /** Days that each kind is kept. */
    private readonly keepDays: Record<LogKind, number>,
    private readonly report: UpkeepReport,
    private readonly now: () => Date = () => new Date(),
  ) {}

  prepare(): Promise<void> {
    return this.logs.preparePartitions(monthsAhead(this.now()));
  }

  erase(): Promise<void> {
    return this.logs.alone(async () => {
      await this.eraseMails(this.before('mails'));
      for (const kind of ['runs', 'systemErrors', 'deadLetters'] as const) {
        const before = this.before(kind);
        await this.deleteAll(kind, before, (limit) => this.logs.deleteEntries(kind, before, limit));
      }
    });
  }

  /** Ends an erasing that is under way after its present batch; the next start goes on. */
  stop(): void {
    this.isStopping = true;
  }

  /**
   * By whole months, which costs nothing. A run may have been repeated lately for a business date of long ago: such a
   * month stays for its young mails, and only the old ones go.
   */
  private async eraseMails(before: Date): Promise<void> {
    for (const month of await this.logs.monthsEndedBefore(before)) {
      if (await this.logs.dropMonth(month, before)) this.report('month-dropped', { kind: 'mails', month, before: before.toISOString() });
      else await this.deleteAll('mails', before, (limit) => this.logs.deleteMails(month, before, limit), month);
    }
  }

  /** In small batches, so that no lock is held for long and a stop loses little. */
  private async deleteAll(kind: LogKind, before: Date, deleteSome: (limit: number) => Promise<number>, month?: string): Promise<void> {
    let count = 0;
    for (let deleted = BATCH; deleted === BATCH && !this.isStopping; count += deleted) deleted = await deleteSome(BATCH);
    if (count > 0) this.report('entries-deleted', { kind, count, before: before.toISOString(), ...(month && { month }) });
  }

  private before(kind: LogKind): Date {
    return new Date(this.now().getTime() - this.keepDays[kind] * DAY_MS);
  }
}
