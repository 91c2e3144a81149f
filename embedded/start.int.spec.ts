import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureDatabase } from './databases.ts';
import { freePort } from './free-port.ts';
import { startPostgres } from './postgres.ts';
import { Supervisor } from './supervisor.ts';
import { FakeCheckout } from './test/fake-checkout.ts';
import { urls, waitFor } from './test/parts.ts';

const TIMEOUT_MS = 60_000;

describe('npm start', () => {
  let checkout: FakeCheckout;

  beforeEach(() => {
    checkout = new FakeCheckout();
  });
  afterEach(async () => {
    await waitFor(() => checkout.processes().length === 0, { what: 'everything of the checkout to have ended', timeoutMs: 30_000 });
    checkout.remove();
  });

  it('brings everything up, runs the demo once and leaves nothing running', async () => {
    const first = checkout.launch(['--once']);
    expect([await first.exit, first.output()]).toEqual([0, expect.stringContaining('demo run number 1')]);
    expect(checkout.processes()).toEqual([]);
  }, TIMEOUT_MS);

  it('finds its data again at the second start', async () => {
    await checkout.launch(['--once']).exit;
    const second = checkout.launch(['--once']);
    expect([await second.exit, second.output()]).toEqual([0, expect.stringContaining('demo run number 2')]);
  }, TIMEOUT_MS);

  it('exits 1 when the run did not complete', async () => {
    expect(await checkout.launch(['--once'], { FAKE_DEMO_FAILS: '1' }).exit).toBe(1);
  }, TIMEOUT_MS);

  it('stays up until SIGTERM, then stops all it started', async () => {
    const tank = checkout.launch();
    await waitFor(() => tank.output().includes('what to open next'), { what: 'the closing lines', timeoutMs: 30_000 });
    expect(checkout.processes().length).toBeGreaterThanOrEqual(9);
    tank.child.kill('SIGTERM');
    expect(await tank.exit).toBe(143);
    expect(checkout.processes()).toEqual([]);
  }, TIMEOUT_MS);

  it('stops all it started when a signal comes while it is still starting', async () => {
    const tank = checkout.launch();
    await waitFor(() => checkout.processes().length >= 2, { what: 'the first servers', everyMs: 5 });
    tank.child.kill('SIGINT');
    expect(await tank.exit).toBe(130);
    expect(checkout.processes()).toEqual([]);
  }, TIMEOUT_MS);

  it('refuses a second start from the same folder and leaves the first alone', async () => {
    const tank = checkout.launch();
    await waitFor(() => tank.output().includes('what to open next'), { what: 'the closing lines', timeoutMs: 30_000 });
    const second = checkout.launch();
    expect([await second.exit, second.output()]).toEqual([1, expect.stringContaining(`already running from this folder (process ${tank.child.pid})`)]);
    expect(tank.child.exitCode).toBeNull();
    tank.child.kill('SIGTERM');
    await tank.exit;
  }, TIMEOUT_MS);

  it('ends at the next start what a killed launcher left, and goes on with its data', async () => {
    const tank = checkout.launch();
    await waitFor(() => tank.output().includes('what to open next'), { what: 'the closing lines', timeoutMs: 30_000 });
    tank.child.kill('SIGKILL');
    await tank.exit;
    const next = checkout.launch(['--once']);
    expect([await next.exit, next.output()]).toEqual([0, expect.stringMatching(/stopping postgres .*left behind[\s\S]*demo run number 2/)]);
  }, TIMEOUT_MS);

  it('gives a service what it needs and no more', async () => {
    await checkout.launch(['--once'], { OTEL_SERVICE_NAMESPACE: 'here', SOMETHING_ELSE: 'x', TANK_REPLICAS: 'sender=2', LOG_ADDRESSES: 'masked', WINDOW: '7' }).exit;
    const given = (service: string) =>
      readFileSync(join(checkout.dir, 'services', service, 'dist/environments.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Record<string, string>);
    expect(given('sender')).toHaveLength(2);
    expect([given('logs')[0]?.LOG_ADDRESSES, given('scheduler')[0]?.WINDOW, given('sender')[0]?.WINDOW]).toEqual(['masked', '7', undefined]);
    expect(given('sender')[0]).toMatchObject({ SES_ENDPOINT: expect.stringMatching(/^http:\/\/127\.0\.0\.1:/), LOGS_DB_URL: expect.stringContaining('tank_sender:'), OTEL_SERVICE_NAMESPACE: 'here' });
    expect(Object.keys(given('renderer')[0]!).filter((name) => /DB|SES|FILE|SOMETHING/.test(name))).toEqual([]);
    expect(given('dbio')[0]).toMatchObject({ DB_NAME: 'demo_customer', DB_USER: 'demo_customer', DB_KIND: 'postgres' });
    expect(Buffer.from(given('dbio')[0]!.TANK_SECRET_KEY!, 'base64')).toHaveLength(32);
  }, TIMEOUT_MS);

  it('keeps passwords in files that only their owner may read, and out of its output', async () => {
    const tank = checkout.launch(['--once']);
    await tank.exit;
    for (const file of ['connections.txt', 'secrets/nats', 'secrets/postgres-admin', 'nats/nats-server.conf']) {
      expect([file, statSync(join(checkout.dir, '.tank', file)).mode & 0o077]).toEqual([file, 0]);
    }
    const secrets = ['nats', 'postgres-admin', 'logs-db-reader', 'demo-customer'].map((name) => readFileSync(join(checkout.dir, '.tank/secrets', name), 'utf8').trim());
    for (const secret of secrets) expect(tank.output()).not.toContain(secret);
  }, TIMEOUT_MS);

  it('makes a password for the administrator, keeps it, and tells it at the end beside the address', async () => {
    const passwords: string[] = [];
    for (let at = 0; at < 2; at++) {
      const tank = checkout.launch();
      await waitFor(() => tank.output().includes('what to open next'), { what: 'the closing lines', timeoutMs: 30_000 });
      passwords.push(/sign in as +admin \/ ([0-9a-f]{24})\n/.exec(tank.output())?.[1] ?? '');
      tank.child.kill('SIGTERM');
      await tank.exit;
    }
    const file = join(checkout.dir, '.tank/secrets/administrator');
    expect([readFileSync(file, 'utf8').trim(), statSync(file).mode & 0o077]).toEqual([passwords[0], 0]);
    expect(passwords[1]).toBe(passwords[0]);
    const given = readFileSync(join(checkout.dir, 'services/gateway/dist/environments.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Record<string, string>);
    expect(given.map(({ ADMIN_NAME, ADMIN_PASSWORD }) => [ADMIN_NAME, ADMIN_PASSWORD])).toEqual([['admin', passwords[0]], ['admin', passwords[0]]]);
    expect(new Set(given.map(({ TANK_SESSION_KEY }) => TANK_SESSION_KEY)).size).toBe(1);
  }, TIMEOUT_MS);

  it('works, and finds its data again, below a folder that only its owner may enter', async () => {
    const closed = new FakeCheckout({ isClosed: true });
    const stateHome = () => /PostgreSQL's data is in (\S+)/.exec(first.output())?.[1];
    const first = closed.launch(['--once']);
    expect([await first.exit, first.output()]).toEqual([0, expect.stringContaining('demo run number 1')]);
    const second = closed.launch(['--once']);
    expect([await second.exit, second.output()]).toEqual([0, expect.stringContaining('demo run number 2')]);
    expect(stateHome() !== undefined).toBe(process.getuid!() === 0);
    if (stateHome()) rmSync(stateHome()!, { recursive: true });
    closed.remove();
  }, TIMEOUT_MS);

  it('takes free ports where the usual ones are taken', async () => {
    const taken = await Promise.all([5432, 4222, 8005, 3000].map(listenUnlessTaken));
    try {
      const tank = checkout.launch(['--once']);
      expect(await tank.exit).toBe(0);
      expect(tank.output()).not.toMatch(/127\.0\.0\.1:(5432|4222|8005|3000)\b/);
    } finally {
      for (const server of taken) server?.close();
    }
  }, TIMEOUT_MS);

  it('uses the real parts that the environment names instead of its own', async () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'postgres-'));
    chmodSync(stateDir, 0o711);
    const supervisor = await Supervisor.take({ stateDir });
    try {
      const own = await startPostgres(supervisor, { stateDir, dataHome: join(stateDir, 'postgres') });
      const logsDbUrl = await ensureDatabase(own.adminUrl, 'their_logs');
      const port = await freePort();
      const tank = checkout.launch([], { LOGS_DB_URL: logsDbUrl, NATS_URL: urls().nats, SES_ENDPOINT: urls().ses, FILE_ROOT_PATH: stateDir, PORT: String(port), AWS_PROFILE: 'work' });
      await waitFor(() => tank.output().includes('what to open next'), { what: 'the closing lines', timeoutMs: 30_000 });
      expect(checkout.processes().filter((line) => /nats-server|aws-ses-v2-local/.test(line))).toEqual([]);
      expect(tank.output()).toContain(`http://127.0.0.1:${port}/api`);
      const given = (service: string) => JSON.parse(readFileSync(join(checkout.dir, 'services', service, 'dist/environments.jsonl'), 'utf8')) as Record<string, string>;
      expect(given('scheduler').LOGS_DB_URL).toMatch(new RegExp(`//tank_scheduler:[0-9a-f]+@127.0.0.1:${own.port}/their_logs$`));
      expect(given('sender')).toMatchObject({ NATS_URL: urls().nats, SES_ENDPOINT: urls().ses, FILE_ROOT_PATH: stateDir, NATS_PREFIX: expect.stringMatching(/^tank-[0-9a-f]{8}$/) });
      expect(Object.keys(given('sender'))).not.toContain('AWS_PROFILE');
      tank.child.kill('SIGTERM');
      await tank.exit;
    } finally {
      await supervisor.stopAll();
      rmSync(stateDir, { recursive: true });
    }
  }, TIMEOUT_MS);

  it('refuses to change the passwords of an installation that uses the same PostgreSQL server, and stops again', async () => {
    const [stateDir, other] = [mkdtempSync(join(tmpdir(), 'postgres-')), new FakeCheckout()];
    chmodSync(stateDir, 0o711);
    const supervisor = await Supervisor.take({ stateDir });
    try {
      const shared = await startPostgres(supervisor, { stateDir, dataHome: join(stateDir, 'postgres') });
      const [first, second] = [await ensureDatabase(shared.adminUrl, 'first'), await ensureDatabase(shared.adminUrl, 'second')];
      expect(await checkout.launch(['--once'], { LOGS_DB_URL: first }).exit).toBe(0);
      const refused = other.launch(['--once'], { LOGS_DB_URL: second });
      expect([await refused.exit, refused.output()]).toEqual([1, expect.stringMatching(/LOGS_DB_URL: 이 PostgreSQL 서버[\s\S]*nothing was changed/)]);
      expect(other.processes()).toEqual([]);
      expect(await checkout.launch(['--once'], { LOGS_DB_URL: first }).exit).toBe(0);
    } finally {
      await supervisor.stopAll();
      rmSync(stateDir, { recursive: true });
      other.remove();
    }
  }, TIMEOUT_MS);

  it('refuses to start beside AWS credentials, before anything is started', async () => {
    const tank = checkout.launch(['--once'], { AWS_ACCESS_KEY_ID: 'AKIA-EXAMPLE', AWS_SECRET_ACCESS_KEY: 'do-not-print' });
    expect(await tank.exit).toBe(1);
    expect(tank.output()).toMatch(/거부합니다[\s\S]*refuses to start beside real credentials[\s\S]*unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY/);
    expect(tank.output()).not.toContain('do-not-print');
    expect(statSync(join(checkout.dir, '.tank'), { throwIfNoEntry: false })).toBeUndefined();
  }, TIMEOUT_MS);
});

function listenUnlessTaken(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
