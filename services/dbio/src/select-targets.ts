import { MESSAGE_VERSION, Refused, TryLater, type Asked, type Row, type RunHalted, type RunStarted, type SystemErrorRaised } from '@tank/contracts';
import { systemErrorOf, type Alarms } from './alarms.js';
import { chunkRows, RowTooLarge } from './chunk-rows.js';
import { QueryFailed, SourceFailed, type Source, type Sources } from './source.js';
import { orTryLater, type Versions } from './versions.js';

export type ManifestChunk = Asked<'scheduler.append-manifest'>;
/**
 * The manifest of a run. Takes chunks in the order of their sequence, also when they overtake each other. Throws Refused:
 * STALE when another attempt took over, CONFLICT when the run takes no rows any more, UNAVAILABLE when it does not answer.
 */
export interface Manifest {
  /** @returns the number of this attempt; what older attempts handed over is forgotten. */
  open(runId: string): Promise<number>;
  append(chunk: ManifestChunk): Promise<void>;
  close(runId: string, attempt: number, rowCount: number): Promise<void>;
}

const OUTSTANDING = 2;
const SOURCE_RETRY_MS = 15_000;
const BUSY_RETRY_MS = 2_000;
const STOPPING_RETRY_MS = 1_000;

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
  ) {}

  /** @throws TryLater while the source, the scheduler or this service cannot go on. */
  async selectTargets(run: RunStarted): Promise<Halted | void> {
    const { target, connectionId } = (await this.versions.get(run.versionId)).definition;
    if (!target || !connectionId) return halt(run, 'FAIL', 'TARGET_QUERY_MISSING', 'The version has no Target Query or no connection.', 'Complete the automation and activate it again.');
    try {
      const attempt = await orTryLater(this.manifest.open(run.runId));
      const source = await orTryLater(this.sourceOf(connectionId));
      const rowCount = await this.handOver(run.runId, attempt, source.streamTarget(target.sql, this.stopping));
      await orTryLater(this.manifest.close(run.runId, attempt, rowCount));
    } catch (error) {
      if (this.stopping.aborted) throw new TryLater('The service is stopping.', STOPPING_RETRY_MS, { cause: error });
      if (isNotWanted(error)) return;
      return this.haltOrTryLater(run, connectionId, error);
    }
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

  private async haltOrTryLater(run: RunStarted, connectionId: string, error: unknown): Promise<Halted> {
    if (error instanceof ConnectionMissing) return halt(run, 'FAIL', 'CONNECTION_MISSING', 'The connection of this automation does not exist any more.', 'Choose another connection and activate the automation again.');
    if (error instanceof RowTooLarge) return halt(run, 'FAIL', 'TARGET_ROW_TOO_LARGE', error.message, 'Select only the columns a mail needs.');
    if (error instanceof QueryFailed) {
      if (error.blame === 'moment') throw new TryLater(error.summary, BUSY_RETRY_MS, { cause: error });
      return halt(run, 'FAIL', 'TARGET_QUERY_FAILED', `The Target Query failed: ${error.summary}`, error.error.remedy ?? 'Correct the Target Query and start the run again.');
    }
    if (!(error instanceof SourceFailed)) throw error;
    const { code, message, remedy } = error.problem;
    if (error.isLasting) return halt(run, 'PAUSED', code, message, remedy);
    await this.alarms.raise({ about: connectionId, code, message, remedy, runId: run.runId });
    throw new TryLater(message, SOURCE_RETRY_MS, { cause: error });
  }
}

function halt({ runId }: RunStarted, status: RunHalted['status'], reasonCode: string, reason: string, remedy: string): Halted {
  const halted: RunHalted = { v: MESSAGE_VERSION, type: 'RunHalted', runId, status, reasonCode, reason };
  return [halted, systemErrorOf({ code: reasonCode, message: reason, remedy, runId }, new Date())];
}

class ConnectionMissing extends Error {}

/** The run is over, paused or gone, or another attempt writes its manifest: nobody waits for these rows. */
function isNotWanted(error: unknown): boolean {
  return error instanceof Refused && ['STALE', 'CONFLICT', 'NOT_FOUND'].includes(error.refusal.code);
}
