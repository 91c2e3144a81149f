import type { SourceTrouble } from '../../problem.js';

/*
 * What is written in the connection or set for the client: connect strings, TNS_ADMIN, wallets, TLS, thin and thick mode.
 * All of them last until somebody changes a setting.
 */
export function badConnectString(): SourceTrouble {
  return {
    code: 'SOURCE_CONNECT_STRING',
    isLasting: true,
    message: ['The connect string cannot be read.', '접속 문자열(connect string)을 해석할 수 없습니다.'],
    cause: [
      'A bracket is missing, a parameter is unknown, or a user or password was written into it.',
      '괄호가 빠졌거나, 알 수 없는 항목이 있거나, 사용자·비밀번호를 함께 적었습니다.',
    ],
    remedy: [
      'Write host:port/service, tcps://host:port/service, a descriptor (DESCRIPTION=…) or an alias of tnsnames.ora; user and password have fields of their own.',
      'host:port/service, tcps://host:port/service, 디스크립터 (DESCRIPTION=…), tnsnames.ora의 별칭 중 하나로 쓰세요. 사용자와 비밀번호는 별도 항목입니다.',
    ],
  };
}

export function noTnsNames(): SourceTrouble {
  return {
    code: 'SOURCE_TNS_ALIAS',
    isLasting: true,
    message: ['The connect string is an alias, and there is no tnsnames.ora to look it up in.', '접속 문자열이 별칭인데 찾아볼 tnsnames.ora가 없습니다.'],
    cause: ['TNS_ADMIN is not set for dbio, or its folder has no tnsnames.ora that can be read.', 'dbio에 TNS_ADMIN이 설정되지 않았거나 그 폴더에 읽을 수 있는 tnsnames.ora가 없습니다.'],
    remedy: [
      'Set TNS_ADMIN to the folder of tnsnames.ora and start dbio again, or write host:port/service.',
      'TNS_ADMIN을 tnsnames.ora가 있는 폴더로 설정하고 dbio를 다시 시작하거나, host:port/service로 쓰세요.',
    ],
  };
}

export function unknownAlias(alias: string): SourceTrouble {
  return {
    code: 'SOURCE_TNS_ALIAS',
    isLasting: true,
    message: [`There is no alias ${alias} in tnsnames.ora.`, `tnsnames.ora에 없는 별칭입니다: ${alias}.`],
    cause: ['The alias is misspelled, or the file in the folder TNS_ADMIN is another one.', '별칭이 틀렸거나 TNS_ADMIN 폴더의 파일이 다른 파일입니다.'],
    remedy: ['Correct the alias, or the file; Tank reads it when dbio starts.', '별칭 또는 파일을 고치세요. 파일을 고쳤다면 dbio를 다시 시작하세요.'],
  };
}

/** @param detail the words of the TLS library. */
export function tlsFailed(at: string, detail: string): SourceTrouble {
  return {
    code: 'SOURCE_TLS',
    isLasting: true,
    message: [`No encrypted connection to ${at} could be made.`, `${at}에 암호화 연결을 맺지 못했습니다.`],
    cause: [
      `The certificate of the server is not trusted, or the port does not speak TLS${detail && `: ${detail}`}.`,
      `서버 인증서를 신뢰할 수 없거나 TLS 포트가 아닙니다${detail && `: ${detail}`}.`,
    ],
    remedy: [
      'Name its certificate authority in NODE_EXTRA_CA_CERTS (one-way TLS), or give a wallet with it; see that the port is one for TCPS.',
      '인증 기관의 인증서를 NODE_EXTRA_CA_CERTS에 지정하거나(단방향 TLS) 월렛(wallet)에 넣으세요. TCPS 포트인지도 확인하세요.',
    ],
  };
}

export function otherCertificateName(at: string): SourceTrouble {
  return {
    code: 'SOURCE_TLS',
    isLasting: true,
    message: [`The certificate of ${at} is for another name.`, `${at}의 인증서가 다른 이름으로 발급되었습니다.`],
    cause: [
      'With TLS "verify" the host name must be in the certificate; another server may have answered.',
      'TLS verify에서는 인증서에 호스트 이름이 있어야 합니다. 다른 서버가 응답했을 수도 있습니다.',
    ],
    remedy: [
      'Use the host name of the certificate, or set SSL_SERVER_CERT_DN in the connect string; TLS "on" checks the authority, not the name.',
      '인증서에 있는 호스트 이름을 쓰거나 접속 문자열에 SSL_SERVER_CERT_DN을 지정하세요. TLS on은 인증 기관만 확인하고 이름은 확인하지 않습니다.',
    ],
  };
}

