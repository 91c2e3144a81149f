import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { sendSignal } from './processes.ts';
import { randomPassword } from './kept-secret.ts';
import { prepareLogsDb } from './logs-db.ts';
import { LOGS_DB_ROLES, roleUrlOf, type RolePasswords } from './logs-db-roles.ts';
import { startPostgres, type RunningPostgres } from './postgres.ts';
import { Supervisor } from './supervisor.ts';
import { waitFor } from './test/parts.ts';

describe('the embedded PostgreSQL', () => {
  let stateDir: string;
  let supervisor: Supervisor;
  let postgres: RunningPostgres;

  const start = async () => {
    supervisor = await Supervisor.take({ stateDir, backoffMs: 20 });
    postgres = await startPostgres(supervisor, { stateDir, dataHome: join(stateDir, 'postgres') });
  };
  const query = async (sql: string, url = postgres.adminUrl) => {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {}); // a server that ends under a session tells it
    await client.connect();
    try {
      const result = await client.query(sql);
      return result.rows as Record<string, unknown>[];
    } finally {
      await client.end();
    }
  };

  beforeEach(async () => {
    stateDir = mkdtempSync(join(tmpdir(), 'postgres-'));
    chmodSync(stateDir, 0o711);
    await start();
  });
  afterEach(async () => {
    await supervisor.stopAll();
    rmSync(stateDir, { recursive: true });
  });

  it('finds its data again at a second start, on the same port and with the same password', async () => {
    await query('CREATE TABLE kept AS SELECT 7 AS n');
    const before = postgres.adminUrl;
    await supervisor.stopAll();
    await start();
    expect([await query('SELECT n FROM kept'), postgres.adminUrl]).toEqual([[{ n: 7 }], before]);
  });

  it('takes another port when the last one has been taken meanwhile', async () => {
    await query('CREATE TABLE kept AS SELECT 7 AS n');
    const before = postgres.port;
    await supervisor.stopAll();
    const squatter = createServer().listen(before, '127.0.0.1');
    await start();
    squatter.close();
    expect(postgres.port).not.toBe(before);
    expect(await query('SELECT n FROM kept')).toEqual([{ n: 7 }]);
  });

  it('loses nothing that was committed when it is killed, and comes back by itself', async () => {
    await query('CREATE TABLE kept AS SELECT 7 AS n');
    const killed = supervisor.pidOf('postgres')!;
    sendSignal(killed, 'SIGKILL');
    const rows = await waitFor(async () => supervisor.pidOf('postgres') !== killed && query('SELECT n FROM kept'), { what: 'PostgreSQL again', timeoutMs: 30_000 });
    expect(rows).toEqual([{ n: 7 }]);
  });

  it('listens on 127.0.0.1 only, has no socket file, keeps fsync on and lets nobody in without a password', async () => {
    const settings = await query("SELECT name, setting FROM pg_settings WHERE name IN ('listen_addresses', 'unix_socket_directories', 'fsync') ORDER BY name");
    expect(settings.map(({ setting }) => setting)).toEqual(['on', '127.0.0.1', '']);
    await expect(query('SELECT 1', postgres.adminUrl.replace(/:[0-9a-f]+@/, ':wrong@'))).rejects.toThrow('password authentication failed');
  });

  it('stops by a fast shutdown although a session is open, so that the next start has nothing to recover', async () => {
    const client = new pg.Client({ connectionString: postgres.adminUrl });
    client.on('error', () => {});
    await client.connect();
    await supervisor.stopAll();
    await client.end();
    expect(readFileSync(join(stateDir, 'logs/postgres.log'), 'utf8')).toMatch(/fast shutdown request[\s\S]*database system is shut down\s*$/);
  });

  it('is prepared as Logs DB by an administrator who is no superuser but may create roles', async () => {
    await query("CREATE ROLE dba LOGIN CREATEROLE PASSWORD 'dba'");
    await query('CREATE DATABASE given OWNER dba');
    const url = `postgresql://dba:dba@127.0.0.1:${postgres.port}/given`;
    const passwords = Object.fromEntries(LOGS_DB_ROLES.map((role) => [role, randomPassword()])) as RolePasswords;
    await prepareLogsDb(url, passwords);
    await prepareLogsDb(url, passwords);
    await query('CREATE TABLE t AS SELECT 1 AS a', roleUrlOf(url, 'logs', passwords));
    expect(await query('SELECT a FROM t', roleUrlOf(url, 'reader', passwords))).toEqual([{ a: 1 }]);
    await expect(query('SELECT a FROM logs.t', roleUrlOf(url, 'sender', passwords))).rejects.toThrow('permission denied');
  });
});
