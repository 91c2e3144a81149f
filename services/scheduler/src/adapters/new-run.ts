import { randomUUID } from 'node:crypto';
import type { AutomationVersion, Run } from '@tank/contracts';
import type { Sql } from '@tank/logs-db';
import { claimedFiles } from '../claimed-files.js';
import { RUN_COLUMNS, runOf, type RunRow } from './run-row.js';

/** The unique indexes on (schedule_id, fire_time) and the idempotency key make one run of one cause. */
const INSERT = `
  INSERT INTO run (run_id, automation_id, version_id, status, trigger, schedule_id, fire_time, idempotency_key, business_date, time_zone,
                   reason_code, reason, key_column, claimed_files, priority, serial, allow_parallel, resend_of, root_run_id, resend_choice)
  VALUES ($1, $2, $3, 'WAITING', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
  ON CONFLICT (schedule_id, fire_time) DO NOTHING`;
const FIND = `SELECT ${RUN_COLUMNS} FROM run r JOIN automation a USING (automation_id) WHERE r.run_id = $1`;
const OLDEST_OPEN = `
  SELECT ${RUN_COLUMNS} FROM run r JOIN automation a USING (automation_id)
  WHERE r.automation_id = $1 AND r.end_at IS NULL ORDER BY r.created_at, r.run_id LIMIT 1`;

export interface NewRun {
  version: AutomationVersion;
  businessDate: string;
  timeZone: string;
  idempotencyKey: string | null;
  firing: { scheduleId: string; fireTime: Date } | null;
  /** The run whose mails are sent again, and the one in which they were first. */
  resend?: { of: string; root: string; choice: string };
}

/** Makes a run that waits to be started; the automation is locked by the caller's transaction. */
export async function insertRun(sql: Sql, { version, businessDate, timeZone, idempotencyKey, firing, resend }: NewRun): Promise<Run | undefined> {
  const { definition, versionId, automationId } = version;
  const runId = randomUUID();
  const [before] = definition.allowParallelRuns ? [] : await sql.query<RunRow>(OLDEST_OPEN, [automationId]);
  const [reasonCode, reason] = before ? ['EARLIER_RUN_OPEN', `Waits for run ${before.run_id} of the same automation, which has not ended.`] : [null, null];
  await sql.query(INSERT, [
    runId, automationId, versionId, firing ? 'schedule' : resend ? 'resend' : 'manual', firing?.scheduleId ?? null, firing?.fireTime ?? null, idempotencyKey, businessDate, timeZone,
    reasonCode, reason, definition.recipient?.keyColumn ?? '', JSON.stringify(claimedFiles(definition)), definition.priority, definition.serial, definition.allowParallelRuns, resend?.of ?? null, resend?.root ?? null, resend?.choice ?? null,
  ]);
  return findRun(sql, runId);
}

export async function findRun(sql: Sql, runId: string): Promise<Run | undefined> {
  const [row] = await sql.query<RunRow>(FIND, [runId]);
  return row && runOf(row);
}

export async function oldestOpenRun(sql: Sql, automationId: string): Promise<Run | undefined> {
  const [row] = await sql.query<RunRow>(OLDEST_OPEN, [automationId]);
  return row && runOf(row);
}
