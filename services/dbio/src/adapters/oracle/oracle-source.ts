import type { Connection, ConnectTest, QueryPurpose, Row, SourceProblem } from '@tank/contracts';
import { inSpan } from '@tank/telemetry';
import { sourceFailed } from '../../problem.js';
import { bindNames, refuseUnknownBinds } from '../../sql/binds.js';
import { refuseQuery } from '../../sql/query-problem.js';
import { columnType, duplicateColumn } from '../../sql/refusals.js';
import { refuseRepeatedNames } from '../../sql/repeated-names.js';
import { QueryFailed, SourceFailed, type CheckedQuery, type Found, type Source, type UpdateResult } from '../../source.js';
import { limitsFor, type SourceLimits } from '../source-limits.js';
import { Lanes, NoLane } from './lanes.js';
import { LookUpQueue } from './look-up-queue.js';
import { LogonGuard } from './logon-guard.js';
import { accessTo, type OracleAccess, type OracleSecrets, type OracleSettings } from './oracle-access.js';
import { bindTexts, KeptOraclePlans, planQuery, type OraclePlan } from './oracle-plan.js';
import { BROKEN_OFF, CALL_TIMEOUT, COLUMN_TYPE, NO_TURN, NOT_DONE, REPEATED_COLUMN } from './driver-codes.js';
import { deadlinePassed, explainOracle, mustNotTryAgain, rowWasBusy, type DriverError, type SentQuery } from './oracle-problems.js';
import { poolExhausted } from './oracle-reach-troubles.js';
import { DEADLINE_SLACK_MS, DeadlinePassed, DriverFailed, OracleThread, ThreadEnded, type Group } from './oracle-thread.js';
import { rowsOf } from './row-objects.js';
import type { Fetched, LookUp, RowUpdated, Update } from './worker-messages.js';

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
  private readonly limits: SourceLimits;
  /** How long one waits for one's turn: for a logon and a call, with the times of the settings, since a DBA's limit is one for statements. */
  private readonly patience: { lookUpMs: number; updateMs: number };
  private readonly access: OracleAccess;
  private readonly lanes: Lanes;
  private readonly lookUps: LookUpQueue;
  private readonly plans: KeptOraclePlans;
  private readonly guard: LogonGuard;
  /** Runs log on one after another: what refuses one, or hangs, is told to those that wait, too. */
  private readonly logonsOfRuns = new Lanes(1);
  private pooledThread?: OracleThread;
  private readonly threads = new Set<OracleThread>();
  /** Of the last logon. */
  private warned: SourceProblem[] = [];
  private nextWarned: SourceProblem[] = [];
  private isClosed = false;

  constructor(private readonly connection: Connection, secrets: OracleSecrets, settings: OracleSettings, limits: SourceLimits, now: () => number = Date.now) {
    this.limits = limitsFor(connection, limits);
    const patience = (callMs: number) => limits.connectMs + callMs + DEADLINE_SLACK_MS;
    this.patience = { lookUpMs: patience(limits.lookUpMs), updateMs: patience(limits.updateMs) };
    ({ connectionId: this.connectionId, name: this.name, timeZone: this.timeZone } = connection);
    this.access = accessTo(connection, secrets, settings, this.limits);
    this.lanes = new Lanes(this.limits.poolSize);
    this.lookUps = new LookUpQueue(this.lanes, this.patience.lookUpMs, (group, waitMs) => this.askGroup(group, waitMs));
    this.plans = new KeptOraclePlans(connection.limits.allowPlSql);
    this.guard = new LogonGuard(now);
  }

  async connectTest(): Promise<ConnectTest> {
    const startedAt = performance.now();
    try {
      const { serverVersion, durationMs } = await this.alone(async (thread) => {
        const answer = await thread.ask({ kind: 'version' }, this.limits.askMs);
        return { ...answer, durationMs: Math.round(performance.now() - startedAt) };
      });
      return { ok: true, serverVersion, durationMs, warnings: this.warnings() };
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
    this.guard.beforeRun();
    const { promise: loggedOn, resolve: onLoggedOn } = Promise.withResolvers<void>();
    const thread = this.startThread(onLoggedOn);
    const open = () => thread.ask({ kind: 'open', sql: plan.named.text, fetchRows: FETCH_ROWS }, fetchMs);
    const cancel = () => void this.cancel(thread);
    signal.addEventListener('abort', cancel, { once: true });
    try {
      await inSpan('source.target', this.about(), () => this.openInTurn(open, loggedOn, signal));
      for (let isLast = false; !isLast; ) {
        const batch = await thread.ask({ kind: 'next' }, fetchMs);
        refuseRepeatedNames(sql, batch.columns);
        const rows = rowsOf(batch);
        if (rows.length > 0) yield rows;
        isLast = batch.isLast;
      }
      await thread.ask({ kind: 'leave' }, FAREWELL_MS).catch(ignoreHere);
    } catch (error) {
      signal.throwIfAborted();
      throw this.explained(error, plan, sql);
    } finally {
      signal.removeEventListener('abort', cancel);
      await this.endThread(thread);
    }
  }

  /** The turn is over with the logon; the query may take its time. */
  private async openInTurn(open: () => Promise<unknown>, loggedOn: Promise<void>, signal: AbortSignal): Promise<void> {
    let opening: Promise<unknown> | undefined;
    await this.logonsOfRuns.run(async () => {
      signal.throwIfAborted();
      this.guard.beforeRun();
      opening = this.heedingAccount(open());
      await Promise.race([loggedOn, opening]).catch((error: unknown) => this.tellWaitingRuns(error));
    });
    await opening;
  }

  private tellWaitingRuns(error: unknown): void {
    if (isOfLogon(error)) this.logonsOfRuns.failWaiting(this.explained(error));
  }

  async lookUp(sql: string, row: Row): Promise<Found> {
    const plan = this.plans.planFor('mapping', sql);
    const ask: LookUp = { kind: 'look-up', sql: plan.named.text, binds: bindTexts(plan, row), limit: LOOK_UP_ROWS };
    try {
      const fetched = await inSpan('source.look-up', this.about(), () => this.lookUps.add(ask));
      return { ...foundIn(sql, fetched), columns: fetched.columns.map(({ name }) => ({ name, type: '' })) };
    } catch (error) {
      throw this.explained(error, plan, sql);
    }
  }

  async update(sql: string, rows: Row[]): Promise<UpdateResult[]> {
    const plan = this.plans.planFor('update', sql);
    const bound = rows.map((row) => bindRow(plan, row));
    const complete = bound.filter((texts) => Array.isArray(texts));
    const ask: Update = { kind: 'update', sql: plan.named.text, rows: complete, isPlSql: plan.isPlSql };
    const done = complete.length === 0 ? [] : await this.updateAll(ask, plan, sql);
    const results = done.map((result) => this.resultOf(result, plan, sql));
    return bound.map((texts) => (Array.isArray(texts) ? results.shift()! : { failed: texts }));
  }

  warnings(): SourceProblem[] {
    return this.warned;
  }

  /** What waits or is under way comes to its end, each call within its deadline; a Target Query ends its own thread. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.lanes.whenIdle();
    const { pooledThread } = this;
    if (!pooledThread) return;
    await pooledThread.ask({ kind: 'leave' }, FAREWELL_MS).catch(ignoreHere);
    await this.endThread(pooledThread);
  }

  private async updateAll(ask: Update, plan: OraclePlan, sql: string): Promise<RowUpdated[]> {
    try {
      const work = () => this.lanes.run(() => {
        this.guard.beforeCall();
        return this.heeding(this.poolThread().ask(ask, this.limits.updateMs));
      }, this.patience.updateMs);
      return (await inSpan('source.update', { ...this.about(), 'tank.batch_size': ask.rows.length }, work)).results;
    } catch (error) {
      throw this.explained(error, plan, sql);
    }
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
      const result = await inSpan('source.ask', this.about(), () => this.heedingAccount(work(thread)));
      await thread.ask({ kind: 'leave' }, FAREWELL_MS).catch(ignoreHere);
      return result;
    } catch (error) {
      throw this.explained(error, plan, sql);
    } finally {
      await this.endThread(thread);
    }
  }

  private askGroup(group: LookUp[], waitMs: number): Group {
    this.guard.beforeCall();
    const { answers, done } = this.poolThread().askEach(group, { callMs: this.limits.lookUpMs, waitMs });
    return { answers: answers.map((answer) => this.heeding(answer)), done };
  }

  private async heeding<T>(asked: Promise<T>): Promise<T> {
    try {
      return await asked;
    } catch (error) {
      if (isOfLogon(error)) this.heedPool(error);
      throw error;
    }
  }

  /** What keeps one from getting in keeps all from it that wait: each would only try the same once more. */
  private heedPool(error: DriverFailed | DeadlinePassed): void {
    const explained = this.explained(error) as SourceFailed;
    if (error instanceof DriverFailed && mustNotTryAgain(error.error)) this.guard.refusedToPool(explained);
    this.lanes.failWaiting(explained);
  }

  /** A session that one work has for itself: its logon says something of the account, and nothing of the pool. */
  private async heedingAccount<T>(asked: Promise<T>): Promise<T> {
    try {
      return await asked;
    } catch (error) {
      if (isOfLogon(error) && error instanceof DriverFailed && mustNotTryAgain(error.error)) this.guard.refused(this.explained(error) as SourceFailed);
      throw error;
    }
  }

  private poolThread(): OracleThread {
    if (!this.pooledThread || this.pooledThread.isEnded) this.pooledThread = this.startThread();
    return this.pooledThread;
  }

  private startThread(onLoggedOn: () => void = ignoreHere): OracleThread {
    if (this.isClosed) throw this.explained(new ThreadEnded());
    for (const thread of this.threads) if (thread.isEnded) this.threads.delete(thread);
    const thread = new OracleThread(this.access, { warned: (warning) => this.hearWarning(warning), loggedOn: () => { this.hearLogon(); onLoggedOn(); } });
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

  /** Comes before the logon that it is about. */
  private hearWarning(warning: DriverError): void {
    const explained = explainOracle(warning, { connection: this.connection, during: 'connect' });
    if (explained instanceof SourceFailed) this.nextWarned = [explained.problem];
  }

  private hearLogon(): void {
    this.guard.passed();
    this.warned = this.nextWarned;
    this.nextWarned = [];
  }

  private resultOf(result: RowUpdated, plan: OraclePlan, sql: string): UpdateResult {
    if (typeof result === 'number') return { changed: result };
    if (result.code === CALL_TIMEOUT || result.code === BROKEN_OFF) return { failed: rowWasBusy(result, sent(plan, sql)) };
    const explained = this.explained(new DriverFailed(result, 'call'), plan, sql);
    if (explained instanceof QueryFailed) return { failed: explained };
    throw explained;
  }

  private explained(error: unknown, plan?: OraclePlan, sql?: string): unknown {
    const query = plan && sql !== undefined ? sent(plan, sql) : undefined;
    if (error instanceof NoLane) return sourceFailed(poolExhausted(this.name));
    if (error instanceof ThreadEnded && error.cause instanceof DeadlinePassed) return deadlinePassed(this.connection, error.cause.afterMs, 'call', query);
    if (error instanceof DeadlinePassed) return deadlinePassed(this.connection, error.afterMs, error.during, query);
    if (error instanceof ThreadEnded) return explainOracle({ code: 'NJS-500', message: error.message, offset: null }, { connection: this.connection, during: 'call', query });
    if (!(error instanceof DriverFailed)) return error;
    if (error.error.code === NO_TURN) return sourceFailed(poolExhausted(this.name));
    if (error.error.code === NOT_DONE) return explainOracle({ code: 'NJS-500', message: error.message, offset: null }, { connection: this.connection, during: 'call', query });
    if (error.error.code === REPEATED_COLUMN) return refuseQuery(sql ?? '', duplicateColumn(error.error.message));
    if (error.error.code === COLUMN_TYPE) return refuseQuery(sql ?? '', columnType(error.error.message));
    return explainOracle(error.error, { connection: this.connection, during: error.during, query });
  }

  private about() {
    return { 'tank.source_id': this.connectionId };
  }
}

function isOfLogon(error: unknown): error is DriverFailed | DeadlinePassed {
  return (error instanceof DriverFailed || error instanceof DeadlinePassed) && error.during === 'connect';
}

function sent({ named }: OraclePlan, sql: string): SentQuery {
  return { sql, text: named.text, authorPosition: named.authorPosition };
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
  return { columns: fetched.columns, rows: rowsOf(fetched) };
}

/** A good-bye that fails is none the less the end. */
function ignoreHere(): void {}
