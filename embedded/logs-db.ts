import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import pg from 'pg';

/** Every table has one owner and nobody else reads it: one schema and one login role for each. */
export const OWNERS = ['scheduler', 'dbio', 'sender', 'logs', 'gateway'] as const;
export type Owner = (typeof OWNERS)[number];
/** `reader` sees the log tables, and nothing else, without a schema prefix. */
export type LogsDbRole = Owner | 'reader';
export const LOGS_DB_ROLES: LogsDbRole[] = [...OWNERS, 'reader'];
export type RolePasswords = Record<LogsDbRole, string>;

export class RolesMissing extends Error {}

const LOCK = 7_265_110; // any number, the same for every launcher
const CONFLICTS = new Set(['XX000', '23505', '42710', '42P06', '40001', '40P01']);
const TRIES = 5;

/**
 * Prepares the database that `adminUrl` names: a role `tank_<owner>` and a schema `<owner>` for each owner, and
 * `tank_reader`. Safe to repeat and to run from several launchers at once. Roles belong to the whole server: preparing a
 * second database there with other passwords changes them for both.
 * Throws RolesMissing with the SQL for a DBA when this user may not create roles and they are not there already.
 */
export async function prepareLogsDb(adminUrl: string, passwords: RolePasswords): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl, application_name: 'tank-prepare' });
  await client.connect();
  try {
    const { name, mayCreateRoles } = await whoAmI(client);
    const isDone = mayCreateRoles && (await runUnlessForbidden(client, preparation(name, passwords, { creatorJoins: true })));
    if (!isDone) await checkAlreadyPrepared(adminUrl, passwords, name, preparation(name, passwords, { creatorJoins: false }));
  } finally {
    await client.end();
  }
}

/** The address under which one role reaches the database of `adminUrl`. */
export function roleUrlOf(adminUrl: string, role: LogsDbRole, passwords: RolePasswords): string {
  const url = new URL(adminUrl);
  url.username = `tank_${role}`;
  url.password = passwords[role];
  return url.href;
}

/** A database made from a prepared template has its schemas, but not the rights on the database itself: these are they. */
export function databaseRights(database: string): string[] {
  const name = pg.escapeIdentifier(database);
  return [`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`, `GRANT CONNECT ON DATABASE ${name} TO ${LOGS_DB_ROLES.map((role) => `tank_${role}`).join(', ')}`];
}

async function whoAmI(client: pg.Client): Promise<{ name: string; mayCreateRoles: boolean }> {
  const { rows } = await client.query<{ name: string; may: boolean }>(
    'SELECT current_database() AS name, rolsuper OR rolcreaterole AS may FROM pg_roles WHERE rolname = current_user',
  );
  return { name: rows[0]!.name, mayCreateRoles: rows[0]!.may };
}

/** False when the server forbids it: a user with CREATEROLE may not change roles that somebody else made. */
async function runUnlessForbidden(client: pg.Client, statements: string[]): Promise<boolean> {
  try {
    await runInOneGo(client, statements);
    return true;
  } catch (error) {
    if ((error as pg.DatabaseError).code === '42501') return false;
    throw error;
  }
}

/**
 * Roles are shared by all databases of a server while an advisory lock holds in one only, so two launchers with two
 * databases can still meet: the whole preparation is one transaction, and the loser does it again.
 */
async function runInOneGo(client: pg.Client, statements: string[]): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.query('BEGIN');
      await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
      await client.query(statements.join(';\n'));
      await client.query('COMMIT');
      return;
    } catch (error) {
      await client.query('ROLLBACK');
      if (attempt === TRIES || !CONFLICTS.has((error as pg.DatabaseError).code ?? '')) throw error;
    }
  }
}

/** What is to be run, in order. A creator who is no superuser joins the roles, or could not own schemas in their name. */
function preparation(database: string, passwords: RolePasswords, { creatorJoins }: { creatorJoins: boolean }): string[] {
  return [
    ...LOGS_DB_ROLES.flatMap((role) => loginRole(role, passwords[role])),
    ...(creatorJoins ? OWNERS.map((owner) => joinUnlessSuperuser(owner)) : []),
    ...databaseRights(database),
    'REVOKE ALL ON SCHEMA public FROM PUBLIC',
    ...OWNERS.flatMap((owner) => ownedSchema(owner)),
    'ALTER ROLE tank_reader SET search_path = logs',
    'ALTER ROLE tank_reader SET default_transaction_read_only = on',
    'GRANT USAGE ON SCHEMA logs TO tank_reader',
    'GRANT SELECT ON ALL TABLES IN SCHEMA logs TO tank_reader',
    'ALTER DEFAULT PRIVILEGES FOR ROLE tank_logs IN SCHEMA logs GRANT SELECT ON TABLES TO tank_reader',
  ];
}

function loginRole(role: LogsDbRole, password: string): string[] {
  return [
    `DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tank_${role}') THEN CREATE ROLE tank_${role} LOGIN; END IF; END $$`,
    `ALTER ROLE tank_${role} LOGIN PASSWORD '${scramVerifier(password)}'`,
  ];
}

function joinUnlessSuperuser(owner: Owner): string {
  return `DO $$ BEGIN IF NOT pg_has_role(current_user, 'tank_${owner}', 'USAGE') THEN GRANT tank_${owner} TO CURRENT_USER; END IF; END $$`;
}

function ownedSchema(owner: Owner): string[] {
  return [
    `CREATE SCHEMA IF NOT EXISTS ${owner} AUTHORIZATION tank_${owner}`,
    `REVOKE ALL ON SCHEMA ${owner} FROM PUBLIC`,
    `ALTER ROLE tank_${owner} SET search_path = ${owner}`,
  ];
}

/** Without the right to create roles, all is well if a DBA has made them with our passwords. */
async function checkAlreadyPrepared(adminUrl: string, passwords: RolePasswords, database: string, statements: string[]): Promise<void> {
  try {
    for (const role of LOGS_DB_ROLES) await checkRole(roleUrlOf(adminUrl, role, passwords), role === 'reader' ? 'logs' : role);
  } catch (cause) {
    throw new RolesMissing(
      `The user of LOGS_DB_URL may not create roles, and Tank's roles are not there yet or have other passwords (${(cause as Error).message}). ` +
        `Let a DBA run this in the database ${database}; it holds no password, only what verifies Tank's own:\n\n${statements.join(';\n')};\n`,
      { cause },
    );
  }
}

async function checkRole(url: string, schema: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ schema: string | null }>('SELECT current_schema() AS schema');
    if (rows[0]!.schema !== schema) throw new Error(`${client.user} does not have ${schema} as its schema`);
  } finally {
    await client.end();
  }
}

/** What PostgreSQL stores for a SCRAM-SHA-256 password (RFC 5802): so no password appears in SQL or in a server's log. */
export function scramVerifier(password: string, salt = randomBytes(16), iterations = 4096): string {
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const storedKey = createHash('sha256').update(createHmac('sha256', salted).update('Client Key').digest()).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
