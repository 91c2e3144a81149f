import { about, someOf, type Finding } from './finding.js';

/** What the dictionary says that a user may do. Names in the case in which Oracle keeps them. */
export interface Privileges {
  /** With roles: SESSION_PRIVS. */
  system: string[];
  /** Those that the user may hand on. */
  grantable: string[];
  /** Enabled in the session, roles of roles too. */
  roles: string[];
  /** From 23ai: `SELECT ANY TABLE ON SCHEMA CRM`. */
  onSchemas: { privilege: string; schema: string }[];
  objects: ObjectPrivilege[];
  /** What the user owns: `TABLE` 3. */
  owned: { type: string; count: number }[];
}

export interface ObjectPrivilege {
  /** `CRM.CUSTOMER` */
  object: string;
  /** null: of the whole object. */
  column: string | null;
  privilege: string;
  /** Through a role; null: granted to the user. */
  role: string | null;
}

const SYSTEM = about('system-privileges', ['System privileges', '시스템 권한']);
const ROLES = about('roles', ['Roles', '롤']);
const WRITES = about('write-privileges', ['What it can change', '변경할 수 있는 대상']);
const OWNED = about('own-objects', ['Objects of its own', '소유한 객체']);
const READS = about('read-privileges', ['What it can read', '조회할 수 있는 대상']);
const TABLE = about('update-table', ['Table of the Update Query', '업데이트 대상 테이블']);

const READING = ['SELECT', 'READ'];
const CHANGING = ['INSERT', 'UPDATE', 'DELETE', 'ALTER', 'INDEX', 'REFERENCES', 'DEBUG', 'WRITE'];
/** What an Update Query does to its table. */
const UPDATING = ['UPDATE', 'INSERT'];
const POWERFUL_ROLES = new Set([
  'DBA', 'CDB_DBA', 'PDB_DBA', 'RESOURCE', 'IMP_FULL_DATABASE', 'EXP_FULL_DATABASE', 'DATAPUMP_IMP_FULL_DATABASE', 'DATAPUMP_EXP_FULL_DATABASE', 'SELECT_CATALOG_ROLE',
  'EXECUTE_CATALOG_ROLE', 'SCHEDULER_ADMIN', 'AQ_ADMINISTRATOR_ROLE', 'JAVASYSPRIV', 'DV_OWNER', 'DV_ADMIN',
]);

/** @param updateTable `SCHEMA.TABLE`, where Tank writes results. */
export function judgePrivileges(privileges: Privileges, updateTable: string | null): Finding[] {
  return [
    judgeSystem(privileges), judgeRoles(privileges), judgeWrites(privileges, updateTable), judgeOwned(privileges), describeReads(privileges),
    ...(updateTable === null ? [] : [judgeUpdateTable(privileges, updateTable)]),
  ];
}

function judgeSystem({ system, grantable, onSchemas }: Privileges): Finding {
  const any = system.filter((privilege) => /\bANY\b/.test(privilege));
  const further = system.filter((privilege) => privilege !== 'CREATE SESSION' && !any.includes(privilege));
  const schemas = onSchemas.map(({ privilege, schema }) => `${privilege} ON SCHEMA ${schema}`);
  if (any.length + schemas.length > 0) {
    return SYSTEM.warning(someOf([...any, ...schemas, ...further]), [
      'It reaches tables of others that Tank has nothing to do with. Use a user made by docs/oracle/grants.sql.',
      'Tank와 관계없는 다른 테이블까지 접근할 수 있습니다. docs/oracle/grants.sql로 만든 사용자를 쓰세요.',
    ]);
  }
  if (further.length + grantable.length > 0) {
    return SYSTEM.warning(someOf([...further, ...grantable.map((privilege) => `${privilege} WITH ADMIN OPTION`)]), [
      'Tank needs CREATE SESSION alone: revoke the others.',
      'Tank에는 CREATE SESSION만 필요합니다. 나머지를 회수하세요.',
    ]);
  }
  return SYSTEM.ok(someOf(system));
}

function judgeRoles({ roles }: Privileges): Finding {
  const powerful = roles.filter((role) => POWERFUL_ROLES.has(role));
  if (powerful.length === 0) return ROLES.ok(roles.length === 0 ? ['none', '없음'] : someOf(roles));
  return ROLES.warning(someOf([...powerful, ...roles.filter((role) => !powerful.includes(role))]), [
    `Revoke ${powerful.join(', ')}: whoever gets hold of this connection could do far more than Tank does.`,
    `${powerful.join(', ')} 롤을 회수하세요. 이 연결이 유출되면 Tank가 하는 일보다 훨씬 많은 것을 할 수 있습니다.`,
  ]);
}

