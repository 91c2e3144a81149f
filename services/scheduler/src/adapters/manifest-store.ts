import type { RunCounts, RunStatus } from '@tank/contracts';
import type { LogsDb, Sql } from '@tank/logs-db';
import type { ClaimedFile } from '../claimed-files.js';
import { overlapSentence } from '../find-overlaps.js';
import type { LockedManifest, ManifestRow, ManifestStore } from '../manifest.js';
import { markOverlaps } from './mark-overlaps.js';
import { findRun } from './new-run.js';
import { FINISH_RUNS, FORGET_ROWS, stop } from './settle-store.js';

/** Whoever asks has given up by then and asks again: a manifest that takes long to close holds no more connections than askers. */
const LOCK_NO_LONGER = `SET LOCAL lock_timeout = '25s'`;
const LOCK = `
  SELECT status, manifest_closed_at, attempt, next_sequence, attempt_rows, key_column, claimed_files, business_date,
    total, waiting, dispatched, sent, failed, skipped, in_doubt, canceled
  FROM run WHERE run_id = $1 FOR UPDATE`;
const BEGIN_ATTEMPT = `
  UPDATE run SET attempt = attempt + 1, next_sequence = 0, attempt_rows = 0, manifest_at = clock_timestamp() WHERE run_id = $1 RETURNING attempt`;
const APPEND = `
  INSERT INTO manifest_row (run_id, row_no, root_row, recipient_key, row_values, file_keys, file_stems, stop_code)
  SELECT $1, $2 + chunk.position, chunk.root_row, chunk.recipient_key, chunk.row_values::json, string_to_array(nullif(chunk.file_keys, ''), ' '),
    CASE WHEN chunk.file_stems <> '[]' THEN ARRAY(SELECT json_array_elements_text(chunk.file_stems::json)) END,
    CASE chunk.recipient_key WHEN '' THEN 'RECIPIENT_KEY_EMPTY' END
  FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::integer[]) WITH ORDINALITY AS chunk (recipient_key, row_values, file_keys, file_stems, root_row, position)`;
/** What a RUNNING run waited for is over when rows come; a paused one keeps its reason. */
const IS_WAIT_OVER = "status = 'RUNNING' AND reason_code IS NOT NULL";
const END_WAIT = `reason_code = CASE WHEN ${IS_WAIT_OVER} THEN NULL ELSE reason_code END, reason = CASE WHEN ${IS_WAIT_OVER} THEN NULL ELSE reason END`;
const COUNT_CHUNK = `
  UPDATE run SET next_sequence = next_sequence + 1, attempt_rows = attempt_rows + $2, manifest_at = clock_timestamp(), ${END_WAIT},
    revision = CASE WHEN ${IS_WAIT_OVER} THEN revision + 1 ELSE revision END, status_revision = CASE WHEN ${IS_WAIT_OVER} THEN revision + 1 ELSE status_revision END
  WHERE run_id = $1`;
const EXPLAIN_WAIT = `
  UPDATE run SET reason_code = $2, reason = $3, revision = revision + 1, status_revision = revision + 1
  WHERE run_id = $1 AND (reason_code, reason) IS DISTINCT FROM ($2, $3)`;
/**
 * Of a run whose rows have just been written, the planner's statistics know nothing. It takes the run for one row then, and
 * would compare each of a million rows with each.
 */
const JOIN_BY_HASH = 'SET LOCAL enable_nestloop = off';
/** All rows that share a key, not only the later ones: nobody can tell which of them is meant. */
const MARK_DUPLICATES = `
  UPDATE manifest_row m SET stop_code = 'RECIPIENT_KEY_DUPLICATED'
  FROM (SELECT recipient_key FROM manifest_row WHERE run_id = $1 AND recipient_key <> '' GROUP BY recipient_key HAVING count(*) > 1) repeated
  WHERE m.run_id = $1 AND m.recipient_key = repeated.recipient_key`;
/**
 * All rows that share a file: the first of them may be the one it does not belong to. A row that is stopped already claims its
 * file too, since the file may be its own. `$2` names the rules, in the order of the keys.
 */
const MARK_SHARED_FILES = `
  WITH claims AS (
    SELECT row_no, key, position FROM manifest_row, unnest(file_keys) WITH ORDINALITY AS claim (key, position)
    WHERE run_id = $1 AND key <> ''
  ), shared AS (
    SELECT key FROM claims GROUP BY key HAVING count(DISTINCT row_no) > 1
  ), found AS (
    SELECT row_no, min(position) AS position FROM claims JOIN shared USING (key) GROUP BY row_no
  ), marked AS (
    UPDATE manifest_row m SET stop_code = 'DUPLICATED', stop_rule = ($2::text[])[found.position]
    FROM found WHERE m.run_id = $1 AND m.row_no = found.row_no AND m.stop_code IS NULL
    RETURNING m.row_no AS row, m.stop_rule AS rule
  )
  SELECT min(row) AS row, rule FROM marked GROUP BY rule`;
