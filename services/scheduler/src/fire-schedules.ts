import { decideFirings, type Decision, type DueSchedule } from './decide-firings.js';

/** Something the operator must hear of, in words. */
export interface Notice {
  code: string;
  message: string;
  remedy: string;
}

export interface FiringStore {
  /** Schedules that are due by the database server's clock, the longest overdue first, and that clock. */
  due(limit: number): Promise<{ now: Date; schedules: DueSchedule[] }>;
  /**
   * Makes the run and moves the schedule on, in one transaction of the leader; false when another one did it before.
   * Without an active version there is no run: the firing is recorded as missed, with the notice `withoutVersion`.
   */
  record(epoch: number, schedule: DueSchedule, decision: Decision, notices: { missed: Notice | null; withoutVersion: Notice }): Promise<boolean>;
}

/** Their transactions run side by side and leave connections to others. */
const SCHEDULES_AT_ONCE = 5;

/** One firing is one run, or a missed firing that somebody is told about. */
export class FireSchedules {
  constructor(private readonly store: FiringStore) {}

  /** @returns whether more may be due. */
  async fireDue(epoch: number): Promise<boolean> {
    const { now, schedules } = await this.store.due(SCHEDULES_AT_ONCE);
    const ends = await Promise.allSettled(schedules.map((schedule) => this.fire(epoch, schedule, now)));
    // One schedule that cannot fire keeps no other from firing; then it is told.
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    return schedules.length > 0;
  }

  private async fire(epoch: number, schedule: DueSchedule, now: Date): Promise<void> {
    const decision = decideFirings(schedule, now);
    await this.store.record(epoch, schedule, decision, { missed: missedNotice(schedule, decision), withoutVersion: withoutVersion(schedule) });
  }
}

function missedNotice(schedule: DueSchedule, { missed, run }: Decision): Notice | null {
  if (missed.length === 0) return null;
  const span = missed.length === 1 ? missed[0]!.toISOString() : `${missed.length}, from ${missed[0]!.toISOString()} to ${missed.at(-1)!.toISOString()}`;
  const instead = run ? `One run makes up for them, with the business date ${run.businessDate}.` : 'No run makes up for them.';
  return {
    code: 'FIRING_MISSED',
    message: `Schedule ${schedule.scheduleId} missed firings while the scheduler was down or busy: ${span}. ${instead}`,
    remedy: 'Where a run is wanted for one of these times, start it by hand with that business date.',
  };
}

function withoutVersion({ scheduleId, automationId, nextFireAt }: DueSchedule): Notice {
  return {
    code: 'FIRING_WITHOUT_VERSION',
    message: `Schedule ${scheduleId} fired (due ${nextFireAt.toISOString()}), but automation ${automationId} has no active version, so there was no run.`,
    remedy: 'Activate the automation, and start the run by hand with that business date.',
  };
}
