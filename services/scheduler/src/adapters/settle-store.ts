import type { ErrorCode, MailGivenBack, MailLogged, Outcome, RunHalted, RunStatus } from '@tank/contracts';
import type { LogsDb, Sql } from '@tank/logs-db';
import { PAUSED_BY_OPERATOR } from '../control-run.js';
import type { SettleResult, SettleStore } from '../settle-mails.js';

/** Everybody locks the runs first, in the order of their ids, and then their rows: nobody waits in a circle. */
const LOCK_RUNS = 'SELECT run_id FROM run WHERE run_id = ANY($1::uuid[]) ORDER BY run_id FOR UPDATE';

/** Nothing more of it is sent; it ends when what is on the road has come back. */
export const IS_STOPPED = "status IN ('FAIL', 'CANCELED')";
/** Ends the runs of which nothing is left to settle. Conditional: a run ends once. */
export const FINISH_RUNS = `
  UPDATE run SET status = CASE WHEN ${IS_STOPPED} THEN status ELSE 'COMPLETED' END, end_at = clock_timestamp(), not_before = NULL,
    reason_code = CASE WHEN ${IS_STOPPED} THEN reason_code END, reason = CASE WHEN ${IS_STOPPED} THEN reason END,
    revision = revision + 1, status_revision = revision + 1
  WHERE run_id = ANY($1::uuid[]) AND end_at IS NULL AND manifest_closed_at IS NOT NULL AND waiting = 0 AND dispatched = 0
  RETURNING run_id`;

/** Settles a batch and moves the counts of its runs by exactly the rows that changed. */
const COMPLETE = `
  WITH told AS (
    SELECT * FROM unnest($1::uuid[], $2::integer[], $3::text[]) AS told (run_id, row_no, outcome)
  ), before AS (
    SELECT m.run_id, m.row_no, m.outcome AS old, m.dispatched_at IS NOT NULL AS was_dispatched, told.outcome AS new
    FROM manifest_row m JOIN told USING (run_id, row_no)
    WHERE m.outcome IS NULL OR (m.outcome = 'IN_DOUBT' AND told.outcome IN ('SENT', 'FAIL'))
    ORDER BY m.run_id, m.row_no FOR UPDATE OF m
  ), changed AS (
    UPDATE manifest_row m SET outcome = before.new, settled_at = clock_timestamp()
    FROM before WHERE m.run_id = before.run_id AND m.row_no = before.row_no
    RETURNING m.run_id, before.old, before.was_dispatched, before.new
  ), moved AS (
    SELECT run_id,
      count(*) FILTER (WHERE old IS NULL AND NOT was_dispatched)::integer AS from_waiting,
      count(*) FILTER (WHERE old IS NULL AND was_dispatched)::integer AS from_dispatched,
      (count(*) FILTER (WHERE new = 'IN_DOUBT') - count(*) FILTER (WHERE old = 'IN_DOUBT'))::integer AS in_doubt,
      count(*) FILTER (WHERE new = 'SENT')::integer AS sent,
      count(*) FILTER (WHERE new = 'FAIL')::integer AS failed,
      count(*) FILTER (WHERE new = 'SKIPPED')::integer AS skipped,
      count(*) FILTER (WHERE new = 'CANCELED')::integer AS canceled
    FROM changed GROUP BY run_id
  )
  UPDATE run r SET waiting = r.waiting - from_waiting, dispatched = r.dispatched - from_dispatched, sent = r.sent + moved.sent,
    failed = r.failed + moved.failed, skipped = r.skipped + moved.skipped, in_doubt = r.in_doubt + moved.in_doubt,
    canceled = r.canceled + moved.canceled, revision = r.revision + 1
  FROM moved WHERE r.run_id = moved.run_id
  RETURNING r.run_id`;
const CONFIRM_CANCELED = `
  UPDATE manifest_row m SET logged = true FROM unnest($1::uuid[], $2::integer[], $3::text[]) AS told (run_id, row_no, outcome)
  WHERE m.run_id = told.run_id AND m.row_no = told.row_no AND told.outcome = 'CANCELED' AND m.outcome = 'CANCELED' AND NOT m.logged`;
/** IN_DOUBT told again after the doubt was resolved is only late. */
const CONTRADICTED = `
  SELECT m.run_id AS "runId", m.row_no AS "row", m.outcome, told.outcome AS told
  FROM manifest_row m JOIN unnest($1::uuid[], $2::integer[], $3::text[]) AS told (run_id, row_no, outcome) USING (run_id, row_no)
  WHERE m.outcome <> told.outcome AND told.outcome <> 'IN_DOUBT'`;

const GIVE_BACK = `
  WITH given AS (
    SELECT * FROM unnest($1::uuid[], $2::integer[], $3::integer[], $4::integer[], $5::text[], $6::text[])
      AS given (run_id, row_no, dispatch, retry_after_ms, reason_code, reason)
  ), returned AS (
    UPDATE manifest_row m SET dispatched_at = NULL FROM given
    WHERE m.run_id = given.run_id AND m.row_no = given.row_no AND m.dispatch = given.dispatch
      AND m.outcome IS NULL AND m.dispatched_at IS NOT NULL
    RETURNING m.run_id, given.retry_after_ms, given.reason_code, given.reason
  ), moved AS (
    SELECT run_id, count(*)::integer AS n, max(retry_after_ms) AS retry_after_ms,
      (array_agg(reason_code ORDER BY retry_after_ms DESC))[1] AS code, (array_agg(reason ORDER BY retry_after_ms DESC))[1] AS sentence
    FROM returned GROUP BY run_id
  )
  UPDATE run r SET waiting = waiting + n, dispatched = dispatched - n, revision = revision + 1,
    not_before = greatest(not_before, clock_timestamp() + retry_after_ms * interval '1 ms'),
    reason_code = CASE r.status WHEN 'RUNNING' THEN code ELSE reason_code END, reason = CASE r.status WHEN 'RUNNING' THEN sentence ELSE reason END,
    status_revision = CASE WHEN r.status = 'RUNNING' AND r.reason_code IS DISTINCT FROM code THEN revision + 1 ELSE status_revision END
  FROM moved WHERE r.run_id = moved.run_id`;
