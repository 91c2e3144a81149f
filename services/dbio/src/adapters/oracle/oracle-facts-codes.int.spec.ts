import { afterEach, describe, expect, it } from '@jest/globals';
import oracledb, { type Pool } from 'oracledb';
import { OracleError } from '../../../../../embedded/oracle-net/backend.ts';
import type { Fault } from '../../../../../embedded/oracle-net/faults.ts';
import { ScriptedOracle } from '../../../test/scripted-oracle.js';
import { QueryFailed, SourceFailed } from '../../source.js';
import { mustNotTryAgain } from './oracle-codes.js';

/* Fact 8: the codes by which things go wrong, each produced for real, and what the adapter makes of them. */
const LOOK_UP = 'SELECT grade FROM customer WHERE id = :ID';
const UPDATE = 'UPDATE customer SET status = :STATUS WHERE id = :ID';

let oracle: ScriptedOracle;
let pool: Pool | undefined;
async function start(options: Parameters<typeof ScriptedOracle.start>[0] = {}): Promise<void> {
  oracle = await ScriptedOracle.start(options);
  oracle.backend.on(/^select/i, { columns: [{ name: 'GRADE', type: 'NUMBER', precision: 3 }], rows: [['7']] }).on(/^update/i, { changes: 1 });
}
afterEach(async () => {
  oracle.server.faults.clear();
  await pool?.close(0);
  pool = undefined;
  await oracle.close();
});

interface Thrown {
  code?: string;
  message: string;
  isRecoverable?: boolean;
}
const thrownBy = (work: Promise<unknown>) => work.then(() => ({ message: 'It passed.' }), (error: unknown) => error as Thrown);
const here = (rest: string) => `(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=127.0.0.1)(PORT=${oracle.server.port}))(CONNECT_DATA=(${rest})))`;

/** Of a logon, or of a query once logged on. */
async function errorOfDriver({ connectString, password, isQuery = false }: { connectString?: string; password?: string; isQuery?: boolean } = {}): Promise<Thrown> {
  const logon = { ...oracle.logon, ...(connectString && { connectString }), ...(password && { password }) };
  if (!isQuery) return thrownBy(oracledb.getConnection({ ...logon, connectTimeout: 1 }));
  const connection = await oracledb.getConnection(logon);
  const thrown = await thrownBy(connection.execute(LOOK_UP, ['1']));
  await connection.close().catch(() => {}); // it may be gone
  return thrown;
}

describe('fact 8: a bad service name is NJS-518, a bad SID NJS-519, nobody listening NJS-503, …', () => {
  it('a bad service name is NJS-518, where the listener says ORA-12514', async () => {
    await start();
    const refused = { at: 'connect', do: { error: new OracleError(12514, 'TNS:listener does not currently know of service requested') } } as const;
    expect(await errorOfDriver({ connectString: here('SERVICE_NAME=nobody') })).toMatchObject({ code: 'NJS-518', message: expect.stringContaining('"nobody"') });
    oracle.server.faults.add(refused);
    expect(await errorOfDriver()).toMatchObject({ code: 'NJS-518' });
  });

  it('a bad SID is NJS-519', async () => {
    await start();
    expect(await errorOfDriver({ connectString: here('SID=nobody') })).toMatchObject({ code: 'NJS-519', message: expect.stringContaining('"nobody"') });
  });

  it('nobody listening is NJS-503', async () => {
    await start();
    oracle.server.stopListening();
    expect(await errorOfDriver()).toMatchObject({ code: 'NJS-503', message: expect.stringContaining('ECONNREFUSED') });
    await oracle.server.listenAgain();
  });

  it('a bad password is ORA-01017', async () => {
    await start();
    expect(await errorOfDriver({ password: 'wrong' })).toMatchObject({ code: 'ORA-01017' });
  });

  it('an exhausted pool is NJS-040', async () => {
    await start();
    pool = await oracledb.createPool({ ...oracle.logon, poolMin: 0, poolMax: 1, queueTimeout: 50 });
    const taken = await pool.getConnection();
    expect(await thrownBy(pool.getConnection())).toMatchObject({ code: 'NJS-040' });
    await taken.close();
  });

  it('a call time-out is NJS-123', async () => {
    await start();
    oracle.backend.on(/^select/i, { hang: true });
    const connection = await oracledb.getConnection(oracle.logon);
    connection.callTimeout = 50;
    expect(await thrownBy(connection.execute(LOOK_UP, ['1']))).toMatchObject({ code: 'NJS-123' });
    await connection.close();
  });

  it('a cut connection is NJS-500', async () => {
    await start();
    oracle.server.faults.add({ at: 'execute', do: 'cut' });
    expect(await errorOfDriver({ isQuery: true })).toMatchObject({ code: 'NJS-500' });
  });

  it('an 11g server is NJS-138', async () => {
    await start({ dialect: '11.2' });
    expect(await errorOfDriver()).toMatchObject({ code: 'NJS-138' });
  });

  it('Native Network Encryption required is NJS-533, with ORA-12660 in its words', async () => {
    await start({ requiresEncryption: true });
    expect(await errorOfDriver()).toMatchObject({ code: 'NJS-533', message: expect.stringContaining('ORA-12660') });
  });
});

