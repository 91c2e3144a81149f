import type { Run } from '@tank/contracts';
import type { LogsDb, Sql } from '@tank/logs-db';
import type { RunStart, RunStarter } from '../start-run.js';
import { lockActiveVersion } from './automation-store.js';
import { insertRun, oldestOpenRun } from './new-run.js';
import { RUN_COLUMNS, runOf, type RunRow } from './run-row.js';

const EARLIER = `
  SELECT ${RUN_COLUMNS}, r.resend_choice FROM run r JOIN automation a USING (automation_id) WHERE r.automation_id = $1 AND r.idempotency_key = $2`;
const NOW = 'SELECT clock_timestamp() AS now';

/** The run that a key has made; of a resend what was chosen for it. */
export async function earlierRun(sql: Sql, automationId: string, idempotencyKey: string): Promise<{ run: Run; choice: string | null } | undefined> {
  const [earlier] = await sql.query<RunRow & { resend_choice: string | null }>(EARLIER, [automationId, idempotencyKey]);
  return earlier && { run: runOf(earlier), choice: earlier.resend_choice };
}

export class PgRunStarter implements RunStarter {
  constructor(private readonly db: LogsDb) {}

  starting(automationId: string, idempotencyKey: string, work: (start: RunStart) => Promise<Run>): Promise<Run | undefined> {
    return this.db.transaction(async (sql) => {
      const { isThere, active } = await lockActiveVersion(sql, automationId);
      if (!isThere) return undefined;
      const [clock] = await sql.query<{ now: Date }>(NOW);
      return work({
        now: clock!.now,
        active,
        earlier: (await earlierRun(sql, automationId, idempotencyKey))?.run,
        open: await oldestOpenRun(sql, automationId),
        insert: async (run) => (await insertRun(sql, { ...run, firing: null }))!,
      });
    });
  }
}
