import pg from 'pg';
import type { Connection, ConnectTest, QueryPurpose, Row, SourceProblem } from '@tank/contracts';
import { inSpan } from '@tank/telemetry';
import type { NumberedSql } from '../../sql/binds.js';
import { bindNames, refuseUnknownBinds } from '../../sql/binds.js';
import { refuseRepeatedNames } from '../../sql/repeated-names.js';
import { passGate } from '../../sql/statement-gate.js';
import { SourceFailed, QueryFailed, type CheckedQuery, type Found, type Source, type UpdateResult } from '../../source.js';
import { limitsFor, type SourceLimits } from '../source-limits.js';
import { KeptPlans, planQuery, valuesFor } from './postgres-plan.js';
import { explain } from './postgres-problems.js';
import { firstRows } from './postgres-queries.js';
import { columnsOf, rowsOf } from './postgres-rows.js';
import { clientConfig, destroySession, ignoreHere, openSession, prepareSession, withinDeadline } from './postgres-session.js';
import { updateRows } from './postgres-update.js';

/** Rows of one fetch of a Target Query. */
const FETCH_ROWS = 250;
/** Named statements whose table was changed, or whose session was reset by a pooler: a new session knows better. */
const STALE_STATEMENT = ['0A000', '26000'];

type NoteText = (numbered: NumberedSql) => void;

/**
 * A PostgreSQL database of a customer. Look-ups and updates share a small pool whose sessions pipeline; a Target Query, a
 * check and a sample have a session of their own. Whatever an author wrote runs through the extended protocol, where one
 * message is one statement; target and mapping in a read-only transaction that is rolled back.
 */
export class PostgresSource implements Source {
  readonly connectionId: string;
  readonly name: string;
  readonly timeZone: string;
  private readonly config: pg.ClientConfig;
  private readonly pool: pg.Pool;
  private readonly plans = new KeptPlans();
  private readonly limits: SourceLimits;

  /** @param settings what the connection's own limits narrow. */
  constructor(private readonly connection: Connection, password: string, settings: SourceLimits) {
    const limits = (this.limits = limitsFor(connection, settings));
    ({ connectionId: this.connectionId, name: this.name, timeZone: this.timeZone } = connection);
    this.config = clientConfig(connection, password, limits);
    const poolStatementMs = Math.max(limits.lookUpMs, limits.updateMs);
    this.pool = new pg.Pool({
      ...this.config,
      pipeline: true,
      max: limits.poolSize,
      onConnect: (client) => withinDeadline(client, limits.connectMs, () => prepareSession(client, this.timeZone, poolStatementMs)),
    });
    this.pool.on('error', ignoreHere);
    this.pool.on('connect', (client) => client.on('error', ignoreHere));
  }

  async connectTest(): Promise<ConnectTest> {
    const startedAt = performance.now();
    try {
      const serverVersion = await this.alone(this.limits.askMs, async (client) => {
        const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
        return rows[0]!.server_version;
      });
      return { ok: true, serverVersion, durationMs: Math.round(performance.now() - startedAt), warnings: [] };
    } catch (error) {
      if (error instanceof SourceFailed) return { ok: false, problem: error.problem };
      throw error;
    }
  }

  async check({ purpose, sql, bindable }: { purpose: QueryPurpose; sql: string; bindable: string[] }): Promise<CheckedQuery> {
    const query = passGate(purpose, sql, 'postgres');
    refuseUnknownBinds(query, bindable);
    return this.alone(this.limits.askMs, async (client, noteText) => {
      const { fields } = await planQuery(client, query, noteText);
      refuseRepeatedNames(sql, fields);
      return { columns: purpose === 'update' ? [] : await columnsOf(client, fields), binds: bindNames(query) };
    }, sql);
  }

  async sample(sql: string, limit: number): Promise<Found> {
    const query = passGate('target', sql, 'postgres');
    refuseUnknownBinds(query, []);
    return this.alone(this.limits.askMs, async (client, noteText) => {
      await client.query('BEGIN READ ONLY');
      await openCursor(client, query.sql, noteText);
      const result = await fetchRows(client, limit);
      await client.query('ROLLBACK');
      return { columns: await columnsOf(client, result.fields), rows: rowsOf(sql, result) };
    }, sql);
  }

  async *streamTarget(sql: string, signal: AbortSignal): AsyncGenerator<Row[]> {
    const query = passGate('target', sql, 'postgres');
    refuseUnknownBinds(query, []);
    const { fetchMs } = this.limits;
    let numbered: NumberedSql | undefined;
    let session: pg.Client | undefined;
    const cut = () => session && destroySession(session);
    try {
      const client = (session = await openSession(this.config, this.timeZone, fetchMs));
      signal.throwIfAborted();
      signal.addEventListener('abort', cut, { once: true });
      await inSpan('source.target', this.about(), () => withinDeadline(client, fetchMs, async () => {
        await client.query('BEGIN READ ONLY');
        await openCursor(client, query.sql, (text) => (numbered = text));
      }));
      for (;;) {
        const result = await withinDeadline(client, fetchMs, () => fetchRows(client, FETCH_ROWS));
        if (result.rows.length > 0) yield rowsOf(sql, result);
        if (result.rows.length < FETCH_ROWS) return;
      }
    } catch (error) {
      signal.throwIfAborted();
      throw this.explained(error, sql, numbered);
    } finally {
      signal.removeEventListener('abort', cut);
      cut();
    }
  }

