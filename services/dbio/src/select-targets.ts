import { setTimeout as sleep } from 'node:timers/promises';
import { MESSAGE_VERSION, Refused, TryLater, type Asked, type Row, type RunHalted, type RunStarted, type SystemErrorRaised } from '@tank/contracts';
import { systemErrorOf, type Alarms } from './alarms.js';
import { CHUNK_BYTES, chunkRows, RowTooLarge } from './chunk-rows.js';
import { alarmWords, queryAlarm, sourceAlarm, TRIED_AGAIN, type AlarmWords } from './problem.js';
import { QueryFailed, ReadingForbidden, ROW_LIMIT_CODE, SourceFailed, type Source, type Sources } from './source.js';
import { isUnavailable, orTryLater, type Versions } from './versions.js';

export type ManifestChunk = Asked<'scheduler.append-manifest'>;
/**
 * The manifest of a run. Takes chunks in the order of their sequence, also when they overtake each other. Throws Refused:
 * STALE when another attempt took over, CONFLICT when the run takes no rows any more, UNAVAILABLE when it does not answer.
 */
export interface Manifest {
  /** @returns the number of this attempt; what older attempts handed over is forgotten. */
  open(runId: string): Promise<number>;
  append(chunk: ManifestChunk): Promise<void>;
  /** Closing twice is closing once. */
  close(runId: string, attempt: number, rowCount: number): Promise<void>;
  /** The run shows why it has no rows yet, until it has some. */
  explainWait(wait: Wait): Promise<void>;
}
export type Wait = Asked<'scheduler.explain-wait'>;

const OUTSTANDING = 2;
const SOURCE_RETRY_MS = 15_000;
const BUSY_RETRY_MS = 2_000;
const STOPPING_RETRY_MS = 1_000;
/** A scheduler that starts again is there by then, and one that closes a manifest of millions is done. */
const CLOSE_TRIES = 10;
const CLOSE_AGAIN_MS = 2_000;

type Halted = [RunHalted, SystemErrorRaised];

/**
 * Runs the Target Query of a run and hands its rows to the scheduler, at the scheduler's pace: memory holds one fetch and
 * two chunks, however many rows there are. Repeating it is safe, each time is a new attempt.
 */
export class SelectTargets {
  constructor(
    private readonly versions: Versions,
    private readonly sources: Sources,
    private readonly manifest: Manifest,
    private readonly alarms: Alarms,
    /** Aborted when the service stops: the run is then selected again, by another replica. */
    private readonly stopping: AbortSignal,
    private readonly pause: (ms: number) => Promise<unknown> = (ms) => sleep(ms, undefined, { signal: stopping }),
  ) {}

  /** @throws TryLater while the source, the scheduler or this service cannot go on. */
  async selectTargets(run: RunStarted): Promise<Halted | void> {
    const { target, connectionId } = (await this.versions.get(run.versionId)).definition;
    if (!target || !connectionId) return halt(run, 'FAIL', 'TARGET_QUERY_MISSING', QUERY_MISSING);
    let attempt: number | undefined;
    try {
      attempt = await orTryLater(this.manifest.open(run.runId));
      const source = await orTryLater(this.sourceOf(connectionId));
      const rowCount = await this.handOver(run.runId, attempt, source.streamTarget(target.sql, this.stopping));
      await orTryLater(this.close(run.runId, attempt, rowCount));
      await this.tellWarnings(run.runId, source);
    } catch (error) {
      if (this.stopping.aborted) throw new TryLater('The service is stopping.', STOPPING_RETRY_MS, { cause: error });
      if (isNotWanted(error)) return;
      return this.haltOrTryLater(run, connectionId, attempt, error);
    }
  }

  /** A password that is about to expire is told with each run, while there is time to change it. */
  private async tellWarnings(runId: string, source: Source): Promise<void> {
    for (const problem of source.warnings()) await this.alarms.raise({ about: source.connectionId, code: problem.code, ...sourceAlarm(problem), runId });
  }

  private async sourceOf(connectionId: string): Promise<Source> {
    try {
      return await this.sources.sourceOf(connectionId);
    } catch (error) {
      if (error instanceof Refused && error.refusal.code === 'NOT_FOUND') throw new ConnectionMissing(error.message, { cause: error });
      throw error;
    }
  }

  private async handOver(runId: string, attempt: number, batches: AsyncIterable<Row[]>): Promise<number> {
    const outstanding: Promise<void>[] = [];
    let sequence = 0;
    let rowCount = 0;
    for await (const rows of chunkRows(batches)) {
      if (outstanding.length === OUTSTANDING) await outstanding.shift();
      const appended = orTryLater(this.manifest.append({ runId, attempt, sequence, rows }));
      appended.catch(() => {}); // it is awaited in its turn; until then it is not an unhandled one
      outstanding.push(appended);
      sequence += 1;
      rowCount += rows.length;
    }
    for (const appended of outstanding) await appended;
    return rowCount;
  }

