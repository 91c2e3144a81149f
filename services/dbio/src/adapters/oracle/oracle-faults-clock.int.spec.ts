import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { CALL_MS, FaultyOracle, PATIENT_LIMITS } from '../../../test/faulty-oracle.js';
import { PoolInUse } from '../../../test/pool-in-use.js';
import { ORACLE_SETTINGS } from '../../../test/scripted-oracle.js';
import { outcomeOf } from '../../../test/timed-outcome.js';
import { accessTo } from './oracle-access.js';
import { SessionPool } from './session-pool.js';

/* What needs a clock, or a standstill, that no test beside it could bear. */
let oracle: FaultyOracle;
afterEach(() => oracle.close());

async function start(): Promise<void> {
  oracle = await FaultyOracle.start('19c');
}

describe('a pool', () => {
  it.each(['hang', 'cut'] as const)('replaces sessions that died without a word in half a minute: their pings %s', async (ending) => {
    const CONNECT_MS = 1_800;
    await start();
    const access = accessTo(oracle.connection, { password: 'tank', walletPassword: null }, ORACLE_SETTINGS, { ...PATIENT_LIMITS, connectMs: CONNECT_MS, tls: 'off' });
    const [sessions, watch] = [new SessionPool(access), { connecting: jest.fn(), connected: jest.fn(), refused: jest.fn(), warned: jest.fn() }];
    for (const session of await Promise.all([sessions.acquire(watch), sessions.acquire(watch)])) await sessions.release(session);
    oracle.server.faults.add({ at: 'ping', do: ending, times: 2 });
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 31_000);
    watch.connecting.mockClear();
    const { value: session, tookMs } = await outcomeOf(sessions.acquire(watch));
    clock.mockRestore();
    expect(tookMs).toBeLessThan(CONNECT_MS);
    expect(watch.connecting).toHaveBeenCalledTimes(1); // the time of a logon, from the first ping on
    expect(oracle.server.seen.counts.logons).toBe(3);
    await session!.close({ drop: true });
    await sessions.close();
  });

  it('takes no answer that came in time for a late one, though this process stood still meanwhile', async () => {
    await start();
    const { lookUp } = new PoolInUse(oracle);
    await lookUp(1);
    const standStill = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, CALL_MS + 1_000);
    oracle.backend.on(/AS late/, () => {
      setImmediate(standStill); // the answer is on its way then
      return { columns: [{ name: 'NAME', type: 'VARCHAR2', size: 10 }], rows: [['고객 1']] };
    });
    expect(await lookUp(1, 'AS late')).toMatchObject({ value: '고객 1' });
    expect(oracle.server.seen.counts.logons).toBe(1); // no thread was ended
  });
});