function judgeWrites({ objects }: Privileges, updateTable: string | null): Finding {
  const changes = objects.filter(({ privilege }) => CHANGING.includes(privilege));
  const isExpected = ({ object, privilege }: ObjectPrivilege) => updateTable !== null && object === updateTable && UPDATING.includes(privilege);
  const outside = changes.filter((change) => !isExpected(change));
  if (outside.length > 0) {
    return WRITES.warning(someOf(writtenAs(outside)), updateTable === null
      ? ['Where it is the table of the Update Query, name it: --update-table SCHEMA.TABLE. Revoke everything else.', '업데이트 쿼리의 테이블이면 --update-table 스키마.테이블로 지정하세요. 그 밖의 권한은 회수하세요.']
      : [`Revoke what is not an update of ${updateTable}.`, `${updateTable} 업데이트에 필요하지 않은 권한을 회수하세요.`]);
  }
  const whole = changes.filter(({ privilege, column }) => privilege === 'UPDATE' && column === null);
  const figure = changes.length === 0 ? (['nothing', '없음'] as const) : someOf(writtenAs(changes));
  return WRITES.ok(figure, whole.length === 0 ? null : [
    'Safer still: UPDATE on the columns alone that the Update Query sets, GRANT UPDATE (column, …).',
    '업데이트 쿼리가 쓰는 컬럼만 허용하면 더 안전합니다: GRANT UPDATE (컬럼, …).',
  ]);
}

/** `UPDATE (SENT_AT, SEND_STATUS) ON CRM.CUSTOMER` */
function writtenAs(privileges: ObjectPrivilege[]): string[] {
  const columns = new Map<string, string[]>();
  for (const { object, column, privilege, role } of privileges) {
    const key = JSON.stringify([privilege, object, role, column === null]);
    columns.set(key, [...(columns.get(key) ?? []), ...(column === null ? [] : [column])]);
  }
  return [...columns].map(([key, names]) => {
    const [privilege, object, role] = JSON.parse(key) as [string, string, string | null];
    return `${privilege}${names.length > 0 ? ` (${someOf(names)})` : ''} ON ${object}${role === null ? '' : ` [${role}]`}`;
  });
}

function judgeOwned({ owned }: Privileges): Finding {
  const figure = owned.map(({ type, count }) => `${type} ${count}`);
  const isChangeable = owned.some(({ type }) => type === 'TABLE' || type === 'TABLE PARTITION');
  if (!isChangeable) return OWNED.ok(figure.length === 0 ? ['none', '없음'] : someOf(figure));
  return OWNED.warning(someOf(figure), [
    'It owns tables, and an owner may change, empty and drop them. Let Tank log on as a user of its own.',
    '테이블의 소유자는 내용을 바꾸거나 비우거나 삭제할 수 있습니다. Tank 전용 사용자로 접속하세요.',
  ]);
}

function describeReads({ objects }: Privileges): Finding {
  const readable = new Set(objects.filter(({ privilege }) => READING.includes(privilege)).map(({ object }) => object));
  const runnable = new Set(objects.filter(({ privilege }) => privilege === 'EXECUTE').map(({ object }) => object));
  const programs = runnable.size === 0 ? (['', ''] as const) : ([`; may run ${someOf([...runnable])}`, `; 실행 가능: ${someOf([...runnable])}`] as const);
  return READS.ok([`tables and views: ${readable.size}${programs[0]}`, `테이블·뷰 ${readable.size}개${programs[1]}`], runnable.size === 0 ? null : [
    'A procedure acts with the rights of its owner: see that it does no more than you want.',
    '프로시저는 소유자의 권한으로 동작합니다. 의도한 일만 하는지 확인하세요.',
  ]);
}

function judgeUpdateTable({ objects }: Privileges, updateTable: string): Finding {
  const held = objects.filter(({ object }) => object === updateTable);
  const canChange = held.some(({ privilege }) => UPDATING.includes(privilege));
  const canSelect = held.some(({ privilege }) => privilege === 'SELECT');
  const figure = held.length === 0 ? (['no privilege on it', '권한 없음'] as const) : someOf(writtenAs(held));
  if (!canChange) {
    return TABLE.warning(figure, [
      `No right to update ${updateTable} was found. Where a view, a procedure or an ANY privilege stands in for it, all is well; otherwise: GRANT SELECT, UPDATE (column, …) ON ${updateTable}.`,
      `${updateTable}의 업데이트 권한을 찾지 못했습니다. 뷰, 프로시저, ANY 권한으로 업데이트한다면 괜찮고, 아니면 GRANT SELECT, UPDATE (컬럼, …) ON ${updateTable}이 필요합니다.`,
    ]);
  }
  if (canSelect) return TABLE.ok(figure);
  return TABLE.warning(figure, [
    `An UPDATE with a WHERE needs SELECT too where SQL92_SECURITY is TRUE, as it is by default since 12.2 (READ is not enough): GRANT SELECT ON ${updateTable}.`,
    `SQL92_SECURITY가 TRUE이면(12.2부터 기본값) WHERE가 있는 UPDATE에는 SELECT 권한도 필요합니다(READ로는 부족): GRANT SELECT ON ${updateTable}.`,
  ]);
}
