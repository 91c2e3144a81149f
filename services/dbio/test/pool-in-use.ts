import type { SourceLimits } from '../src/adapters/source-limits.js';
import type { SourceFailed } from '../src/source.js';
import { withOracle, type FaultyOracle } from './faulty-oracle.js';
import { MAPPING, settled, UPDATE } from './source-verbs.js';
import { outcomeOf } from './timed-outcome.js';

export interface Told {
  value?: unknown;
  /** Of the problem, where it failed. */
  code?: string;
  tookMs: number;
}

/** Calls of a pool, each of which tells how it ended. */
export class PoolInUse {
  constructor(readonly oracle: FaultyOracle) {}

  /** Gives the name of a customer. @param alias by which a fault may know it */
  readonly lookUp = (id: number, alias = ''): Promise<Told> => this.tell(async () => {
    const { rows } = await this.oracle.source.lookUp(MAPPING.replace('name', `name ${alias}`), { id: `C${id}` });
    return rows[0]!.NAME;
  });
  readonly lookUps = (count: number): Promise<Told[]> => Promise.all(Array.from({ length: count }, (_, id) => this.lookUp(id)));
  readonly update = (...ids: number[]): Promise<Told> => this.tell(() => this.oracle.source.update(UPDATE, settled(...ids)));

  private async tell(work: () => Promise<unknown>): Promise<Told> {
    const { value, error, tookMs } = await this.oracle.during(() => outcomeOf(work()));
    const { problem } = (error ?? {}) as Partial<SourceFailed>;
    return { value, tookMs, ...(error ? { code: problem?.code ?? String(error) } : {}) };
  }
}

export const slowest = (outcomes: Told[]): number => Math.max(...outcomes.map(({ tookMs }) => tookMs));

/** For a test that may run beside others. */
export function inPool(limits: Partial<SourceLimits>, test: (pool: PoolInUse) => Promise<void>): Promise<void> {
  return withOracle('19c', (oracle) => test(new PoolInUse(oracle)), { limits });
}
