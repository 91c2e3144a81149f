import { jest } from '@jest/globals';
import pg from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createDatabase, roleUrl, waitFor, type TestDatabase } from '../../../embedded/test/parts.ts';
import { isDatabaseAway } from './database-away.js';
import { openLogsDb, type LogsDbOptions } from './open-logs-db.js';
import type { LogsDb } from './logs-db.js';

class Notes0000000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE note (id integer PRIMARY KEY, words text NOT NULL)');
    await runner.query(`INSERT INTO note VALUES (1, 'first')`);
  }

  async down(): Promise<void> {}
}
class Broken0000000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DELETE FROM note');
    await runner.query('SELECT wrong');
  }

  async down(): Promise<void> {}
}

let database: TestDatabase;
let admin: pg.Client;
const opened: LogsDb[] = [];

beforeEach(async () => {
  database = await createDatabase('logs_db');
  admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
});
afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(opened.splice(0).map((db) => db.close()));
  await admin.end();
  await database.drop();
});

async function open({ owner = 'dbio', migrations = [Notes0000000000001] as (new () => MigrationInterface)[], connections = 2, url = roleUrl(database, 'dbio'), options = {} as LogsDbOptions } = {}): Promise<LogsDb> {
  const db = await openLogsDb({ url, owner, entities: [], migrations, connections, options });
  opened.push(db);
  return db;
}
/** What is said from now on about waiting. */
function heard(): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((line) => {
    if (String(line).includes('logs-db.wait')) lines.push(JSON.parse(String(line)));
    return true;
  });
  return lines;
}
/** How many hold an advisory lock of this database, or wait for one. */
const locks = async (isGranted: boolean) => {
  const of = 'SELECT 1 FROM pg_locks JOIN pg_database ON oid = database WHERE datname = current_database() AND locktype = \'advisory\' AND granted = $1';
  return (await admin.query(of, [isGranted])).rows.length;
};

describe('opening the Logs DB', () => {
  it('migrates once when replicas start together', async () => {
    const replicas = await Promise.all([1, 2, 3, 4].map(() => open()));
    expect(await replicas[3]!.query('SELECT name FROM migrations')).toEqual([{ name: 'Notes0000000000001' }]);
    expect(await replicas[0]!.query('SELECT words FROM note')).toEqual([{ words: 'first' }]);
    expect(await replicas[0]!.query('SELECT current_schema() AS schema')).toEqual([{ schema: 'dbio' }]);
  });

  it('waits for a replica of the same owner that migrates, and for nobody else\'s', async () => {
    await admin.query(`SELECT pg_advisory_lock(hashtext('tank.dbio.migrations'))`);
    await open({ owner: 'logs' });
    const waiting = open();
    await waitFor(async () => (await locks(false)) === 1, { what: 'a replica that waits for the lock' });
    await admin.query(`SELECT pg_advisory_unlock(hashtext('tank.dbio.migrations'))`);
    expect(await (await waiting).query('SELECT words FROM note')).toEqual([{ words: 'first' }]);
  });

  it('waits for a database that is away and says why', async () => {
    const lines = heard();
    const otherwise = new pg.Client({ connectionString: database.adminUrl });
    await otherwise.connect();
    await otherwise.query(`ALTER DATABASE ${database.name} ALLOW_CONNECTIONS false`);
    const waiting = open();
    const line = await waitFor(() => lines[0], { what: 'a word about the database that is away' });
    expect(line).toMatchObject({ service: 'dbio', level: 'warn', reason: expect.stringContaining('not currently accepting connections') });
    await otherwise.query(`ALTER DATABASE ${database.name} ALLOW_CONNECTIONS true`);
    await otherwise.end();
    expect(await (await waiting).query('SELECT words FROM note')).toEqual([{ words: 'first' }]);
  });

  it('gives up on a database that stays away, with the reason', async () => {
    const lines = heard();
    const nobody = new URL(roleUrl(database, 'dbio'));
    nobody.port = '1';
    await expect(open({ url: nobody.href, options: { waitMs: 500 } })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(lines[0]).toMatchObject({ reason: expect.stringContaining('ECONNREFUSED') });
  });

  it('fails at once when a migration is wrong, undoes it, and leaves no lock behind', async () => {
    const lines = heard();
    await expect(open({ migrations: [Notes0000000000001, Broken0000000000002] })).rejects.toThrow(/wrong/);
    expect(lines).toEqual([]);
    await waitFor(async () => (await locks(true)) === 0, { timeoutMs: 5_000, what: 'the lock to be free' });
    expect(await (await open()).query('SELECT words FROM note')).toEqual([{ words: 'first' }]);
  });

  it('cuts off a statement that takes longer than it may', async () => {
    const db = await open({ options: { statementTimeoutMs: 200 } });
    const error = await db.query('SELECT pg_sleep(60)').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: '57014' });
    expect(isDatabaseAway(error)).toBe(true);
  });

  it('commits to disk where it is asked to, whatever the server\'s default is', async () => {
    await admin.query(`ALTER DATABASE ${database.name} SET synchronous_commit = off`);
    expect(await (await open()).query('SHOW synchronous_commit')).toEqual([{ synchronous_commit: 'off' }]);
    expect(await (await open({ options: { commitsToDisk: true } })).query('SHOW synchronous_commit')).toEqual([{ synchronous_commit: 'on' }]);
  });
});

describe('the Logs DB', () => {
  it('gives the rows of a change as those of a question', async () => {
    const db = await open();
    expect(await db.query('INSERT INTO note VALUES ($1, $2) RETURNING id', [2, 'second'])).toEqual([{ id: 2 }]);
    expect(await db.query('UPDATE note SET words = $1 WHERE id = 2 RETURNING id, words', ['other'])).toEqual([{ id: 2, words: 'other' }]);
    expect(await db.query('DELETE FROM note WHERE id > 5 RETURNING id')).toEqual([]);
    expect(await db.transaction((sql) => sql.query('DELETE FROM note RETURNING id'))).toEqual([{ id: 1 }, { id: 2 }]);
  });

  it('undoes a transaction that throws and gives its connection back', async () => {
    const db = await open();
    const failing = () => db.transaction(async (sql) => {
      await sql.query(`UPDATE note SET words = 'nobody'`);
      throw new Error('stop');
    });
    for (let at = 0; at < 30; at += 1) await expect(failing()).rejects.toThrow('stop');
    expect(await db.query('SELECT words FROM note')).toEqual([{ words: 'first' }]);
  });

  it('tells a connection that broke in a transaction from a mistake, and goes on with another', async () => {
    const db = await open();
    const broken = await db.transaction((sql) => sql.query('SELECT pg_terminate_backend(pg_backend_pid())')).catch((thrown: unknown) => thrown);
    expect(isDatabaseAway(broken)).toBe(true);
    expect(isDatabaseAway(await db.query('SELECT wrong').catch((thrown: unknown) => thrown))).toBe(false);
    expect(await db.query('SELECT words FROM note')).toEqual([{ words: 'first' }]);
  });

  it('may be closed twice', async () => {
    const db = await open();
    await db.close();
    await db.close();
  });
});
