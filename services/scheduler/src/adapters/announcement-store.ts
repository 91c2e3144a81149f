import { mailIdOf, MESSAGE_VERSION, type ErrorCode, type MailRecorded, type Run, type RunStarted, type SystemErrorRaised } from '@tank/contracts';
import type { LogsDb } from '@tank/logs-db';
import type { AnnouncementStore } from '../announce.js';
import { asLeader } from './leadership.js';
import { RUN_COLUMNS, runOf, type RunRow } from './run-row.js';

/**
 * Doubles the wait each time, up to 32 times: a query may work for a long time before its first row, and announcing the
 * run again would make it begin again. What a leader that did not resign has marked and nobody has opened may never have been published.
 * Of a run that is locked somebody writes the manifest right now: closing a large one takes a while, which no other run waits for.
 */
const MARK_STARTED = `
  UPDATE run SET announced_at = clock_timestamp(), announcements = announcements + 1
  WHERE run_id IN (
    SELECT run_id FROM run
    WHERE status = 'RUNNING' AND end_at IS NULL AND manifest_closed_at IS NULL AND (
      announced_at IS NULL
      OR greatest(announced_at, manifest_at) < clock_timestamp() - $1 * power(2, least(announcements, 6) - 1) * interval '1 ms'
      OR (attempt = 0 AND announced_at < (SELECT unsure_before FROM leadership)))
    FOR UPDATE SKIP LOCKED)
  RETURNING run_id, automation_id, version_id, traceparent`;
const MARK_NOT_STARTED = 'UPDATE run SET announced_at = NULL WHERE run_id = $1 AND manifest_closed_at IS NULL';

const CHANGED = `
  SELECT ${RUN_COLUMNS}, r.revision, r.traceparent FROM run r JOIN automation a USING (automation_id)
  WHERE r.revision > r.published_revision
    AND (r.status_revision > r.published_revision OR r.published_at IS NULL OR r.published_at < clock_timestamp() - interval '1 s')
  ORDER BY r.published_at NULLS FIRST LIMIT 100`;
const MARK_PUBLISHED = 'UPDATE run SET published_revision = $2, published_at = clock_timestamp() WHERE run_id = $1 AND published_revision < $2';
/**
 * The NATS that held them may be gone: everything recent is told once more by a new leader. It does not wait for whoever has a
 * run locked: what is done there is told anyway.
 */
const TELL_AGAIN = `
  UPDATE run SET published_revision = 0
  WHERE run_id IN (SELECT run_id FROM run WHERE end_at IS NULL OR end_at > clock_timestamp() - interval '1 day' FOR UPDATE SKIP LOCKED)`;

/** No more at a time than logs takes in a moment: the mails of other runs travel the same way. */
const CANCELED_AT_ONCE = 500;
const CANCELED = `
  SELECT m.run_id, m.row_no, greatest(m.dispatch, 1) AS dispatch, m.recipient_key, m.error_code, m.settled_at,
    r.automation_id, r.version_id, r.business_date, r.reason, r.traceparent
  FROM manifest_row m JOIN run r USING (run_id)
  WHERE m.outcome = 'CANCELED' AND NOT m.logged AND (m.recorded_at IS NULL OR m.recorded_at < clock_timestamp() - $1 * interval '1 ms')
  ORDER BY m.recorded_at NULLS FIRST
  LIMIT greatest(0, $2 - (SELECT count(*) FROM manifest_row WHERE outcome = 'CANCELED' AND NOT logged AND recorded_at >= clock_timestamp() - $1 * interval '1 ms'))`;
const MARK_RECORDED = `
  UPDATE manifest_row m SET recorded_at = clock_timestamp() FROM unnest($1::uuid[], $2::integer[]) AS told (run_id, row_no)
  WHERE m.run_id = told.run_id AND m.row_no = told.row_no`;

