import {
  OracleError, type Account, type Backend, type BackendSession, type BindRow, type Changed, type OracleColumn, type OracleValue, type Parsed,
  type Privilege, type Rows, type SessionAbout,
} from './backend.ts';
import { kindOf } from './sql-text.ts';

/** What a statement is answered with. */
export type Answer =
  /** A query: its rows as they are, or made one by one from their index, `count` of them, so that a million need no room. */
  | { columns: OracleColumn[]; rows: OracleValue[][] | ((index: number) => OracleValue[]); count?: number }
  /** Anything else: rows touched by each row of binds, or the error of one. */
  | { changes: number | ((binds: BindRow, index: number) => number | OracleError) }
  | { error: OracleError }
  /** Runs until the client breaks it. */
  | { hang: true };

export interface ScriptedCall {
  sql: string;
  /** A parse executes nothing, so its answer gives columns or an error. */
  kind: 'parse' | 'query' | 'change';
  rows: BindRow[];
  /** Values of the first row of binds by name, in upper case. */
  values: Record<string, OracleValue>;
  about: SessionAbout;
}

export type Script = Answer | ((call: ScriptedCall) => Answer | Promise<Answer>);

export interface ScriptedBackendOptions {
  /** By name in upper case; TANK with the password `tank` unless told. */
  accounts?: Record<string, Account>;
  /** Services and SIDs in upper case; ORCL unless told. */
  services?: string[];
}

/** A backend whose answers a test scripts. Statements nobody scripted fail with ORA-00942. */
export class ScriptedBackend implements Backend {
  readonly accounts: Record<string, Account>;
  readonly services: Set<string>;
  /** Sessions that are open now. */
  readonly sessions = new Set<ScriptedSession>();
  /** Thrown at the next opening of a session, such as ORA-01033. */
  openError: OracleError | null = null;
  #scripts: { matching: RegExp; script: Script }[] = [];

  constructor(options: ScriptedBackendOptions = {}) {
    this.accounts = options.accounts ?? { TANK: { password: 'tank' } };
    this.services = new Set(options.services ?? ['ORCL']);
  }

  /** What was scripted last for a statement decides. */
  on(matching: RegExp, script: Script): this {
    this.#scripts.unshift({ matching, script });
    return this;
  }

  forgetScripts(): void {
    this.#scripts = [];
  }

  hasService(name: string): boolean {
    return this.services.has(name);
  }

  account(user: string, _privilege?: Privilege): Account | undefined {
    return this.accounts[user];
  }

  changePassword(user: string, password: string): void {
    const { refusal, ...account } = this.accounts[user]!;
    this.accounts[user] = { ...account, password, ...(refusal && refusal.number !== 28001 ? { refusal } : {}) };
  }

  async open(about: SessionAbout): Promise<BackendSession> {
    if (this.openError) throw this.openError;
    const session = new ScriptedSession(about, (call) => this.#answer(call), () => this.sessions.delete(session));
    this.sessions.add(session);
    return session;
  }

  async #answer(call: ScriptedCall): Promise<Answer> {
    const script = this.#scripts.find(({ matching }) => matching.test(call.sql))?.script;
    if (script) return typeof script === 'function' ? script(call) : script;
    if (kindOf(call.sql) === 'other') return { changes: 0 };
    return { error: new OracleError(942, 'table or view does not exist', Math.max(0, call.sql.search(/(?<=\b(from|into|update)\s+)\S/i))) };
  }
}

export class ScriptedSession implements BackendSession {
  readonly about: SessionAbout;
  identity: Parameters<BackendSession['identify']>[0] = {};
  readonly #answer: (call: ScriptedCall) => Promise<Answer>;
  readonly #forget: () => void;
  #cancelled = Promise.withResolvers<void>();
  #isReadOnly = false;

  constructor(about: SessionAbout, answer: (call: ScriptedCall) => Promise<Answer>, forget: () => void) {
    this.about = about;
    this.#answer = answer;
    this.#forget = forget;
  }

  async parse(sql: string): Promise<Parsed> {
    const answer = await this.#ask(sql, 'parse', []);
    return { kind: kindOf(sql), columns: 'columns' in answer ? answer.columns : [] };
  }

  async query(sql: string, binds: BindRow): Promise<Rows> {
    const answer = await this.#ask(sql, 'query', [binds]);
    if (!('columns' in answer)) throw new OracleError(942, `the script of this query gives no columns: ${sql.slice(0, 80)}`);
    const { columns, rows } = answer;
    const rowAt = typeof rows === 'function' ? rows : (index: number) => rows[index]!;
    const count = typeof rows === 'function' ? answer.count ?? 0 : rows.length;
    let at = 0;
    return {
      columns,
      next: (most) => {
        const batch = new Array<OracleValue[]>(Math.min(most, count - at));
        for (let i = 0; i < batch.length; i += 1) batch[i] = rowAt(at + i);
        at += batch.length;
        return Promise.resolve(batch);
      },
      close: () => Promise.resolve(),
    };
  }

  async change(sql: string, rows: BindRow[], { batchErrors }: { batchErrors: boolean }): Promise<Changed> {
    if (/^\s*set\s+transaction\s+read\s+only/i.test(sql)) {
      if (this.#isReadOnly) throw new OracleError(1453, 'SET TRANSACTION must be first statement of transaction');
      this.#isReadOnly = true;
    } else if (this.#isReadOnly && kindOf(sql) !== 'other') throw new OracleError(1456, 'may not perform insert, delete, update operation inside a READ ONLY transaction');
    const answer = await this.#ask(sql, 'change', rows);
    const changes = 'changes' in answer ? answer.changes : 0;
    const changed: Changed = { counts: [], errors: [] };
    for (const [row, binds] of rows.entries()) {
      const result = typeof changes === 'function' ? changes(binds, row) : changes;
      changed.counts.push(typeof result === 'number' ? result : 0);
      if (typeof result === 'number') continue;
      if (!batchErrors) throw Object.assign(new OracleError(result.number, result.message.replace(/^ORA-\d+: /, ''), result.offset), { rowsBefore: row });
      changed.errors.push({ row, error: result });
    }
    return changed;
  }

  async commit(): Promise<void> {
    this.#isReadOnly = false;
  }

  async rollback(): Promise<void> {
    this.#isReadOnly = false;
  }

  async cancel(): Promise<void> {
    this.#cancelled.resolve();
  }

  identify(about: Parameters<BackendSession['identify']>[0]): void {
    Object.assign(this.identity, about);
  }

  async close(): Promise<void> {
    this.#cancelled.resolve();
    this.#forget();
  }

  async #ask(sql: string, kind: ScriptedCall['kind'], rows: BindRow[]): Promise<Exclude<Answer, { error: OracleError } | { hang: true }>> {
    this.#cancelled = Promise.withResolvers();
    const values = Object.fromEntries((rows[0] ?? []).map(({ name, value }) => [name.toUpperCase(), value]));
    const answer = await this.#answer({ sql, kind, rows, values, about: this.about });
    if ('error' in answer) throw answer.error;
    if (!('hang' in answer)) return answer;
    await this.#cancelled.promise;
    throw new OracleError(1013, 'user requested cancel of current operation');
  }
}
