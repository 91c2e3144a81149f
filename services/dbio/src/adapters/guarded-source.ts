import CircuitBreaker from 'opossum';
import type { ConnectTest, Row, SourceProblem } from '@tank/contracts';
import { SourceFailed, type CheckedQuery, type Found, type Source, type UpdateResult } from '../source.js';

export interface BreakerSettings {
  /** How long it stays open before one call may try. */
  resetMs: number;
  /** Calls within ten seconds before it may open. */
  volume: number;
}

type Settled<T> = { value: T } | { refused: unknown };

/**
 * A source behind a breaker of its own: after failures that are the source's (not the query's) its calls fail at once, so
 * that a dead source costs nobody else's time, and a wrong password is not tried until the account is locked.
 *
 * The breaker sees a refused query as a call that worked, since the source did answer; this is done before opossum and not
 * by its errorFilter, whose hits would reject as well as count as success. Deadlines are the source's own (`timeout: false`).
 * Checks, samples and connect tests pass by: somebody wants to see what the source says now.
 */
export class GuardedSource implements Source {
  private readonly breaker: CircuitBreaker<[() => Promise<unknown>], Settled<unknown>>;
  private last?: SourceFailed;

  constructor(private readonly source: Source, { resetMs, volume }: BreakerSettings) {
    this.breaker = new CircuitBreaker(settle, { timeout: false, resetTimeout: resetMs, volumeThreshold: volume, errorThresholdPercentage: 50, enableSnapshots: false });
  }

  get connectionId(): string {
    return this.source.connectionId;
  }
  get name(): string {
    return this.source.name;
  }
  get timeZone(): string {
    return this.source.timeZone;
  }

  /** Why calls do not go through; null when they do. */
  openBecause(): SourceProblem | null {
    return this.breaker.closed ? null : (this.last?.problem ?? null);
  }

  connectTest(): Promise<ConnectTest> {
    return this.source.connectTest();
  }
  check(query: Parameters<Source['check']>[0]): Promise<CheckedQuery> {
    return this.source.check(query);
  }
  sample(sql: string, limit: number): Promise<Found> {
    return this.source.sample(sql, limit);
  }
  lookUp(sql: string, row: Row): Promise<Found> {
    return this.guard(() => this.source.lookUp(sql, row));
  }
  update(sql: string, rows: Row[]): Promise<UpdateResult[]> {
    return this.guard(() => this.source.update(sql, rows));
  }

  /** The breaker decides whether a stream may begin; one that runs is not cut because others fail. */
  async *streamTarget(sql: string, signal: AbortSignal): AsyncGenerator<Row[]> {
    const batches = this.source.streamTarget(sql, signal)[Symbol.asyncIterator]();
    try {
      for (let next = await this.guard(() => batches.next()); !next.done; next = await batches.next()) yield next.value;
    } finally {
      await batches.return?.();
    }
  }

  async close(): Promise<void> {
    this.breaker.shutdown();
    await this.source.close();
  }

  private async guard<T>(work: () => Promise<T>): Promise<T> {
    let settled: Settled<T>;
    try {
      settled = (await this.breaker.fire(work)) as Settled<T>;
    } catch (error) {
      if (!(error instanceof SourceFailed)) throw this.openError(error);
      this.last = error;
      throw error;
    }
    if ('refused' in settled) throw settled.refused;
    return settled.value;
  }

  private openError(cause: unknown): SourceFailed {
    const why = this.last?.problem;
    const problem = {
      code: why?.code ?? 'SOURCE_DOWN',
      message: `${this.name} is not asked for a while: ${why?.message ?? 'it failed again and again.'}`,
      cause: why?.cause ?? 'Calls to it failed again and again.',
      remedy: why?.remedy ?? 'Tank tries it again by itself.',
    };
    return new SourceFailed(problem, this.last?.isLasting ?? false, { cause });
  }
}

/** A source that fails is a failure; everything else is an answer, and what it refused is thrown outside the breaker. */
async function settle<T>(work: () => Promise<T>): Promise<Settled<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    if (error instanceof SourceFailed) throw error;
    return { refused: error };
  }
}