const NOTICES = 'SELECT notice_id, code, message, remedy, occurred_at FROM notice ORDER BY occurred_at LIMIT 100';
const REMOVE_NOTICE = 'DELETE FROM notice WHERE notice_id = $1';

interface CanceledRow {
  run_id: string;
  row_no: number;
  dispatch: number;
  recipient_key: string;
  error_code: ErrorCode;
  settled_at: Date;
  automation_id: string;
  version_id: string;
  business_date: string;
  reason: string | null;
  traceparent: string | null;
}

export class PgAnnouncementStore implements AnnouncementStore {
  constructor(private readonly db: LogsDb) {}

  async markStarted(epoch: number, againAfterMs: number): Promise<{ message: RunStarted; traceparent: string | null }[]> {
    type Row = { run_id: string; automation_id: string; version_id: string; traceparent: string | null };
    const rows = await asLeader(this.db, epoch, (sql) => sql.query<Row>(MARK_STARTED, [againAfterMs]));
    return rows.map((row) => ({
      message: { v: MESSAGE_VERSION, type: 'RunStarted', runId: row.run_id, automationId: row.automation_id, versionId: row.version_id },
      traceparent: row.traceparent,
    }));
  }

  async markNotStarted(runId: string): Promise<void> {
    await this.db.query(MARK_NOT_STARTED, [runId]);
  }

  async changedRuns(): Promise<{ message: { run: Run; revision: number }; traceparent: string | null }[]> {
    const rows = await this.db.query<RunRow & { revision: number; traceparent: string | null }>(CHANGED);
    return rows.map((row) => ({ message: { run: runOf(row), revision: row.revision }, traceparent: row.traceparent }));
  }

  async markRunPublished(runId: string, revision: number): Promise<void> {
    await this.db.query(MARK_PUBLISHED, [runId, revision]);
  }

  async tellRunsAgain(): Promise<void> {
    await this.db.query(TELL_AGAIN);
  }

  async canceledRows(againAfterMs: number): Promise<{ message: MailRecorded; traceparent: string | null }[]> {
    const rows = await this.db.query<CanceledRow>(CANCELED, [againAfterMs, CANCELED_AT_ONCE]);
    return rows.map((row) => ({ message: canceledMail(row), traceparent: row.traceparent }));
  }

  async markRecorded(rows: { runId: string; row: number }[]): Promise<void> {
    await this.db.query(MARK_RECORDED, [rows.map((row) => row.runId), rows.map((row) => row.row)]);
  }

  async notices(): Promise<SystemErrorRaised[]> {
    type Row = { notice_id: string; code: string; message: string; remedy: string; occurred_at: Date };
    return (await this.db.query<Row>(NOTICES)).map(({ notice_id: errorId, code, message, remedy, occurred_at: occurredAt }) => ({
      v: MESSAGE_VERSION, type: 'SystemErrorRaised', module: 'SCHEDULER', runId: null, mailId: null,
      errorId, code, message, remedy, occurredAt: occurredAt.toISOString(),
    }));
  }

  async removeNotice(errorId: string): Promise<void> {
    await this.db.query(REMOVE_NOTICE, [errorId]);
  }
}

/** Without the row's values: nothing was made of them. */
function canceledMail(row: CanceledRow): MailRecorded {
  return {
    v: MESSAGE_VERSION,
    type: 'MailRecorded',
    mailId: mailIdOf(row.run_id, row.row_no),
    runId: row.run_id,
    row: row.row_no,
    automationId: row.automation_id,
    versionId: row.version_id,
    dispatch: row.dispatch,
    businessDate: row.business_date,
    recipientKey: row.recipient_key,
    values: {},
    attachmentChecks: [],
    templateCheck: null,
    outcome: 'CANCELED',
    errorCode: row.error_code,
    errorDetail: row.reason,
    to: null,
    subject: null,
    messageId: null,
    sentAt: null,
    settledAt: row.settled_at.toISOString(),
    attempts: 0,
    updateQueryOk: null,
    updateError: null,
  };
}