const CLOSE = `
  UPDATE run SET manifest_closed_at = clock_timestamp(), total = attempt_rows, waiting = attempt_rows,
    status = CASE attempt_rows WHEN 0 THEN 'COMPLETED' ELSE status END, end_at = CASE attempt_rows WHEN 0 THEN clock_timestamp() END,
    reason_code = CASE WHEN attempt_rows = 0 OR ${IS_WAIT_OVER} THEN NULL ELSE reason_code END, reason = CASE WHEN attempt_rows = 0 OR ${IS_WAIT_OVER} THEN NULL ELSE reason END,
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
  claimed_files: ClaimedFile[];
  business_date: string;
  in_doubt: number;
}

export class PgManifestStore implements ManifestStore {
  constructor(private readonly db: LogsDb) {}

  locked<T>(runId: string, work: (manifest: LockedManifest) => Promise<T>): Promise<{ result: T } | undefined> {
    return this.db.transaction(async (sql) => {
      await sql.query(LOCK_NO_LONGER);
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
          claimedFiles: row.claimed_files,
          businessDate: row.business_date,
          counts: { total, waiting, dispatched, sent, failed, skipped, inDoubt, canceled },
          ...changes(sql, runId, row.attempt_rows, row.claimed_files),
        }),
      };
    });
  }
}

function changes(sql: Sql, runId: string, rowsBefore: number, claimed: ClaimedFile[]): Pick<LockedManifest, 'beginAttempt' | 'append' | 'close' | 'fail' | 'explainWait'> {
  return {
    beginAttempt: async () => {
      await sql.query(FORGET_ROWS, [runId]);
      const [begun] = await sql.query<{ attempt: number }>(BEGIN_ATTEMPT, [runId]);
      return begun!.attempt;
    },
    append: (rows: ManifestRow[]) => appendRows(sql, runId, rowsBefore, rows),
    close: () => closeManifest(sql, runId, rowsBefore, claimed),
    fail: async (reasonCode, reason) => {
      await sql.query(FORGET_ROWS, [runId]);
      await sql.query(FAIL, [runId, reasonCode, reason]);
    },
    explainWait: async (reasonCode, reason) => {
      await sql.query(EXPLAIN_WAIT, [runId, reasonCode, reason]);
    },
  };
}

/** In a transaction that has the run locked, or has made it. */
export async function appendRows(sql: Sql, runId: string, rowsBefore: number, rows: ManifestRow[]): Promise<void> {
  const columns = [
    rows.map((row) => row.recipientKey), rows.map((row) => JSON.stringify(row.values)), rows.map((row) => row.fileKeys.join(' ')),
    rows.map((row) => JSON.stringify(row.fileStems)), rows.map((row) => row.rootRow ?? null),
  ];
  await sql.query(APPEND, [runId, rowsBefore, ...columns]);
  await sql.query(COUNT_CHUNK, [runId, rows.length]);
}

/** @param ownRows the rows behind these are others' of the family of a resend: they are compared with, and then forgotten. */
export async function closeManifest(sql: Sql, runId: string, rowCount: number, claimed: ClaimedFile[], ownRows = rowCount): Promise<RunCounts> {
  await sql.query(JOIN_BY_HASH);
  await sql.query(MARK_DUPLICATES, [runId]);
  const shared = claimed.length > 0 ? await sql.query<SharedFile>(MARK_SHARED_FILES, [runId, claimed.map(({ name }) => name)]) : [];
  const overlaps = claimed.length > 0 ? await markOverlaps(sql, runId, rowCount, claimed) : [];
  if (ownRows < rowCount) await forgetSiblings(sql, runId, ownRows);
  await sql.query(CLOSE, [runId]);
  await stopForSharedFile(sql, runId, [...shared, ...overlaps], claimed, ownRows);
  return (await findRun(sql, runId))!.counts;
}

async function forgetSiblings(sql: Sql, runId: string, ownRows: number): Promise<void> {
  await sql.query('DELETE FROM manifest_row WHERE run_id = $1 AND row_no > $2', [runId, ownRows]);
  await sql.query('UPDATE manifest_row SET stop_row = NULL WHERE run_id = $1 AND stop_row > $2', [runId, ownRows]);
  await sql.query('UPDATE run SET attempt_rows = $2 WHERE run_id = $1', [runId, ownRows]);
}

interface SharedFile {
  row: number;
  rule: string;
  /** Set where the files only may be the same. */
  otherRow?: number;
}

/** In the transaction that closes the manifest: nothing of the run has left, and nothing will. */
async function stopForSharedFile(sql: Sql, runId: string, shared: SharedFile[], claimed: ClaimedFile[], ownRows: number): Promise<void> {
  const stopping = claimed.filter(({ stopsRun }) => stopsRun).map(({ name }) => name);
  const first = shared.filter(({ rule }) => stopping.includes(rule)).sort((a, b) => a.row - b.row)[0];
  if (!first) return;
  const isOfSibling = first.row > ownRows || (first.otherRow ?? 0) > ownRows;
  const why = isOfSibling ? 'recipients of the run whose mails are sent again claim the same file.' : first.otherRow === undefined ? `row ${first.row} and others ask for the same file.` : overlapSentence(first.row, first.otherRow);
  const reason = `Rule "${first.rule}": ${why} The rule stops the run: nothing was sent.`;
  await sql.query(stop('FAIL'), [runId, 'DUPLICATED', reason]);
  await sql.query(FINISH_RUNS, [[runId]]);
}
