import { afterEach, describe, expect, it } from '@jest/globals';
import oracledb, { type Pool } from 'oracledb';
import { waitFor } from '../../../../../embedded/test/parts.ts';
import { OracleError } from '../../../../../embedded/oracle-net/backend.ts';
import { ScriptedOracle } from '../../../test/scripted-oracle.js';
import { SourceFailed } from '../../source.js';

/*
 * Facts 1 and 4 of the pinned driver: who logs on, when, and how often. Oracle counts wrong passwords and locks the account
 * after ten of them.
 */
const LOOK_UP = 'SELECT grade FROM customer WHERE id = :ID';
const UPDATE = 'UPDATE customer SET status = :STATUS WHERE id = :ID';

let oracle: ScriptedOracle;
const pools: Pool[] = [];

async function start(): Promise<ScriptedOracle> {
  oracle = await ScriptedOracle.start();
  oracle.backend.on(/^select/i, { columns: [{ name: 'GRADE', type: 'NUMBER', precision: 3 }], rows: [['7']] }).on(/^update/i, { changes: 1 });
  return oracle;
}
async function poolWith(poolMin: number, password = 'tank'): Promise<Pool> {
  const pool = await oracledb.createPool({ ...oracle.logon, password, poolMin, poolMax: 4, poolIncrement: 1 });
  pools.push(pool);
  return pool;
}
const logons = () => oracle.server.seen.counts.logons;
const connections = () => oracle.server.seen.counts.connections;

afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close(0);
  await oracle.close();
});

