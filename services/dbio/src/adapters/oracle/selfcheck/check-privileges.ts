import type { Row } from '@tank/contracts';
import type { AskedSession } from './asked-session.js';
import { isAtLeast, type Reached } from './check-server.js';
import { about, type Finding } from './finding.js';
import { judgePrivileges, type ObjectPrivilege } from './judge-privileges.js';

const PRIVILEGES = about('privileges', ['Privileges', '권한']);

/** Oracle's own schemas let everybody write some of their tables. */
const WRITES_OF_PUBLIC = "SELECT 'PUBLIC' AS role, p.table_schema AS owner, p.table_name, p.privilege FROM all_tab_privs p JOIN all_users u ON u.username = p.table_schema "
  + "WHERE p.grantee = 'PUBLIC' AND p.privilege IN ('INSERT', 'UPDATE', 'DELETE') AND u.oracle_maintained = 'N'";

/** What the dictionary shows every user of its own rights; of those of PUBLIC only what could change a customer's data. */
export async function checkPrivileges(session: AskedSession, { version }: Reached, updateTable: string | null): Promise<Finding[]> {
  const system = await session.readable('SELECT privilege FROM session_privs');
  const objects = await session.readable('SELECT owner, table_name, privilege FROM user_tab_privs WHERE grantee = USER');
  if (!system || !objects) return [PRIVILEGES.skipped(['SESSION_PRIVS or USER_TAB_PRIVS cannot be read', 'SESSION_PRIVS, USER_TAB_PRIVS를 조회할 수 없음'])];
  const columns = await orNone(session, 'SELECT owner, table_name, column_name, privilege FROM user_col_privs WHERE grantee = USER');
  const throughRoles = await orNone(session, "SELECT role, owner, table_name, column_name, privilege FROM role_tab_privs WHERE owner NOT IN ('SYS', 'SYSTEM')");
  const ofPublic = await orNone(session, WRITES_OF_PUBLIC);
  const grantable = await orNone(session, "SELECT privilege FROM user_sys_privs WHERE admin_option = 'YES'");
  const roles = await orNone(session, 'SELECT role FROM session_roles');
  const owned = await orNone(session, 'SELECT object_type, COUNT(*) AS objects FROM user_objects GROUP BY object_type');
  const onSchemas = isAtLeast(version, 23) ? await orNone(session, 'SELECT * FROM session_schema_privs') : [];
  return judgePrivileges({
    system: texts(system, 'PRIVILEGE'),
    grantable: texts(grantable, 'PRIVILEGE'),
    roles: texts(roles, 'ROLE'),
    onSchemas: onSchemas.map(({ PRIVILEGE, SCHEMA }) => ({ privilege: String(PRIVILEGE), schema: String(SCHEMA) })),
    objects: [...objects, ...columns, ...throughRoles, ...ofPublic].map(objectPrivilege),
    owned: owned.map(({ OBJECT_TYPE, OBJECTS }) => ({ type: String(OBJECT_TYPE), count: Number(OBJECTS) })),
  }, updateTable);
}

async function orNone(session: AskedSession, sql: string): Promise<Row[]> {
  return (await session.readable(sql)) ?? [];
}

function texts(rows: Row[], column: string): string[] {
  return rows.map((row) => String(row[column])).sort();
}

function objectPrivilege({ OWNER, TABLE_NAME, COLUMN_NAME, PRIVILEGE, ROLE }: Row): ObjectPrivilege {
  return { object: `${String(OWNER)}.${String(TABLE_NAME)}`, column: textOrNull(COLUMN_NAME), privilege: String(PRIVILEGE), role: textOrNull(ROLE) };
}

function textOrNull(value: Row[string] | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
