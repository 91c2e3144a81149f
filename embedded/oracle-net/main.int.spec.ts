import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import oracledb from 'oracledb';
import { ensureCustomerDatabase, type CustomerDatabase } from '../databases.ts';
import { startOracleNet } from '../start-oracle-net.ts';
import { Supervisor } from '../supervisor.ts';
import { createDatabase, urls, waitFor, type TestDatabase } from '../test/parts.ts';

const program = join(import.meta.dirname, 'main.ts');

describe('the Oracle Net server as a program', () => {
  let database: TestDatabase;
  let customer: CustomerDatabase;
  let stateDir: string;

  beforeEach(async () => {
    database = await createDatabase('oracle_program');
    customer = await ensureCustomerDatabase(urls().pgAdmin, `customer_${database.name}`, 'only-for-this-test');
    stateDir = mkdtempSync(join(tmpdir(), 'tank-test-oracle-net-'));
  });
  afterEach(async () => {
    rmSync(stateDir, { recursive: true });
    await database.drop();
  });

  const environment = () => ({ PATH: process.env.PATH!, ORACLE_NET_PG_URL: customer.url, ORACLE_NET_USER: customer.user, ORACLE_NET_PASSWORD: customer.password, ORACLE_NET_SERVICE: 'demo' });
  /** As an application would: is it the customer who is asked? */
  async function askWhoIsThere(port: number): Promise<unknown> {
    const connection = await oracledb.getConnection({ user: customer.user, password: customer.password, connectString: `127.0.0.1:${port}/demo` });
    try {
      return (await connection.execute('SELECT USER FROM dual')).rows;
    } finally {
      await connection.close();
    }
  }

  it('is started by a supervisor, in front of a customer who owns no more than a database, and started again when it dies', async () => {
    const supervisor = await Supervisor.take({ stateDir, backoffMs: 10 });
    try {
      const { port } = await startOracleNet(supervisor, { stateDir, customer, service: 'demo' });
      expect(await askWhoIsThere(port)).toEqual([[customer.user.toUpperCase()]]);
      process.kill(supervisor.pidOf('oracle-net')!, 'SIGKILL');
      await waitFor(() => supervisor.restartsOf('oracle-net') === 1 && askWhoIsThere(port), { what: 'the server to be back on its port' });
    } finally {
      await supervisor.stopAll();
    }
  });

  it('takes another port where the usual one was taken since', async () => {
    const supervisor = await Supervisor.take({ stateDir });
    const otherDir = mkdtempSync(join(tmpdir(), 'tank-test-oracle-net-'));
    const second = await Supervisor.take({ stateDir: otherDir });
    try {
      const { port } = await startOracleNet(supervisor, { stateDir, customer, service: 'demo' });
      const other = await startOracleNet(second, { stateDir: otherDir, customer, service: 'demo', usualPort: port });
      expect(other.port).not.toBe(port);
    } finally {
      await supervisor.stopAll();
      await second.stopAll();
      rmSync(otherDir, { recursive: true });
    }
  });

  it('ends when it is told, and when whoever started it is gone', async () => {
    const told = started();
    await once(told, 'message');
    told.kill('SIGTERM');
    expect(await once(told, 'exit')).toEqual([0, null]);
    const left = started();
    const [message] = await once(left, 'message');
    expect(message).toEqual({ type: 'ready', url: expect.stringMatching(/^oracle:\/\/127\.0\.0\.1:\d+\/demo$/) });
    left.disconnect();
    expect(await once(left, 'exit')).toEqual([0, null]);
  });

  it('says what is missing and exits 1', async () => {
    const child = spawn(process.execPath, [program], { env: { PATH: process.env.PATH! }, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const [code] = await once(child, 'close');
    expect([code, said]).toEqual([1, expect.stringMatching(/^The Oracle Net server did not start:\n {2}- ORACLE_NET_PG_URL: is missing/)]);
  });

  function started(): ChildProcess {
    return fork(program, { env: environment(), execArgv: [], stdio: 'ignore' });
  }
});
