import { spawnSync } from 'node:child_process';
import { chownSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';

export interface Account {
  uid: number;
  gid: number;
}

/**
 * PostgreSQL refuses to run as root, so root runs it as another account that exists already. Existing data decides;
 * otherwise the first of these that the machine has. Undefined for an ordinary user: then we run it as ourselves.
 */
export function postgresAccount(dataDir: string, passwd = readPasswd()): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  if (existsSync(dataDir)) {
    const { uid, gid } = statSync(dataDir);
    if (uid !== 0) return { uid, gid };
  }
  for (const name of ['postgres', 'nobody', 'daemon']) {
    const account = passwd.get(name);
    if (account && account.uid !== 0) return account;
  }
  throw new Error('PostgreSQL does not run as root, and this machine has none of the accounts postgres, nobody, daemon to run it as. Start as an ordinary user, or set LOGS_DB_URL.');
}

function readPasswd(): Map<string, Account> {
  const lines = existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8').split('\n') : [];
  return new Map(lines.map((line) => line.split(':')).map(([name = '', , uid, gid]) => [name, { uid: Number(uid), gid: Number(gid) }]));
}

/** A directory for PostgreSQL's data, owned by its account and closed to others. */
export function makeDataHome(dir: string, account: Account | undefined): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  if (account) chownSync(dir, account.uid, account.gid);
}

/**
 * PostgreSQL's programs where its account can execute them: where npm put them, or, when they are below a folder that
 * only root may enter, a copy in `copiesDir`.
 */
export function reachablePrograms(native: string, copiesDir: string, version: string, account: Account | undefined): string {
  if (canExecute(native, account)) return native;
  const copy = join(copiesDir, `postgresql-${version}`);
  if (existsSync(copy) && canExecute(copy, account)) return copy;
  const draft = `${copy}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(dirname(copy), { recursive: true });
  cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
  rmSync(copy, { recursive: true, force: true });
  renameSync(draft, copy);
  if (!canExecute(copy, account)) {
    throw new Error(`PostgreSQL's programs in ${native} cannot be executed${account ? ` by the account with uid ${account.uid}, nor from the copy in ${copy}` : ''}. Reinstall with npm ci, or set LOGS_DB_URL.`);
  }
  return copy;
}

function canExecute(native: string, account: Account | undefined): boolean {
  return spawnSync(join(native, 'bin', 'postgres'), ['--version'], { ...account, cwd: '/', stdio: 'ignore' }).status === 0;
}

/** Can this account work in that directory? Tried by entering it, because a parent's mode is only part of the answer. */
export function canEnter(dir: string, account: Account | undefined): boolean {
  if (!account) return true;
  return spawnSync('/bin/sh', ['-c', 'cd -- "$1" && test -w .', 'sh', dir], { ...account, cwd: '/', stdio: 'ignore' }).status === 0;
}

/**
 * initdb insists on a name for its user, which a container's `--user 1000` or a scratch uid does not have. Such a user
 * runs it in a user namespace in which it is called nobody; the server itself does not ask.
 */
export function wayToRunInitdb(initdb: string): [command: string, firstArgs: string[]] {
  if (hasName()) return [initdb, []];
  return ['unshare', ['--user', '--map-user=65534', '--map-group=65534', '--', initdb]];
}

function hasName(): boolean {
  try {
    userInfo();
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_SYSTEM_ERROR') return false;
    throw error;
  }
}
