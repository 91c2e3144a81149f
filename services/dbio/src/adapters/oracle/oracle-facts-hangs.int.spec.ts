import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import oracledb, { type Connection, type Pool } from 'oracledb';
import { waitFor } from '../../../../../embedded/test/parts.ts';
import type { FaultPlace } from '../../../../../embedded/oracle-net/faults.ts';
import { ORACLE_LIMITS, ScriptedOracle } from '../../../test/scripted-oracle.js';
import { SourceFailed } from '../../source.js';
import type { OracleSource } from './oracle-source.js';

/*
 * Fact 2 of the pinned driver: none of its time-outs ends a call whose server no longer answers. That something never ends
 * cannot be waited for, so all calls that should hang begin together and are looked at once, after many times their limit.
 */
const CALL_TIMEOUT_MS = 100;
const CONNECT_TIMEOUT_SECONDS = 1;
const LONG_AFTERWARDS_MS = 2_500;

const QUERY = 'SELECT grade FROM customer WHERE id = :ID';
const UPDATE = 'UPDATE customer SET status = :STATUS WHERE id = :ID';

async function startOracle(): Promise<ScriptedOracle> {
  const oracle = await ScriptedOracle.start();
  oracle.backend.on(/^select/i, { columns: [{ name: 'GRADE', type: 'NUMBER', precision: 3 }], rows: [['7']] }).on(/^update/i, { changes: 1 });
  return oracle;
}

/** A call of the driver that is under way. */
class Watched {
  ended: 'no' | 'passed' | string = 'no';
  constructor(call: Promise<unknown>) {
    call.then(() => (this.ended = 'passed'), (error: { code?: string; message: string }) => (this.ended = error.code ?? error.message));
  }
}

describe('fact 2: callTimeout only sends a BREAK; connectTimeout does not cover logon', () => {
  const oracles: ScriptedOracle[] = [];
  const pools: Pool[] = [];
  let breakObeyed: Watched, executeHung: Watched, closeHung: Watched;
  let hungBeforeAccept: Watched, hungInLogon: Watched;
  let firstOfPool: Watched, laterOfPool: Watched, besideThePool: Watched;

  const start = async () => {
    const oracle = await startOracle();
    oracles.push(oracle);
    return oracle;
  };
  const open = async (oracle: ScriptedOracle): Promise<Connection> => {
    const connection = await oracledb.getConnection(oracle.logon);
    connection.callTimeout = CALL_TIMEOUT_MS;
    return connection;
  };

  async function callWhoseBreakIsObeyed(): Promise<void> {
    const oracle = await start();
    oracle.backend.on(/^select/i, { hang: true });
    breakObeyed = new Watched((await open(oracle)).execute(QUERY, { ID: '1' }));
  }
  async function callThatHangs(): Promise<void> {
    const oracle = await start();
    oracle.server.faults.add({ at: 'execute', do: 'hang' });
    executeHung = new Watched((await open(oracle)).execute(QUERY, { ID: '1' }));
  }
  async function closeThatHangs(): Promise<void> {
    const oracle = await start();
    oracle.server.faults.add({ at: 'logoff', do: 'hang' });
    closeHung = new Watched((await open(oracle)).close());
  }
  async function logonsThatHang(): Promise<void> {
    const [deaf, half] = [await start(), await start()];
    deaf.server.faults.add({ at: 'connect', do: 'hang' });
    half.server.faults.add({ at: 'logon', do: 'hang' });
    hungBeforeAccept = new Watched(oracledb.getConnection({ ...deaf.logon, connectTimeout: CONNECT_TIMEOUT_SECONDS }));
    hungInLogon = new Watched(oracledb.getConnection({ ...half.logon, connectTimeout: CONNECT_TIMEOUT_SECONDS }));
  }
  /** One logon hangs; whoever logs on after it is served. */
  async function poolWithAHungLogon(): Promise<void> {
    const oracle = await start();
    oracle.server.faults.add({ at: 'logon', do: 'hang', times: 1 });
    const pool = await oracledb.createPool({ ...oracle.logon, poolMin: 0, poolMax: 4, connectTimeout: CONNECT_TIMEOUT_SECONDS });
    pools.push(pool);
    firstOfPool = new Watched(pool.getConnection());
    await waitFor(() => oracle.server.seen.connectionsOpen === 1, { what: 'the logon that hangs' });
    besideThePool = new Watched(oracledb.getConnection(oracle.logon));
    laterOfPool = new Watched(pool.getConnection());
  }

  beforeAll(async () => {
    await Promise.all([callWhoseBreakIsObeyed(), callThatHangs(), closeThatHangs(), logonsThatHang(), poolWithAHungLogon()]);
    await sleep(LONG_AFTERWARDS_MS); // 25 times the call's limit, two and a half times the connection's
  });

  afterAll(async () => {
    for (const oracle of oracles) oracle.server.cutConnections(); // only that lets the driver go
    for (const pool of pools) await pool.close(0);
    for (const oracle of oracles) await oracle.close();
  });

  it('a server that obeys the BREAK ends the call in time: NJS-123', () => {
    expect(breakObeyed.ended).toBe('NJS-123');
  });
  it('a server that does not leaves execute hanging, far beyond its callTimeout', () => {
    expect(executeHung.ended).toBe('no');
  });
  it('close hangs as well', () => {
    expect(closeHung.ended).toBe('no');
  });
  it('connectTimeout ends what waits for the listener (NJS-510), and not what hangs in its logon', () => {
    expect([hungBeforeAccept.ended, hungInLogon.ended]).toEqual(['NJS-510', 'no']);
  });
  it('a pool whose logon hung stays wedged, while everybody else gets in', () => {
    expect({ firstOfPool: firstOfPool.ended, besideThePool: besideThePool.ended, laterOfPool: laterOfPool.ended })
      .toEqual({ firstOfPool: 'no', besideThePool: 'passed', laterOfPool: 'no' });
  });
});

