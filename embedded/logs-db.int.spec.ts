import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { randomPassword } from './kept-secret.ts';
import { prepareLogsDb, RolesMissing } from './logs-db.ts';
import { OWNERS, roleUrlOf } from './logs-db-roles.ts';
import { createDatabase, roleUrl, urls, type TestDatabase } from './test/parts.ts';
import { sharedParts } from './test/shared-parts.ts';

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const result = await client.query(sql);
    return result.rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

describe('a prepared Logs DB', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createDatabase('logsdb');
    await query(roleUrl(database, 'logs'), "CREATE TABLE email_send_log (mail_id text); INSERT INTO email_send_log VALUES ('1-1')");
    await query(roleUrl(database, 'sender'), 'CREATE TABLE ledger (mail_id text)');
  });
  afterAll(() => database.drop());

  it('shows the reader the log tables without a schema prefix', async () => {
    expect(await query(roleUrl(database, 'reader'), 'SELECT mail_id FROM email_send_log')).toEqual([{ mail_id: '1-1' }]);
  });

  it('shows the reader tables and partitions that are made later', async () => {
    await query(roleUrl(database, 'logs'), "CREATE TABLE mails (at date) PARTITION BY RANGE (at); CREATE TABLE mails_2026_11 PARTITION OF mails FOR VALUES FROM ('2026-11-01') TO ('2026-12-01')");
    expect(await query(roleUrl(database, 'reader'), 'SELECT * FROM mails_2026_11')).toEqual([]);
  });

  it.each([
    ["INSERT INTO email_send_log VALUES ('x')", /read-only/],
    ["BEGIN READ WRITE; INSERT INTO email_send_log VALUES ('x')", /permission denied/],
    ['BEGIN READ WRITE; CREATE TABLE logs.mine (a int)', /permission denied/],
    ['SELECT * FROM sender.ledger', /permission denied for schema sender/],
  ])('refuses the reader %s', async (sql, refusal) => {
    await expect(query(roleUrl(database, 'reader'), sql)).rejects.toThrow(refusal);
  });

  it.each(OWNERS.flatMap((one) => OWNERS.filter((other) => other !== one).map((other) => [one, other] as const)))('keeps %s out of the schema of %s', async (one, other) => {
    await expect(query(roleUrl(database, one), `CREATE TABLE ${other}.intruder (a int)`)).rejects.toThrow('permission denied');
    expect(await query(roleUrl(database, one), `SELECT has_schema_privilege('${other}', 'USAGE') AS may`)).toEqual([{ may: false }]);
  });

  it('lets nobody use the schema public, and gives each owner its own', async () => {
    for (const owner of OWNERS) {
      expect(await query(roleUrl(database, owner), 'SELECT current_schema() AS schema')).toEqual([{ schema: owner }]);
      await expect(query(roleUrl(database, owner), 'CREATE TABLE public.stray (a int)')).rejects.toThrow('permission denied');
    }
  });

  it('never lets a password appear in what is stored', async () => {
    const rows = await query(database.url, "SELECT rolpassword FROM pg_authid WHERE rolname = 'tank_sender'");
    expect(rows[0]!.rolpassword).toMatch(/^SCRAM-SHA-256\$4096:/);
  });
});

describe('preparing a Logs DB', () => {
  const { passwords } = sharedParts();
  const databases: string[] = [];
  const users: string[] = [];

  /** An empty database, as a customer's DBA gives it to us, owned by a user with these rights. */
  async function givenBy(rights: string): Promise<string> {
    const name = `given_${randomPassword().slice(0, 12)}`;
    const password = randomPassword();
    for (const sql of [`CREATE ROLE ${name} LOGIN ${rights} PASSWORD '${password}'`, `CREATE DATABASE ${name} OWNER ${name}`]) await query(urls().pgAdmin, sql);
    databases.push(name);
    users.push(name);
    const url = new URL(urls().pgAdmin);
    Object.assign(url, { pathname: `/${name}`, username: name, password });
    return url.href;
  }
  const asSuperuser = (url: string) => {
    const { pathname } = new URL(url);
    const admin = new URL(urls().pgAdmin);
    admin.pathname = pathname;
    return admin.href;
  };

  afterAll(async () => {
    for (const name of databases) await query(urls().pgAdmin, `DROP DATABASE ${name} WITH (FORCE)`);
    for (const name of users) await query(urls().pgAdmin, `DO $$ BEGIN EXECUTE (SELECT coalesce(string_agg(format('REVOKE %I FROM ${name}', r.rolname), ';'), 'SELECT 1') FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid WHERE m.member = '${name}'::regrole); END $$`);
    for (const name of users) await query(urls().pgAdmin, `DROP ROLE ${name}`);
  });

  it('can be repeated, and run by several launchers at once on several databases', async () => {
    const [one, two] = [await givenBy('SUPERUSER'), await givenBy('SUPERUSER')];
    await Promise.all([one, two, one, two].map((url) => prepareLogsDb(url, passwords)));
    await prepareLogsDb(one, passwords);
    expect(await query(roleUrlOf(one, 'scheduler', passwords), 'SELECT current_schema() AS schema')).toEqual([{ schema: 'scheduler' }]);
    expect(await query(roleUrlOf(two, 'reader', passwords), 'SELECT current_schema() AS schema')).toEqual([{ schema: 'logs' }]);
  });

  it('tells a user who may create roles, but not change those that are there, what a DBA has to run', async () => {
    await expect(prepareLogsDb(await givenBy('CREATEROLE'), passwords)).rejects.toThrow(RolesMissing);
  });

  it('is content once a DBA has run that', async () => {
    const url = await givenBy('NOCREATEROLE');
    const refusal = (await prepareLogsDb(url, passwords).catch((error: Error) => error)) as Error;
    await query(asSuperuser(url), refusal.message.split('\n\n').at(-1)!);
    await expect(prepareLogsDb(url, passwords)).resolves.toMatchObject({ repaired: [] });
    await query(roleUrlOf(url, 'logs', passwords), 'CREATE TABLE t (a int)');
    expect(await query(roleUrlOf(url, 'reader', passwords), 'SELECT * FROM t')).toEqual([]);
  });
});
