import pg from 'pg';
import { OracleError, type BackendSession, type BindRow, type Changed, type OracleBind, type Parsed, type Rows } from '../backend.ts';
import type { DialectName } from '../dialects.ts';
import { changeRows, pieceDone, type PieceDone } from './change-rows.ts';
import { ResultColumns } from './columns.ts';
import { endsSession, oracleErrorOf, type About } from './oracle-errors.ts';
import { Plans, type Plan } from './plans.ts';
import { OpenRows, PostgresRows } from './postgres-rows.ts';
import { layNames } from './select-names.ts';
import type { SessionSettings } from './session-settings.ts';
import type { SessionStatement } from './session-statement.ts';
import { SessionTransaction } from './session-transaction.ts';
import { describeCursor, describeStatement, execute, fetchRows, together } from './steps.ts';
import type { TranslateOptions } from './translate.ts';
import { bindKind, parameterOf, type BindKind } from './values.ts';
import type { Rendered } from './written-sql.ts';

export interface SessionOptions extends TranslateOptions {
  dialect: DialectName;
  /** The schema that PostgreSQL calls public. */
  owner: string;
  /** Ends what a session of PostgreSQL is doing, or the session itself. */
  signal: (what: 'cancel' | 'terminate', pid: number) => Promise<void>;
}

const IDENTITY = { module: 'module', action: 'action', clientIdentifier: 'client_identifier', clientInfo: 'client_info', dbOp: 'db_op' } as const;

/** A session of an Oracle client on a client of PostgreSQL of its own, which pipelines. One thing is done after the other. */
export class PostgresSession implements BackendSession {
  readonly #client: pg.Client;
  readonly #settings: SessionSettings;
  readonly #options: SessionOptions;
  readonly #plans: Plans;
  readonly #columns: ResultColumns;
  readonly #transaction: SessionTransaction;
  readonly #open = new OpenRows();
  #turn: Promise<unknown> = Promise.resolve();
  #isBusy = false;
  #isLost = false;
  #cancelling: Promise<void> = Promise.resolve();
  #cursors = 0;

  /** @param client connected; given up when the session is closed. */
  constructor(client: pg.Client, settings: SessionSettings, options: SessionOptions) {
    this.#client = client;
    this.#settings = settings;
    this.#options = options;
    this.#plans = new Plans(options);
    this.#columns = new ResultColumns(options.dialect);
    this.#transaction = new SessionTransaction(client, settings, this.#open);
  }

