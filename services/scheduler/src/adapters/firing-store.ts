import { randomUUID } from 'node:crypto';
import type { LogsDb, Sql } from '@tank/logs-db';
import type { Decision, DueSchedule } from '../decide-firings.js';
import type { FiringStore, Notice } from '../fire-schedules.js';
import { lockActiveVersion } from './automation-store.js';
import { asLeader } from './leadership.js';
import { insertRun } from './new-run.js';

const NOW = 'SELECT clock_timestamp() AS now';
const DUE = `
  SELECT schedule_id, automation_id, cron, time_zone, start_at, end_at, misfire, next_fire_at FROM schedule
  WHERE enabled AND next_fire_at <= $1 ORDER BY next_fire_at LIMIT $2`;
/** Conditional on the firing that was decided about: whoever comes second changes nothing. */
const MOVE_ON = `
  UPDATE schedule SET next_fire_at = $3 WHERE schedule_id = $1 AND next_fire_at = $2 AND enabled RETURNING schedule_id`;
const MISSED = `
  INSERT INTO missed_firing (schedule_id, fire_time, reason_code) SELECT $1, unnest($2::timestamptz[]), $3 ON CONFLICT DO NOTHING`;
const NOTICE = 'INSERT INTO notice (notice_id, code, message, remedy) VALUES ($1, $2, $3, $4)';

interface DueRow {
  schedule_id: string;
  automation_id: string;
  cron: string;
  time_zone: string;
  start_at: Date | null;
  end_at: Date | null;
  misfire: 'run-once' | 'skip';
  next_fire_at: Date;
}

export class PgFiringStore implements FiringStore {
  constructor(private readonly db: LogsDb) {}

  async due(limit: number): Promise<{ now: Date; schedules: DueSchedule[] }> {
    const [clock] = await this.db.query<{ now: Date }>(NOW);
    const rows = await this.db.query<DueRow>(DUE, [clock!.now, limit]);
    return { now: clock!.now, schedules: rows.map(dueScheduleOf) };
  }

  record(epoch: number, schedule: DueSchedule, { run, missed, next }: Decision, notices: { missed: Notice | null; withoutVersion: Notice }): Promise<boolean> {
    const { scheduleId, automationId, timeZone } = schedule;
    return asLeader(this.db, epoch, async (sql) => {
      const moved = await sql.query(MOVE_ON, [scheduleId, schedule.nextFireAt, next]);
      if (moved.length === 0) return false;
      if (missed.length > 0) await sql.query(MISSED, [scheduleId, missed, 'MISSED']);
      if (notices.missed) await notify(sql, notices.missed);
      if (!run) return true;
      const { active } = await lockActiveVersion(sql, automationId);
      if (active) {
        await insertRun(sql, { version: active, businessDate: run.businessDate, timeZone, idempotencyKey: null, firing: { scheduleId, fireTime: run.fireTime } });
      } else {
        await sql.query(MISSED, [scheduleId, [run.fireTime], 'NO_ACTIVE_VERSION']);
        await notify(sql, notices.withoutVersion);
      }
      return true;
    });
  }
}

async function notify(sql: Sql, { code, message, remedy }: Notice): Promise<void> {
  await sql.query(NOTICE, [randomUUID(), code, message, remedy]);
}

function dueScheduleOf(row: DueRow): DueSchedule {
  return {
    scheduleId: row.schedule_id,
    automationId: row.automation_id,
    cron: row.cron,
    timeZone: row.time_zone,
    startAt: row.start_at,
    endAt: row.end_at,
    misfire: row.misfire,
    nextFireAt: row.next_fire_at,
  };
}
