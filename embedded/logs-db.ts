import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { LOGS_DB_ROLES, OWNERS, roleUrlOf, scramVerifier, type LogsDbRole, type Owner, type RolePasswords } from './logs-db-roles.ts';
import { refuseWhatOthersUse, roleStates, type RoleState, type RoleStates } from './role-passwords.ts';

export class RolesMissing extends Error {}

const LOCK = 7_265_110; // any number, the same for every launcher
const CONFLICTS = new Set(['XX000', '23505', '42710', '42P06', '40001', '40P01']);
const TRIES = 5;

/** What a launcher learns of the database that it has prepared. */
export interface PreparedLogsDb {
  /** Eight hexadecimal figures, made once and kept in the database: launchers that share it are one installation. */
  installationId: string;
  /** Roles that had another password than ours, which nobody else used, and now have ours. */
  repaired: LogsDbRole[];
}

/**
 * Prepares the database that `adminUrl` names: a role `tank_<owner>` and a schema `<owner>` for each owner, `tank_reader`,
 * and the installation's id in `tank.installation`. Safe to repeat and to run from several launchers at once.
 * Throws RolesTaken when the roles, which belong to the whole server, are another installation's, and RolesMissing with
 * the SQL for a DBA when this user may not create or change what is needed.
 */
export async function prepareLogsDb(adminUrl: string, passwords: RolePasswords): Promise<PreparedLogsDb> {
  const client = new pg.Client({ connectionString: adminUrl, application_name: 'tank-prepare' });
  await client.connect();
  try {
    const me = await whoAmI(client);
    const statesBefore = me.mayCreateRoles ? await prepareUnlessForbidden(client, adminUrl, me, passwords) : undefined;
    if (!statesBefore) return { installationId: await checkAlreadyPrepared(client, adminUrl, me, passwords), repaired: [] };
    return { installationId: await readInstallationId(client), repaired: LOGS_DB_ROLES.filter((role) => statesBefore[role] === 'differs') };
  } finally {
    await client.end();
  }
}

/** A database made from a prepared template has its schemas, but not the rights on the database itself: these are they. */
export function databaseRights(database: string): string[] {
  const name = pg.escapeIdentifier(database);
  return [`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`, `GRANT CONNECT ON DATABASE ${name} TO ${LOGS_DB_ROLES.map((role) => `tank_${role}`).join(', ')}`];
}

interface Me {
  user: string;
  database: string;
  mayCreateRoles: boolean;
}

async function whoAmI(client: pg.Client): Promise<Me> {
  const { rows } = await client.query<Me>(
    'SELECT current_user AS user, current_database() AS database, rolsuper OR rolcreaterole AS "mayCreateRoles" FROM pg_roles WHERE rolname = current_user',
  );
  return rows[0]!;
}

/** Undefined when the server forbids it: a user with CREATEROLE may not change roles that somebody else made. */
async function prepareUnlessForbidden(client: pg.Client, adminUrl: string, me: Me, passwords: RolePasswords): Promise<RoleStates | undefined> {
  try {
    return await prepareInOneGo(client, adminUrl, me, passwords);
  } catch (error) {
    if ((error as pg.DatabaseError).code === '42501') return undefined;
    throw error;
  }
}

/**
 * Roles are shared by all databases of a server while an advisory lock holds in one only, so two launchers with two
 * databases can still meet: the whole preparation is one transaction, and the loser looks at the roles and does it again.
 */
async function prepareInOneGo(client: pg.Client, adminUrl: string, me: Me, passwords: RolePasswords): Promise<RoleStates> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.query('BEGIN');
      await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
      const states = await roleStates(client, adminUrl, passwords);
      await refuseWhatOthersUse(client, states);
      await client.query(preparation(me, states, passwords, { creatorJoins: true }).join(';\n'));
      await client.query('COMMIT');
      return states;
    } catch (error) {
      await client.query('ROLLBACK');
      if (attempt === TRIES || !CONFLICTS.has((error as pg.DatabaseError).code ?? '')) throw error;
    }
  }
}

/** What is to be run, in order. A creator who is no superuser joins the roles, or could not own schemas in their name. */
function preparation({ user, database }: Me, states: RoleStates, passwords: RolePasswords, { creatorJoins }: { creatorJoins: boolean }): string[] {
  return [
    ...LOGS_DB_ROLES.flatMap((role) => loginRole(role, states[role], passwords[role])),
    ...(creatorJoins ? OWNERS.map((owner) => joinUnlessSuperuser(owner)) : []),
    ...databaseRights(database),
    'REVOKE ALL ON SCHEMA public FROM PUBLIC',
    ...OWNERS.flatMap((owner) => ownedSchema(owner)),
    'ALTER ROLE tank_reader SET search_path = logs',
    'ALTER ROLE tank_reader SET default_transaction_read_only = on',
    'GRANT USAGE ON SCHEMA logs TO tank_reader',
    'GRANT SELECT ON ALL TABLES IN SCHEMA logs TO tank_reader',
    'ALTER DEFAULT PRIVILEGES FOR ROLE tank_logs IN SCHEMA logs GRANT SELECT ON TABLES TO tank_reader',
    ...installation(user),
  ];
}

/** A role that somebody else has made meanwhile is a conflict, never a reason to change its password. */
function loginRole(role: LogsDbRole, state: RoleState, password: string): string[] {
  if (state === 'fits') return [];
  return [`${state === 'missing' ? 'CREATE' : 'ALTER'} ROLE tank_${role} LOGIN PASSWORD '${scramVerifier(password)}'`];
}

/** One row, made with the database; whoever prepares may read it, also where a DBA has made it. */
function installation(user: string): string[] {
  const reader = pg.escapeIdentifier(user);
  return [
    'CREATE SCHEMA IF NOT EXISTS tank',
    'CREATE TABLE IF NOT EXISTS tank.installation (id text NOT NULL, only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one))',
    `INSERT INTO tank.installation (id) VALUES ('${randomBytes(4).toString('hex')}') ON CONFLICT DO NOTHING`,
    `GRANT USAGE ON SCHEMA tank TO ${reader}`,
    `GRANT SELECT ON tank.installation TO ${reader}`,
  ];
}

async function readInstallationId(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ id: string }>('SELECT id FROM tank.installation');
  if (!rows[0]) throw new Error('tank.installation is empty');
  return rows[0].id;
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

/** Without the right to create roles, all is well if a DBA has made them with our passwords. Returns the installation's id. */
async function checkAlreadyPrepared(client: pg.Client, adminUrl: string, me: Me, passwords: RolePasswords): Promise<string> {
  const states = await roleStates(client, adminUrl, passwords);
  await refuseWhatOthersUse(client, states);
  try {
    for (const role of LOGS_DB_ROLES) await checkRole(roleUrlOf(adminUrl, role, passwords), role === 'reader' ? 'logs' : role);
    return await readInstallationId(client);
  } catch (cause) {
    const statements = preparation(me, states, passwords, { creatorJoins: false });
    throw new RolesMissing(
      `The user of LOGS_DB_URL may not create roles, and Tank's roles and schemas are not all there yet, or have other passwords (${(cause as Error).message}). ` +
        `Let a DBA run this in the database ${me.database}; it holds no password, only what verifies Tank's own:\n\n${statements.join(';\n')};\n`,
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
