import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { makeCertificate } from '../../../../../../embedded/oracle-net/certificates.ts';
import type { DialectName } from '../../../../../../embedded/oracle-net/dialects.ts';
import { OracleNetServer } from '../../../../../../embedded/oracle-net/oracle-net-server.ts';
import { PostgresBackend } from '../../../../../../embedded/oracle-net/postgres/postgres-backend.ts';
import { createDatabase, type TestDatabase } from '../../../../../../embedded/test/parts.ts';
import { dictionaryOfGoodDatabase, scriptDictionary } from '../../../../test/scripted-dictionary.js';
import { ScriptedOracle } from '../../../../test/scripted-oracle.js';
import { runSelfcheckProgram, type SelfcheckRun } from '../../../../test/selfcheck-run.js';

const folder = mkdtempSync(join(tmpdir(), 'tank-selfcheck-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, content: string) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

interface Told { level: string; figure: { en: string; ko: string }; remedy: { en: string; ko: string } | null }
const findingsOf = ({ stdout }: SelfcheckRun): Record<string, Told> =>
  Object.fromEntries((JSON.parse(stdout) as { findings: (Told & { id: string })[] }).findings.map(({ id, ...told }) => [id, told]));
const levelsOf = (run: SelfcheckRun, level: string) => Object.entries(findingsOf(run)).flatMap(([id, told]) => (told.level === level ? [id] : []));

describe('a self-check of a database with real tables', () => {
  const SECRET = 'kim.minji@example.com';
  let database: TestDatabase;
  const role = `selfcheck_${process.pid}`;
  let server: OracleNetServer;
  const servers: OracleNetServer[] = [];

  beforeAll(async () => {
    database = await createDatabase('selfcheck');
    await inDatabase(`CREATE ROLE ${role}; CREATE SCHEMA crm; CREATE TABLE crm.customer (id int PRIMARY KEY, email varchar(100), sent_at timestamp(3), status varchar(10));
      INSERT INTO crm.customer SELECT n, '${SECRET}' FROM generate_series(1, 2500) AS n; CREATE TABLE crm.other (id int);
      GRANT USAGE ON SCHEMA crm TO ${role}; GRANT SELECT, UPDATE (sent_at, status) ON crm.customer TO ${role}`);
  });
  afterAll(async () => {
    await inDatabase(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    await database.drop();
  });
  afterEach(() => Promise.all(servers.splice(0).map((one) => one.close())));

  async function inDatabase(sql: string): Promise<void> {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(sql);
    await client.end();
  }
  async function check(args: string[], { user = 'tank', dialect = '19c', tls, env = {} }: { user?: string; dialect?: DialectName; tls?: { key: string; cert: string }; env?: Record<string, string> } = {}) {
    const accounts = { TANK: { password: 'right', role }, POWER: { password: 'right' } };
    const backend = new PostgresBackend({ url: database.url, services: ['ORCL'], accounts, timeZone: '+09:00', dialect });
    server = new OracleNetServer({ backend, dialect, ...(tls ? { tls } : {}) });
    servers.push(server);
    await server.listen();
    const connect = `${tls ? 'tcps' : 'tcp'}://localhost:${server.port}/orcl`;
    return runSelfcheckProgram(['--connect', connect, '--user', user, ...args], { TANK_ORACLE_PASSWORD: 'right', ...env });
  }
  /** Sessions that asked something before they had begun their transaction. */
  function sessionsThatReadBefore(begin: string): number[] {
    const asked = server.seen.statements.filter(({ kind, sql }) => kind === 'execute' && !sql.startsWith('ALTER SESSION'));
    return [...new Set(asked.map(({ sessionId }) => sessionId))].filter((id) => asked.find(({ sessionId }) => sessionId === id)!.sql !== begin);
  }
  const queries = () => [
    '--target', file('target.sql', 'SELECT id, email FROM crm.customer ORDER BY id;'),
    '--mapping', file('mapping.sql', 'SELECT status, sent_at FROM crm.customer WHERE id = :id'),
    '--update', file('update.sql', 'UPDATE crm.customer SET status = :SEND_STATUS, sent_at = :SENT_AT WHERE id = :ID'),
    '--update-table', 'crm.customer',
  ];

  it.each<DialectName>(['23ai', '19c', '12.1'])('is content with a least-privilege user of %s, and changes nothing', async (dialect) => {
    const run = await check([...queries(), '--json'], { dialect });
    expect(levelsOf(run, 'failed')).toEqual([]);
    expect(levelsOf(run, 'warning')).toEqual([]);
    expect(run.exitCode).toBe(0);
    expect(findingsOf(run)).toMatchObject({
      'server-version': { figure: { en: expect.stringMatching(dialect === '23ai' ? /^23\./ : dialect === '19c' ? /^19\./ : /^12\.1/) } },
      'write-privileges': { level: 'ok', figure: { en: 'UPDATE (SENT_AT, STATUS) ON CRM.CUSTOMER' }, remedy: null },
      'query-target': { level: 'ok', figure: { en: expect.stringMatching(/^columns \(2\): ID NUMBER\(10\), EMAIL/) } },
      'query-update': { figure: { en: 'accepted; binds SEND_STATUS, SENT_AT, ID' } },
      fetch: { level: 'ok', figure: { en: expect.stringMatching(/^2500 rows: /) } },
    });
    expect(server.seen.counts).toMatchObject({ commits: 0, refusedLogons: 0 });
    expect(sessionsThatReadBefore('SET TRANSACTION READ ONLY')).toEqual([]);
    expect(server.seen.statements.filter(({ kind, sql }) => kind === 'execute' && !/^(ALTER SESSION|SET TRANSACTION READ ONLY|SELECT)/.test(sql))).toEqual([]);
  }, 20_000);

  it('says nothing of any row, and never the password', async () => {
    const out = join(folder, 'report.md');
    const run = await check([...queries(), '--out', out, '--json', '--rows', '100']);
    const told = [run.stdout, run.stderr, readFileSync(out, 'utf8'), readFileSync(join(folder, 'report.json'), 'utf8')];
    for (const text of told) expect(text).not.toMatch(/kim\.minji|right/);
    expect(told[2]).toContain('0.1.0, v26');
    expect(told[2]).toContain('결과 · Result: **정상 · OK**');
    const fetched = Number(/^(\d+) rows/.exec(findingsOf({ ...run, stdout: told[3]! }).fetch!.figure.en)?.[1]);
    expect([fetched >= 100, fetched < 2500]).toEqual([true, true]); // a batch at a time, and no further than asked for
  });

  it('warns of a user that can do more than Tank needs', async () => {
    const run = await check(['--json'], { user: 'power' });
    expect(run.exitCode).toBe(2);
    expect(findingsOf(run)).toMatchObject({
      'system-privileges': { level: 'warning', figure: { en: expect.stringContaining('UPDATE ANY TABLE') }, remedy: { ko: expect.stringContaining('grants.sql') } },
      roles: { level: 'warning', figure: { en: expect.stringContaining('DBA') } },
    });
  });

  it('warns where the user can write beside the table of the Update Query', async () => {
    await inDatabase(`GRANT DELETE ON crm.other TO ${role}`);
    const run = await check(['--update-table', 'CRM.CUSTOMER', '--json']);
    await inDatabase(`REVOKE DELETE ON crm.other FROM ${role}`);
    expect(findingsOf(run)['write-privileges']).toMatchObject({ level: 'warning', figure: { en: 'DELETE ON CRM.OTHER' } });
  });

  it('points at what the parser refuses, and goes on', async () => {
    const run = await check(['--target', file('bad.sql', 'SELECT id,\n  nosuch FROM crm.customer'), '--update', file('unknown.sql', 'UPDATE crm.customer SET status = :NOSUCH WHERE id = 1'), '--json']);
    expect(run.exitCode).toBe(1);
    expect(findingsOf(run)['query-target']).toMatchObject({ level: 'failed', figure: { en: expect.stringMatching(/ORA-00904.*\(line 2, column 3\)/) } });
    expect(findingsOf(run)['fetch']!.level).toBe('failed');
  });

  it('goes through TLS with the certificate authority of the customer', async () => {
    const authority = makeCertificate({ commonName: 'Customer CA' });
    const tls = makeCertificate({ commonName: 'db', hosts: ['localhost'], issuer: authority });
    const run = await check(['--tls', 'verify', '--json'], { tls, env: { NODE_EXTRA_CA_CERTS: file('ca.pem', authority.cert) } });
    expect(findingsOf(run).encryption).toMatchObject({ level: 'ok', figure: { en: 'TLS (TCPS)' }, remedy: null });
    const without = await check(['--json'], { tls });
    expect(without.exitCode).toBe(1);
    expect(findingsOf(without).connect!.remedy!.en).toContain('NODE_EXTRA_CA_CERTS');
  });
});

describe('the program', () => {
  let oracle: ScriptedOracle;
  afterEach(() => oracle.close());
  const run = (env: Record<string, string> = {}, args: string[] = []) =>
    runSelfcheckProgram(['--connect', oracle.logon.connectString, '--user', 'tank', '--json', ...args], { TANK_ORACLE_PASSWORD: 'tank', SOURCE_CONNECT_MS: '500', SOURCE_ASK_MS: '500', ...env });

  it('tries a wrong password once, and explains it', async () => {
    oracle = await ScriptedOracle.start();
    const refused = await run({ TANK_ORACLE_PASSWORD: 'wrong' });
    expect(refused.exitCode).toBe(1);
    expect(levelsOf(refused, 'failed')).toEqual(['connect']);
    expect(findingsOf(refused).connect).toMatchObject({ figure: { en: expect.stringContaining('ORA-01017'), ko: expect.stringMatching(/[가-힣].*ORA-01017/) } });
    expect(findingsOf(refused).rest).toMatchObject({ level: 'skipped', figure: { en: expect.stringContaining('Privileges') } });
    expect(oracle.server.seen.counts).toMatchObject({ logons: 1, refusedLogons: 1 });
  });

  it.each(['SYS', 'sys as sysdba'])('does not try to log on as %s', async (user) => {
    oracle = await ScriptedOracle.start();
    const refused = await runSelfcheckProgram(['--connect', oracle.logon.connectString, '--user', user, '--json'], {});
    expect(refused.exitCode).toBe(1);
    expect(findingsOf(refused)['logon-user']!.remedy!.en).toContain('grants.sql');
    expect(oracle.server.seen.counts.connections).toBe(0);
  });

  it.each(['accept', 'connect', 'logon', 'session'] as const)('ends in time when the server hangs at %s', async (at) => {
    oracle = await ScriptedOracle.start();
    oracle.server.faults.add({ at, do: 'hang' });
    const hung = await run();
    expect(hung.exitCode).toBe(1);
    expect(levelsOf(hung, 'failed')).toEqual(['connect']);
    expect(hung.tookMs).toBeLessThan(6_000);
  });

  it('ends in time when the server hangs in a statement, and keeps what it had found', async () => {
    oracle = await ScriptedOracle.start();
    scriptDictionary(oracle.backend, dictionaryOfGoodDatabase());
    oracle.server.faults.add({ at: 'execute', matching: /nls_session_parameters/, do: 'hang' });
    const hung = await run();
    expect(hung.exitCode).toBe(1);
    expect(findingsOf(hung)).toMatchObject({ 'character-set': { level: 'ok' }, formats: { level: 'failed' }, rest: { level: 'skipped', figure: { en: expect.stringContaining('Time limit') } } });
    expect(hung.tookMs).toBeLessThan(6_000);
  });

  it('says what happened when the server cuts the line', async () => {
    oracle = await ScriptedOracle.start();
    scriptDictionary(oracle.backend, dictionaryOfGoodDatabase());
    oracle.server.faults.add({ at: 'execute', matching: /session_privs/, do: 'cut' });
    const cut = await run();
    expect(levelsOf(cut, 'failed')).toEqual(['privileges']);
    expect(findingsOf(cut).rest!.figure.en).toContain('Numbers');
  });

  it('speaks the language that was asked for', async () => {
    oracle = await ScriptedOracle.start();
    scriptDictionary(oracle.backend, dictionaryOfGoodDatabase());
    const english = await runSelfcheckProgram(['--connect', oracle.logon.connectString, '--user', 'tank', '--lang', 'en'], { TANK_ORACLE_PASSWORD: 'tank' });
    expect(english.stdout).toContain('- Result: **OK**');
    expect(english.stdout + english.stderr).not.toMatch(/[가-힣]/);
  });

  it('finds its way by an alias of tnsnames.ora', async () => {
    oracle = await ScriptedOracle.start();
    scriptDictionary(oracle.backend, dictionaryOfGoodDatabase());
    file('tnsnames.ora', `CRM = (DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=127.0.0.1)(PORT=${oracle.server.port}))(CONNECT_DATA=(SERVICE_NAME=ORCL)))`);
    const found = await runSelfcheckProgram(['--connect', 'CRM', '--user', 'tank', '--tns-admin', folder, '--json'], { TANK_ORACLE_PASSWORD: 'tank' });
    expect(found.exitCode).toBe(0);
    const unknown = await runSelfcheckProgram(['--connect', 'HRM', '--user', 'tank', '--tns-admin', folder, '--json'], { TANK_ORACLE_PASSWORD: 'tank' });
    expect(findingsOf(unknown).connect).toMatchObject({ level: 'failed', figure: { en: expect.stringContaining('ORA-12154') } });
  });

  it.each<[string, string[], DialectName, string, string]>([
    ['client libraries that are missing', ['--thick', folder], '19c', 'DPI-1047', 'Instant Client'],
    ['a wallet that is missing', ['--wallet', join(folder, 'nowallet')], '19c', 'NJS-', 'ewallet.pem'],
    ['a database that is too old for thin mode', [], '11.2', 'NJS-138', 'ORACLE_CLIENT_MODE'],
  ])('explains %s', async (_, args, dialect, code, remedy) => {
    oracle = await ScriptedOracle.start({ dialect });
    const connect = args.includes('--wallet') ? ['--connect', `tcps://127.0.0.1:${oracle.server.port}/ORCL`] : [];
    const refused = await run({}, [...args, ...connect]);
    expect(refused.exitCode).toBe(1);
    expect(findingsOf(refused).connect).toMatchObject({ level: 'failed', figure: { en: expect.stringContaining(code) }, remedy: { en: expect.stringContaining(remedy) } });
  });

  it('asks for arguments that are missing, and knows no others', async () => {
    oracle = await ScriptedOracle.start();
    const unknown = await runSelfcheckProgram(['--connect', 'db/x', '--user', 'tank', '--frobnicate']);
    expect(unknown).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringMatching(/--frobnicate[^]*--update-table/) });
    const withoutPassword = await runSelfcheckProgram(['--connect', oracle.logon.connectString, '--user', 'tank']);
    expect(withoutPassword).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('--password-file') });
    expect(oracle.server.seen.counts.connections).toBe(0);
  });
});
