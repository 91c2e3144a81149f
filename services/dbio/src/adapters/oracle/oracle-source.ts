import type { Connection, ConnectTest, QueryPurpose, Row, SourceProblem } from '@tank/contracts';
import { inSpan } from '@tank/telemetry';
import { bindNames, refuseUnknownBinds } from '../../sql/binds.js';
import { duplicateColumn } from '../../sql/query-problem.js';
import { QueryFailed, SourceFailed, type CheckedQuery, type Found, type Source, type UpdateResult } from '../../source.js';
import type { SourceLimits } from '../source-limits.js';
import { Lanes } from './lanes.js';
import { LogonGuard } from './logon-guard.js';
import { accessTo, type OracleAccess, type OracleSecrets, type OracleSettings } from './oracle-access.js';
import { bindTexts, KeptOraclePlans, planQuery, type OraclePlan } from './oracle-plan.js';
import { deadlinePassed, explainOracle, type DriverError } from './oracle-problems.js';
import { DeadlinePassed, DriverFailed, OracleThread, ThreadEnded } from './oracle-thread.js';
import type { Fetched, ParsedColumn, RowUpdated } from './worker-messages.js';

/** Rows of one fetch of a Target Query. */
const FETCH_ROWS = 1_000;
/** How long a session gets for its good-bye, and a statement for its end. */
const FAREWELL_MS = 200;
/** An ambiguous mapping shows in its second row. */
const LOOK_UP_ROWS = 2;

/**
 * An Oracle database of a customer. The driver lives in threads: one with a small pool for look-ups and updates, and one
 * with a session of its own for each Target Query, check, sample and connect test. A call past its deadline costs its
 * thread, the next one finds a new one.
 */
export class OracleSource implements Source {
  readonly connectionId: string;
  readonly name: string;
  readonly timeZone: string;
  private readonly access: OracleAccess;
  private readonly lanes: Lanes;
  private readonly plans: KeptOraclePlans;
  private readonly guard: LogonGuard;
  private pooledThread?: OracleThread;
  private readonly threads = new Set<OracleThread>();
  private warned: SourceProblem[] = [];

  constructor(private readonly connection: Connection, secrets: OracleSecrets, settings: OracleSettings, private readonly limits: SourceLimits, now: () => number = Date.now) {
    ({ connectionId: this.connectionId, name: this.name, timeZone: this.timeZone } = connection);
    this.access = accessTo(connection, secrets, settings, limits);
    this.lanes = new Lanes(limits.poolSize);
    this.plans = new KeptOraclePlans(connection.limits.allowPlSql);
    this.guard = new LogonGuard(now);
  }

  async connectTest(): Promise<ConnectTest> {
    const startedAt = performance.now();
    try {
      const { serverVersion } = await this.alone((thread) => thread.ask({ kind: 'version' }, this.limits.askMs));
      return { ok: true, serverVersion, durationMs: Math.round(performance.now() - startedAt), warnings: this.warnings() };
    } catch (error) {
      if (error instanceof SourceFailed) return { ok: false, problem: error.problem };
      throw error;
    }
  }

  async check({ purpose, sql, bindable }: { purpose: QueryPurpose; sql: string; bindable: string[] }): Promise<CheckedQuery> {
    const plan = planQuery(purpose, sql, this.connection.limits.allowPlSql);
    refuseUnknownBinds(plan.query, bindable);
    const { columns } = await this.alone((thread) => thread.ask({ kind: 'parse', sql: plan.named.text }, this.limits.askMs), plan, sql);
    if (purpose === 'update') return { columns: [], binds: bindNames(plan.query) };
    refuseRepeatedNames(sql, columns);
    return { columns, binds: bindNames(plan.query) };
  }

  async sample(sql: string, limit: number): Promise<Found> {
    const plan = this.targetPlan(sql);
    const fetched = await this.alone((thread) => thread.ask({ kind: 'sample', sql: plan.named.text, limit }, this.limits.askMs), plan, sql);
    return foundIn(sql, fetched);
  }