/** However short the give-back asks for: a run that gets everything back must not run in a circle at full speed. */
const LEAST_RETRY_MS = 1_000;

const LOCK_OPEN = 'SELECT manifest_closed_at IS NOT NULL AS "isClosed", status FROM run WHERE run_id = $1 AND end_at IS NULL FOR UPDATE';
/** Of a run that an operator paused, what would have paused it by itself says more. */
const PAUSE = `
  UPDATE run SET status = 'PAUSED', reason_code = $2, reason = $3, revision = revision + 1, status_revision = revision + 1
  WHERE run_id = $1 AND (status IN ('RUNNING', 'WAITING') OR (status = 'PAUSED' AND reason_code = '${PAUSED_BY_OPERATOR}'))`;
export const FORGET_ROWS = 'DELETE FROM manifest_row WHERE run_id = $1';
/** Of a run whose manifest is not closed: it has no mails. */
export const endBeforeMails = (status: StopStatus) => `
  UPDATE run SET status = '${status}', reason_code = $2, reason = $3, stopped_at = clock_timestamp(), end_at = clock_timestamp(), attempt_rows = 0,
    not_before = NULL, revision = revision + 1, status_revision = revision + 1
  WHERE run_id = $1`;
type StopStatus = keyof typeof CODE_OF_CANCELED;
/** What its mails say that were never sent. */
export const CODE_OF_CANCELED = { FAIL: 'RUN_STOPPED', CANCELED: 'RUN_CANCELED' } as const satisfies Partial<Record<RunStatus, ErrorCode>>;
/** Only rows that were never on the road: of those that came back, an older dispatch may still be before a sender that has not heard of the stop. */
export const stop = (status: StopStatus) => `
  WITH canceled AS (
    UPDATE manifest_row SET outcome = 'CANCELED', error_code = '${CODE_OF_CANCELED[status]}', settled_at = clock_timestamp()
    WHERE run_id = $1 AND outcome IS NULL AND dispatched_at IS NULL AND dispatch = 0 RETURNING 1
  )
  UPDATE run SET status = '${status}', reason_code = $2, reason = $3, stopped_at = clock_timestamp(), waiting = waiting - n, canceled = canceled + n,
    revision = revision + 1, status_revision = revision + 1
  FROM (SELECT count(*)::integer AS n FROM canceled) rows WHERE run_id = $1`;

export class PgSettleStore implements SettleStore {
  constructor(private readonly db: LogsDb) {}

  complete(logged: MailLogged[]): Promise<SettleResult> {
    const told = [logged.map((one) => one.runId), logged.map((one) => one.row), logged.map((one) => one.outcome)];
    return this.db.transaction(async (sql) => {
      await sql.query(LOCK_RUNS, [told[0]]);
      const changed = await sql.query<{ run_id: string }>(COMPLETE, told);
      if (logged.some((one) => one.outcome === 'CANCELED')) await sql.query(CONFIRM_CANCELED, told);
      const contradicted = await sql.query<{ runId: string; row: number; outcome: Outcome; told: Outcome }>(CONTRADICTED, told);
      return { ended: await finish(sql, changed.map((run) => run.run_id)), contradicted };
    });
  }

  async giveBack(given: MailGivenBack[]): Promise<void> {
    await this.db.transaction(async (sql) => {
      await sql.query(LOCK_RUNS, [given.map((one) => one.runId)]);
      await sql.query(GIVE_BACK, [
        given.map((one) => one.runId), given.map((one) => one.row), given.map((one) => one.dispatch),
        given.map((one) => Math.max(LEAST_RETRY_MS, one.retryAfterMs)), given.map((one) => one.reasonCode), given.map((one) => one.reason),
      ]);
    });
  }

  halt({ runId, status, reasonCode, reason }: RunHalted): Promise<SettleResult> {
    return this.db.transaction(async (sql) => {
      const [run] = await sql.query<{ isClosed: boolean; status: string }>(LOCK_OPEN, [runId]);
      if (!run || run.status in CODE_OF_CANCELED) return { ended: [], contradicted: [] };
      if (status === 'PAUSED') {
        await sql.query(PAUSE, [runId, reasonCode, reason]);
        return { ended: [], contradicted: [] };
      }
      if (!run.isClosed) await sql.query(FORGET_ROWS, [runId]);
      await sql.query(run.isClosed ? stop('FAIL') : endBeforeMails('FAIL'), [runId, reasonCode, reason]);
      return { ended: run.isClosed ? await finish(sql, [runId]) : [runId], contradicted: [] };
    });
  }
}

export async function finish(sql: Sql, runIds: string[]): Promise<string[]> {
  return (await sql.query<{ run_id: string }>(FINISH_RUNS, [runIds])).map((run) => run.run_id);
}
