import type { Mail } from '@tank/contracts';
import type { LogsDb } from '@tank/logs-db';
import type { DispatchStore, MarkedMail } from '../dispatch-mails.js';
import type { RunLoad } from '../share-window.js';
import { asLeader } from './leadership.js';
import { COLUMNS_OF_ROW, COLUMNS_OF_RUN, mailOfRow, type MailRow } from './mail-row.js';
import { CODE_OF_CANCELED, FINISH_RUNS, IS_STOPPED } from './settle-store.js';

const LOADS = `
  SELECT run_id, priority, serial, waiting, dispatched, status <> 'RUNNING' OR coalesce(not_before > clock_timestamp(), false) AS held
  FROM run WHERE end_at IS NULL AND manifest_closed_at IS NOT NULL AND (waiting > 0 OR dispatched > 0)`;

/** Everybody locks the run before its rows. A run that was stopped or paused meanwhile gives none. */
const LOCK_RUN = `SELECT run_id FROM run WHERE run_id = $1 AND status = 'RUNNING' AND end_at IS NULL FOR UPDATE`;
const MARKED = `${COLUMNS_OF_ROW}, m.stop_code, m.stop_rule, m.stop_row`;
const MARK = `
  WITH marked AS (
    UPDATE manifest_row m SET dispatch = m.dispatch + 1, dispatched_at = clock_timestamp()
    FROM (
      SELECT run_id, row_no FROM manifest_row
      WHERE run_id = $1 AND outcome IS NULL AND dispatched_at IS NULL
      ORDER BY row_no LIMIT $2 FOR UPDATE SKIP LOCKED
    ) due
    WHERE m.run_id = due.run_id AND m.row_no = due.row_no
    RETURNING ${MARKED}
  ), counted AS (
    UPDATE run SET waiting = waiting - n, dispatched = dispatched + n, not_before = NULL, reason_code = NULL, reason = NULL,
      revision = revision + 1, status_revision = CASE WHEN reason_code IS NULL THEN status_revision ELSE revision + 1 END
    FROM (SELECT count(*)::integer AS n FROM marked) marked_rows
    WHERE run_id = $1 AND n > 0
    RETURNING run_id
  )
  SELECT m.*, ${COLUMNS_OF_RUN}, r.traceparent FROM marked m JOIN run r USING (run_id) ORDER BY m.row_no`;

/** Nobody knows which marks of a leader that did not resign were published: all of them are published again. */
const MARK_AGAIN = `
  WITH marked AS (
    UPDATE manifest_row m SET dispatch = m.dispatch + 1, dispatched_at = clock_timestamp()
    FROM (
      SELECT run_id, row_no FROM manifest_row
      WHERE outcome IS NULL AND dispatched_at < greatest(clock_timestamp() - $1 * interval '1 ms', (SELECT unsure_before FROM leadership))
      ORDER BY dispatched_at LIMIT $2 FOR UPDATE SKIP LOCKED
    ) due
    WHERE m.run_id = due.run_id AND m.row_no = due.row_no
    RETURNING ${MARKED}
  )
  SELECT m.*, ${COLUMNS_OF_RUN}, r.traceparent FROM marked m JOIN run r USING (run_id) ORDER BY m.run_id, m.row_no`;
/** Nothing is taken back: the message may be stored although nobody heard so. It is only due again at once. */
const MARK_OVERDUE = `
  UPDATE manifest_row m SET dispatched_at = '-infinity'
  FROM unnest($1::uuid[], $2::integer[], $3::integer[]) AS failed (run_id, row_no, dispatch)
  WHERE m.run_id = failed.run_id AND m.row_no = failed.row_no AND m.dispatch = failed.dispatch AND m.outcome IS NULL AND m.dispatched_at IS NOT NULL`;

const RETURNED_RUNS = `
  SELECT run_id FROM run WHERE ${IS_STOPPED} AND end_at IS NULL AND waiting > 0 AND stopped_at <= clock_timestamp() - $1 * interval '1 ms'`;
const LOCK_STOPPED = `SELECT status FROM run WHERE run_id = $1 AND ${IS_STOPPED} AND end_at IS NULL FOR UPDATE`;
const CANCEL_RETURNED = `
  WITH canceled AS (
    UPDATE manifest_row SET outcome = 'CANCELED', error_code = $2, settled_at = clock_timestamp()
    WHERE run_id = $1 AND outcome IS NULL AND dispatched_at IS NULL RETURNING 1
  )
  UPDATE run SET waiting = waiting - n, canceled = canceled + n, revision = revision + 1
  FROM (SELECT count(*)::integer AS n FROM canceled) rows WHERE run_id = $1`;

interface MarkedRow extends MailRow {
  stop_code: MarkedMail['stopCode'];
  stop_rule: string | null;
  stop_row: number | null;
  traceparent: string | null;
}

export class PgDispatchStore implements DispatchStore {
  constructor(private readonly db: LogsDb) {}

  async loads(): Promise<RunLoad[]> {
    const rows = await this.db.query<Omit<RunLoad, 'runId'> & { run_id: string }>(LOADS);
    return rows.map(({ run_id: runId, ...load }) => ({ runId, ...load }));
  }

  mark(epoch: number, runId: string, count: number): Promise<MarkedMail[]> {
    return asLeader(this.db, epoch, async (sql) => {
      const [running] = await sql.query(LOCK_RUN, [runId]);
      return running ? (await sql.query<MarkedRow>(MARK, [runId, count])).map(markedMailOf) : [];
    });
  }

  markAgain(epoch: number, afterMs: number, limit: number): Promise<MarkedMail[]> {
    return asLeader(this.db, epoch, async (sql) => (await sql.query<MarkedRow>(MARK_AGAIN, [afterMs, limit])).map(markedMailOf));
  }

  async markOverdue(mails: Mail[]): Promise<void> {
    await this.db.query(MARK_OVERDUE, [mails.map((mail) => mail.runId), mails.map((mail) => mail.row), mails.map((mail) => mail.dispatch)]);
  }

  async cancelReturned(epoch: number, graceMs: number): Promise<boolean> {
    const runs = await this.db.query<{ run_id: string }>(RETURNED_RUNS, [graceMs]);
    for (const { run_id: runId } of runs) {
      await asLeader(this.db, epoch, async (sql) => {
        const [run] = await sql.query<{ status: keyof typeof CODE_OF_CANCELED }>(LOCK_STOPPED, [runId]);
        if (!run) return;
        await sql.query(CANCEL_RETURNED, [runId, CODE_OF_CANCELED[run.status]]);
        await sql.query(FINISH_RUNS, [[runId]]);
      });
    }
    return runs.length > 0;
  }
}

function markedMailOf(row: MarkedRow): MarkedMail {
  return {
    mail: mailOfRow(row),
    stopCode: row.stop_code,
    stopRule: row.stop_rule,
    stopRow: row.stop_row,
    traceparent: row.traceparent,
  };
}