export function walletUnusable(detail: string): SourceTrouble {
  return {
    code: 'SOURCE_WALLET',
    isLasting: true,
    message: ['The wallet of the connection cannot be used.', '연결의 월렛(wallet)을 사용할 수 없습니다.'],
    cause: [
      `ewallet.pem is missing, is no PEM, lacks the private key, or its password is wrong${detail && `: ${detail}`}.`,
      `ewallet.pem이 없거나, PEM 형식이 아니거나, 개인 키가 없거나, 월렛 비밀번호가 틀립니다${detail && `: ${detail}`}.`,
    ],
    remedy: [
      'Put an ewallet.pem with key, certificate and authority into the folder of the wallet below ORACLE_WALLET_DIR, and enter its password. For one-way TLS leave the wallet away and use NODE_EXTRA_CA_CERTS.',
      'ORACLE_WALLET_DIR 아래 월렛 폴더에 키·인증서·인증 기관이 모두 들어 있는 ewallet.pem을 두고 비밀번호를 입력하세요. 단방향 TLS라면 월렛 없이 NODE_EXTRA_CA_CERTS를 쓰세요.',
    ],
  };
}

export function walletDirMissing(wallet: string): SourceTrouble {
  return {
    code: 'SOURCE_WALLET',
    isLasting: true,
    message: ['The wallet of the connection cannot be found.', '연결의 월렛(wallet)을 찾을 수 없습니다.'],
    cause: [
      `The connection names the wallet ${wallet}, and dbio has no setting ORACLE_WALLET_DIR that says where wallets are.`,
      `연결에 월렛 ${wallet}이(가) 지정되어 있지만, dbio에 월렛 폴더를 알려 주는 ORACLE_WALLET_DIR 설정이 없습니다.`,
    ],
    remedy: ['Set ORACLE_WALLET_DIR for dbio and start it again.', 'dbio에 ORACLE_WALLET_DIR을 설정하고 다시 시작하세요.'],
  };
}

const USE_THICK = [
  "Set ORACLE_CLIENT_MODE=thick and ORACLE_CLIENT_LIB_DIR (Oracle's Instant Client) for dbio and start it again.",
  'dbio에 ORACLE_CLIENT_MODE=thick과 ORACLE_CLIENT_LIB_DIR(Oracle Instant Client 폴더)을 설정하고 다시 시작하세요.',
] as const;

export function serverTooOld(at: string): SourceTrouble {
  return {
    code: 'SOURCE_THICK_NEEDED',
    isLasting: true,
    message: [`The database on ${at} is older than 12.1.`, `${at}의 DB가 12.1보다 오래된 버전입니다.`],
    cause: ['Thin mode reaches 12.1 and newer; 11.2 needs thick mode with Instant Client 19.', 'Thin 모드는 12.1 이상만 지원합니다. 11.2는 Instant Client 19를 쓰는 Thick 모드가 필요합니다.'],
    remedy: USE_THICK,
  };
}

export function nativeEncryption(at: string): SourceTrouble {
  return {
    code: 'SOURCE_THICK_NEEDED',
    isLasting: true,
    message: [`The database on ${at} demands native network encryption.`, `${at}의 DB가 네이티브 네트워크 암호화를 요구합니다.`],
    cause: [
      'SQLNET.ENCRYPTION_SERVER or SQLNET.CRYPTO_CHECKSUM_SERVER is REQUIRED; thin mode speaks TLS only.',
      'SQLNET.ENCRYPTION_SERVER 또는 SQLNET.CRYPTO_CHECKSUM_SERVER가 REQUIRED입니다. Thin 모드는 TLS만 지원합니다.',
    ],
    remedy: [`${USE_THICK[0]} Or ask the DBA for a TCPS port.`, `${USE_THICK[1]} 또는 DBA에게 TCPS 포트를 요청하세요.`],
  };
}

export function nationalCharacterSet(): SourceTrouble {
  return {
    code: 'SOURCE_THICK_NEEDED',
    isLasting: true,
    message: ["The database's national character set cannot be read in thin mode.", 'DB의 국가별 문자 집합(NLS_NCHAR_CHARACTERSET)을 Thin 모드로 읽을 수 없습니다.'],
    cause: ['Thin mode needs AL16UTF16.', 'Thin 모드는 AL16UTF16만 지원합니다.'],
    remedy: USE_THICK,
  };
}

