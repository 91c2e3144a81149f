import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { databaseRights } from '../logs-db.ts';
import { roleUrlOf, type LogsDbRole } from '../logs-db-roles.ts';
import { sharedParts, TEMPLATE_DATABASE } from './shared-parts.ts';

/** A database of one test file. */
export interface TestDatabase {
  name: string;
  /** As the superuser, in this database. */
  url: string;
  /** As the superuser, in the database `postgres` of the same server. */
  adminUrl: string;
  drop: () => Promise<void>;
}

/** The addresses of the shared parts. `nats` carries user and password: `nats://user:password@host:port`. */
export function urls(): { pgAdmin: string; nats: string; ses: string } {
  const { pgAdminUrl, natsUrl, sesUrl } = sharedParts();
  return { pgAdmin: pgAdminUrl, nats: natsUrl, ses: sesUrl };
}

/** A fresh Logs DB with our schemas and roles, cloned from a template; about 50 ms. Drop it in afterAll. */
export async function createDatabase(name = 'test'): Promise<TestDatabase> {
  const { pgAdminUrl } = sharedParts();
  const full = `${name.toLowerCase().replace(/[^a-z0-9]+/g, '_').slice(0, 40)}_${randomBytes(4).toString('hex')}`;
  await asAdmin([`CREATE DATABASE ${full} TEMPLATE ${TEMPLATE_DATABASE}`, ...databaseRights(full)]);
  const url = new URL(pgAdminUrl);
  url.pathname = `/${full}`;
  return { name: full, url: url.href, adminUrl: pgAdminUrl, drop: () => asAdmin([`DROP DATABASE IF EXISTS ${full} WITH (FORCE)`]) };
}

/** The address of a test database for one of the roles `tank_<role>`, as a service gets it in LOGS_DB_URL. */
export function roleUrl(database: TestDatabase, role: LogsDbRole): string {
  return roleUrlOf(database.url, role, sharedParts().passwords);
}

/** A NATS_PREFIX of its own for one test file. */
export function uniquePrefix(): string {
  return `t${randomBytes(5).toString('hex')}`;
}

/**
 * Waits until the condition holds and returns its first truthy value. Throws with `what`, and with the last error of the
 * condition if it threw, when `timeoutMs` (10 s unless told) is over.
 */
export async function waitFor<T>(condition: () => T | Promise<T>, { timeoutMs = 10_000, what, everyMs = 20 }: { timeoutMs?: number; what: string; everyMs?: number }): Promise<NonNullable<T>> {
  const until = Date.now() + timeoutMs;
  let cause: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value as NonNullable<T>;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (Date.now() >= until) throw new Error(`Waited ${timeoutMs} ms in vain for: ${what}`, { cause });
    await sleep(everyMs);
  }
}

async function asAdmin(statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: sharedParts().pgAdminUrl });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
