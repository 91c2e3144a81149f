import { refuseChangedMeanwhile, rowPlaceIn, type Actor, type PageAsked, type Placed } from '@tank/contracts';
import { readSorted, type LogsDb, type SortedList, type Sql } from '@tank/logs-db';
import type { KeptSchedule, NewSchedule, SchedulesOf, ScheduleStore } from '../schedules.js';

const NOW = 'SELECT clock_timestamp() AS now';
const INSERT = `
  INSERT INTO schedule (schedule_id, automation_id, cron, time_zone, start_at, end_at, misfire, enabled, next_fire_at)
  SELECT $1, automation_id, $3, $4, $5, $6, $7, $8, $9 FROM automation WHERE automation_id = $2
  RETURNING schedule_id`;
const COLUMNS = 'schedule_id, automation_id, cron, time_zone, start_at, end_at, misfire, enabled, created_at, revision';
const FIND = `SELECT ${COLUMNS} FROM schedule WHERE schedule_id = $1`;
const LOCK = `SELECT ${COLUMNS}, next_fire_at, changed_by, changed_at FROM schedule WHERE schedule_id = $1 FOR UPDATE`;
const CHANGE = `
  UPDATE schedule SET cron = $2, time_zone = $3, start_at = $4, end_at = $5, misfire = $6, enabled = $7, next_fire_at = $8,
    revision = revision + 1, changed_by = $9::json, changed_at = clock_timestamp()
  WHERE schedule_id = $1 RETURNING ${COLUMNS}`;
const FORGET_MISSED = 'DELETE FROM missed_firing WHERE schedule_id = $1';
const REMOVE = 'DELETE FROM schedule WHERE schedule_id = $1';
/** $1 automation, $2 groups, or null. */
const SCHEDULES: SortedList = {
  columns: COLUMNS,
  from: 'schedule',
  where: '($1::uuid IS NULL OR automation_id = $1) AND ($2::uuid[] IS NULL OR automation_id IN (SELECT automation_id FROM automation WHERE group_id = ANY($2)))',
  sorts: { createdAt: { sql: 'created_at', of: 'timestamptz' } },
  id: 'schedule_id',
};

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
  revision: number;
}
interface LockedRow extends ScheduleRow {
  next_fire_at: Date | null;
  changed_by: Actor | null;
  changed_at: Date | null;
}

export class PgScheduleStore implements ScheduleStore {
  constructor(private readonly db: LogsDb) {}

  async now(): Promise<Date> {
    const [row] = await this.db.query<{ now: Date }>(NOW);
    return row!.now;
  }

  insert(schedule: NewSchedule, nextFireAt: Date | null): Promise<boolean> {
    return insertSchedule(this.db, schedule, nextFireAt);
  }

  async find(scheduleId: string): Promise<KeptSchedule | undefined> {
    const [row] = await this.db.query<ScheduleRow>(FIND, [scheduleId]);
    return row && scheduleOf(row);
  }

  async list({ automationId, groupIds }: SchedulesOf, asked: PageAsked): Promise<Placed<KeptSchedule>[]> {
    const found = await readSorted<ScheduleRow>(this.db, SCHEDULES, [automationId, groupIds], asked, rowPlaceIn(asked));
    return found.map(({ row, place }) => ({ item: scheduleOf(row), place }));
  }

  change(scheduleId: string, { revision, by }: Parameters<ScheduleStore['change']>[1], work: Parameters<ScheduleStore['change']>[2]): Promise<KeptSchedule | undefined> {
    return this.locked(scheduleId, revision, async (sql, before, dueAt) => {
      const { schedule, nextFireAt } = work(before, dueAt);
      const { cron, timeZone, startAt, endAt, misfire, enabled } = schedule;
      const [row] = await sql.query<ScheduleRow>(CHANGE, [scheduleId, cron, timeZone, startAt, endAt, misfire, enabled, nextFireAt, JSON.stringify(by)]);
      return scheduleOf(row!);
    });
  }

  remove(scheduleId: string, revision: number | null): Promise<KeptSchedule | undefined> {
    return this.locked(scheduleId, revision, async (sql, schedule) => {
      await sql.query(FORGET_MISSED, [scheduleId]);
      await sql.query(REMOVE, [scheduleId]);
      return schedule;
    });
  }

  private locked(
    scheduleId: string, revision: number | null, work: (sql: Sql, schedule: KeptSchedule, dueAt: Date | null) => Promise<KeptSchedule>,
  ): Promise<KeptSchedule | undefined> {
    return this.db.transaction(async (sql) => {
      const [row] = await sql.query<LockedRow>(LOCK, [scheduleId]);
      if (!row) return undefined;
      refuseChangedMeanwhile(revision, row.revision, { by: row.changed_by, at: row.changed_at });
      return work(sql, scheduleOf(row), row.next_fire_at);
    });
  }
}

/** False: there is no such automation. */
export async function insertSchedule(sql: Sql, schedule: NewSchedule, nextFireAt: Date | null): Promise<boolean> {
  const { scheduleId, automationId, cron, timeZone, startAt, endAt, misfire, enabled } = schedule;
  const inserted = await sql.query(INSERT, [scheduleId, automationId, cron, timeZone, startAt, endAt, misfire, enabled, nextFireAt]);
  return inserted.length === 1;
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
    revision: row.revision,
  };
}
