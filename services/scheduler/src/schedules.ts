import { randomUUID } from 'node:crypto';
import { pageOf, Refused, type AskedChange, type Page, type PageAsked, type Placed, type Schedule, type ScheduleChange, type ScheduleInput } from '@tank/contracts';
import { checkTiming, firingsAfter, type Timing } from './cron.js';

/** A schedule as it is kept; times as instants. */
export type KeptSchedule = Omit<ScheduleInput, 'startAt' | 'endAt'> & Timing & { scheduleId: string; createdAt: Date; revision: number };
export type NewSchedule = Omit<KeptSchedule, 'createdAt' | 'revision'>;

export interface SchedulesOf {
  automationId: string | null;
  groupIds: string[] | null;
}

export interface ScheduleStore {
  /** The database server's clock: the one that schedules fire by. */
  now(): Promise<Date>;
  /** False: there is no such automation. */
  insert(schedule: NewSchedule, nextFireAt: Date | null): Promise<boolean>;
  find(scheduleId: string): Promise<KeptSchedule | undefined>;
  /** Those of a page and one more; of all automations, of all groups, when null. @throws Refused INVALID */
  list(of: SchedulesOf, asked: PageAsked): Promise<Placed<KeptSchedule>[]>;
  /** Changes it while nobody else does. `dueAt`: its next firing, which may be past. Undefined: there is no such schedule. @throws Refused CHANGED_MEANWHILE */
  change(
    scheduleId: string, asked: AskedChange, work: (schedule: KeptSchedule, dueAt: Date | null) => { schedule: KeptSchedule; nextFireAt: Date | null },
  ): Promise<KeptSchedule | undefined>;
  /** Its runs stay. Undefined: there is no such schedule. @throws Refused CHANGED_MEANWHILE */
  remove(scheduleId: string, revision: number | null): Promise<KeptSchedule | undefined>;
}

const FIRINGS_SHOWN = 5;

/** Schedules as operators write and read them; FireSchedules makes runs of them. */
export class Schedules {
  constructor(private readonly store: ScheduleStore) {}

  async create(input: ScheduleInput): Promise<Schedule> {
    const schedule = { ...input, scheduleId: randomUUID(), startAt: instantOf(input.startAt), endAt: instantOf(input.endAt) };
    const now = await this.store.now();
    checkTiming(schedule, now);
    const [next = null] = input.enabled ? firingsAfter(schedule, now, 1) : [];
    if (!(await this.store.insert(schedule, next))) throw new Refused('NOT_FOUND', [`There is no automation ${input.automationId}.`, `자동화 ${input.automationId}이(가) 없습니다.`], 'automationId');
    return shown({ ...schedule, createdAt: now, revision: 1 }, now);
  }

  /**
   * Absent fields stay. It fires from now on as it says now: what was not due while it was off, or under its old times, is not
   * made up for; but a firing that is due at this moment and whose times stay is not lost.
   * @throws Refused NOT_FOUND, INVALID, CHANGED_MEANWHILE
   */
  async change(scheduleId: string, asked: AskedChange, { startAt, endAt, ...change }: ScheduleChange): Promise<Schedule> {
    const now = await this.store.now();
    const changed = await this.store.change(scheduleId, asked, (before, dueAt) => {
      const schedule = { ...before, ...change, ...(startAt !== undefined && { startAt: instantOf(startAt) }), ...(endAt !== undefined && { endAt: instantOf(endAt) }) };
      const keepsTimes = hasSameTimes(before, schedule);
      if (!keepsTimes) checkTiming(schedule, now);
      const isDue = keepsTimes && schedule.enabled && dueAt !== null && dueAt <= now;
      const [next = null] = schedule.enabled ? firingsAfter(schedule, now, 1) : [];
      return { schedule, nextFireAt: isDue ? dueAt : next };
    });
    return changed ? shown(changed, now) : noSchedule(scheduleId);
  }

  /** @throws Refused NOT_FOUND, CHANGED_MEANWHILE */
  async remove(scheduleId: string, revision: number | null): Promise<Schedule> {
    const removed = await this.store.remove(scheduleId, revision);
    return removed ? shown({ ...removed, enabled: false }, await this.store.now()) : noSchedule(scheduleId);
  }

  /** When such a schedule would fire. @throws Refused INVALID */
  async preview({ cron, timeZone, startAt, endAt }: Pick<ScheduleInput, 'cron' | 'timeZone' | 'startAt' | 'endAt'>): Promise<{ nextFirings: string[] }> {
    const timing = { cron, timeZone, startAt: instantOf(startAt), endAt: instantOf(endAt) };
    const now = await this.store.now();
    checkTiming(timing, now);
    return { nextFirings: firingsAfter(timing, now, FIRINGS_SHOWN).map((firing) => firing.toISOString()) };
  }

  /** @throws Refused NOT_FOUND */
  async get(scheduleId: string): Promise<Schedule> {
    const schedule = await this.store.find(scheduleId);
    return schedule ? shown(schedule, await this.store.now()) : noSchedule(scheduleId);
  }

  async list(of: SchedulesOf, asked: PageAsked): Promise<Page<Schedule>> {
    const now = await this.store.now();
    const found = await this.store.list(of, asked);
    return pageOf(found.map(({ item, place }) => ({ item: shown(item, now), place })), asked);
  }
}

function hasSameTimes(before: Timing, after: Timing): boolean {
  const same = (a: Date | null, b: Date | null) => a?.getTime() === b?.getTime();
  return before.cron === after.cron && before.timeZone === after.timeZone && same(before.startAt, after.startAt) && same(before.endAt, after.endAt);
}

function noSchedule(scheduleId: string): never {
  throw new Refused('NOT_FOUND', [`There is no schedule ${scheduleId}.`, `스케줄 ${scheduleId}이(가) 없습니다.`], 'scheduleId');
}

function shown(schedule: KeptSchedule, now: Date): Schedule {
  const nextFirings = schedule.enabled ? firingsAfter(schedule, now, FIRINGS_SHOWN) : [];
  return {
    ...schedule,
    startAt: schedule.startAt?.toISOString() ?? null,
    endAt: schedule.endAt?.toISOString() ?? null,
    createdAt: schedule.createdAt.toISOString(),
    nextFirings: nextFirings.map((firing) => firing.toISOString()),
  };
}

export function instantOf(written: string | null): Date | null {
  return written === null ? null : new Date(written);
}
