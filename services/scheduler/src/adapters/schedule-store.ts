import type { LogsDb } from '@tank/logs-db';
import type { KeptSchedule, SchedulesOf, ScheduleStore } from '../schedules.js';

const NOW = 'SELECT clock_timestamp() AS now';
const INSERT = `
  INSERT INTO schedule (schedule_id, automation_id, cron, time_zone, start_at, end_at, misfire, enabled, next_fire_at)
  SELECT $1, automation_id, $3, $4, $5, $6, $7, $8, $9 FROM automation WHERE automation_id = $2
  RETURNING schedule_id`;
const COLUMNS = 'schedule_id, automation_id, cron, time_zone, start_at, end_at, misfire, enabled, created_at';
const LOCK = `SELECT ${COLUMNS}, next_fire_at FROM schedule WHERE schedule_id = $1 FOR UPDATE`;
const CHANGE = `
  UPDATE schedule SET cron = $2, time_zone = $3, start_at = $4, end_at = $5, misfire = $6, enabled = $7, next_fire_at = $8 WHERE schedule_id = $1`;
const FORGET_MISSED = 'DELETE FROM missed_firing WHERE schedule_id = $1';
const REMOVE = 'DELETE FROM schedule WHERE schedule_id = $1';
const LIST = `
  SELECT ${COLUMNS} FROM schedule
  WHERE ($1::uuid IS NULL OR automation_id = $1)
    AND ($2::uuid[] IS NULL OR automation_id IN (SELECT automation_id FROM automation WHERE group_id = ANY($2)))
  ORDER BY created_at, schedule_id`;

interface ScheduleRow {
  schedule_id: string;
  automation_id: string;
  cron: string;
  time_zone: string;
  start_at: Date | null;
  end_at: Date | null;
  misfire: 'run-once' | 'skip';
  enabled: boolean;
  created_at: Date;
}

export class PgScheduleStore implements ScheduleStore {
  constructor(private readonly db: LogsDb) {}

  async now(): Promise<Date> {
    const [row] = await this.db.query<{ now: Date }>(NOW);
    return row!.now;
  }

  async insert(schedule: Omit<KeptSchedule, 'createdAt'>, nextFireAt: Date | null): Promise<boolean> {
    const { scheduleId, automationId, cron, timeZone, startAt, endAt, misfire, enabled } = schedule;
    const inserted = await this.db.query(INSERT, [scheduleId, automationId, cron, timeZone, startAt, endAt, misfire, enabled, nextFireAt]);
    return inserted.length === 1;
  }

  async list({ automationId, groupIds }: SchedulesOf): Promise<KeptSchedule[]> {
    return (await this.db.query<ScheduleRow>(LIST, [automationId, groupIds])).map(scheduleOf);
  }

  change(scheduleId: string, work: Parameters<ScheduleStore['change']>[1]): Promise<KeptSchedule | undefined> {
    return this.db.transaction(async (sql) => {
      const [row] = await sql.query<ScheduleRow & { next_fire_at: Date | null }>(LOCK, [scheduleId]);
      if (!row) return undefined;
      const { schedule, nextFireAt } = work(scheduleOf(row), row.next_fire_at);
      const { cron, timeZone, startAt, endAt, misfire, enabled } = schedule;
      await sql.query(CHANGE, [scheduleId, cron, timeZone, startAt, endAt, misfire, enabled, nextFireAt]);
      return schedule;
    });
  }

  remove(scheduleId: string): Promise<KeptSchedule | undefined> {
    return this.db.transaction(async (sql) => {
      const [row] = await sql.query<ScheduleRow>(LOCK, [scheduleId]);
      if (!row) return undefined;
      await sql.query(FORGET_MISSED, [scheduleId]);
      await sql.query(REMOVE, [scheduleId]);
      return scheduleOf(row);
    });
  }
}

function scheduleOf(row: ScheduleRow): KeptSchedule {
  return {
    scheduleId: row.schedule_id,
    automationId: row.automation_id,
    cron: row.cron,
    timeZone: row.time_zone,
    startAt: row.start_at,
    endAt: row.end_at,
    misfire: row.misfire,
    enabled: row.enabled,
    createdAt: row.created_at,
  };
}