const oracleError = (number: number) => ({ error: new OracleError(number, 'as told') });
type Case = [code: string, fault: Fault | 'nobody listens', isQuery: boolean, isRecoverable: boolean];
/** What passes by itself, and whether the driver says so. */
const PASSING: Case[] = [
  ['NJS-503', 'nobody listens', false, false],
  ['NJS-50[13]', { at: 'accept', do: 'cut' }, false, false], // as the reset comes, before the driver has sent anything or after
  ['NJS-521', { at: 'connect', do: 'cut' }, false, true],
  ['NJS-500', { at: 'execute', do: 'cut', matching: /^select/i }, true, true],
  ['NJS-510', { at: 'connect', do: 'hang' }, false, false],
  ['NJS-511', { at: 'connect', do: oracleError(12516) }, false, false],
  ['NJS-518', { at: 'connect', do: oracleError(12514) }, false, false],
  ['ORA-01033', { at: 'logon', do: oracleError(1033) }, false, true],
  ['ORA-01034', { at: 'logon', do: oracleError(1034) }, false, true],
  ['ORA-00028', { at: 'execute', do: oracleError(28), matching: /^select/i }, true, true],
  ['ORA-01089', { at: 'execute', do: oracleError(1089), matching: /^select/i }, true, true],
  ['ORA-03113', { at: 'execute', do: oracleError(3113), matching: /^select/i }, true, true],
  ['ORA-03114', { at: 'execute', do: oracleError(3114), matching: /^select/i }, true, true],
  ['ORA-03135', { at: 'execute', do: oracleError(3135), matching: /^select/i }, true, true],
  ['ORA-12541', { at: 'execute', do: oracleError(12541), matching: /^select/i }, true, false],
  ['ORA-00054', { at: 'execute', do: oracleError(54), matching: /^select/i }, true, false],
  ['ORA-00060', { at: 'execute', do: oracleError(60), matching: /^select/i }, true, false],
];

function happens(fault: Case[1]): void {
  if (fault === 'nobody listens') oracle.server.stopListening();
  else oracle.server.faults.add({ ...fault, times: Infinity });
}
async function passes(fault: Case[1]): Promise<void> {
  if (fault === 'nobody listens') await oracle.server.listenAgain();
  else oracle.server.faults.clear();
}

