import { findColumn, mailIdOf, Refused, rowSchema, type AutomationVersion, type Row, type Run } from '@tank/contracts';
import type { LogsDb, Sql } from '@tank/logs-db';
import { claimedFiles } from '../claimed-files.js';
import { manifestRow } from '../manifest.js';
import { choiceOf, type Resends, type ResendStart, type Unfit, type Which } from '../resend-mails.js';
import { lockActiveVersion } from './automation-store.js';
import { appendRows, closeManifest } from './manifest-store.js';
import { findRun, insertRun, oldestOpenRun } from './new-run.js';
import { earlierRun } from './run-starter.js';

const ROOT = `
  SELECT r.run_id AS root, r.key_column, EXISTS (SELECT FROM manifest_row m WHERE m.run_id IN ($1, r.run_id) AND m.row_values IS NULL) AS erased
  FROM run r WHERE r.run_id = (SELECT coalesce(root_run_id, run_id) FROM run WHERE run_id = $1)`;
/** All others of the family: what one of them claims is not this one's, whether it was ever sent or not. */
const SIBLINGS = `
  SELECT s.row_values, s.row_no AS root_row FROM manifest_row s
  WHERE s.run_id = $2 AND NOT EXISTS (SELECT FROM manifest_row own WHERE own.run_id = $1 AND own.root_row = s.row_no) ORDER BY s.row_no`;
/** Mails of the family of $2, as its root run numbers them, that are on their way, sent or in doubt in another run than $1. */
const TAKEN = `
  SELECT coalesce(o.root_row, o.row_no) AS root_row, o.run_id FROM manifest_row o JOIN run q USING (run_id)
  WHERE (q.root_run_id = $2 OR q.run_id = $2) AND q.run_id <> $1 AND (o.outcome IS NULL OR o.outcome IN ('SENT', 'IN_DOUBT'))`;
/** Rows that a run stopped because two of them claim one thing need other data: nobody can tell which of them it belongs to. */
const FIT = `
  WITH taken AS (${TAKEN})
  SELECT m.row_values, coalesce(m.root_row, m.row_no) AS root_row FROM manifest_row m
  WHERE m.run_id = $1 AND m.outcome IN ('FAIL', 'SKIPPED', 'CANCELED') AND m.outcome = ANY($3::text[]) AND m.stop_code IS NULL AND m.row_values IS NOT NULL
    AND ($4::integer[] IS NULL OR m.row_no = ANY($4))
    AND NOT EXISTS (SELECT FROM taken WHERE taken.root_row = coalesce(m.root_row, m.row_no))
  ORDER BY m.row_no`;
const UNFIT = `
  WITH taken AS (${TAKEN}), chosen AS (SELECT DISTINCT row_no FROM unnest($3::integer[]) AS chosen (row_no))
  SELECT chosen.row_no, m.outcome, m.stop_code, taken.run_id AS taken_by
  FROM chosen LEFT JOIN manifest_row m ON m.run_id = $1 AND m.row_no = chosen.row_no
    LEFT JOIN taken ON taken.root_row = coalesce(m.root_row, m.row_no)
  WHERE m.outcome IS NULL OR m.outcome NOT IN ('FAIL', 'SKIPPED', 'CANCELED') OR m.stop_code IS NOT NULL OR taken.run_id IS NOT NULL
  ORDER BY chosen.row_no`;
/** No more than these are in memory at a time. */
const ROWS_AT_ONCE = 1_000;
/** All that a resend may be of. */
const ANY_OUTCOME = ['FAIL', 'SKIPPED', 'CANCELED'];

interface Family {
  runId: string;
  root: string;
  /** By which the root run told its recipients apart. */
  keyColumn: string;
}

export class PgResendStore implements Resends {
  constructor(private readonly db: LogsDb) {}

  starting(runId: string, idempotencyKey: string, work: (start: ResendStart) => Promise<Run>): Promise<Run | undefined> {
    return this.db.transaction(async (sql) => {
      const known = await findRun(sql, runId);
      if (!known) return undefined;
      const { active } = await lockActiveVersion(sql, known.automationId); // all resends of a family have one automation
      const run = (await findRun(sql, runId))!;
      const [found] = await sql.query<{ root: string; key_column: string; erased: boolean }>(ROOT, [runId]);
      const { root, key_column: keyColumn, erased } = found!;
      const family = { runId, root, keyColumn };
      return work({
        run,
        active,
        earlier: await earlierRun(sql, run.automationId, idempotencyKey),
        open: await oldestOpenRun(sql, run.automationId),
        valuesErased: erased,
        unfit: (mailIds) => unfit(sql, family, mailIds),
        make: (version, which, key) => make(sql, family, run, { version, which, key }),
      });
    });
  }
}