  parse(sql: string): Promise<Parsed> {
    return this.#inTurn(async (about) => {
      const { kind, session, names, out } = this.#plans.translate(sql);
      about.kind = kind;
      if (session) return { kind, columns: [] };
      const { fields } = await this.#plan(sql, out.binds.map(() => 'null'), about);
      return { kind, columns: await this.#described(fields, names) };
    });
  }

  query(sql: string, binds: BindRow): Promise<Rows> {
    return this.#inTurn(async (about) => {
      const plan = await this.#plan(sql, binds.map((bind) => bindKind([bind])), about);
      const { locksRows, names } = plan.translated;
      this.#cursors += 1;
      const cursor = `tank_cursor_${this.#cursors}`;
      // A cursor outlives a commit in Oracle, unless it locks its rows.
      const declare = `DECLARE ${cursor} NO SCROLL CURSOR ${locksRows ? '' : 'WITH HOLD '}FOR `;
      about.authorIndex = (position) => plan.authorIndex(position - declare.length);
      const statement = { text: declare + plan.text, types: plan.declared, values: valuesOf(plan, binds) };
      const [, fields] = await this.#transaction.within(locksRows ? 'changing' : 'reading', () => together<[unknown, pg.FieldDef[]]>(execute(this.#client, statement), describeCursor(this.#client, cursor)));
      const columns = await this.#described(fields, names).catch((error) => this.#forget(error));
      const rows = new PostgresRows({ fetch: (from, count) => this.#fetch(from, count), release: (from) => this.#release(from) }, cursor, plan, fields, columns);
      this.#open.add(rows);
      return rows;
    });
  }

  change(sql: string, rows: BindRow[], { batchErrors }: { batchErrors: boolean }): Promise<Changed> {
    return this.#inTurn(async (about) => {
      const { session, kind, out } = this.#plans.translate(sql);
      about.kind = kind;
      if (session) return this.#obey(session, rows);
      const kinds = out.binds.map((_, place) => bindKind(rows.map((row) => placeOf(row, place))));
      const plan = await this.#plan(sql, kinds, about);
      return changeRows(rows.length, batchErrors, (piece) => this.#changePiece(plan, piece.map((row) => rows[row]!), about));
    });
  }

  commit(): Promise<void> {
    return this.#inTurn(() => this.#transaction.commit());
  }

  rollback(): Promise<void> {
    return this.#inTurn(() => this.#transaction.rollback());
  }

  async cancel(): Promise<void> {
    if (!this.#isBusy) return;
    // What is sent next must not be hit by a signal that is still on its way.
    this.#cancelling = this.#options.signal('cancel', this.#pid).catch(ignoreHere);
    await this.#cancelling;
  }

  identify(about: Parameters<BackendSession['identify']>[0]): void {
    for (const [name, setting] of Object.entries(IDENTITY)) {
      const value = about[name as keyof typeof IDENTITY];
      if (value !== undefined) this.#settings.set(setting, value);
    }
    if (about.currentSchema !== undefined) this.#settings.alter('CURRENT_SCHEMA', about.currentSchema);
  }

  async close(): Promise<void> {
    if (this.#isBusy) await this.#options.signal('terminate', this.#pid);
    await this.#client.end();
  }

  get #pid(): number {
    return (this.#client as unknown as { processID: number }).processID;
  }

  async #plan(sql: string, kinds: BindKind[], about: About): Promise<Plan> {
    return this.#plans.planFor(
      sql,
      kinds,
      (text, types) => this.#transaction.aside(() => describeStatement(this.#client, text, types)),
      ({ authorIndex }: Rendered) => (about.authorIndex = authorIndex),
    );
  }

  async #described(fields: pg.FieldDef[], names: string[]): Promise<Rows['columns']> {
    const columns = await this.#columns.describe(this.#client, fields);
    const laid = layNames(names, columns.map(({ name }) => name));
    return columns.map((column, at) => ({ ...column, name: laid[at]! }));
  }

  /** The cursor that cannot be described is of no use. */
  async #forget(error: unknown): Promise<never> {
    if (this.#transaction.isOnlyReading && this.#open.size === 0) await this.#transaction.abandon();
    throw error;
  }

  async #changePiece(plan: Plan, rows: BindRow[], about: About): Promise<PieceDone> {
    const values = rows.map((row) => valuesOf(plan, row));
    let done: PieceDone | undefined;
    const send = async () => {
      const answers = await Promise.allSettled(values.map((row) => execute(this.#client, { text: plan.text, name: plan.name, types: plan.declared, values: row })));
      done = pieceDone(answers, (error) => oracleErrorOf(error, about));
      if ('error' in done) throw done.error;
    };
    try {
      await this.#transaction.within('changing', send);
    } catch (error) {
      if (!done || !('error' in done) || error !== done.error || endsStatement(done.error)) throw error;
    }
    return done!;
  }

  #fetch(rows: PostgresRows, count: number): Promise<(string | null)[][]> {
    return this.#inTurn(async (about) => {
      if (rows.isDone) return [];
      const isAlone = this.#transaction.isOnlyReading && this.#open.size === 1;
      const send = () => fetchRows(this.#client, rows.cursor, count);
      try {
        const { rows: found } = await (isAlone ? send() : this.#transaction.aside(send));
        if (found.length < count) this.#finish(rows);
        return found;
      } catch (error) {
        rows.isDone = true;
        this.#open.delete(rows);
        about.authorIndex = undefined;
        if (isAlone) await this.#transaction.abandon().catch(ignoreHere);
        throw error;
      }
    });
  }

  async #release(rows: PostgresRows): Promise<void> {
    if (!rows.isDone) this.#finish(rows);
  }

  /** Nobody waits for the end of a cursor; what is done next comes behind it. */
  #finish(rows: PostgresRows): void {
    rows.isDone = true;
    this.#open.delete(rows);
    if (rows.isLost) return;
    this.#inTurn(async () => {
      await this.#transaction.aside(() => this.#client.query(`CLOSE ${rows.cursor}`));
      if (this.#transaction.isOnlyReading && this.#open.size === 0) await this.#transaction.endReading();
    }).catch(ignoreHere);
  }

  async #obey(statement: SessionStatement, [binds]: BindRow[]): Promise<Changed> {
    switch (statement.do) {
      case 'commit':
        await this.#transaction.commit();
        break;
      case 'rollback':
        await this.#transaction.rollback();
        break;
      case 'set-transaction':
        await this.#transaction.begin(statement);
        break;
      case 'alter-session':
        for (const [name, value] of statement.parameters) this.#settings.alter(name, value);
        break;
      case 'sleep':
        await this.#transaction.aside(() => this.#client.query('SELECT pg_sleep($1)', [typeof statement.seconds === 'number' ? statement.seconds : Number(binds?.[0]?.value)]));
        break;
    }
    return { counts: [0], errors: [] };
  }

  /** One thing after the other, errors in Oracle's words. */
  #inTurn<T>(work: (about: About) => Promise<T>): Promise<T> {
    const done = this.#turn.then(async () => {
      await this.#cancelling;
      if (this.#isLost) throw new OracleError(3114, 'not connected to ORACLE');
      const about: About = { owner: this.#options.owner };
      this.#isBusy = true;
      try {
        return await work(about);
      } catch (error) {
        const told = oracleErrorOf(error, about);
        this.#isLost = endsSession(told);
        throw told;
      } finally {
        this.#isBusy = false;
      }
    });
    this.#turn = done.catch(ignoreHere);
    return done;
  }
}

function valuesOf(plan: Plan, binds: BindRow): (string | null)[] {
  return plan.places.map((place, parameter) => parameterOf(placeOf(binds, place), plan.types[parameter]!));
}

function placeOf(binds: BindRow, place: number): OracleBind {
  const bind = binds[place];
  if (!bind) throw new OracleError(1008, 'not all variables bound');
  return bind;
}

/** A break, and what ends the session, are no failures of a row. */
function endsStatement(error: OracleError): boolean {
  return error.number === 1013 || endsSession(error);
}

/** What it would tell is told by whatever is done next. */
function ignoreHere(): void {}
