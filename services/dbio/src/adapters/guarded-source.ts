import CircuitBreaker from 'opossum';
import type { ConnectTest, Row, SourceProblem } from '@tank/contracts';
import { sourceProblem } from '../problem.js';
import { SourceFailed, type CheckedQuery, type Found, type Source, type UpdateResult } from '../source.js';
import type { BreakableSource } from './open-sources.js';

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
export class GuardedSource implements BreakableSource {
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

  /** Why calls do not go through, or why the next one will hardly do; null when they do. */
  openBecause(): SourceProblem | null {
    const isInTheWay = !this.breaker.closed || this.last?.isLasting;
    return isInTheWay ? (this.last?.problem ?? FAILED_OFTEN) : null;
  }

  warnings(): SourceProblem[] {
    return this.source.warnings();
  }

  async connectTest(): Promise<ConnectTest> {
    const test = await this.source.connectTest();
    if (test.ok) this.noteSuccess();
    return test;
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
    this.noteSuccess();
    if ('refused' in settled) throw settled.refused;
    return settled.value;
  }

  /** An open breaker keeps its reason, though a call that began before succeeds. */
  private noteSuccess(): void {
    if (this.breaker.closed) this.last = undefined;
  }

  private openError(cause: unknown): SourceFailed {
    const problem = leftAlone(this.name, this.last?.problem);
    return new SourceFailed(problem, this.last?.isLasting ?? false, { cause });
  }
}

/** The breaker is open: why, and that Tank does not ask until it closes. */
function leftAlone(name: string, why: SourceProblem = FAILED_OFTEN): SourceProblem {
  return {
    ...why,
    message: `${name} is not asked for a while: ${why.message}`,
    ko: { ...why.ko, message: `${name}: 장애가 이어져 잠시 요청하지 않습니다. ${why.ko.message}` },
  };
}

const FAILED_OFTEN = sourceProblem({
  code: 'SOURCE_DOWN',
  message: ['It failed again and again.', '연속해서 실패했습니다.'],
  cause: ['Calls to it failed again and again.', '호출이 계속 실패했습니다.'],
  remedy: ['Tank tries it again by itself.', 'Tank가 저절로 다시 시도합니다.'],
});

/** A source that fails is a failure; everything else is an answer, and what it refused is thrown outside the breaker. */
async function settle<T>(work: () => Promise<T>): Promise<Settled<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    if (error instanceof SourceFailed) throw error;
    return { refused: error };
  }
}
