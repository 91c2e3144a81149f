import type { SourceTrouble } from '../../problem.js';

/*
 * What a PostgreSQL server says of itself and of the user, in the words of an operator.
 */
export function wrongPassword(user: string): SourceTrouble {
  return {
    code: 'SOURCE_WRONG_PASSWORD',
    isLasting: true,
    message: [`The database refuses the password of ${user}.`, `DB가 사용자 ${user}의 비밀번호를 거부했습니다.`],
    cause: ['User or password is wrong.', '사용자 또는 비밀번호가 틀립니다.'],
    remedy: ['Correct the user and the password of this connection.', '이 연결의 사용자와 비밀번호를 고치세요.'],
  };
}

export function encryptionWanted(): SourceTrouble {
  return {
    code: 'SOURCE_TLS',
    isLasting: true,
    message: ['The database wants an encrypted connection.', 'DB가 암호화된 연결만 허용합니다.'],
    cause: ['pg_hba.conf accepts no unencrypted connection from here.', 'pg_hba.conf가 이 서버의 암호화되지 않은 접속을 허용하지 않습니다.'],
    remedy: ['Switch TLS on for this connection (or SOURCE_TLS=on).', '이 연결의 TLS를 켜거나 SOURCE_TLS=on으로 설정하세요.'],
  };
}

/** @param detail the code of the TLS library, or its words. */
export function noEncryptedConnection(host: string, detail: string): SourceTrouble {
  return {
    code: 'SOURCE_TLS',
    isLasting: true,
    message: [`No encrypted connection to ${host} could be made.`, `${host}에 암호화 연결을 맺지 못했습니다.`],
    cause: [detail, `TLS 설정이 서버와 맞지 않거나 서버 인증서를 신뢰할 수 없습니다: ${detail}`],
    remedy: [
      'Match the TLS of this connection (or SOURCE_TLS) with the server, and give its certificate authority in NODE_EXTRA_CA_CERTS.',
      '이 연결의 TLS(또는 SOURCE_TLS)를 서버에 맞추고, 인증 기관의 인증서를 NODE_EXTRA_CA_CERTS에 지정하세요.',
    ],
  };
}

export function notAllowed(user: string): SourceTrouble {
  return {
    code: 'SOURCE_NOT_ALLOWED',
    isLasting: true,
    message: [`The database does not let ${user} in from here.`, `DB가 이 서버에서의 사용자 ${user} 접속을 허용하지 않습니다.`],
    cause: ['The user does not exist, may not log in, or pg_hba.conf does not list this server.', '사용자가 없거나, 로그인 권한이 없거나, pg_hba.conf에 이 서버가 없습니다.'],
    remedy: ['Ask the DBA to allow this user from this server.', 'DBA에게 이 서버에서의 접속 허용을 요청하세요.'],
  };
}

export function unknownDatabase(database: string, at: string): SourceTrouble {
  return {
    code: 'SOURCE_UNKNOWN_DATABASE',
    isLasting: true,
    message: [`There is no database ${database} on ${at}.`, `${at}에 그 이름의 데이터베이스가 없습니다: ${database}.`],
    cause: ['The name is wrong.', '데이터베이스 이름이 틀립니다.'],
    remedy: ['Correct the database name.', '데이터베이스 이름을 고치세요.'],
  };
}

export function takesNoMore(at: string): SourceTrouble {
  return {
    code: 'SOURCE_FULL',
    message: [`${at} takes no more now.`, `${at} DB가 지금은 더 받을 수 없습니다.`],
    cause: ['Its connections, memory or disk are used up.', '연결 수, 메모리 또는 디스크가 부족합니다.'],
    remedy: ['Ask the DBA to raise the limit or to free some.', 'DBA에게 한도를 늘리거나 여유를 확보해 달라고 요청하세요.'],
  };
}

export function startingOrStopping(at: string): SourceTrouble {
  return {
    code: 'SOURCE_DOWN',
    message: [`${at} is starting or shutting down.`, `${at} DB가 시작 중이거나 종료 중입니다.`],
    cause: ['The database said so itself.', 'DB가 직접 알린 상태입니다.'],
    remedy: ['Wait; Tank connects again by itself.', '기다리세요. Tank는 저절로 다시 연결합니다.'],
  };
}
