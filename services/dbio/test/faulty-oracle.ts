import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import type { Worker } from 'node:worker_threads';
import { expect } from '@jest/globals';
import type { Row, SourceProblem } from '@tank/contracts';
import type { BackendSession, SessionAbout } from '../../../embedded/oracle-net/backend.ts';
import type { DialectName } from '../../../embedded/oracle-net/dialects.ts';
import type { OracleNetServer } from '../../../embedded/oracle-net/oracle-net-server.ts';
import type { ScriptedBackend } from '../../../embedded/oracle-net/scripted-backend.ts';
import { waitFor } from '../../../embedded/test/parts.ts';
import type { OracleSource } from '../src/adapters/oracle/oracle-source.js';
import type { QueryFailed, SourceFailed, Source } from '../src/source.js';
import { ScriptedOracle, type OpenedWith } from './scripted-oracle.js';

export const TARGET = 'SELECT id, name FROM customer';
export const MAPPING = 'SELECT name FROM customer WHERE id = :id';
export const UPDATE = 'UPDATE customer SET status = :status WHERE id = :id';
/** Two full fetches of a Target Query and a rest. */
export const ROWS = 2_500;

export const CALL_MS = 400;
export const FAULT_LIMITS = { connectMs: 500, askMs: CALL_MS, fetchMs: CALL_MS, lookUpMs: CALL_MS, updateMs: CALL_MS, poolSize: 2 };
/** A call that has to log on has the time of the logon, too; and nothing takes more than a second longer than it may. */
export const MOST_MS = FAULT_LIMITS.connectMs + CALL_MS + 1_000;

const never = new AbortController().signal;
const settled = (id: number): Row => ({ id: `C${id}`, status: 'SENT' });

interface Use {
  /** Fails with whatever makes it impossible. */
  use(source: Source): Promise<unknown>;
  gives: unknown;
}

/** Everything that a source can be asked for, and what it gives of the scripted customers when nothing is wrong. */
const USES = {
  'a connect test': {
    async use(source) {
      const test = await source.connectTest();
      return test.ok ? test : Promise.reject(Object.assign(new Error(test.problem.message), { problem: test.problem }));
    },
    gives: expect.objectContaining({ ok: true }),
  },
  'a check': { use: (source) => source.check({ purpose: 'target', sql: TARGET, bindable: [] }), gives: { columns: [expect.objectContaining({ name: 'ID' }), expect.objectContaining({ name: 'NAME' })], binds: [] } },
  'a sample': { use: async (source) => (await source.sample(TARGET, 5)).rows.length, gives: 5 },
  'the first rows of a Target Query': {
    async use(source) {
      for await (const rows of source.streamTarget(TARGET, never)) return rows.length;
      return 0;
    },
    gives: 1_000,
  },
  'a whole Target Query': {
    async use(source) {
      let count = 0;
      for await (const rows of source.streamTarget(TARGET, never)) count += rows.length;
      return count;
    },
    gives: ROWS,
  },
  'a look-up': { use: async (source) => (await source.lookUp(MAPPING, { id: 'C1' })).rows, gives: [{ NAME: '고객 1' }] },
  'an update': { use: (source) => source.update(UPDATE, [settled(1), settled(2), settled(3)]), gives: [{ changed: 1 }, { changed: 1 }, { changed: 1 }] },
  'an update of one row': { use: (source) => source.update(UPDATE, [settled(1)]), gives: [{ changed: 1 }] },
} satisfies Record<string, Use>;
export type Verb = keyof typeof USES;

/** What a failure says, of whichever kind. */
export interface Failure {
  tookMs: number;
  problem?: SourceProblem;
  isLasting?: boolean;
  error?: QueryFailed['error'];
  blame?: QueryFailed['blame'];
}

export async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const from = performance.now();
  const error = await work.then((passed) => Promise.reject(new Error(`It passed: ${JSON.stringify(passed)}`)), (thrown: unknown) => thrown as Partial<SourceFailed & QueryFailed>);
  const tookMs = performance.now() - from;
  if (!error.problem && !error.error) throw error;
  return { tookMs, problem: error.problem, isLasting: error.isLasting, error: error.error, blame: error.blame };
}