  async *streamTarget(sql: string, signal: AbortSignal): AsyncGenerator<Row[]> {
    const plan = this.targetPlan(sql);
    const { fetchMs } = this.limits;
    signal.throwIfAborted();
    const thread = this.startThread();
    const cancel = () => void this.cancel(thread);
    signal.addEventListener('abort', cancel, { once: true });
    try {
      await inSpan('source.target', this.about(), () => this.loggingOn(thread.ask({ kind: 'open', sql: plan.named.text, fetchRows: FETCH_ROWS }, fetchMs)));
      for (let isLast = false; !isLast; ) {
        const batch = await thread.ask({ kind: 'next' }, fetchMs);
        refuseRepeatedNames(sql, batch.columns);
        const rows = rowsIn(batch);
        if (rows.length > 0) yield rows;
        isLast = batch.isLast;
      }
      await thread.ask({ kind: 'leave' }, FAREWELL_MS);
    } catch (error) {
      signal.throwIfAborted();
      throw this.explained(error, plan, sql);
    } finally {
      signal.removeEventListener('abort', cancel);
      await this.endThread(thread);
    }
  }

  async lookUp(sql: string, row: Row): Promise<Found> {
    const plan = this.plans.planFor('mapping', sql);
    const binds = bindTexts(plan, row);
    const ask = { kind: 'look-up', sql: plan.named.text, binds, limit: LOOK_UP_ROWS } as const;
    const fetched = await inSpan('source.look-up', this.about(), () => this.pooled((thread) => thread.ask(ask, this.limits.lookUpMs), plan, sql, 'again'));
    return { ...foundIn(sql, fetched), columns: fetched.columns.map(({ name }) => ({ name, type: '' })) };
  }

  async update(sql: string, rows: Row[]): Promise<UpdateResult[]> {
    const plan = this.plans.planFor('update', sql);
    const bound = rows.map((row) => bindRow(plan, row));
    const complete = bound.filter((texts) => Array.isArray(texts));
    const ask = { kind: 'update', sql: plan.named.text, rows: complete, isPlSql: plan.isPlSql } as const;
    const done = complete.length === 0 ? { results: [] } : await inSpan('source.update', { ...this.about(), 'tank.batch_size': rows.length }, () =>
      this.pooled((thread) => thread.ask(ask, this.limits.updateMs), plan, sql, 'once'));
    const results = done.results.map((result) => this.resultOf(result, plan, sql));
    return bound.map((texts) => (Array.isArray(texts) ? results.shift()! : { failed: texts }));
  }

  warnings(): SourceProblem[] {
    return this.warned;
  }

  async close(): Promise<void> {
    await this.pooledThread?.ask({ kind: 'leave' }, FAREWELL_MS).catch(ignoreHere);
    await Promise.all([...this.threads].map((thread) => this.endThread(thread)));
  }

  private targetPlan(sql: string): OraclePlan {
    const plan = this.plans.planFor('target', sql);
    refuseUnknownBinds(plan.query, []);
    return plan;
  }

  /** Work on a session of its own, which somebody asked for: it logs on once, also while a refusal stands. */
  private async alone<T>(work: (thread: OracleThread) => Promise<T>, plan?: OraclePlan, sql?: string): Promise<T> {
    const thread = this.startThread();
    try {
      const result = await inSpan('source.ask', this.about(), () => this.loggingOn(work(thread)));
      await thread.ask({ kind: 'leave' }, FAREWELL_MS).catch(ignoreHere);
      return result;
    } catch (error) {
      throw this.explained(error, plan, sql);
    } finally {
      await this.endThread(thread);
    }
  }

