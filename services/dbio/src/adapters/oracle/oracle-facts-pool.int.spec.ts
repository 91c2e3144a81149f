import { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import oracledb from 'oracledb';
import { connectionLimitsSchema } from '@tank/contracts';
import { NEEDED_SETTINGS, ORACLE_LIMITS, ORACLE_SETTINGS, ScriptedOracle } from '../../../test/scripted-oracle.js';
import { readDbioConfig } from '../../dbio.config.js';
import { openSource, oracleLimits } from '../open-source.js';
import type { SourceLimits } from '../source-limits.js';
import { accessTo } from './oracle-access.js';
import { attributesOf } from './session.js';
import { SessionPool, type LogonWatch } from './session-pool.js';

/* Fact 11: how the driver's pool is set, and how it can be watched. */
const LOOK_UP = 'SELECT grade FROM customer WHERE name = :NAME';
const NAME = '홍길동';

let oracle: ScriptedOracle;
beforeEach(async () => {
  oracle = await ScriptedOracle.start();
  oracle.backend.on(/^select/i, { columns: [{ name: 'GRADE', type: 'NUMBER', precision: 3 }], rows: [['7']] });
});
afterEach(() => oracle.close());

/** What holds where nobody sets anything. */
function defaultLimits(): SourceLimits {
  const config = readDbioConfig(NEEDED_SETTINGS);
  return {
    connectMs: config.SOURCE_CONNECT_MS, askMs: config.SOURCE_ASK_MS, fetchMs: config.SOURCE_FETCH_MS, lookUpMs: config.SOURCE_LOOK_UP_MS, updateMs: config.SOURCE_UPDATE_MS,
    poolSize: config.SOURCE_POOL_SIZE, tls: config.SOURCE_TLS,
  };
}
const SECRETS = { password: 'tank', walletPassword: null };
const access = (limits: SourceLimits) => accessTo(oracle.connection(), SECRETS, ORACLE_SETTINGS, limits);

describe('fact 11: poolMax 2-4, poolPingInterval 30, expireTime 1, connectTimeout 10, fetchArraySize 100-1000', () => {
  const watch: LogonWatch = { connecting: () => {}, connected: () => {}, refused: () => {}, warned: () => {} };

  it('the pool of the adapter is set so where nobody sets anything', async () => {
    const keepAlive = jest.spyOn(Socket.prototype, 'setKeepAlive');
    const sessions = new SessionPool(access(oracleLimits(defaultLimits())));
    await sessions.release(await sessions.acquire(watch));
    const pool = oracledb.getPool();
    const { poolMin, poolMax, poolIncrement, poolPingInterval, poolTimeout, queueTimeout, connectionsOpen } = pool;
    expect({ poolMin, poolMax, poolIncrement, poolPingInterval, poolTimeout, queueTimeout, connectionsOpen })
      .toEqual({ poolMin: 0, poolMax: 4, poolIncrement: 1, poolPingInterval: 30, poolTimeout: 60, queueTimeout: 0, connectionsOpen: 1 });
    expect(keepAlive.mock.calls).toContainEqual([true, 60_000]); // expireTime 1: a probe each minute
    keepAlive.mockRestore();
    await sessions.close();
  });

  it('its time for a connection is that of the settings, in whole seconds as the driver takes it: ten where nobody sets it', () => {
    const timeouts = (connectMs: number) => {
      const { connectTimeout, transportConnectTimeout, expireTime } = attributesOf(access({ ...ORACLE_LIMITS, connectMs }));
      return { connectTimeout, transportConnectTimeout, expireTime };
    };
    expect(timeouts(defaultLimits().connectMs)).toEqual({ connectTimeout: 10, transportConnectTimeout: 10, expireTime: 1 });
    expect(timeouts(200)).toMatchObject({ connectTimeout: 1, transportConnectTimeout: 1 });
  });

  it.each([1, 2, 4])('no more than %i sessions are ever open for look-ups and updates, however many wait', async (poolMax) => {
    oracle.backend.on(/^update/i, { changes: 1 });
    const source = oracle.open({ connection: { limits: connectionLimitsSchema.parse({ poolMax }) }, limits: { lookUpMs: 10_000, updateMs: 10_000 } });
    let most = 0;
    oracle.server.faults.add({ at: 'execute', matching: /^(select|update)/i, do: { delayMs: 5 }, times: Infinity });
    oracle.backend.on(/^select/i, () => {
      most = Math.max(most, oracle.server.seen.connectionsOpen);
      return { columns: [{ name: 'GRADE', type: 'NUMBER', precision: 3 }], rows: [['7']] };
    });
    await Promise.all([
      ...Array.from({ length: 40 }, () => source.lookUp(LOOK_UP, { NAME })),
      ...Array.from({ length: 4 }, () => source.update('UPDATE customer SET grade = :GRADE WHERE name = :NAME', [{ GRADE: '1', NAME }, { GRADE: '2', NAME }])),
    ]);
    expect(most).toBe(poolMax);
    expect(oracle.server.seen.counts.logons).toBe(poolMax);
  });

  it('no more than four sessions are ever open where neither settings nor connection say otherwise', async () => {
    const source = openSource(oracle.connection(), SECRETS, { limits: defaultLimits(), breaker: { resetMs: 1_000, volume: 3 }, oracle: ORACLE_SETTINGS });
    oracle.server.faults.add({ at: 'execute', matching: /^select/i, do: { delayMs: 5 }, times: Infinity });
    await Promise.all(Array.from({ length: 40 }, (_, n) => source.lookUp(LOOK_UP, { NAME: `${n}` })));
    expect(oracle.server.seen.counts.logons).toBe(4);
    await source.close();
  });

  it('a Target Query takes its rows in trips of a hundred to a thousand, and no more than it needs', async () => {
    oracle.backend.on(/^select/i, { columns: [{ name: 'N', type: 'NUMBER', precision: 5 }], rows: (n) => [String(n)], count: 20_500 });
    const sizes: number[] = [];
    for await (const batch of oracle.open().streamTarget('SELECT n FROM numbers', new AbortController().signal)) sizes.push(batch.length);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(20_500);
    expect(sizes.slice(0, -1).filter((size) => size < 100 || size > 1_000)).toEqual([]);
    expect(oracle.server.seen.counts.fetches).toBeLessThanOrEqual(25);
  });

  it('a look-up takes one trip: its rows come with the answer to the query', async () => {
    oracle.backend.on(/^select/i, { columns: [{ name: 'N', type: 'NUMBER', precision: 5 }], rows: [['1'], ['2'], ['3'], ['4']] });
    expect((await oracle.open().lookUp(LOOK_UP, { NAME })).rows).toEqual([{ N: 1 }, { N: 2 }]);
    expect(oracle.server.seen.counts.fetches).toBe(0);
  });
});

describe('fact 11: oracledb.traceHandler gives spans', () => {
  const { TraceHandlerBase, setTraceInstance } = oracledb.traceHandler;

  class Recorder extends TraceHandlerBase {
    readonly seen: string[] = [];
    readonly exits: oracledb.TraceContext[] = [];
    override onEnterFn({ operation }: oracledb.TraceContext): void {
      this.seen.push(`> ${operation}`);
    }
    override onBeginRoundTrip({ operation }: oracledb.TraceContext): void {
      this.seen.push(`  to the server: ${operation}`);
    }
    override onExitFn(about: oracledb.TraceContext): void {
      this.seen.push(`< ${about.operation}`);
      this.exits.push(about);
    }
  }
  afterEach(() => setTraceInstance(undefined));

  it('a call and its trips to the server, one within the other, with its SQL, its error, and the values of its binds, which no trace may carry', async () => {
    const connection = await oracledb.getConnection(oracle.logon);
    const recorder = new Recorder();
    setTraceInstance(recorder);
    recorder.enable();
    await connection.execute(LOOK_UP, { NAME });
    await connection.execute('DELETE FROM gone').catch(() => {});
    recorder.disable();
    expect(recorder.seen.slice(0, 3)).toEqual(['> oracledb.Connection.execute', '  to the server: oracledb.ExecuteMessage', '< oracledb.Connection.execute']);
    expect(recorder.exits[0]!.callLevelConfig).toEqual({ statement: LOOK_UP, values: { NAME } });
    expect(recorder.exits[1]!.error).toMatchObject({ code: 'ORA-00942' });
    await connection.close();
    expect(recorder.exits).toHaveLength(2);
  });
});

describe('fact 11: the spans of the adapter', () => {
  const exporter = new InMemorySpanExporter();
  beforeAll(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
  });
  afterAll(() => {
    trace.disable();
    context.disable();
  });
  beforeEach(() => exporter.reset());

  it('name what is done and for which source, and hold neither a value nor a word of an error', async () => {
    oracle.backend.on(/^update/i, { changes: 1 });
    const source = oracle.open();
    await source.lookUp(LOOK_UP, { NAME });
    await source.update('UPDATE customer SET grade = 1 WHERE name = :NAME', [{ NAME }, { NAME: 'x' }]);
    await source.lookUp('SELECT a FROM gone WHERE name = :NAME', { NAME }).catch(() => {});
    const spans = exporter.getFinishedSpans();
    expect(spans.map(({ name, attributes }) => ({ name, attributes }))).toEqual([
      { name: 'source.look-up', attributes: { 'tank.source_id': source.connectionId } },
      { name: 'source.update', attributes: { 'tank.source_id': source.connectionId, 'tank.batch_size': 2 } },
      { name: 'source.look-up', attributes: { 'tank.source_id': source.connectionId } },
    ]);
    expect(JSON.stringify(spans.map(({ name, attributes, status, events }) => ({ name, attributes, status, events })))).not.toContain(NAME);
  });
});