describe('fact 2: the adapter ends every call in its deadline, by ending its thread, and works afterwards', () => {
  const DEADLINE_MS = 300;
  /** A second more than the deadline, and what a thread takes to start on a busy machine. */
  const MOST_MS = DEADLINE_MS + 1_000 + 500;
  const limits = { connectMs: DEADLINE_MS, askMs: DEADLINE_MS, fetchMs: DEADLINE_MS, lookUpMs: DEADLINE_MS, updateMs: DEADLINE_MS };

  let oracle: ScriptedOracle;
  afterEach(() => oracle.close());

  const lookUp = (source: OracleSource) => source.lookUp(QUERY, { ID: '1' });
  const update = (source: OracleSource) => source.update(UPDATE, [{ STATUS: 'SENT', ID: '1' }, { STATUS: 'SENT', ID: '2' }]);
  const stream = async (source: OracleSource) => {
    let rows = 0;
    for await (const batch of source.streamTarget('SELECT grade FROM customer', new AbortController().signal)) rows += batch.length;
    return rows;
  };
  const check = (source: OracleSource) => source.check({ purpose: 'target', sql: 'SELECT grade FROM customer', bindable: [] });

  async function timed(work: Promise<unknown>): Promise<{ tookMs: number; error: SourceFailed }> {
    const from = performance.now();
    const error = await work.then(() => 'It passed.', (thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SourceFailed);
    return { tookMs: performance.now() - from, error: error as SourceFailed };
  }

  it.each<[string, FaultPlace, (source: OracleSource) => Promise<unknown>]>([
    ['a look-up whose connection is never accepted', 'accept', lookUp],
    ['a look-up whose logon hangs', 'logon', lookUp],
    ['a look-up that is never answered', 'execute', lookUp],
    ['an update whose commit is never answered', 'commit', update],
    ['a Target Query whose rows never come', 'fetch', stream],
    ['a check that is never answered', 'describe', check],
  ])('%s', async (_, at, work) => {
    oracle = await startOracle();
    if (at === 'fetch') oracle.backend.on(/^select/i, { columns: [{ name: 'GRADE', type: 'NUMBER' }], rows: (i) => [String(i)], count: 2_500 });
    oracle.server.faults.add({ at, do: 'hang', times: Infinity });
    const source = oracle.open({ limits });
    const { tookMs, error } = await timed(work(source));
    expect(tookMs).toBeLessThan(MOST_MS);
    expect(error.problem.code).toBe('SOURCE_TIMEOUT');
    oracle.server.faults.clear(); // what hung goes on, and finds nobody there any more
    await waitFor(() => oracle.server.seen.connectionsOpen === 0, { what: 'the end of the connection that hung' });
    await work(source);
  });

  it('a logon in place of a session that died has the time of a logon, not that of an update', async () => {
    oracle = await startOracle();
    const source = oracle.open({ limits: { ...limits, updateMs: 5_000 } });
    await update(source); // gives its session back before it returns
    oracle.server.cutConnections();
    await source.connectTest(); // meanwhile the pool's thread has long heard of the cut
    oracle.server.faults.add({ at: 'logon', do: 'hang', times: Infinity });
    const { tookMs, error } = await timed(update(source));
    expect(tookMs).toBeLessThan(MOST_MS);
    expect(error.problem.message).toContain('logon');
  });

  it('a look-up that hangs takes those beside it along once at most: they are looked up again in a fresh pool', async () => {
    oracle = await startOracle();
    oracle.server.faults.add({ at: 'execute', matching: /slow/, do: 'hang' });
    const source = oracle.open({ limits });
    const [hung, ...others] = await Promise.allSettled([
      source.lookUp('SELECT grade FROM slow WHERE id = :ID', { ID: '0' }),
      ...Array.from({ length: 12 }, (_, i) => source.lookUp(QUERY, { ID: String(i) })),
    ]);
    expect(hung).toMatchObject({ status: 'rejected', reason: { problem: { code: 'SOURCE_TIMEOUT' } } });
    expect(others.map(({ status }) => status)).toEqual(Array(12).fill('fulfilled'));
  });

  it('closing a source whose calls hang takes no longer than their deadline, and nothing of it is left', async () => {
    oracle = await startOracle();
    oracle.server.faults.add({ at: 'execute', matching: /^select/i, do: 'hang' });
    const source = oracle.open();
    const hung = lookUp(source).catch((error: unknown) => error);
    await waitFor(() => oracle.statements.length === 2, { what: 'the look-up that hangs' });
    const from = performance.now();
    await source.close();
    expect(performance.now() - from).toBeLessThan(ORACLE_LIMITS.lookUpMs + 1_500); // the call's time, a second at most, and a good-bye
    expect(await hung).toBeInstanceOf(SourceFailed);
    await waitFor(() => oracle.server.seen.connectionsOpen === 0, { timeoutMs: 1_000, what: 'the end of its connections' });
    expect(oracle.server.seen.counts.logons).toBe(1);
  });

  it('a time limit below that of a lock is one for an update of one row, too', async () => {
    oracle = await startOracle();
    const source = oracle.open({ limits: { updateMs: 1_500 } });
    expect(await source.update(UPDATE, [{ STATUS: 'SENT', ID: '1' }])).toEqual([{ changed: 1 }]);
  });
});
