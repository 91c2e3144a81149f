import type { SourceTrouble } from '../../problem.js';

/*
 * The account that Tank logs on with. All of them last until somebody changes the account or the connection.
 */
export function wrongPassword(user: string): SourceTrouble {
  return {
    code: 'SOURCE_WRONG_PASSWORD',
    isLasting: true,
    message: [`The database refuses user ${user} or the password.`, `DB가 사용자 ${user}의 로그인을 거부했습니다.`],
    cause: [
      'User name or password is wrong; passwords distinguish upper and lower case. Tank tries only a few times by itself, so that the account is not locked.',
      '사용자 이름 또는 비밀번호가 틀립니다(비밀번호는 대소문자를 구분). 계정이 잠기지 않도록 Tank는 몇 번만 스스로 시도합니다.',
    ],
    remedy: [
      'Correct user and password of this connection (no restart is needed), then run Connect Test.',
      '이 연결의 사용자와 비밀번호를 고친 뒤(재시작 불필요) 연결 테스트를 실행하세요.',
    ],
  };
}

export function noPassword(user: string): SourceTrouble {
  return {
    code: 'SOURCE_WRONG_PASSWORD',
    isLasting: true,
    message: [`The connection has no user or no password for ${user}.`, `연결에 사용자 ${user}의 로그인 정보가 없습니다.`],
    cause: ['An empty password was saved.', '비밀번호가 비어 있습니다.'],
    remedy: ['Give user and password of this connection, then run Connect Test.', '이 연결의 사용자와 비밀번호를 입력한 뒤 연결 테스트를 실행하세요.'],
  };
}

export function accountLocked(user: string): SourceTrouble {
  return {
    code: 'SOURCE_ACCOUNT_LOCKED',
    isLasting: true,
    message: [`The account ${user} is locked.`, `계정이 잠겨 있습니다: ${user}.`],
    cause: [
      'Too many logons with a wrong password (by whatever program), or a DBA locked it.',
      '(다른 프로그램을 포함해) 비밀번호 오류 횟수를 넘었거나 DBA가 잠갔습니다.',
    ],
    remedy: [
      'Find the program that uses an old password, ask the DBA to unlock the account (ALTER USER … ACCOUNT UNLOCK), then run Connect Test: Tank tries only a few times by itself.',
      '먼저 예전 비밀번호를 쓰는 프로그램이 있는지 확인하고, DBA에게 잠금 해제(ALTER USER … ACCOUNT UNLOCK)를 요청한 뒤 연결 테스트를 실행하세요. Tank는 몇 번만 스스로 시도합니다.',
    ],
  };
}

export function passwordExpired(user: string): SourceTrouble {
  return {
    code: 'SOURCE_PASSWORD_EXPIRED',
    isLasting: true,
    message: [`The password of ${user} has expired.`, `비밀번호가 만료되었습니다: ${user}.`],
    cause: ['The PASSWORD_LIFE_TIME of its profile has passed.', '프로파일의 비밀번호 유효 기간(PASSWORD_LIFE_TIME)이 지났습니다.'],
    remedy: [
      'Have the DBA set a new one (ALTER USER … IDENTIFIED BY …), enter it in this connection (no restart is needed), then run Connect Test.',
      'DBA에게 새 비밀번호 설정(ALTER USER … IDENTIFIED BY …)을 요청해 이 연결에 입력한 뒤(재시작 불필요) 연결 테스트를 실행하세요.',
    ],
  };
}

/** A warning: everything still works. @param days null where the database does not say. */
export function passwordExpires(user: string, days: number | null): SourceTrouble {
  const [inDays, inDaysKo] = days === null ? ['soon', '곧'] : [`within ${days} days`, `${days}일 안에`];
  return {
    code: 'SOURCE_PASSWORD_EXPIRES',
    message: [`The password of ${user} expires ${inDays}.`, `비밀번호가 ${inDaysKo} 만료됩니다: ${user}.`],
    cause: ['It is in the grace time of its profile; after that no run can reach the database.', '프로파일의 유예 기간입니다. 이 기간이 지나면 모든 실행이 DB에 접속하지 못합니다.'],
    remedy: [
      'Have the DBA set a new one now and enter it in this connection; it takes effect without a restart.',
      '지금 DBA에게 새 비밀번호 설정을 요청하고 이 연결에 입력하세요. 재시작 없이 적용됩니다.',
    ],
  };
}

export function passwordRules(user: string): SourceTrouble {
  return {
    code: 'SOURCE_PASSWORD_RULES',
    isLasting: true,
    message: [`The database does not accept the new password of ${user}.`, `DB가 새 비밀번호를 받아들이지 않았습니다: ${user}.`],
    cause: ['It breaks a rule of the profile (length, kinds of characters), or was used before.', '프로파일의 비밀번호 규칙(길이, 문자 종류)에 맞지 않거나 이전에 쓴 비밀번호입니다.'],
    remedy: ['Choose another one by the rules that the DBA tells.', 'DBA에게 규칙을 확인해 다른 비밀번호를 쓰세요.'],
  };
}

export function noSessionRight(user: string): SourceTrouble {
  return {
    code: 'SOURCE_NOT_ALLOWED',
    isLasting: true,
    message: [`The user ${user} may not log on.`, `로그인 권한이 없는 사용자입니다: ${user}.`],
    cause: ['It lacks the privilege CREATE SESSION.', 'CREATE SESSION 권한이 없습니다.'],
    remedy: ['Ask the DBA: GRANT CREATE SESSION.', 'DBA에게 GRANT CREATE SESSION을 요청하세요.'],
  };
}

/** The seeds call it a missing right; its true cause is the user that was chosen. */
export function sysUser(user: string): SourceTrouble {
  return {
    code: 'SOURCE_SYS_USER',
    isLasting: true,
    message: [`The connection uses ${user}, who can log on only as SYSDBA or SYSOPER.`, `연결의 사용자가 SYSDBA·SYSOPER로만 로그인할 수 있는 계정입니다: ${user}.`],
    cause: ['SYS is the owner of the database itself. Tank never logs on as SYSDBA.', 'SYS는 DB 자체의 소유 계정입니다. Tank는 SYSDBA로 접속하지 않습니다.'],
    remedy: [
      'Enter an ordinary user with the few rights that Tank needs, and do not give SYS more rights.',
      '필요한 최소 권한만 가진 일반 사용자를 만들어 이 연결에 입력하세요. SYS에 권한을 추가하는 문제가 아닙니다.',
    ],
  };
}

/** @param code of the application's own error, ORA-20000 to ORA-20999. */
export function logonTrigger(user: string, code: string): SourceTrouble {
  return {
    code: 'SOURCE_NOT_ALLOWED',
    isLasting: true,
    message: [`A rule of the database's own does not let ${user} in.`, `DB의 자체 규칙이 사용자 ${user}의 로그인을 막았습니다.`],
    cause: [`A logon trigger or an access control raised ${code}.`, `로그온 트리거 또는 접근 제어가 ${code} 오류를 냈습니다.`],
    remedy: ['Ask the DBA to allow this user and this server there.', 'DBA에게 이 사용자와 이 서버의 허용을 요청하세요.'],
  };
}
