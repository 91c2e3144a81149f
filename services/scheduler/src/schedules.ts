import { randomUUID } from 'node:crypto';
import { Refused, type Schedule, type ScheduleInput } from '@tank/contracts';
import { checkTiming, firingsAfter, type Timing } from './cron.js';

/** A schedule as it is kept; times as instants. */
export type KeptSchedule = Omit<ScheduleInput, 'startAt' | 'endAt'> & Timing & { scheduleId: string; createdAt: Date };

export interface ScheduleStore {
  /** The database server's clock: the one that schedules fire by. */
  now(): Promise<Date>;
  /** False: there is no such automation. */
  insert(schedule: Omit<KeptSchedule, 'createdAt'>, nextFireAt: Date | null): Promise<boolean>;
  /** Oldest first; all automations when null. */
  list(automationId: string | null): Promise<KeptSchedule[]>;
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
    return shown({ ...schedule, createdAt: now }, now);
  }

  async list(automationId: string | null): Promise<{ items: Schedule[] }> {
    const now = await this.store.now();
    return { items: (await this.store.list(automationId)).map((schedule) => shown(schedule, now)) };
  }
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

function instantOf(written: string | null): Date | null {
  return written === null ? null : new Date(written);
}