export function oldVerifier(user: string): SourceTrouble {
  return {
    code: 'SOURCE_THICK_NEEDED',
    isLasting: true,
    message: [`The password of ${user} is stored in a form that thin mode does not know.`, `사용자 ${user}의 비밀번호가 Thin 모드에서 지원하지 않는 방식으로 저장되어 있습니다.`],
    cause: [
      'Its only verifier is the one of 10g, or the versions of client and server allow no common logon (ALLOWED_LOGON_VERSION).',
      '10g 방식의 암호 검증자만 있거나, 클라이언트와 서버가 허용하는 로그인 방식(ALLOWED_LOGON_VERSION)이 맞지 않습니다.',
    ],
    remedy: [
      'Ask the DBA to set the same password once more (ALTER USER … IDENTIFIED BY …), which stores the newer verifiers.',
      'DBA에게 같은 비밀번호를 다시 설정해 달라고 하세요(ALTER USER … IDENTIFIED BY …). 새 방식의 검증자가 만들어집니다.',
    ],
  };
}

export function clientMissing(): SourceTrouble {
  return {
    code: 'SOURCE_CLIENT_MISSING',
    isLasting: true,
    message: ["ORACLE_CLIENT_MODE is thick, and Oracle's client libraries are not there.", 'ORACLE_CLIENT_MODE가 thick인데 Oracle 클라이언트 라이브러리가 없습니다.'],
    cause: [
      'ORACLE_CLIENT_LIB_DIR does not name the folder of Instant Client, libaio is not installed, or it is for another kind of processor.',
      'ORACLE_CLIENT_LIB_DIR이 Instant Client 폴더가 아니거나, libaio가 설치되지 않았거나, 다른 프로세서용입니다.',
    ],
    remedy: [
      'Install Instant Client 19 or newer and libaio, name its folder in ORACLE_CLIENT_LIB_DIR and start dbio again; or set ORACLE_CLIENT_MODE=thin.',
      'Instant Client 19 이상과 libaio를 설치하고 ORACLE_CLIENT_LIB_DIR에 폴더를 지정한 뒤 dbio를 다시 시작하세요. 또는 ORACLE_CLIENT_MODE=thin으로 바꾸세요.',
    ],
  };
}

export function clientTooOld(): SourceTrouble {
  return {
    code: 'SOURCE_CLIENT_MISSING',
    isLasting: true,
    message: ["Oracle's client libraries are too old for this.", 'Oracle 클라이언트 라이브러리의 버전이 낮습니다.'],
    cause: ['The libraries in ORACLE_CLIENT_LIB_DIR are older than what is asked of them.', 'ORACLE_CLIENT_LIB_DIR의 라이브러리가 필요한 버전보다 오래되었습니다.'],
    remedy: ['Install Instant Client 19 or newer and start dbio again.', 'Instant Client 19 이상을 설치하고 dbio를 다시 시작하세요.'],
  };
}

export function notOracle(at: string): SourceTrouble {
  return {
    code: 'SOURCE_UNREADABLE',
    message: [`${at} answers in a way that is not Oracle's.`, `${at}의 응답이 Oracle의 것이 아닙니다.`],
    cause: ['Something else listens on this port, it wants TLS, or a gateway in between changes the packets.', '그 포트를 다른 프로그램이 쓰거나, TLS 포트이거나, 중간 장비가 패킷을 바꿉니다.'],
    remedy: ['See that host and port are those of the listener, and whether it is one for TCPS.', '호스트와 포트가 리스너의 것인지, TCPS 포트인지 확인하세요.'],
  };
}

/** What nobody foresaw: the database's own code is all there is. */
export function logonFailed(at: string): SourceTrouble {
  return {
    code: 'SOURCE_LOGON_FAILED',
    message: [`The logon at ${at} failed.`, `${at}에 로그인하지 못했습니다.`],
    cause: ['The database or its client refused it with this code.', 'DB 또는 클라이언트가 이 오류 코드로 거부했습니다.'],
    remedy: ["Look the code up in Oracle's Database Error Messages, or ask the DBA.", 'Oracle 오류 메시지 매뉴얼에서 코드를 찾거나 DBA에게 문의하세요.'],
  };
}
