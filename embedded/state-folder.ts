import { createHash } from 'node:crypto';
import { mkdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { keptSecret } from './kept-secret.ts';
import { LOGS_DB_ROLES, type RolePasswords } from './logs-db-roles.ts';
import { canEnter, makeDataHome, postgresAccount } from './postgres-account.ts';

/** Where root keeps PostgreSQL's data when its account cannot enter the checkout (a home that only root may enter). */
const ROOTS_DATA = '/var/lib/tank-embedded';

/** What an installation keeps between starts: data, passwords, logs, demo files. */
export interface StateFolder {
  dir: string;
  /** PostgreSQL's data; outside `dir` only where PostgreSQL could not reach it there. */
  dataHome: string;
  secret: (name: string, make?: () => string) => string;
  rolePasswords: RolePasswords;
}

/** The folder that TANK_STATE_DIR names, or `.tank` in the checkout. */
export function openStateFolder(checkout: string, stateDir?: string, rootsData = ROOTS_DATA): StateFolder {
  const dir = stateDir ?? join(checkout, '.tank');
  // As root, PostgreSQL's account must pass through; what is secret is closed one by one.
  mkdirSync(dir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  const { uid } = statSync(dir);
  if (process.getuid && process.getuid() !== 0 && uid !== process.getuid()) {
    throw new Error(`${dir} belongs to another user (uid ${uid}): start as that user, or remove the folder (its data with it).`);
  }
  const secret = (name: string, make?: () => string) => keptSecret(join(dir, 'secrets', name), make);
  const rolePasswords = Object.fromEntries(LOGS_DB_ROLES.map((role) => [role, secret(`logs-db-${role}`)])) as RolePasswords;
  return { dir, dataHome: reachableDataHome(stateDir ?? checkout, dir, rootsData), secret, rolePasswords };
}

function reachableDataHome(owner: string, dir: string, rootsData: string): string {
  const inside = join(dir, 'postgres');
  const account = postgresAccount(join(inside, 'pgdata'));
  makeDataHome(inside, account);
  if (canEnter(inside, account)) return inside;
  mkdirSync(rootsData, { recursive: true, mode: 0o711 });
  return join(rootsData, `${basename(owner)}-${createHash('sha256').update(owner).digest('hex').slice(0, 10)}`);
}
