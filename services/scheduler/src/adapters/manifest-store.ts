import type { RunCounts, RunStatus } from '@tank/contracts';
import type { LockedManifest, ManifestRow, ManifestStore } from '../manifest.js';
import type { LogsDb, Sql } from './logs-db.js';
import { findRun } from './new-run.js';

const LOCK = `
  SELECT status, manifest_closed_at, attempt, next_sequence, attempt_rows, key_column,
    total, waiting, dispatched, sent, failed, skipped, in_doubt, canceled
  FROM run WHERE run_id = $1 FOR UPDATE`;
const FORGET_ROWS = 'DELETE FROM manifest_row WHERE run_id = $1';
const BEGIN_ATTEMPT = `
  UPDATE run SET attempt = attempt + 1, next_sequence = 0, attempt_rows = 0, manifest_at = clock_timestamp() WHERE run_id = $1 RETURNING attempt`;
const APPEND = `
  INSERT INTO manifest_row (run_id, row_no, recipient_key, row_values, stop_code)
  SELECT $1, $2 + chunk.position, chunk.recipient_key, chunk.row_values::json, CASE chunk.recipient_key WHEN '' THEN 'RECIPIENT_KEY_EMPTY' END
  FROM unnest($3::text[], $4::text[]) WITH ORDINALITY AS chunk (recipient_key, row_values, position)`;
const COUNT_CHUNK = `
  UPDATE run SET next_sequence = next_sequence + 1, attempt_rows = attempt_rows + $2, manifest_at = clock_timestamp() WHERE run_id = $1`;
/** All rows that share a key, not only the later ones: nobody can tell which of them is meant. */
const MARK_DUPLICATES = `
  UPDATE manifest_row m SET stop_code = 'RECIPIENT_KEY_DUPLICATED'
  FROM (SELECT recipient_key FROM manifest_row WHERE run_id = $1 AND recipient_key <> '' GROUP BY recipient_key HAVING count(*) > 1) repeated
  WHERE m.run_id = $1 AND m.recipient_key = repeated.recipient_key`;
const CLOSE = `
  UPDATE run SET manifest_closed_at = clock_timestamp(), total = attempt_rows, waiting = attempt_rows,
    status = CASE attempt_rows WHEN 0 THEN 'COMPLETED' ELSE status END, end_at = CASE attempt_rows WHEN 0 THEN clock_timestamp() END,
    revision = revision + 1, status_revision = revision + 1
  WHERE run_id = $1`;
const FAIL = `
  UPDATE run SET status = 'FAIL', reason_code = $2, reason = $3, stopped_at = clock_timestamp(), end_at = clock_timestamp(), attempt_rows = 0,
    revision = revision + 1, status_revision = revision + 1
  WHERE run_id = $1 AND end_at IS NULL`;

interface Locked {
  status: RunStatus;
  manifest_closed_at: Date | null;
  attempt: number;
  next_sequence: number;
  attempt_rows: number;
  key_column: string;
  in_doubt: number;
}

export class PgManifestStore implements ManifestStore {
  constructor(private readonly db: LogsDb) {}

  locked<T>(runId: string, work: (manifest: LockedManifest) => Promise<T>): Promise<{ result: T } | undefined> {
    return this.db.transaction(async (sql) => {
      const [row] = await sql.query<Locked & Omit<RunCounts, 'inDoubt'>>(LOCK, [runId]);
      if (!row) return undefined;
      const { total, waiting, dispatched, sent, failed, skipped, in_doubt: inDoubt, canceled } = row;
      return {
        result: await work({
          status: row.status,
          isClosed: row.manifest_closed_at !== null,
          attempt: row.attempt,
          nextSequence: row.next_sequence,
          rowCount: row.attempt_rows,
          keyColumn: row.key_column,
          counts: { total, waiting, dispatched, sent, failed, skipped, inDoubt, canceled },
          ...changes(sql, runId, row.attempt_rows),
        }),
      };
    });
  }
}

function changes(sql: Sql, runId: string, rowsBefore: number): Pick<LockedManifest, 'beginAttempt' | 'append' | 'close' | 'fail'> {
  return {
    beginAttempt: async () => {
      await sql.query(FORGET_ROWS, [runId]);
      const [begun] = await sql.query<{ attempt: number }>(BEGIN_ATTEMPT, [runId]);
      return begun!.attempt;
    },
    append: async (rows: ManifestRow[]) => {
      await sql.query(APPEND, [runId, rowsBefore, rows.map((row) => row.recipientKey), rows.map((row) => JSON.stringify(row.values))]);
      await sql.query(COUNT_CHUNK, [runId, rows.length]);
    },
    close: async () => {
      await sql.query(MARK_DUPLICATES, [runId]);
      await sql.query(CLOSE, [runId]);
      return (await findRun(sql, runId))!.counts;
    },
    fail: async (reasonCode, reason) => {
      await sql.query(FORGET_ROWS, [runId]);
      await sql.query(FAIL, [runId, reasonCode, reason]);
    },
  };
}
