import { pageOf, rowPlaceIn, type Mail, type Page, type PageAsked, type Run, type RunStatus } from '@tank/contracts';
import { readSorted, type LogsDb, type SortedList } from '@tank/logs-db';
import type { RunReader, RunsOf } from '../runs.js';
import type { WaitingRun, WaitingRuns } from '../start-waiting-runs.js';
import { asLeader } from './leadership.js';
import { findRun } from './new-run.js';
import { COLUMNS_OF_ROW, COLUMNS_OF_RUN, mailOfRow, type MailRow } from './mail-row.js';
import { RUN_COLUMNS, runOf, type RunRow } from './run-row.js';

const STATUS = 'SELECT status FROM run WHERE run_id = $1';
/** A mail id is its run's and its row's; what is none is nobody's. */
const MAIL = `
  SELECT ${COLUMNS_OF_ROW}, ${COLUMNS_OF_RUN} FROM manifest_row m JOIN run r USING (run_id)
  WHERE m.run_id = $1::uuid AND m.row_no = $2 AND m.dispatch > 0`;
/** $1 automation, $2 groups, or null. Indexes: run_created, run_of_automation. */
const RUNS: SortedList = {
  columns: RUN_COLUMNS,
  from: 'run r JOIN automation a USING (automation_id)',
  where: '($1::uuid IS NULL OR r.automation_id = $1) AND ($2::uuid[] IS NULL OR a.group_id = ANY($2))',
  sorts: { createdAt: { sql: 'r.created_at', of: 'timestamptz' } },
  id: 'r.run_id',
};

/** Of each automation the oldest waiting run, unless one that has started keeps it waiting. */
const MAY_START = `
  r.status = 'WAITING' AND r.end_at IS NULL AND (r.allow_parallel OR NOT EXISTS (
    SELECT FROM run o WHERE o.automation_id = r.automation_id AND o.start_at IS NOT NULL AND o.end_at IS NULL))`;
const STARTABLE = `
  SELECT DISTINCT ON (r.automation_id) r.run_id, r.automation_id, r.version_id FROM run r
  WHERE ${MAY_START} ORDER BY r.automation_id, r.created_at, r.run_id`;
const START = `
  UPDATE run r SET status = 'RUNNING', start_at = clock_timestamp(), traceparent = $2, reason_code = NULL, reason = NULL,
    revision = revision + 1, status_revision = revision + 1
  WHERE r.run_id = $1 AND ${MAY_START} RETURNING r.run_id`;

export class PgRunStore implements RunReader, WaitingRuns {
  constructor(private readonly db: LogsDb) {}

  find(runId: string): Promise<Run | undefined> {
    return findRun(this.db, runId);
  }

  async status(runId: string): Promise<RunStatus | undefined> {
    const [row] = await this.db.query<{ status: RunStatus }>(STATUS, [runId]);
    return row?.status;
  }

  async mail(mailId: string): Promise<Mail | undefined> {
    const place = placeOfMail(mailId);
    const [row] = place ? await this.db.query<MailRow>(MAIL, [place.runId, place.row]) : [];
    return row && mailOfRow(row);
  }

  async page({ automationId, groupIds }: RunsOf, asked: PageAsked): Promise<Page<Run>> {
    const found = await readSorted<RunRow>(this.db, RUNS, [automationId, groupIds], asked, rowPlaceIn(asked));
    return pageOf(found.map(({ row, place }) => ({ item: runOf(row), place })), asked);
  }

  async startable(): Promise<WaitingRun[]> {
    const rows = await this.db.query<{ run_id: string; automation_id: string; version_id: string }>(STARTABLE);
    return rows.map((row) => ({ runId: row.run_id, automationId: row.automation_id, versionId: row.version_id }));
  }

  /** The index run_one_active stands behind the condition. */
  start(epoch: number, runId: string, traceparent: string | null): Promise<boolean> {
    return asLeader(this.db, epoch, async (sql) => (await sql.query(START, [runId, traceparent])).length === 1);
  }
}

function placeOfMail(mailId: string): { runId: string; row: number } | undefined {
  const [, runId, row] = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-(\d{1,9})$/.exec(mailId) ?? [];
  return runId ? { runId, row: Number(row) } : undefined;
}