/** Threads that run, of whoever asked when they were started. */
const startedFor = new AsyncLocalStorage<Set<Worker>>();
subscribe('worker_threads', (message) => {
  const { worker } = message as { worker: Worker };
  const threads = startedFor.getStore();
  threads?.add(worker);
  worker.once('exit', () => threads?.delete(worker));
});

/** A database that misbehaves as told, a source of it, and what both leave behind. */
export class FaultyOracle {
  /** Ids of rows in the order in which their changes were committed. */
  readonly committed: string[] = [];
  readonly source: OracleSource;
  private readonly threads = new Set<Worker>();

  private constructor(private readonly oracle: ScriptedOracle, opened: OpenedWith) {
    this.source = this.open(opened);
    const { backend } = oracle;
    const openSession = backend.open.bind(backend);
    backend.open = async (about: SessionAbout) => this.noteCommits(await openSession(about));
    backend.on(/customer/, ({ kind, values }) => {
      if (kind === 'change') return { changes: 1 };
      const columns = [{ name: 'ID', type: 'VARCHAR2' as const, size: 10 }, { name: 'NAME', type: 'VARCHAR2' as const, size: 100 }];
      const isLookUp = values['B1'] !== undefined;
      return isLookUp ? { columns: columns.slice(1), rows: [[`고객 ${String(values['B1']).slice(1)}`]] } : { columns, rows: (at) => [`C${at}`, `고객 ${at}`], count: ROWS };
    });
  }

  static async start(dialect: DialectName, opened: OpenedWith = {}): Promise<FaultyOracle> {
    return new FaultyOracle(await ScriptedOracle.start({ dialect }), opened);
  }

  get server(): OracleNetServer {
    return this.oracle.server;
  }
  get backend(): ScriptedBackend {
    return this.oracle.backend;
  }
  get threadCount(): number {
    return this.threads.size;
  }

  open(opened: OpenedWith = {}): OracleSource {
    return this.oracle.open({ ...opened, limits: { ...FAULT_LIMITS, ...opened.limits } });
  }

  /** Whatever thread is started by this work is one of this database. */
  during<T>(work: () => Promise<T>): Promise<T> {
    return startedFor.run(this.threads, work);
  }
  use(verb: Verb, source: Source = this.source): Promise<unknown> {
    return this.during<unknown>(() => USES[verb].use(source));
  }
  async expectWellBeing(verb: Verb, source: Source = this.source): Promise<void> {
    expect(await this.use(verb, source)).toEqual(USES[verb].gives);
  }
  failureOf(verb: Verb, source: Source = this.source): Promise<Failure> {
    return failureOf(this.use(verb, source));
  }

  /** Closes the source, and waits until nothing of it is left. */
  async close(): Promise<void> {
    await this.source.close();
    await waitFor(() => this.threads.size === 0, { what: 'the end of every thread' });
    await waitFor(() => this.server.seen.connectionsOpen === 0 && this.backend.sessions.size === 0, { what: 'the end of every connection and session' });
    await this.oracle.close();
  }

  private noteCommits(session: BackendSession): BackendSession {
    let changed: string[] = [];
    const [change, commit, rollback] = [session.change.bind(session), session.commit.bind(session), session.rollback.bind(session)];
    session.change = async (sql, rows, options) => {
      const done = await change(sql, rows, options);
      const failed = new Set(done.errors.map(({ row }) => row));
      changed.push(...rows.filter((_, at) => !failed.has(at)).flatMap((row) => row.filter(({ value }) => /^C\d+$/.test(String(value)))).map(({ value }) => String(value)));
      return done;
    };
    session.commit = async () => {
      this.committed.push(...changed);
      changed = [];
      await commit();
    };
    session.rollback = async () => {
      changed = [];
      await rollback();
    };
    return session;
  }
}
