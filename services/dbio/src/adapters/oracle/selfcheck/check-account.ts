import type { AskedSession } from './asked-session.js';
import { userEnvironment, type Reached } from './check-server.js';
import { about, type Finding } from './finding.js';

const LOGON = about('logon-user', ['Kind of user', '사용자 종류']);
const ACCOUNT = about('account', ['Account and password', '계정과 비밀번호']);
const VERIFIER = about('password-verifier', ['Password verifier', '비밀번호 검증자']);
const PROFILE = about('profile', ['Limits of the profile', '프로파일 제한']);

const SOON_DAYS = 14;
const DAY_MS = 86_400_000;
const FEW_ATTEMPTS = 5;
/** Beside the pool: a Target Query, and a check or a connect test. */
const FURTHER_SESSIONS = 2;

/** Before anything is tried: SYS logs on as SYSDBA or not at all. */
export function refuseSys(user: string): Finding | null {
  if (!/^"?sys"?(\s+as\s+sys\w+)?$|\bas\s+sys(dba|oper|backup|dg|km|rac|asm)$/i.test(user.trim())) return null;
  return LOGON.failed(user, [
    'Tank never logs on as SYS or SYSDBA, whose rights know no limit (ORA-28009). Have the DBA make a user by docs/oracle/grants.sql.',
    'Tank는 제한이 없는 SYS·SYSDBA로 접속하지 않습니다(ORA-28009). DBA에게 docs/oracle/grants.sql로 전용 사용자를 만들어 달라고 하세요.',
  ]);
}

export async function checkLogonUser(session: AskedSession): Promise<Finding[]> {
  const [isDba, schema] = [await userEnvironment(session, 'ISDBA'), await userEnvironment(session, 'CURRENT_SCHEMA')];
  if (isDba === 'TRUE') return [LOGON.failed('SYSDBA', ['Make a user of its own for Tank: docs/oracle/grants.sql.', 'Tank 전용 사용자를 만드세요: docs/oracle/grants.sql.'])];
  return [LOGON.ok([`ordinary; names without a schema mean ${schema ?? '?'}`, `일반 사용자, 스키마를 생략하면 ${schema ?? '?'}`])];
}

export async function checkAccount(session: AskedSession): Promise<Finding[]> {
  const [row] = (await session.readable('SELECT account_status, expiry_date, SYSDATE AS today FROM user_users')) ?? [];
  if (!row) return [ACCOUNT.skipped(['USER_USERS cannot be read', 'USER_USERS를 조회할 수 없음'])];
  const status = String(row.ACCOUNT_STATUS);
  const expires = row.EXPIRY_DATE === null ? null : String(row.EXPIRY_DATE).slice(0, 'YYYY-MM-DD'.length);
  const days = row.EXPIRY_DATE === null ? null : Math.ceil((Date.parse(`${String(row.EXPIRY_DATE)}Z`) - Date.parse(`${String(row.TODAY)}Z`)) / DAY_MS);
  const figure = [`${status}, ${expires === null ? 'the password does not expire' : `the password expires on ${expires} (${days} days)`}`,
    `${status}, ${expires === null ? '비밀번호 만료 없음' : `비밀번호 만료일 ${expires}(${days}일)`}`] as const;
  const isGrace = /GRACE|EXPIRED/.test(status);
  if (!isGrace && (days === null || days > SOON_DAYS)) return [ACCOUNT.ok(figure)];
  return [ACCOUNT.warning(figure, [
    'When it has expired, no run reaches the database (ORA-28001). Change it now: docs/oracle/dba-guide.md, "The password".',
    '만료되면 모든 실행이 DB에 접속하지 못합니다(ORA-28001). 지금 바꾸세요: docs/oracle/dba-guide.md의 "비밀번호".',
  ])];
}

export async function checkVerifier(session: AskedSession, { isThin }: Reached): Promise<Finding[]> {
  const [row] = (await session.readable('SELECT password_versions FROM dba_users WHERE username = USER')) ?? [];
  const versions = row?.PASSWORD_VERSIONS === undefined || row.PASSWORD_VERSIONS === null ? null : String(row.PASSWORD_VERSIONS).trim();
  if (versions === null) {
    return [VERIFIER.ok(isThin
      ? ['11G or 12C, since thin mode logs on with no other (DBA_USERS is not readable, as it should be)', '11G 또는 12C(thin 모드는 이 둘로만 로그인. DBA_USERS는 조회 권한 없음이 정상)']
      : ['not readable, as it should be', '조회 권한 없음(정상)'])];
  }
  if (/11G|12C/.test(versions)) return [VERIFIER.ok(versions)];
  return [VERIFIER.warning(versions, [
    'Only the old 10G verifier: thin mode cannot log on with it (NJS-116). Have the DBA set the password anew, with SQLNET.ALLOWED_LOGON_VERSION_SERVER at 12 or 12a.',
    '예전 10G 검증자만 있어 thin 모드로 로그인할 수 없습니다(NJS-116). SQLNET.ALLOWED_LOGON_VERSION_SERVER를 12 또는 12a로 두고 비밀번호를 다시 설정하세요.',
  ])];
}

/** @param poolMax sessions that one replica may have for look-ups and updates */
export async function checkProfile(session: AskedSession, poolMax: number): Promise<Finding[]> {
  const views = [await session.readable('SELECT * FROM user_resource_limits'), await session.readable('SELECT * FROM user_password_limits')];
  if (views.every((view) => view === null)) return [PROFILE.skipped(['USER_RESOURCE_LIMITS cannot be read', 'USER_RESOURCE_LIMITS를 조회할 수 없음'])];
  const limits = Object.fromEntries(views.flatMap((view) => view ?? []).map((row) => [String(row.RESOURCE_NAME), String(row.LIMIT)]));
  const set = Object.entries(limits).filter(([, limit]) => /^[\d.]+$/.test(limit));
  const figure = set.length === 0 ? (['none', '없음'] as const) : set.map(([name, limit]) => `${name} ${limit}`).join(', ');
  const needed = poolMax + FURTHER_SESSIONS;
  if (Number(limits.SESSIONS_PER_USER) < needed) {
    return [PROFILE.warning(figure, [
      `SESSIONS_PER_USER is less than one replica may use: ${poolMax} of its pool and ${FURTHER_SESSIONS} more (ORA-02391). Raise it to ${needed}, or lower the pool of the connection.`,
      `SESSIONS_PER_USER가 dbio 하나의 최대 세션(풀 ${poolMax} + ${FURTHER_SESSIONS})보다 작습니다(ORA-02391). ${needed} 이상으로 올리거나 연결의 풀을 줄이세요.`,
    ])];
  }
  if (Number(limits.FAILED_LOGIN_ATTEMPTS) < FEW_ATTEMPTS) {
    return [PROFILE.warning(figure, [
      'The account is locked after very few wrong passwords: 10 leaves room for a change of the password.',
      '비밀번호 오류 허용 횟수가 매우 적어 계정이 쉽게 잠깁니다. 10 정도면 비밀번호 변경 때 여유가 있습니다.',
    ])];
  }
  return [PROFILE.ok(figure)];
}