/** Everything that was sent before has arrived when a logon of its own is through. */
async function fence(): Promise<void> {
  const connection = await oracledb.getConnection(oracle.logon);
  await connection.close();
}
const refusalOf = (work: Promise<unknown>) => work.then(() => 'It passed.', (error: unknown) => (error as { code?: string }).code);
async function problemOf(work: Promise<unknown>): Promise<SourceFailed> {
  const error = await work.then(() => 'It passed.', (thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(SourceFailed);
  return error as SourceFailed;
}

describe('fact 1: poolMin > 0 is dangerous', () => {
  it('with a wrong password a pool of the driver logs on again and again, though nobody asks for a connection', async () => {
    await start();
    await poolWith(1, 'wrong');
    await waitFor(() => logons() >= 31, { what: 'the 31st refused logon' });
    expect(oracle.server.seen.logons.every(({ ok, errorNumber }) => !ok && errorNumber === 1017)).toBe(true);
  });

  it('with the database down it connects again and again', async () => {
    await start();
    oracle.server.faults.add({ at: 'accept', do: 'cut', times: Infinity });
    await poolWith(1);
    await waitFor(() => connections() >= 31, { what: 'the 31st attempt to connect' });
  });

  it('with poolMin 0 it logs on once for each getConnection, and not by itself', async () => {
    await start();
    const pool = await poolWith(0, 'wrong');
    for (let asked = 1; asked <= 3; asked += 1) {
      expect(await refusalOf(pool.getConnection())).toBe('ORA-01017');
      expect(logons()).toBe(asked);
    }
    await fence();
    expect(oracle.server.seen.counts.refusedLogons).toBe(3);
  });

  it('with poolMin 0, too, the driver alone tries a wrong password once for everybody who waits', async () => {
    await start();
    const pool = await poolWith(0, 'wrong');
    const refusals = await Promise.all(Array.from({ length: 4 }, () => refusalOf(pool.getConnection())));
    expect(refusals).toEqual(Array(4).fill('ORA-01017'));
    expect(logons()).toBe(4);
  });

  it('the adapter tries a wrong password once, however many look-ups and updates wait for it', async () => {
    await start();
    const source = oracle.open({ password: 'wrong' });
    const lookUps = Array.from({ length: 40 }, (_, i) => source.lookUp(LOOK_UP, { ID: String(i) }));
    const updates = Array.from({ length: 10 }, (_, i) => source.update(UPDATE, [{ STATUS: 'SENT', ID: String(i) }]));
    for (const { problem } of await Promise.all([...lookUps, ...updates].map(problemOf))) {
      expect(problem).toMatchObject({ code: 'SOURCE_WRONG_PASSWORD', databaseCodes: ['ORA-01017'] });
    }
    await fence(); // long enough for a pool that tries by itself to do so many times
    expect(oracle.server.seen.counts.refusedLogons).toBe(1);
  });

  it('and no more after that, until the pause is over', async () => {
    let now = 0;
    await start();
    const source = oracle.open({ password: 'wrong', now: () => now });
    for (let tried = 0; tried < 5; tried += 1) await problemOf(source.lookUp(LOOK_UP, { ID: '1' }));
    expect(logons()).toBe(1);
    now += 60_000;
    for (let tried = 0; tried < 5; tried += 1) await problemOf(source.update(UPDATE, [{ STATUS: 'SENT', ID: '1' }]));
    expect(logons()).toBe(2);
  });

  it('the adapter keeps no session before it is asked for anything', async () => {
    await start();
    const source = oracle.open();
    await fence();
    expect(logons()).toBe(1);
    await source.lookUp(LOOK_UP, { ID: '1' });
    expect(logons()).toBe(2);
  });

  it('a password that was changed while the session of the pool died is refused as one, and tried once', async () => {
    await start();
    const source = oracle.open();
    await source.update(UPDATE, [{ STATUS: 'SENT', ID: '1' }]); // gives its session back before it returns
    oracle.server.cutConnections();
    await source.connectTest(); // meanwhile the pool's thread has long heard of the cut
    oracle.backend.accounts.TANK = { password: 'another' };
    for (let tried = 0; tried < 3; tried += 1) expect((await problemOf(source.lookUp(LOOK_UP, { ID: '1' }))).problem.code).toBe('SOURCE_WRONG_PASSWORD');
    expect(oracle.server.seen.counts.refusedLogons).toBe(1);
  });
});

describe('fact 4: createPool resolves without connecting', () => {
  it('whether anybody listens or not, and whatever the password: the first getConnection hears of it', async () => {
    await start();
    const pool = await poolWith(0, 'wrong');
    await fence();
    expect(oracle.server.seen.counts.refusedLogons).toBe(0);
    expect(await refusalOf(pool.getConnection())).toBe('ORA-01017');
    oracle.server.stopListening();
    const deaf = await poolWith(0);
    expect(await refusalOf(deaf.getConnection())).toBe('NJS-503');
    await oracle.server.listenAgain();
  });

  it.each([
    ['ORA-01017', 'SOURCE_WRONG_PASSWORD', { password: 'another' }],
    ['ORA-28000', 'SOURCE_ACCOUNT_LOCKED', { password: 'tank', refusal: new OracleError(28000, 'The account is locked.') }],
  ])('the adapter tests credentials with one connection of their own and stops at %s', async (code, explained, account) => {
    await start();
    oracle.backend.accounts.TANK = account;
    const source = oracle.open();
    expect(await source.connectTest()).toMatchObject({ ok: false, problem: { code: explained, databaseCodes: [code] } });
    expect([connections(), logons()]).toEqual([1, 1]);
    for (const work of [() => source.lookUp(LOOK_UP, { ID: '1' }), () => source.update(UPDATE, [{ STATUS: 'SENT', ID: '1' }])]) {
      expect((await problemOf(work())).isLasting).toBe(true);
    }
    expect(logons()).toBe(1);
  });

  it('a connect test that passes logs on once, logs off and leaves no session', async () => {
    await start();
    expect(await oracle.open().connectTest()).toMatchObject({ ok: true, serverVersion: '19.23.0.0.0' });
    expect([connections(), logons()]).toEqual([1, 1]);
    await waitFor(() => oracle.server.seen.connectionsOpen === 0, { what: 'the end of the only connection' });
    expect(oracle.server.seen.counts).toMatchObject({ pings: 1, logoffs: 1, executes: 1 });
  });
});
