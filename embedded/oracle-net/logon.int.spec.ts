import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import oracledb from 'oracledb';
import { waitFor } from '../test/parts.ts';
import { OracleError } from './backend.ts';
import { startScriptedServer, THIN_DIALECTS, type ScriptedServer } from './scripted-server.fixture.ts';

const LOCKED = new OracleError(28000, 'the account is locked');
const EXPIRED = new OracleError(28001, 'the password has expired');
const EXPIRES_SOON = new OracleError(28002, 'the password will expire within 5 days');

describe.each(THIN_DIALECTS)('the logon in the dialect of %s', (dialect) => {
  let oracle: ScriptedServer;

  beforeEach(async () => {
    oracle = await startScriptedServer(dialect, {
      script: {
        accounts: {
          TANK: { password: 'tank' }, OLD: { password: '비밀 Pass#1', verifier: '11g' },
          OLDEST: { password: '비밀 Pass#1', verifier: '11g-md5' }, LONG: { password: 'p'.repeat(64) }, Quoted: { password: 'q' },
          LOCKED: { password: 'x', refusal: LOCKED }, EXPIRED: { password: 'old', refusal: EXPIRED }, SOON: { password: 'x', warning: EXPIRES_SOON },
          NOSESSION: { password: 'x', refusal: new OracleError(1045, 'user NOSESSION lacks CREATE SESSION privilege; logon denied') }, SYS: { password: 'sys' },
        },
      },
    });
  });
  afterEach(() => oracle.end());

  const refusal = (user: string, password: string, more: oracledb.ConnectionAttributes = {}) => oracle.refusal(oracle.connect({ user, password, ...more }));

  it.each([
    ['tank', 'tank'], ['old', '비밀 Pass#1'], ['oldest', '비밀 Pass#1'], ['long', 'p'.repeat(64)], ['"Quoted"', 'q'],
  ])('lets %s in with the right password', async (user, password) => {
    await (await oracle.connect({ user, password })).ping();
    expect(oracle.server.seen.logons).toMatchObject([{ ok: true, errorNumber: null }]);
  });

  it.each([
    ['tank', 'Tank'], ['tank', 'tan'], ['tank', 'tankk'], ['old', '비밀 Pass#2'], ['old', 'x'], ['oldest', 'x'], ['nobody', 'tank'], ['quoted', 'q'],
  ])('refuses %s with the password %s: ORA-01017', async (user, password) => {
    expect(await refusal(user, password)).toMatchObject({ errorNum: 1017, code: 'ORA-01017' });
    expect(oracle.server.seen.logons).toMatchObject([{ user: user.toUpperCase(), ok: false, errorNumber: 1017 }]);
  });

  it('refuses locked and expired accounts, and those without the right to a session', async () => {
    expect(await refusal('locked', 'x')).toMatchObject({ errorNum: 28000 });
    expect(await refusal('locked', 'wrong')).toMatchObject({ errorNum: 28000 });
    expect(await refusal('expired', 'old')).toMatchObject({ errorNum: 28001 });
    expect(await refusal('nosession', 'x')).toMatchObject({ errorNum: 1045 });
    expect(await refusal('nosession', 'wrong')).toMatchObject({ errorNum: 1017 });
  });

  it('passes on that a password expires soon, as the warning of the connection', async () => {
    const connection = await oracle.connect({ user: 'soon', password: 'x' });
    expect(connection.warning).toMatchObject({ message: expect.stringMatching(/^ORA-28002: the password will expire within 5 days/), errorNum: 28002 });
    await connection.ping();
    expect((await oracle.connect()).warning).toBeUndefined();
    const pool = await oracledb.createPool({ user: 'soon', password: 'x', connectString: oracle.connectString, poolMin: 0, poolMax: 1 });
    const pooled = await pool.getConnection();
    expect(pooled.warning).toMatchObject({ errorNum: 28002 });
    await pooled.close();
    await pool.close(0);
  });

  it('takes a new password from the owner of an expired one', async () => {
    await oracle.connect({ user: 'expired', password: 'old', newPassword: 'new' });
    expect(await refusal('expired', 'old')).toMatchObject({ errorNum: 1017 });
    await oracle.connect({ user: 'expired', password: 'new' });
    expect(await refusal('tank', 'wrong', { newPassword: 'new' })).toMatchObject({ errorNum: 1017 });
  });

  it('takes a new password of a session, when the old one is right', async () => {
    const connection = await oracle.connect();
    expect(await oracle.refusal(connection.changePassword('tank', 'wrong', 'new'))).toMatchObject({ errorNum: 1017 });
    await connection.changePassword('tank', 'tank', 'new');
    await connection.ping();
    await oracle.connect({ password: 'new' });
    expect(await refusal('tank', 'tank')).toMatchObject({ errorNum: 1017 });
  });

  it('lets SYS in only as SYSDBA or the like, and tells the backend of the privilege', async () => {
    expect(await refusal('sys', 'sys')).toMatchObject({ errorNum: 28009 });
    await oracle.connect({ user: 'sys', password: 'sys', privilege: oracledb.SYSDBA });
    expect([...oracle.backend.sessions].map(({ about }) => about.privilege)).toEqual(['SYSDBA']);
  });

  it('fails when no session can be opened', async () => {
    oracle.backend.openError = new OracleError(1033, 'ORACLE initialization or shutdown in progress');
    expect(await refusal('tank', 'tank')).toMatchObject({ errorNum: 1033, isRecoverable: true });
    oracle.backend.openError = null;
    await oracle.connect();
  });

  it('ends the connection of whom it refuses', async () => {
    await refusal('tank', 'wrong');
    await waitFor(() => oracle.server.seen.connectionsOpen === 0, { what: 'the end of the connection' });
  });

  it('keeps no password in what it has seen', async () => {
    await refusal('tank', 'wr0ng-secret');
    await oracle.connect({ user: 'expired', password: 'old', newPassword: 'n3w-secret' });
    expect(JSON.stringify(oracle.server.seen)).not.toMatch(/secret|"old"/);
  });

  it('is tried once by a pool of poolMin 0 for each connection asked for', async () => {
    const pool = await oracledb.createPool({ user: 'tank', password: 'wrong', connectString: oracle.connectString, poolMin: 0, poolMax: 4 });
    expect(oracle.server.seen.counts.logons).toBe(0);
    expect(await oracle.refusal(pool.getConnection())).toMatchObject({ errorNum: 1017 });
    expect(oracle.server.seen.counts.logons).toBe(1);
    await pool.close(0);
  });
});
