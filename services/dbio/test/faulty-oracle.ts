import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import type { Worker } from 'node:worker_threads';
import { expect } from '@jest/globals';
import type { Connection } from '@tank/contracts';
import type { BackendSession, BindRow, SessionAbout } from '../../../embedded/oracle-net/backend.ts';
import type { DialectName } from '../../../embedded/oracle-net/dialects.ts';
import type { OracleNetServer } from '../../../embedded/oracle-net/oracle-net-server.ts';
import type { ScriptedBackend } from '../../../embedded/oracle-net/scripted-backend.ts';
import { waitFor } from '../../../embedded/test/parts.ts';
import type { OracleSource } from '../src/adapters/oracle/oracle-source.js';
import type { Source } from '../src/source.js';
import { ScriptedOracle, type OpenedWith } from './scripted-oracle.js';
import { ROWS, VERBS, type Verb } from './source-verbs.js';
import { failureOf, type Failure } from './timed-outcome.js';

export const CALL_MS = 600;
const limits = (connectMs: number, callMs: number) => ({ connectMs, askMs: callMs, fetchMs: callMs, lookUpMs: callMs, updateMs: callMs, poolSize: 2 });
/** For what hangs, so that it is over soon. */
export const FAULT_LIMITS = limits(1_000, CALL_MS);
/** For what fails by itself: no busy machine is to be taken for a database that hangs. */
export const PATIENT_LIMITS = limits(5_000, 5_000);
/** A call that has to log on has the time of the logon, too; and nothing takes more than a second longer than it may. */
export const MOST_MS = FAULT_LIMITS.connectMs + CALL_MS + 1_000;

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
      if (values['B1'] !== undefined) return { columns: columns.slice(1), rows: [[`고객 ${String(values['B1']).slice(1)}`]] };
      return { columns, rows: (at) => [`C${at}`, `고객 ${at}`], count: ROWS };
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
  get connection(): Connection {
    return this.oracle.connection();
  }
  get threadCount(): number {
    return this.threads.size;
  }

  /** With short limits, unless told otherwise. */
  open(opened: OpenedWith = {}): OracleSource {
    return this.oracle.open({ ...opened, limits: { ...FAULT_LIMITS, ...opened.limits } });
  }

  /** Whatever thread is started by this work is one of this database. */
  during<T>(work: () => Promise<T>): Promise<T> {
    return startedFor.run(this.threads, work);
  }
  use(verb: Verb, source: Source = this.source): Promise<unknown> {
    return this.during<unknown>(() => VERBS[verb].use(source));
  }
  async expectWellBeing(verb: Verb, source: Source = this.source): Promise<void> {
    expect(await this.use(verb, source)).toEqual(VERBS[verb].gives);
  }
  failureOf(verb: Verb, source: Source = this.source): Promise<Failure> {
    return failureOf(this.use(verb, source));
  }

  /** Closes the source, and waits until nothing of it is left; a connection that was never accepted shows its end when the fault does. */
  async close(): Promise<void> {
    await this.source.close();
    this.server.faults.clear();
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
      changed.push(...rows.filter((_, at) => !failed.has(at)).flatMap(idsIn));
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

/** Starts one for a test that may run beside others, and closes it, whatever comes of the test. */
export async function withOracle(dialect: DialectName, test: (oracle: FaultyOracle) => Promise<void>, opened: OpenedWith = {}): Promise<void> {
  const oracle = await FaultyOracle.start(dialect, opened);
  try {
    await test(oracle);
  } finally {
    await oracle.close();
  }
}

/** Those that wait for a deadline go beside those that keep the machine busy: both together take little longer than one of them. */
export function mixed<T>(cells: T[], isSlow: (cell: T) => boolean): T[] {
  const [slow, quick] = [cells.filter(isSlow), cells.filter((cell) => !isSlow(cell))];
  const share = Math.ceil(quick.length / Math.max(1, slow.length));
  return [...slow.flatMap((cell, at) => [cell, ...quick.slice(at * share, (at + 1) * share)]), ...quick.slice(slow.length * share)];
}

/** The first use of everything takes longer than any other. */
export function warmUp(): Promise<void> {
  return withOracle('19c', async (oracle) => {
    await Promise.all([oracle.expectWellBeing('a look-up'), oracle.expectWellBeing('a whole Target Query')]);
  }, { limits: PATIENT_LIMITS });
}

function idsIn(row: BindRow): string[] {
  return row.map(({ value }) => String(value)).filter((text) => /^C\d+$/.test(text));
}