  /** Work on the pool. A look-up that lost its thread for the sake of another call is done `again`, once. */
  private pooled<T>(work: (thread: OracleThread) => Promise<T>, plan: OraclePlan, sql: string, ifThreadEnds: 'again' | 'once'): Promise<T> {
    return this.lanes.run(async () => {
      for (let attempt = 1; ; attempt += 1) {
        this.guard.beforeLogon();
        try {
          return await this.loggingOn(work(this.poolThread()));
        } catch (error) {
          if (error instanceof ThreadEnded && attempt === 1 && ifThreadEnds === 'again') continue;
          const explained = this.explained(error, plan, sql);
          if (explained instanceof SourceFailed) this.lanes.failWaiting(explained);
          throw explained;
        }
      }
    });
  }

  private async loggingOn<T>(asked: Promise<T>): Promise<T> {
    try {
      const answer = await asked;
      this.guard.passed();
      return answer;
    } catch (error) {
      const explained = this.explained(error);
      if (explained instanceof SourceFailed) this.guard.failed(explained);
      throw error;
    }
  }

  private poolThread(): OracleThread {
    if (!this.pooledThread || this.pooledThread.isEnded) this.pooledThread = this.startThread();
    return this.pooledThread;
  }

  private startThread(): OracleThread {
    for (const thread of this.threads) if (thread.isEnded) this.threads.delete(thread);
    const thread = new OracleThread(this.access, (warning) => this.hearWarning(warning));
    this.threads.add(thread);
    return thread;
  }

  private async endThread(thread: OracleThread): Promise<void> {
    await thread.end();
    this.threads.delete(thread);
  }

  /** Tells the server, so that it does not go on for nobody, and waits no longer for it than a moment. */
  private async cancel(thread: OracleThread): Promise<void> {
    await thread.ask({ kind: 'cancel' }, FAREWELL_MS).catch(ignoreHere);
    await thread.end();
  }

  private hearWarning(warning: DriverError): void {
    const explained = explainOracle(warning, { connection: this.connection, during: 'connect' });
    if (explained instanceof SourceFailed) this.warned = [explained.problem];
  }

  private resultOf(result: RowUpdated, plan: OraclePlan, sql: string): UpdateResult {
    if ('changed' in result) return result;
    const explained = this.explained(new DriverFailed(result.error, 'call'), plan, sql);
    if (explained instanceof QueryFailed) return { failed: explained };
    throw explained;
  }

  private explained(error: unknown, plan?: OraclePlan, sql?: string): unknown {
    if (error instanceof DeadlinePassed) return deadlinePassed(this.connection, error.afterMs, error.during);
    if (error instanceof ThreadEnded) return explainOracle({ code: 'NJS-500', message: error.message, offset: null }, { connection: this.connection, during: 'call' });
    if (!(error instanceof DriverFailed)) return error;
    const query = plan && sql !== undefined ? { sql, text: plan.named.text, authorPosition: plan.named.authorPosition } : undefined;
    return explainOracle(error.error, { connection: this.connection, during: error.during, query });
  }

  private about() {
    return { 'tank.source_id': this.connectionId };
  }
}

function bindRow(plan: OraclePlan, row: Row): (string | null)[] | QueryFailed {
  try {
    return bindTexts(plan, row);
  } catch (error) {
    if (error instanceof QueryFailed) return error;
    throw error;
  }
}

function foundIn(sql: string, fetched: Fetched): Found {
  refuseRepeatedNames(sql, fetched.columns);
  return { columns: fetched.columns, rows: rowsIn(fetched) };
}

function rowsIn({ json }: Fetched): Row[] {
  return JSON.parse(Buffer.from(json.buffer, json.byteOffset, json.byteLength).toString('utf8')) as Row[];
}

/** A name that is there twice would hide a value behind another. */
function refuseRepeatedNames(sql: string, columns: ParsedColumn[]): void {
  const names = columns.map(({ name }) => name);
  const repeated = names.find((name, at) => names.indexOf(name) !== at);
  if (repeated !== undefined) throw duplicateColumn(sql, repeated);
}

/** A good-bye that fails is none the less the end. */
function ignoreHere(): void {}
