import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { randomPassword } from '../kept-secret.ts';
import { prepareLogsDb } from '../logs-db.ts';
import { LOGS_DB_ROLES, type RolePasswords } from '../logs-db-roles.ts';
import { natsCacheDirs } from '../find-nats-server.ts';
import { startNatsServer } from '../nats-server.ts';
import { AlreadyRunning, endLeftovers } from '../pid-file.ts';
import { startPostgres } from '../postgres.ts';
import { startSesEmulator } from '../ses-emulator.ts';
import { Supervisor } from '../supervisor.ts';
import { publishParts, TEMPLATE_DATABASE } from './shared-parts.ts';

const FOLDER_PREFIXES = ['tank-test-', 'tank-e2e-'];
const checkout = join(import.meta.dirname, '..', '..');

export interface TestRun {
  supervisor: Supervisor;
  stateDir: string;
}

declare global {
  var tankTestRun: TestRun | undefined;
}

/** Starts one PostgreSQL, one nats-server and one SES emulator for the whole jest run. */
export default async function setUp(): Promise<void> {
  await endEarlierRuns();
  buildServices();
  const stateDir = mkdtempSync(join(tmpdir(), FOLDER_PREFIXES[0]!));
  chmodSync(stateDir, 0o711); // as root, the account that runs PostgreSQL must pass through
  const supervisor = await Supervisor.take({ stateDir, report: (line) => console.error(`[parts] ${line}`) });
  globalThis.tankTestRun = { supervisor, stateDir };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void stopOnSignal(signal));
  try {
    const [postgres, natsUrl, sesUrl] = await allOrFirstError([
      // No test pulls the plug of the machine: without fsync the many small databases are made quickly.
      startPostgres(supervisor, { stateDir, dataHome: join(stateDir, 'postgres'), settings: ['fsync=off', 'full_page_writes=off', 'max_connections=400'] }),
      startNatsServer(supervisor, { stateDir, cacheDirs: natsCacheDirs(join(checkout, '.tank')), report: (line) => console.error(`[parts] ${line}`) }),
      startSesEmulator(supervisor, { stateDir, maxSendRate: 1_000 }),
    ]);
    const passwords = Object.fromEntries(LOGS_DB_ROLES.map((role) => [role, randomPassword()])) as RolePasswords;
    await makeTemplate(postgres.adminUrl, passwords);
    publishParts({ pgAdminUrl: postgres.adminUrl, passwords, natsUrl, sesUrl });
  } catch (error) {
    await endTestRun();
    throw error;
  }
}

/** Stops the parts and removes their folder. Throws when a process of ours is left. */
export async function endTestRun(): Promise<void> {
  const run = globalThis.tankTestRun;
  if (!run) return;
  globalThis.tankTestRun = undefined;
  await run.supervisor.stopAll();
  rmSync(run.stateDir, { recursive: true, force: true });
}

/** End-to-end tests start the built services. What does not compile is told here, and fails only the tests that need it. */
function buildServices(): void {
  const { status, stderr } = spawnSync(process.execPath, [join(checkout, 'scripts', 'build.mjs')], { encoding: 'utf8' });
  if (status !== 0) console.error(`[parts] the services could not be built:\n${stderr}`);
}

/** Unlike Promise.all it waits for the slower ones too, so that nothing is still being started while we stop. */
async function allOrFirstError<T extends unknown[]>(promises: [...{ [K in keyof T]: Promise<T[K]> }]): Promise<T> {
  await Promise.allSettled(promises);
  return Promise.all(promises) as Promise<unknown> as Promise<T>;
}

/** Test databases are cloned from this one. */
async function makeTemplate(adminUrl: string, passwords: RolePasswords): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  await client.query(`CREATE DATABASE ${TEMPLATE_DATABASE}`);
  await client.end();
  const url = new URL(adminUrl);
  url.pathname = `/${TEMPLATE_DATABASE}`;
  await prepareLogsDb(url.href, passwords);
}

async function stopOnSignal(signal: NodeJS.Signals): Promise<void> {
  await endTestRun();
  process.kill(process.pid, signal);
}

/** A run that was killed outright left its parts running: their pid file says which they were. */
async function endEarlierRuns(): Promise<void> {
  // A folder without a pid file is one that somebody is just making.
  for (const folder of testFolders().filter((name) => existsSync(join(name, 'pids.json')))) {
    try {
      await endLeftovers(join(folder, 'pids.json'), (line) => console.error(`[parts] ${line}`));
      rmSync(folder, { recursive: true, force: true });
    } catch (error) {
      if (!(error instanceof AlreadyRunning)) throw error;
    }
  }
}

/** The state folders of this user's test runs, and of what end-to-end tests start, on this machine. */
export function testFolders(): string[] {
  return readdirSync(tmpdir())
    .filter((name) => FOLDER_PREFIXES.some((prefix) => name.startsWith(prefix)))
    .map((name) => join(tmpdir(), name))
    .filter((folder) => statSync(folder, { throwIfNoEntry: false })?.uid === process.getuid?.());
}
