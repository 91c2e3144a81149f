import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import type { Connection, SourceProblem } from '@tank/contracts';
import { OracleError, type Account } from '../../../../../embedded/oracle-net/backend.ts';
import { makeCertificate } from '../../../../../embedded/oracle-net/certificates.ts';
import type { FaultAction, FaultPlace } from '../../../../../embedded/oracle-net/faults.ts';
import { ScriptedOracle, type OpenedWith } from '../../../test/scripted-oracle.js';
import { QueryFailed } from '../../source.js';

/*
 * What Connect Test and the test of a query say, from the driver's own errors: the words an operator reads when nothing
 * else is known yet.
 */
type StartOptions = Parameters<typeof ScriptedOracle.start>[0];

let oracle: ScriptedOracle;
const folder = mkdtempSync(join(tmpdir(), 'tank-oracle-diagnosis-'));
afterEach(() => oracle.close());
afterAll(() => rmSync(folder, { recursive: true }));

async function connectTest(opened: OpenedWith = {}, options: StartOptions = {}): Promise<SourceProblem> {
  oracle = await ScriptedOracle.start(options);
  return problemOf(opened);
}
async function problemOf(opened: OpenedWith = {}): Promise<SourceProblem> {
  const test = await oracle.open(opened).connectTest();
  if (test.ok) throw new Error('The connection works.');
  for (const said of [test.problem.message, test.problem.cause, test.problem.remedy]) expect(said).not.toMatch(/[가-힣]|undefined/);
  for (const said of Object.values(test.problem.ko)) expect(said).toMatch(/[가-힣]/);
  return test.problem;
}
const by = (connection: Partial<Connection>): OpenedWith => ({ connection });
const byString = (connectString: string) => by({ host: null, port: null, database: null, connectString });