async function unfit(sql: Sql, { runId, root }: Family, mailIds: string[]): Promise<Unfit[]> {
  const strangers = mailIds.filter((mailId) => !mailId.startsWith(`${runId}-`)).map((mailId) => ({ mailId, outcome: null, stopCode: null, sentAgainIn: null }));
  type Found = { row_no: number; outcome: string | null; stop_code: string | null; taken_by: string | null };
  const rows = await sql.query<Found>(UNFIT, [runId, root, rowsOf(runId, mailIds)]);
  return [...strangers, ...rows.map((row) => ({ mailId: mailIdOf(runId, row.row_no), outcome: row.outcome, stopCode: row.stop_code, sentAgainIn: row.taken_by }))];
}

async function make(sql: Sql, family: Family, origin: Run, { version, which, key }: { version: AutomationVersion; which: Which; key: string }): Promise<Run | undefined> {
  const { runId, root } = family;
  const { businessDate, timeZone } = origin;
  await sql.query(`DECLARE again NO SCROLL CURSOR FOR ${FIT}`, [runId, root, which.mailIds ? ANY_OUTCOME : which.outcomes, which.mailIds && rowsOf(runId, which.mailIds)]);
  const claimed = claimedFiles(version.definition);
  const about = { keyColumn: version.definition.recipient?.keyColumn ?? '', claimedFiles: claimed, businessDate };
  const first = await nextRows(sql, 'again');
  if (first.length === 0) return undefined;
  const made = (await insertRun(sql, { version, businessDate, timeZone, idempotencyKey: key, firing: null, resend: { of: runId, root, choice: choiceOf(runId, which) } }))!;
  const toRow = (row: KeptRow) => manifestRow(withKey(rowSchema.parse(row.row_values), about.keyColumn, runId), about);
  let own = 0;
  for (let rows = first; rows.length > 0; rows = await nextRows(sql, 'again')) {
    await appendRows(sql, made.runId, own, rows.map((row) => ({ ...toRow(row), rootRow: row.root_row })));
    own += rows.length;
  }
  if (which.mailIds && own < new Set(which.mailIds).size) throw erasedMeanwhile(runId);
  let all = own;
  // With the same key and no file of its own for each, what the root run has found out of its rows holds here, too.
  if (claimed.length > 0 || family.keyColumn !== about.keyColumn) {
    await sql.query(`DECLARE siblings NO SCROLL CURSOR FOR ${SIBLINGS}`, [made.runId, root]);
    for (let rows = await nextRows(sql, 'siblings'); rows.length > 0; rows = await nextRows(sql, 'siblings')) {
      await appendRows(sql, made.runId, all, rows.map(toRow));
      all += rows.length;
    }
  }
  await closeManifest(sql, made.runId, all, claimed, own);
  return (await findRun(sql, made.runId))!;
}

interface KeptRow {
  row_values: unknown;
  root_row: number;
}

function nextRows(sql: Sql, cursor: 'again' | 'siblings'): Promise<KeptRow[]> {
  return sql.query<KeptRow>(`FETCH ${ROWS_AT_ONCE} FROM ${cursor}`);
}

/** All that were chosen were there a moment ago. */
function erasedMeanwhile(runId: string): Refused {
  return new Refused('CONFLICT', [`Values of run ${runId} are being erased just now: start a new run for those recipients.`, `실행 ${runId}의 값이 지금 삭제되고 있습니다. 해당 수신자는 새로 실행하세요.`], 'runId');
}

function withKey(row: Row, keyColumn: string, runId: string): Row {
  if (findColumn(row, keyColumn) !== undefined) return row;
  throw new Refused('CONFLICT', [
    `The rows of run ${runId} have no column "${keyColumn}", which recipient.keyColumn of the active version names: start a new run, which selects them anew.`,
    `실행 ${runId}의 행에는 현재 버전의 recipient.keyColumn이 가리키는 "${keyColumn}" 컬럼이 없습니다. 대상을 다시 조회하도록 새로 실행하세요.`,
  ], 'recipient.keyColumn');
}

/** Of the mails of this run. */
function rowsOf(runId: string, mailIds: string[]): number[] {
  return mailIds.filter((mailId) => mailId.startsWith(`${runId}-`)).map((mailId) => Number(mailId.slice(runId.length + 1))).filter((row) => row > 0 && row < 2 ** 31);
}
