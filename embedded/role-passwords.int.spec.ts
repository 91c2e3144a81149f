import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { ensureDatabase } from './databases.ts';
import { randomPassword } from './kept-secret.ts';
import { LOGS_DB_ROLES, OWNERS, roleUrlOf, type LogsDbRole, type RolePasswords } from './logs-db-roles.ts';
import { prepareLogsDb, RolesMissing } from './logs-db.ts';
import { startPostgres } from './postgres.ts';
import { RolesTaken } from './role-passwords.ts';
import { Supervisor } from './supervisor.ts';
import { waitFor } from './test/parts.ts';

const newSecrets = () => Object.fromEntries(LOGS_DB_ROLES.map((role) => [role, randomPassword()])) as RolePasswords;

describe('two installations on one PostgreSQL server', () => {
  let stateDir: string;
  let supervisor: Supervisor;
  let adminUrl: string;
  const ours = newSecrets();
  const theirs = newSecrets();

  beforeEach(async () => {
    stateDir = mkdtempSync(join(tmpdir(), 'postgres-'));
    chmodSync(stateDir, 0o711);
    supervisor = await Supervisor.take({ stateDir });
    ({ adminUrl } = await startPostgres(supervisor, { stateDir, dataHome: join(stateDir, 'postgres'), settings: ['fsync=off'] }));
  });
  afterEach(async () => {
    await supervisor.stopAll();
    rmSync(stateDir, { recursive: true });
  });

  async function query(url: string, sql: string): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }
  /** Which roles these passwords open. */
  async function rolesOpenedBy(passwords: RolePasswords, url: string): Promise<LogsDbRole[]> {
    const tries = LOGS_DB_ROLES.map((role) => query(roleUrlOf(url, role, passwords), 'SELECT').then(() => [role], () => []));
    return (await Promise.all(tries)).flat();
  }
  async function givenBy(rights: string, name: string): Promise<string> {
    await query(adminUrl, `CREATE ROLE ${name} LOGIN ${rights} PASSWORD 'dba'`);
    const url = new URL(await ensureDatabase(adminUrl, name, name));
    Object.assign(url, { username: name, password: 'dba' });
    return url.href;
  }
  const refusalOf = (url: string, passwords: RolePasswords) => prepareLogsDb(url, passwords).then(() => new Error('nothing was refused'), (error: Error) => error);

  it.each(['SUPERUSER', 'CREATEROLE', 'NOCREATEROLE'])('refuses the second, in another database and by a user with %s, and leaves the first one its passwords', async (rights) => {
    const first = await ensureDatabase(adminUrl, 'first');
    await prepareLogsDb(first, theirs);
    const refusal = await refusalOf(await givenBy(rights, 'second'), ours);
    expect(refusal).toBeInstanceOf(RolesTaken);
    expect(refusal.message).toMatch(/별도의 PostgreSQL 서버[\s\S]*database first holds its tables[\s\S]*a PostgreSQL server of its own[\s\S]*\.tank\/secrets/);
    expect(await rolesOpenedBy(theirs, first)).toEqual(LOGS_DB_ROLES);
    expect(await query(adminUrl.replace(/postgres$/, 'second'), `SELECT FROM pg_namespace WHERE nspname IN ('${OWNERS.join("','")}')`)).toEqual([]);
  });

  it('lets one of two win that start at once on a fresh server, and refuses the other', async () => {
    const [one, two] = [await ensureDatabase(adminUrl, 'one'), await ensureDatabase(adminUrl, 'two')];
    const [mine, other] = await Promise.allSettled([prepareLogsDb(one, ours), prepareLogsDb(two, theirs)]);
    const lost = mine.status === 'rejected' ? mine : other;
    expect([mine.status, other.status].toSorted()).toEqual(['fulfilled', 'rejected']);
    expect((lost as PromiseRejectedResult).reason).toBeInstanceOf(RolesTaken);
    expect(await rolesOpenedBy(mine.status === 'fulfilled' ? ours : theirs, mine.status === 'fulfilled' ? one : two)).toEqual(LOGS_DB_ROLES);
  });

  it('takes a second database with the same secrets for an installation of its own', async () => {
    const [one, two] = [await ensureDatabase(adminUrl, 'one'), await ensureDatabase(adminUrl, 'two')];
    const ids = [await prepareLogsDb(one, ours), await prepareLogsDb(two, ours), await prepareLogsDb(one, ours)].map(({ installationId }) => installationId);
    expect(ids).toEqual([expect.stringMatching(/^[0-9a-f]{8}$/), expect.not.stringMatching(ids[0]!), ids[0]]);
  });

  it('takes launchers that share a database for one installation, also when they start at once', async () => {
    const url = await ensureDatabase(adminUrl, 'one');
    const ids = (await Promise.all([1, 2, 3].map(() => prepareLogsDb(url, ours)))).map(({ installationId }) => installationId);
    expect(new Set(ids).size).toBe(1);
  });

  it('repairs the roles of a single database whose secrets were lost, and says which', async () => {
    const url = await ensureDatabase(adminUrl, 'one');
    const { installationId } = await prepareLogsDb(url, theirs);
    const again = await prepareLogsDb(url, { ...ours, logs: theirs.logs });
    expect(again).toEqual({ installationId, repaired: LOGS_DB_ROLES.filter((role) => role !== 'logs') });
    expect(await rolesOpenedBy({ ...ours, logs: theirs.logs }, url)).toEqual(LOGS_DB_ROLES);
  });

  it('does not repair them while somebody works with the old ones', async () => {
    const url = await ensureDatabase(adminUrl, 'one');
    await prepareLogsDb(url, theirs);
    const worker = new pg.Client({ connectionString: roleUrlOf(url, 'sender', theirs) });
    await worker.connect();
    const refusal = await refusalOf(url, ours);
    await worker.end();
    expect(refusal).toBeInstanceOf(RolesTaken);
    expect(refusal.message).toContain('tank_sender is connected to database one');
    expect(await rolesOpenedBy(theirs, url)).toEqual(LOGS_DB_ROLES);
    await waitFor(() => prepareLogsDb(url, ours), { what: 'the repair after the worker has gone' });
  });

  it('tells a user who may not create roles what a DBA has to run, without a password in it, and is content once that is done', async () => {
    const url = await givenBy('NOCREATEROLE', 'given');
    const refusal = await refusalOf(url, ours);
    expect(refusal).toBeInstanceOf(RolesMissing);
    for (const role of LOGS_DB_ROLES) expect(refusal.message).toContain(`CREATE ROLE tank_${role}`);
    for (const password of Object.values(ours)) expect(refusal.message).not.toContain(password);
    await query(adminUrl.replace(/postgres$/, 'given'), refusal.message.split('\n\n').at(-1)!);
    const { installationId } = await prepareLogsDb(url, ours);
    expect([installationId, (await prepareLogsDb(url, ours)).installationId]).toEqual([expect.stringMatching(/^[0-9a-f]{8}$/), installationId]);
    expect(await rolesOpenedBy(ours, url)).toEqual(LOGS_DB_ROLES);
  });
});