  /** Closing may outlast the answer, and the answer may be lost: a new attempt would run the whole query again for that. */
  private async close(runId: string, attempt: number, rowCount: number): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.manifest.close(runId, attempt, rowCount);
      } catch (error) {
        if (!isUnavailable(error) || tries === CLOSE_TRIES) throw error;
        await this.pause(CLOSE_AGAIN_MS);
      }
    }
  }

  private async haltOrTryLater(run: RunStarted, connectionId: string, attempt: number | undefined, error: unknown): Promise<Halted> {
    if (error instanceof ConnectionMissing) return halt(run, 'FAIL', 'CONNECTION_MISSING', CONNECTION_MISSING);
    if (error instanceof RowTooLarge) return halt(run, 'FAIL', 'TARGET_ROW_TOO_LARGE', rowTooLarge(error));
    if (error instanceof QueryFailed) {
      if (error.blame === 'moment') return this.waitForMoment(run, connectionId, attempt, error);
      const isTooMany = error.error.code === ROW_LIMIT_CODE;
      return halt(run, 'FAIL', isTooMany ? ROW_LIMIT_CODE : 'TARGET_QUERY_FAILED', queryAlarm(QUERY_FAILED, error, CORRECT_IT));
    }
    if (!(error instanceof SourceFailed)) throw error;
    const { code, message } = error.problem;
    if (error.isLasting) return halt(run, 'PAUSED', code, sourceAlarm(error.problem));
    if (attempt !== undefined) await this.explainWait({ runId: run.runId, attempt, reasonCode: code, reason: message });
    if (error instanceof ReadingForbidden) throw new TryLater(message, error.retryAfterMs, { cause: error });
    await this.alarms.raise({ about: connectionId, code, ...sourceAlarm(error.problem), runId: run.runId });
    throw new TryLater(message, SOURCE_RETRY_MS, { cause: error });
  }

  /** A lock, or a query that outlasts the undo space: it may pass at the next try, and nobody shall wonder why a run waits. */
  private async waitForMoment({ runId }: RunStarted, connectionId: string, attempt: number | undefined, error: QueryFailed): Promise<never> {
    const code = 'SOURCE_BUSY';
    if (attempt !== undefined) await this.explainWait({ runId, attempt, reasonCode: code, reason: error.summary });
    await this.alarms.raise({ about: connectionId, code, ...queryAlarm(QUERY_FAILED, error, TRIED_AGAIN), runId });
    throw new TryLater(error.summary, BUSY_RETRY_MS, { cause: error });
  }

  /** Whoever waits is told; a run that nobody can tell waits all the same. */
  private async explainWait(wait: Wait): Promise<void> {
    try {
      await this.manifest.explainWait(wait);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }
}

const QUERY_MISSING = alarmWords(
  ['The version has no Target Query or no connection.', '버전에 대상 쿼리나 연결이 없습니다.'],
  ['Complete the automation and activate it again.', '자동화를 완성해 다시 활성화하세요.'],
);
const CONNECTION_MISSING = alarmWords(
  ['The connection of this automation does not exist any more.', '자동화의 연결이 더 이상 없습니다.'],
  ['Choose another connection and activate the automation again.', '다른 연결을 선택해 자동화를 다시 활성화하세요.'],
);
const QUERY_FAILED = ['The Target Query failed', '대상 쿼리를 실행하지 못했습니다'] as const;
const CORRECT_IT = ['Correct the Target Query and start the run again.', '대상 쿼리를 고치고 다시 실행하세요.'] as const;

function rowTooLarge({ message, rowNumber, bytes }: RowTooLarge): AlarmWords {
  return alarmWords(
    [message, `대상 쿼리의 ${rowNumber}번째 행이 ${bytes}바이트입니다. 한 행은 ${CHUNK_BYTES}바이트까지입니다.`],
    ['Select only the columns a mail needs.', '메일에 필요한 컬럼만 조회하세요.'],
  );
}

function halt({ runId }: RunStarted, status: RunHalted['status'], reasonCode: string, words: AlarmWords): Halted {
  const halted: RunHalted = { v: MESSAGE_VERSION, type: 'RunHalted', runId, status, reasonCode, reason: words.message };
  return [halted, systemErrorOf({ code: reasonCode, ...words, runId }, new Date())];
}

class ConnectionMissing extends Error {}

/** The run is over, paused or gone, or another attempt writes its manifest: nobody waits for these rows. */
function isNotWanted(error: unknown): boolean {
  return error instanceof Refused && ['STALE', 'CONFLICT', 'NOT_FOUND'].includes(error.refusal.code);
}
