import pg from 'pg';
import { LOGS_DB_ROLES, roleUrlOf, type LogsDbRole, type RolePasswords } from './logs-db-roles.ts';

/** `missing`: nobody has it yet. `fits`: our password opens it. `differs`: it has another password, or may not log in. */
export type RoleState = 'missing' | 'fits' | 'differs';
export type RoleStates = Record<LogsDbRole, RoleState>;

/** The server's roles are in use by an installation that has other passwords; nothing was changed. */
export class RolesTaken extends Error {}

/** PostgreSQL checks the password before anything else: these say that it was wrong, or that there is none. */
const WRONG_PASSWORD = new Set(['28P01', '28000']);
/** The password was right, but the role has not been let into this database yet. */
const NOT_LET_IN = '42501';

/** Tries our passwords on the roles that are there. */
export async function roleStates(client: pg.Client, adminUrl: string, passwords: RolePasswords): Promise<RoleStates> {
  const { rows } = await client.query<{ name: string }>('SELECT rolname AS name FROM pg_roles WHERE rolname = ANY ($1)', [LOGS_DB_ROLES.map((role) => `tank_${role}`)]);
  const known = new Set(rows.map(({ name }) => name));
  const states = LOGS_DB_ROLES.map(async (role) => {
    if (!known.has(`tank_${role}`)) return [role, 'missing'] as const;
    return [role, (await doesLogIn(roleUrlOf(adminUrl, role, passwords))) ? 'fits' : 'differs'] as const;
  });
  return Object.fromEntries(await Promise.all(states)) as RoleStates;
}

async function doesLogIn(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, application_name: 'tank-prepare' });
  try {
    await client.connect();
    return true;
  } catch (error) {
    const code = (error as pg.DatabaseError).code ?? '';
    if (code === NOT_LET_IN) return true;
    if (WRONG_PASSWORD.has(code)) return false;
    throw error;
  } finally {
    await client.end();
  }
}

/**
 * Roles belong to the whole server. One whose password differs is ours to repair (the secrets were lost) only while nobody
 * else can miss the old password: no session is open as that role, and no other database of the server has a Tank.
 */
export async function refuseWhatOthersUse(client: pg.Client, states: RoleStates): Promise<void> {
  const differing = LOGS_DB_ROLES.filter((role) => states[role] === 'differs').map((role) => `tank_${role}`);
  if (differing.length === 0) return;
  const uses = await usesElsewhere(client, differing);
  if (uses.length === 0) return;
  throw new RolesTaken(
    `LOGS_DB_URL: 이 PostgreSQL 서버의 역할 ${differing.join(', ')}은(는) 다른 Tank 설치가 쓰고 있으며 비밀번호가 다릅니다. 비밀번호를 바꾸면 그 설치가 접속하지 못하므로 아무것도 바꾸지 않았습니다. ` +
      '해결: 이 설치에 별도의 PostgreSQL 서버를 주십시오. 같은 설치라면 먼저 실행 중인 쪽을 멈추거나, 그쪽의 .tank/secrets 에서 logs-db-* 와 dbio-key 파일을 여기의 .tank/secrets 로 복사하십시오.\n' +
      `LOGS_DB_URL: another installation of Tank uses the roles ${differing.join(', ')} of this PostgreSQL server, with other passwords (${uses.join('; ')}). ` +
      'Changing them would lock it out, so nothing was changed. Remedy: give this installation a PostgreSQL server of its own; or, if it is to be the same installation, ' +
      'stop the one that runs, or copy logs-db-* and dbio-key from its .tank/secrets to ours.',
  );
}

/** pg_shdepend, which everybody may read, knows what each role owns, or may use, in every database of the server. */
async function usesElsewhere(client: pg.Client, roles: string[]): Promise<string[]> {
  const { rows } = await client.query<{ what: string }>(
    `SELECT DISTINCT format('database %s holds its tables', d.datname) AS what
       FROM pg_shdepend s JOIN pg_roles r ON s.refclassid = 'pg_authid'::regclass AND r.oid = s.refobjid JOIN pg_database d ON d.oid = s.dbid
      WHERE r.rolname = ANY ($1) AND d.datname <> current_database()
     UNION
     SELECT format('%s is connected to database %s', a.usename, a.datname) FROM pg_stat_activity a WHERE a.usename = ANY ($1)
     ORDER BY 1`,
    [roles],
  );
  return rows.map(({ what }) => what);
}
