import { findColumn, isPresent, Refused, type Row, type RunCounts, type RunStatus } from '@tank/contracts';
import { fileKeysOf, type ClaimedFile } from './claimed-files.js';
import { fileStemsOf } from './file-stems.js';
import { noRun } from './runs.js';

/** The manifest of one run, while a transaction holds the run. */
export interface LockedManifest {
  status: RunStatus;
  isClosed: boolean;
  attempt: number;
  nextSequence: number;
  /** Rows of this attempt so far. */
  rowCount: number;
  keyColumn: string;
  claimedFiles: ClaimedFile[];
  businessDate: string;
  counts: RunCounts;
  /** Forgets the rows of earlier attempts. */
  beginAttempt(): Promise<number>;
  append(rows: ManifestRow[]): Promise<void>;
  /**
   * Marks rows whose recipient key is repeated and rows that share a file or may take each other's, and lets the run dispatch; without rows the run
   * has completed. Where a rule says so, a shared file stops the run instead.
   */
  close(): Promise<RunCounts>;
  /** Ends the run before it has mails. */
  fail(reasonCode: string, reason: string): Promise<void>;
  /** Shown until rows come, or the manifest is closed. */
  explainWait(reasonCode: string, reason: string): Promise<void>;
}
export interface ManifestRow {
  /** Empty: not to be sent. */
  recipientKey: string;
  /** One for each of the run's claimed files. */
  fileKeys: string[];
  /** Two for each of them that has a wildcard. */
  fileStems: (string | null)[];
  values: Row;
  /** Of a mail that is sent again: its row in the run in which it was first. */
  rootRow?: number;
}

export interface ManifestStore {
  /** Undefined: there is no such run. What the work throws undoes what it did. */
  locked<T>(runId: string, work: (manifest: LockedManifest) => Promise<T>): Promise<{ result: T } | undefined>;
}

export interface Chunk {
  runId: string;
  attempt: number;
  sequence: number;
  rows: Row[];
}

interface Patience {
  /** How long a chunk waits for the one before it: two are on their way at a time and may overtake each other. */
  chunkWaitMs: number;
  pause(ms: number): Promise<void>;
}
const LOOK_AGAIN_MS = 20;

/** Writes a run's list of mails: row numbers follow the order of the query, attempt by attempt, until one is closed. */
export class WriteManifest {
  constructor(private readonly store: ManifestStore, private readonly onClosed: () => void, private readonly patience: Patience) {}

  /** A new attempt: the chunks of earlier ones are refused from now on. @throws Refused CONFLICT when the run takes no manifest (any more). */
  open(runId: string): Promise<{ attempt: number }> {
    return this.locked(runId, async (manifest) => {
      checkTakesRows(runId, manifest);
      if (manifest.status === 'PAUSED') throw new Refused('CONFLICT', [`Run ${runId} is PAUSED: it takes no new manifest until it goes on.`, `실행 ${runId}이(가) 일시 정지되어 재개할 때까지 대상 목록을 받지 않습니다.`], 'runId');
      return { attempt: await manifest.beginAttempt() };
    });
  }

  /** @throws Refused STALE for an older attempt, CONFLICT when the run has ended or its rows lack the recipient key column. */
  async append(chunk: Chunk): Promise<{ accepted: true }> {
    const patience = Math.ceil(this.patience.chunkWaitMs / LOOK_AGAIN_MS);
    for (let looks = 0; ; looks += 1) {
      const ending = await this.locked(chunk.runId, (manifest) => appendTo(manifest, chunk));
      if (ending === 'accepted') return { accepted: true };
      if (ending !== 'early') throw ending;
      if (looks >= patience) throw new Refused('UNAVAILABLE', [`Chunk ${chunk.sequence} came, but the one before it did not: send them in order.`, `묶음 ${chunk.sequence}의 앞 묶음이 오지 않았습니다. 순서대로 보내야 합니다.`], 'sequence');
      await this.patience.pause(LOOK_AGAIN_MS);
    }
  }

  /** @throws Refused STALE for an older attempt, CONFLICT when the row counts disagree. Closing twice is closing once. */
  async close(runId: string, attempt: number, rowCount: number): Promise<{ counts: RunCounts }> {
    const counts = await this.locked(runId, async (manifest) => {
      if (manifest.isClosed && manifest.attempt === attempt && manifest.rowCount === rowCount) return manifest.counts;
      checkTakesRows(runId, manifest);
      checkAttempt(attempt, manifest);
      if (manifest.rowCount !== rowCount) {
        throw new Refused('CONFLICT', [
          `The manifest has ${manifest.rowCount} rows, not ${rowCount}: open a new attempt and send all chunks again.`,
          `대상 목록의 행이 ${rowCount}건이 아니라 ${manifest.rowCount}건입니다. 처음부터 다시 보내야 합니다.`,
        ], 'rowCount');
      }
      return manifest.close();
    });
    this.onClosed();
    return { counts };
  }

