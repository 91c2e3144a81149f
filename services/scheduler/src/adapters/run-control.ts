import type { Run } from '@tank/contracts';
import type { LogsDb, Sql } from '@tank/logs-db';
import { CANCELED_BY_OPERATOR, PAUSED_BY_OPERATOR, type LockedRun, type RunControl } from '../control-run.js';
import { findRun } from './new-run.js';
import { endBeforeMails, finish, FORGET_ROWS, stop } from './settle-store.js';

const LOCK = 'SELECT manifest_closed_at IS NOT NULL AS "isClosed" FROM run WHERE run_id = $1 FOR UPDATE';
const PAUSE = `
  UPDATE run SET status = 'PAUSED', reason_code = '${PAUSED_BY_OPERATOR}', reason = $2, revision = revision + 1, status_revision = revision + 1
  WHERE run_id = $1`;
/**
 * Rows are asked for at once, unless somebody is writing them: since an operator's pause stops nobody who does, the query
 * would only begin again.
 */
const IS_BEING_WRITTEN = `reason_code = '${PAUSED_BY_OPERATOR}' AND coalesce(manifest_at >= announced_at, false)`;
const RESUME = `
  UPDATE run SET status = CASE WHEN start_at IS NULL THEN 'WAITING' ELSE 'RUNNING' END, reason_code = NULL, reason = NULL, not_before = NULL,
    announced_at = CASE WHEN ${IS_BEING_WRITTEN} THEN announced_at END, announcements = CASE WHEN ${IS_BEING_WRITTEN} THEN announcements ELSE 0 END,
    revision = revision + 1, status_revision = revision + 1
  WHERE run_id = $1`;

export class PgRunControl implements RunControl {
  constructor(private readonly db: LogsDb) {}

  locked(runId: string, work: (run: LockedRun) => Promise<Run>): Promise<Run | undefined> {
    return this.db.transaction(async (sql) => {
      const [locked] = await sql.query<{ isClosed: boolean }>(LOCK, [runId]);
      return locked && work({ run: await runAfter(sql, runId), ...changes(sql, runId, locked.isClosed) });
    });
  }
}

function changes(sql: Sql, runId: string, isClosed: boolean): Omit<LockedRun, 'run'> {
  return {
    pause: async (reason) => {
      await sql.query(PAUSE, [runId, reason]);
      return runAfter(sql, runId);
    },
    resume: async () => {
      await sql.query(RESUME, [runId]);
      return runAfter(sql, runId);
    },
    cancel: async (reason) => {
      if (!isClosed) await sql.query(FORGET_ROWS, [runId]);
      await sql.query(isClosed ? stop('CANCELED') : endBeforeMails('CANCELED'), [runId, CANCELED_BY_OPERATOR, reason]);
      if (isClosed) await finish(sql, [runId]);
      return runAfter(sql, runId);
    },
  };
}

async function runAfter(sql: Sql, runId: string): Promise<Run> {
  return (await findRun(sql, runId))!;
}