  async lookUp(sql: string, row: Row): Promise<Found> {
    return this.pooled('source.look-up', this.limits.lookUpMs, sql, async (client, noteText) => {
      const plan = await this.plans.planFor(client, 'mapping', sql, noteText);
      const values = valuesFor(plan, row);
      const [begun, found, ended] = await Promise.allSettled([
        client.query('BEGIN READ ONLY'),
        firstRows(client, { name: plan.name, text: plan.numbered.text, values }, 2),
        client.query('ROLLBACK'),
      ]);
      for (const answer of [begun, found, ended]) if (answer.status === 'rejected') throw answer.reason;
      const { value } = found as PromiseFulfilledResult<pg.QueryArrayResult>;
      return { columns: value.fields.map(({ name }) => ({ name, type: '' })), rows: rowsOf(sql, value) };
    });
  }

  async update(sql: string, rows: Row[]): Promise<UpdateResult[]> {
    return this.pooled('source.update', this.limits.updateMs, sql, async (client, noteText) => {
      const plan = await this.plans.planFor(client, 'update', sql, noteText);
      return updateRows(client, plan, rows, (error) => {
        const explained = this.explained(error, sql, plan.numbered);
        if (explained instanceof QueryFailed && !isStale(error)) return explained;
        throw error;
      });
    }, { 'tank.batch_size': rows.length });
  }

  /** PostgreSQL gives no notice of a password that will expire. */
  warnings(): SourceProblem[] {
    return [];
  }

  close(): Promise<void> {
    return this.pool.end();
  }

  /** Work on a session of its own. */
  private async alone<T>(ms: number, work: (client: pg.Client, noteText: NoteText) => Promise<T>, sql?: string): Promise<T> {
    let numbered: NumberedSql | undefined;
    let session: pg.Client | undefined;
    try {
      const client = (session = await openSession(this.config, this.timeZone, ms));
      return await inSpan('source.ask', this.about(), () => withinDeadline(client, ms, () => work(client, (text) => (numbered = text))));
    } catch (error) {
      throw this.explained(error, sql, numbered);
    } finally {
      await this.leave(session);
    }
  }

  /** A server that is in order gets a proper good-bye; any other one loses the socket. */
  private async leave(session: pg.Client | undefined): Promise<void> {
    if (!session) return;
    const timer = setTimeout(destroySession, 500, session);
    await session.end().catch(ignoreHere);
    clearTimeout(timer);
  }

  /** Work on a session of the pool; a session that failed for any other reason than the SQL is thrown away. */
  private async pooled<T>(span: string, ms: number, sql: string, work: (client: pg.PoolClient, noteText: NoteText) => Promise<T>, attributes = {}): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      let numbered: NumberedSql | undefined;
      let client: pg.PoolClient | undefined;
      let isFit = true;
      try {
        const session = (client = await this.pool.connect());
        return await inSpan(span, { ...this.about(), ...attributes }, () => withinDeadline(session, ms, () => work(session, (text) => (numbered = text))));
      } catch (error) {
        const explained = this.explained(error, sql, numbered);
        isFit = explained instanceof QueryFailed && !isStale(error);
        if (attempt > 1 || !isStale(error)) throw explained;
      } finally {
        client?.release(!isFit);
      }
    }
  }

  private explained(error: unknown, sql: string | undefined, numbered: NumberedSql | undefined): unknown {
    const query = sql !== undefined && numbered ? { sql, text: numbered.text, authorPosition: numbered.authorPosition } : undefined;
    return explain(error, this.connection, query);
  }

  private about() {
    return { 'tank.source_id': this.connectionId };
  }
}

/** A cursor in SQL: the driver needs no part in it, each fetch is a call with a deadline, and nothing is read ahead. */
async function openCursor(client: pg.ClientBase, sql: string, noteText: NoteText): Promise<void> {
  const declare = 'DECLARE tank_rows NO SCROLL CURSOR FOR ';
  noteText({ text: declare + sql, parameters: [], authorPosition: (position) => position - declare.length });
  await client.query({ text: declare + sql, queryMode: 'extended' } as pg.QueryConfig);
}

function fetchRows(client: pg.ClientBase, count: number): Promise<pg.QueryArrayResult> {
  return client.query({ text: `FETCH FORWARD ${count} FROM tank_rows`, rowMode: 'array' });
}

function isStale(error: unknown): boolean {
  return error instanceof pg.DatabaseError && STALE_STATEMENT.includes(error.code ?? '');
}
