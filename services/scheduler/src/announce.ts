import { MESSAGE_VERSION, type MailRecorded, type Run, type RunChanged, type RunStarted, type SystemErrorRaised } from '@tank/contracts';

type Traced<T> = { message: T; traceparent: string | null };

/**
 * What others have not been told yet, read from the tables each time: a crash between a commit and its message costs a
 * moment, never the message.
 */
export interface AnnouncementStore {
  /** Marks runs whose manifest nobody writes as announced; those announced before wait longer each time. */
  markStarted(epoch: number, againAfterMs: number): Promise<Traced<RunStarted>[]>;
  markNotStarted(runId: string): Promise<void>;
  /** Runs of which an older revision was published; changes of nothing but counts at most once a second. */
  changedRuns(): Promise<Traced<{ run: Run; revision: number }>[]>;
  markRunPublished(runId: string, revision: number): Promise<void>;
  /** Canceled rows that logs has not confirmed and was not told of lately. */
  canceledRows(againAfterMs: number): Promise<Traced<MailRecorded>[]>;
  markRecorded(rows: { runId: string; row: number }[]): Promise<void>;
  notices(): Promise<SystemErrorRaised[]>;
  removeNotice(errorId: string): Promise<void>;
}

export interface AnnouncementRoad {
  /** In the trace of the run. */
  publish(message: RunStarted | RunChanged | MailRecorded | SystemErrorRaised, traceparent: string | null): Promise<void>;
}

export class Announce {
  /** As in DispatchMails: runs marked as announced that may never have been. */
  private unsure = 0;

  constructor(
    private readonly store: AnnouncementStore,
    private readonly road: AnnouncementRoad,
    private readonly settings: { selectAgainAfterMs: number; redispatchAfterMs: number },
  ) {}

  /** @returns whether there is more to do right away. */
  async pass(epoch: number): Promise<boolean> {
    await this.tellStarted(epoch);
    await this.tellChanged();
    await this.tellNotices();
    return this.tellCanceled();
  }

  /** Whether every run that was ever marked here is announced, or due again. */
  hasPublishedAll(): boolean {
    return this.unsure === 0;
  }

  private async tellStarted(epoch: number): Promise<void> {
    this.unsure += 1;
    const runs = await this.store.markStarted(epoch, this.settings.selectAgainAfterMs);
    const ends = await Promise.allSettled(runs.map(({ message, traceparent }) => this.road.publish(message, traceparent)));
    for (const [at, end] of ends.entries()) if (end.status === 'rejected') await this.store.markNotStarted(runs[at]!.message.runId);
    this.unsure -= 1;
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  private async tellChanged(): Promise<void> {
    for (const { message, traceparent } of await this.store.changedRuns()) {
      await this.road.publish({ v: MESSAGE_VERSION, type: 'RunChanged', ...message }, traceparent);
      await this.store.markRunPublished(message.run.runId, message.revision);
    }
  }

  private async tellNotices(): Promise<void> {
    for (const notice of await this.store.notices()) {
      await this.road.publish(notice, null);
      await this.store.removeNotice(notice.errorId);
    }
  }

  private async tellCanceled(): Promise<boolean> {
    const rows = await this.store.canceledRows(this.settings.redispatchAfterMs);
    if (rows.length === 0) return false;
    await Promise.all(rows.map(({ message, traceparent }) => this.road.publish(message, traceparent)));
    await this.store.markRecorded(rows.map(({ message }) => message));
    return true;
  }
}