describe('fact 8: isRecoverable is too narrow; the list of what is tried again is our own', () => {
  it.each(PASSING)('%s', async (code, fault, isQuery, isRecoverable) => {
    await start();
    happens(fault);
    const thrown = await errorOfDriver({ isQuery });
    expect(`${thrown.code} ${thrown.message}`).toMatch(new RegExp(code));
    expect(thrown.isRecoverable ?? false).toBe(isRecoverable || thrown.code === 'NJS-500');
    await passes(fault);
  });

  it.each(PASSING)('the adapter takes %s for something that passes, and works as soon as it is over', async (code, fault) => {
    await start();
    const source = oracle.open();
    happens(fault);
    const failed = await source.lookUp(LOOK_UP, { ID: '1' }).catch((error: SourceFailed | QueryFailed) => error);
    const named = { problem: { databaseCodes: expect.arrayContaining([expect.stringMatching(code)]) } };
    expect(failed).toMatchObject(failed instanceof SourceFailed ? { isLasting: false, ...named } : { blame: 'moment', error: { code } });
    await passes(fault);
    expect((await source.lookUp(LOOK_UP, { ID: '1' })).rows).toEqual([{ GRADE: 7 }]);
  });

  it('in the adapter whoever waits for a free session gets his turn: nobody sees NJS-040', async () => {
    await start();
    oracle.server.faults.add({ at: 'execute', matching: /^select/i, do: { delayMs: 15 }, times: Infinity });
    const source = oracle.open({ limits: { poolSize: 2, lookUpMs: 10_000 } });
    const found = await Promise.all(Array.from({ length: 60 }, (_, i) => source.lookUp(LOOK_UP, { ID: String(i) })));
    expect(found).toHaveLength(60);
    expect(oracle.server.seen.counts.logons).toBe(2);
  });
});

describe('fact 8: never retry 01017, 28000, 28001, 28009', () => {
  it.each([
    ['ORA-01017', { password: 'another' }],
    ['ORA-28000', { password: 'tank', refusal: new OracleError(28000, 'The account is locked.') }],
    ['ORA-28001', { password: 'tank', refusal: new OracleError(28001, 'the password has expired') }],
    ['ORA-28009', { password: 'tank', refusal: new OracleError(28009, 'connection as SYS should be as SYSDBA or SYSOPER') }],
  ])('%s is said again to everybody, without another logon', async (code, account) => {
    await start({ accounts: { TANK: account } });
    const thrown = await errorOfDriver();
    expect(thrown).toMatchObject({ code, isRecoverable: false });
    expect(mustNotTryAgain({ code, message: thrown.message, offset: null })).toBe(true);
    oracle.server.seen.clear();
    const source = oracle.open();
    for (let tried = 0; tried < 3; tried += 1) {
      const error: unknown = await source.lookUp(LOOK_UP, { ID: '1' }).catch((refusal: unknown) => refusal);
      expect(error).toMatchObject({ isLasting: true, problem: { databaseCodes: [code] } });
      await expect(source.update(UPDATE, [{ STATUS: 'SENT', ID: '1' }])).rejects.toMatchObject({ isLasting: true });
    }
    expect(oracle.server.seen.counts.logons).toBe(1);
  });
});

describe('fact 8: a call time-out of a write leaves its outcome unknown', () => {
  const rows = [{ STATUS: 'SENT', ID: '1' }, { STATUS: 'SENT', ID: '2' }];

  it.each<[string, Fault]>([
    ['a commit that is cut off, though it came through', { at: 'commit', do: 'cut', afterwards: true }],
    ['a commit that never answers', { at: 'commit', do: 'hang' }],
    ['an update that is cut off', { at: 'execute', matching: /^update/i, do: 'cut' }],
    ['an update that never answers', { at: 'execute', matching: /^update/i, do: 'hang' }],
  ])('%s: the operator is told so', async (_, fault) => {
    await start();
    oracle.server.faults.add(fault);
    const error: unknown = await oracle.open({ limits: { updateMs: 200 } }).update(UPDATE, rows).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SourceFailed);
    const { problem, isLasting } = error as SourceFailed;
    expect(isLasting).toBe(false);
    expect(problem.remedy).toContain('may or may not have been done');
    expect(problem.ko.remedy).toContain('알 수 없어');
  });

  it('where the server did end the statement, nothing of it was done: the row may pass soon', async () => {
    await start();
    oracle.backend.on(/^update/i, { hang: true });
    const [result] = await oracle.open({ limits: { updateMs: 200 } }).update(UPDATE, [rows[0]!]);
    expect(result).toMatchObject({ failed: { blame: 'moment' } });
  });
});