describe('Connect Test explains', () => {
  it('an unknown service, by both of its numbers', async () => {
    const problem = await connectTest(by({ database: 'CRMPDX' }));
    expect(problem).toMatchObject({ code: 'SOURCE_UNKNOWN_SERVICE', databaseCodes: ['ORA-12514', 'NJS-518'] });
    expect(problem.message).toBe(`The listener on 127.0.0.1:${oracle.server.port} does not know the service CRMPDX.`);
  });

  it('an unknown SID', async () => {
    oracle = await ScriptedOracle.start();
    const problem = await problemOf(byString(`(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=127.0.0.1)(PORT=${oracle.server.port}))(CONNECT_DATA=(SID=ORCX)))`));
    expect(problem).toMatchObject({ code: 'SOURCE_UNKNOWN_SERVICE', databaseCodes: ['ORA-12505', 'NJS-519'], message: expect.stringContaining('the SID ORCX') });
  });

  it('that nobody listens', async () => {
    oracle = await ScriptedOracle.start();
    oracle.server.stopListening();
    expect(await problemOf()).toMatchObject({ code: 'SOURCE_REFUSED', databaseCodes: ['ORA-12541', 'NJS-503'] });
  });

  it('a host that nobody knows', async () => {
    expect(await connectTest(by({ host: 'no-such-host.invalid' }))).toMatchObject({ code: 'SOURCE_UNKNOWN_HOST', message: expect.stringContaining('no-such-host.invalid') });
  });

  it.each<[string, Account, string, string[]]>([
    ['a wrong password', { password: 'another' }, 'SOURCE_WRONG_PASSWORD', ['ORA-01017']],
    ['a locked account', { password: 'tank', refusal: new OracleError(28000, 'The account is locked.') }, 'SOURCE_ACCOUNT_LOCKED', ['ORA-28000']],
    ['an expired password', { password: 'tank', refusal: new OracleError(28001, 'the password has expired') }, 'SOURCE_PASSWORD_EXPIRED', ['ORA-28001']],
    ['SYS without SYSDBA', { password: 'tank', refusal: new OracleError(28009, 'connection as SYS should be as SYSDBA or SYSOPER') }, 'SOURCE_SYS_USER', ['ORA-28009']],
    ['no CREATE SESSION', { password: 'tank', refusal: new OracleError(1045, 'user TANK lacks CREATE SESSION privilege; logon denied') }, 'SOURCE_NOT_ALLOWED', ['ORA-01045']],
    ['too many sessions', { password: 'tank', refusal: new OracleError(2391, 'exceeded simultaneous SESSIONS_PER_USER limit') }, 'SOURCE_FULL', ['ORA-02391']],
    ['a logon trigger', { password: 'tank', refusal: new OracleError(604, 'error occurred at recursive SQL level 1\nORA-20099: 10.1.2.3 may not') }, 'SOURCE_NOT_ALLOWED', ['ORA-00604', 'ORA-20099']],
  ])('%s', async (_, account, code, databaseCodes) => {
    expect(await connectTest({}, { accounts: { TANK: account } })).toMatchObject({ code, databaseCodes });
  });

  it('an instance that is starting', async () => {
    oracle = await ScriptedOracle.start();
    oracle.backend.openError = new OracleError(1033, 'ORACLE initialization or shutdown in progress');
    expect(await problemOf()).toMatchObject({ code: 'SOURCE_DOWN', databaseCodes: ['ORA-01033'] });
  });

  it.each<[FaultPlace, FaultAction, string]>([
    ['accept', 'cut', 'SOURCE_CUT_OFF'],
    ['connect', 'cut', 'SOURCE_CUT_OFF'],
    ['logon', 'cut', 'SOURCE_CUT_OFF'],
    ['session', 'cut', 'SOURCE_CUT_OFF'],
    ['accept', 'hang', 'SOURCE_TIMEOUT'],
    ['connect', 'hang', 'SOURCE_TIMEOUT'],
    ['logon', 'hang', 'SOURCE_TIMEOUT'],
    ['session', 'hang', 'SOURCE_TIMEOUT'],
    ['connect', 'refuse', 'SOURCE_FULL'], // with ORA-12516
    ['connect', { error: new OracleError(12564, 'TNS:connection refused') }, 'SOURCE_REFUSED'],
    ['connect', { error: new OracleError(12516, 'TNS:listener could not find available handler') }, 'SOURCE_FULL'],
    ['connect', { error: new OracleError(12528, 'TNS:listener: all appropriate instances are blocking new connections') }, 'SOURCE_DOWN'],
  ])('what happens at %s: %s', async (at, action, code) => {
    oracle = await ScriptedOracle.start();
    oracle.server.faults.add({ at, do: action, times: Infinity });
    expect(await problemOf()).toMatchObject({ code });
    oracle.server.faults.clear();
    await expect(oracle.open().connectTest()).resolves.toMatchObject({ ok: true });
  });

  it.each<[string, OpenedWith, StartOptions, string]>([
    ['11g, which needs thick mode', {}, { dialect: '11.2' }, 'SOURCE_THICK_NEEDED'],
    ['native encryption, which needs thick mode', {}, { requiresEncryption: true }, 'SOURCE_THICK_NEEDED'],
    ['client libraries that are missing', { settings: { clientMode: 'thick', clientLibDir: '/nonexistent' } }, {}, 'SOURCE_CLIENT_MISSING'],
    ['a descriptor with a bracket missing', byString('(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=db)'), {}, 'SOURCE_CONNECT_STRING'],
    ['an EZConnect string that is none', byString('db:port/service'), {}, 'SOURCE_CONNECT_STRING'],
    ['an alias without a tnsnames.ora', byString('CRM'), {}, 'SOURCE_TNS_ALIAS'],
  ])('%s', async (_, opened, options, code) => {
    expect(await connectTest(opened, options)).toMatchObject({ code });
  });

  it('an alias that the file does not have', async () => {
    writeFileSync(join(folder, 'tnsnames.ora'), 'CRM = (DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=db)(PORT=1521))(CONNECT_DATA=(SERVICE_NAME=x)))\n');
    const problem = await connectTest({ ...byString('CRN'), settings: { tnsAdmin: folder } });
    expect(problem).toMatchObject({ code: 'SOURCE_TNS_ALIAS', databaseCodes: ['ORA-12154', 'NJS-517'], message: 'There is no alias CRN in tnsnames.ora.' });
  });

  it('a certificate that nobody vouches for', async () => {
    const certificate = makeCertificate({ commonName: 'localhost', hosts: ['localhost', '127.0.0.1'] });
    const problem = await connectTest({ limits: { tls: 'verify' } }, { tls: certificate });
    expect(problem).toMatchObject({ code: 'SOURCE_TLS', databaseCodes: ['NJS-506'], cause: expect.stringMatching(/self.signed/) });
  });

  it('a wallet that is not there, and one that is none', async () => {
    const certificate = makeCertificate({ commonName: 'localhost', hosts: ['localhost'] });
    const wallet = (name: string, pem?: string): OpenedWith => {
      mkdirSync(join(folder, name), { recursive: true });
      if (pem) writeFileSync(join(folder, name, 'ewallet.pem'), pem);
      return { limits: { tls: 'on' }, connection: { wallet: name }, settings: { walletDir: folder } };
    };
    expect(await connectTest(wallet('empty'), { tls: certificate })).toMatchObject({ code: 'SOURCE_WALLET' });
    await oracle.close();
    expect(await connectTest(wallet('broken', 'no PEM at all'), { tls: certificate })).toMatchObject({ code: 'SOURCE_WALLET' });
  });

  it('a password that expires soon, while everything works, until it is changed', async () => {
    const expiring: Account = { password: 'tank', warning: new OracleError(28002, 'the password will expire within 5 days') };
    oracle = await ScriptedOracle.start({ accounts: { TANK: expiring } });
    const source = oracle.open();
    const warning = { code: 'SOURCE_PASSWORD_EXPIRES', databaseCodes: ['ORA-28002'], message: 'The password of tank expires within 5 days.', ko: { message: '비밀번호가 5일 안에 만료됩니다: tank.' } };
    await expect(source.connectTest()).resolves.toMatchObject({ ok: true, warnings: [warning] });
    expect(source.warnings()).toMatchObject([warning]);
  });
});

describe('the test of a query explains', () => {
  async function check(sql: string, error: OracleError): Promise<QueryFailed> {
    oracle = await ScriptedOracle.start();
    oracle.backend.on(/^select/i, { error });
    const thrown: unknown = await oracle.open().check({ purpose: 'target', sql, bindable: [] }).catch((refusal: unknown) => refusal);
    expect(thrown).toBeInstanceOf(QueryFailed);
    return thrown as QueryFailed;
  }

  it('a column that is not there, at its place behind Korean words', async () => {
    const sql = "SELECT '고객 명세서' AS 제목,\n       cust_nm FROM customer";
    const { error, blame } = await check(sql, new OracleError(904, '"CUST_NM": invalid identifier', sql.indexOf('cust_nm')));
    expect(blame).toBe('query');
    expect(error).toMatchObject({ code: 'ORA-00904', message: 'ORA-00904: "CUST_NM": invalid identifier', position: sql.indexOf('cust_nm'), line: 2, column: 8, ko: { remedy: expect.stringContaining('작은따옴표') } });
  });

  it('a table that is not there or may not be seen', async () => {
    const { error } = await check('SELECT a FROM gone', new OracleError(942, 'table or view does not exist', 14));
    expect(error).toMatchObject({ code: 'ORA-00942', position: 14, remedy: expect.stringContaining('GRANT SELECT'), ko: { cause: expect.stringContaining('조회 권한') } });
  });
});