  /** Why this attempt has no rows yet. @throws Refused STALE for an older attempt, CONFLICT when the run takes no rows. */
  explainWait({ runId, attempt, reasonCode, reason }: { runId: string; attempt: number; reasonCode: string; reason: string }): Promise<{ explained: true }> {
    return this.locked(runId, async (manifest) => {
      checkTakesRows(runId, manifest);
      checkAttempt(attempt, manifest);
      // Of a paused run, why it is paused says more.
      if (manifest.status === 'RUNNING') await manifest.explainWait(reasonCode, reason);
      return { explained: true };
    });
  }

  private async locked<T>(runId: string, work: (manifest: LockedManifest) => Promise<T>): Promise<T> {
    const done = await this.store.locked(runId, work);
    return done ? done.result : noRun(runId);
  }
}

/** A refusal that is returned keeps what was written with it: the end of the run. */
async function appendTo(manifest: LockedManifest, { runId, attempt, sequence, rows }: Chunk): Promise<'accepted' | 'early' | Refused> {
  if (manifest.isClosed && manifest.attempt === attempt && sequence < manifest.nextSequence) return 'accepted';
  checkTakesRows(runId, manifest);
  checkAttempt(attempt, manifest);
  if (sequence < manifest.nextSequence) return 'accepted';
  if (sequence > manifest.nextSequence) return 'early';
  const lacking = rows.find((row) => findColumn(row, manifest.keyColumn) === undefined);
  if (lacking) return failWithoutKeyColumn(manifest, lacking);
  await manifest.append(rows.map((row) => manifestRow(row, manifest)));
  return 'accepted';
}

/** A row of a Target Query that has the recipient key column. */
export function manifestRow(row: Row, { keyColumn, claimedFiles, businessDate }: Pick<LockedManifest, 'keyColumn' | 'claimedFiles' | 'businessDate'>): ManifestRow {
  return {
    recipientKey: keyOf(row, keyColumn),
    fileKeys: fileKeysOf(claimedFiles, row, businessDate),
    fileStems: fileStemsOf(claimedFiles, row, businessDate),
    values: row,
  };
}

async function failWithoutKeyColumn(manifest: LockedManifest, row: Row): Promise<Refused> {
  const reason =
    `The Target Query has no single column "${manifest.keyColumn}", which recipient.keyColumn names; ` +
    `its columns are ${Object.keys(row).join(', ')}. Correct the query or the recipient key column.`;
  await manifest.fail('RECIPIENT_KEY_COLUMN_MISSING', reason);
  return new Refused('CONFLICT', [reason, `대상 쿼리에 recipient.keyColumn이 가리키는 "${manifest.keyColumn}" 컬럼이 하나로 정해지지 않습니다. 쿼리나 수신자 키 컬럼을 고치세요.`], 'recipient.keyColumn');
}

/** As text without surrounding blanks, which a CHAR column pads with. PostgreSQL's text cannot hold a NUL. */
function keyOf(row: Row, keyColumn: string): string {
  const key = row[findColumn(row, keyColumn)!];
  return isPresent(key) ? String(key).trim().normalize('NFC').replaceAll('\0', '\uFFFD') : '';
}

function checkTakesRows(runId: string, { status, isClosed }: LockedManifest): void {
  if (isClosed) throw new Refused('CONFLICT', [`The manifest of run ${runId} is closed already: there is nothing left to select.`, `실행 ${runId}의 대상 목록은 이미 확정되었습니다.`], 'runId');
  if (status !== 'RUNNING' && status !== 'PAUSED') throw new Refused('CONFLICT', [`Run ${runId} is ${status} and takes no rows.`, `실행 ${runId}이(가) ${status} 상태여서 대상을 받지 않습니다.`], 'runId');
}

function checkAttempt(attempt: number, manifest: LockedManifest): void {
  if (attempt === manifest.attempt) return;
  throw new Refused('STALE', [`Attempt ${attempt} is over: attempt ${manifest.attempt} writes the manifest now.`, `시도 ${attempt}은(는) 끝났고 지금은 시도 ${manifest.attempt}이(가) 대상 목록을 씁니다.`], 'attempt');
}
