import type { SourceTrouble } from '../../problem.js';

/*
 * Between Tank and the instance: the listener, its handlers, the session's end. `at` is where the listener is.
 */
export function noListener(at: string): SourceTrouble {
  return {
    code: 'SOURCE_REFUSED',
    message: [`Nothing listens on ${at}.`, `${at}에서 응답하는 리스너가 없습니다.`],
    cause: ['The listener is not running, or it uses another host or port (1521 is usual).', '리스너가 실행 중이 아니거나 다른 호스트·포트를 사용합니다(보통 1521).'],
    remedy: ['Have the listener started (lsnrctl start), or correct host and port.', 'DB 서버에서 리스너를 시작하거나(lsnrctl start) 호스트와 포트를 고치세요.'],
  };
}

export function notEstablished(at: string): SourceTrouble {
  return {
    code: 'SOURCE_REFUSED',
    message: [`No connection to ${at} could be made.`, `${at}에 연결하지 못했습니다.`],
    cause: [
      'The listener is not running, host or port is wrong, or the network let nothing through.',
      '리스너가 실행 중이 아니거나, 호스트·포트가 틀리거나, 네트워크가 막혀 있습니다.',
    ],
    remedy: [
      'See on the database server whether the listener runs (lsnrctl status), and from here whether the port is open.',
      'DB 서버에서 리스너 상태(lsnrctl status)를, 이 서버에서 포트가 열려 있는지를 확인하세요.',
    ],
  };
}

export function unknownService(service: string, at: string): SourceTrouble {
  return {
    code: 'SOURCE_UNKNOWN_SERVICE',
    message: [`The listener on ${at} does not know the service ${service}.`, `${at}의 리스너에 등록되지 않은 서비스입니다: ${service}.`],
    cause: [
      'The service name is misspelled, a SID was given for it, or its instance is not open yet.',
      '서비스 이름이 틀렸거나, SID를 서비스 이름으로 넣었거나, 인스턴스가 아직 열리지 않았습니다.',
    ],
    remedy: [
      'Compare it with "lsnrctl services" on the database server. While the instance starts, wait: Tank tries again by itself.',
      'DB 서버에서 lsnrctl services로 서비스 이름을 확인하세요. 인스턴스가 기동 중이면 기다리세요. Tank가 저절로 다시 시도합니다.',
    ],
  };
}

export function unknownSid(sid: string, at: string): SourceTrouble {
  return {
    code: 'SOURCE_UNKNOWN_SERVICE',
    message: [`The listener on ${at} does not know the SID ${sid}.`, `${at}의 리스너에 등록되지 않은 SID입니다: ${sid}.`],
    cause: [
      'The SID is misspelled, or its instance is not open yet. A pluggable database has no SID of its own.',
      'SID가 틀렸거나 인스턴스가 아직 열리지 않았습니다. 플러거블 DB(PDB)는 SID로 접속할 수 없습니다.',
    ],
    remedy: [
      'Use the service name (host:port/service) in place of the SID; "lsnrctl services" shows it.',
      'SID 대신 서비스 이름(host:port/service)을 쓰세요. lsnrctl services로 확인할 수 있습니다.',
    ],
  };
}

export function noHandler(at: string): SourceTrouble {
  return {
    code: 'SOURCE_FULL',
    message: [`The listener on ${at} has no handler for another session.`, `${at}의 리스너가 새 세션을 처리할 수 없습니다.`],
    cause: [
      'The processes or sessions of the instance are used up, or it is only just starting.',
      '인스턴스의 프로세스나 세션이 한도에 도달했거나, 인스턴스가 막 기동하는 중입니다.',
    ],
    remedy: [
      "Ask the DBA to look at PROCESSES and SESSIONS (V$RESOURCE_LIMIT). Tank takes at most the pool of the connection (poolMax) for each replica of dbio, and one session more for each Target Query.",
      'DBA에게 PROCESSES, SESSIONS 한도(V$RESOURCE_LIMIT) 확인을 요청하세요. Tank는 dbio 하나당 이 연결의 풀(poolMax)까지, 대상 쿼리마다 한 세션을 더 사용합니다.',
    ],
  };
}

export function listenerRefused(at: string): SourceTrouble {
  return {
    code: 'SOURCE_REFUSED',
    message: [`The listener on ${at} refused the connection.`, `${at}의 리스너가 접속을 거부했습니다.`],
    cause: [
      'The listener gave the code above; it may not accept this server, or not forward to the instance.',
      '리스너가 오류 코드로 거부했습니다. 이 서버의 접속을 허용하지 않거나 인스턴스로 넘기지 못하는 경우입니다.',
    ],
    remedy: ['Show the code to the DBA; the log of the listener has the attempt.', 'DBA에게 오류 코드를 알려 주세요. 리스너 로그(listener.log)에 시도 기록이 있습니다.'],
  };
}

export function startingOrStopping(at: string): SourceTrouble {
  return {
    code: 'SOURCE_DOWN',
    message: [`The instance on ${at} is starting or shutting down.`, `${at}의 인스턴스가 기동 중이거나 종료 중입니다.`],
    cause: ['The database is not open.', 'DB가 열려 있지 않습니다(OPEN 상태가 아님).'],
    remedy: ['Wait, or ask the DBA to open it; Tank connects again by itself.', '기다리거나 DBA에게 DB 기동을 요청하세요. Tank는 저절로 다시 연결합니다.'],
  };
}

export function inMaintenance(at: string): SourceTrouble {
  return {
    code: 'SOURCE_DOWN',
    message: [`The instance on ${at} takes no ordinary sessions now.`, `${at}의 인스턴스가 지금은 일반 세션을 받지 않습니다.`],
    cause: ['It is in restricted mode, as during maintenance.', '점검 등을 위해 제한 모드(RESTRICTED SESSION)로 운영 중입니다.'],
    remedy: ['Ask the DBA until when; Tank connects again by itself.', 'DBA에게 점검 종료 시각을 확인하세요. 이후 Tank가 저절로 다시 연결합니다.'],
  };
}

export function standbyOnly(at: string): SourceTrouble {
  return {
    code: 'SOURCE_DOWN',
    message: [`The database on ${at} is open read-only.`, `${at}의 DB가 읽기 전용으로 열려 있습니다.`],
    cause: ['It is a standby, or was opened read-only: nothing can be written back.', '대기(Standby) DB이거나 읽기 전용으로 열려 있어 결과를 기록할 수 없습니다.'],
    remedy: ['Connect to the primary database (its service name), or ask the DBA.', '운영(Primary) DB의 서비스 이름으로 연결하거나 DBA에게 문의하세요.'],
  };
}

/** @param isWrite an Update Query was under way: nobody knows whether it was done. */
export function sessionEnded(at: string, during: 'connect' | 'call', isWrite: boolean): SourceTrouble {
  if (during === 'connect') return closedWhileConnecting(at);
  return {
    code: 'SOURCE_CUT_OFF',
    message: [`The session on ${at} was cut.`, `${at} 세션이 끊겼습니다.`],
    cause: [
      'The database went down, a DBA or a limit of the profile ended the session, or something between closed the connection.',
      'DB가 중단되었거나, DBA 또는 프로파일 제한이 세션을 종료했거나, 중간 장비(방화벽 등)가 연결을 끊었습니다.',
    ],
    remedy: isWrite
      ? [
          'See that the database is up. The update may or may not have been done: Tank repeats it, so it must bear being run twice (:MAIL_ID).',
          'DB 상태를 확인하세요. 업데이트가 반영되었는지 알 수 없어 Tank가 다시 실행하므로, 두 번 실행해도 안전하게 작성해야 합니다(:MAIL_ID).',
        ]
      : ['See that the database is up; Tank connects again by itself.', 'DB 상태를 확인하세요. Tank는 저절로 다시 연결합니다.'],
  };
}

function closedWhileConnecting(at: string): SourceTrouble {
  return {
    code: 'SOURCE_CUT_OFF',
    message: [`${at} closed the connection before the logon was over.`, `${at}에서 로그인이 끝나기 전에 연결을 끊었습니다.`],
    cause: [
      'The server accepts no connection from here (TCP.VALIDNODE_CHECKING in sqlnet.ora), wants TLS on this port, or something between closed it.',
      '이 서버의 접속이 허용되지 않았거나(sqlnet.ora의 TCP.VALIDNODE_CHECKING), 그 포트가 TLS 전용이거나, 중간 장비가 끊었습니다.',
    ],
    remedy: [
      'Ask the DBA whether this server is invited (TCP.INVITED_NODES), and whether the port is one for TCPS.',
      'DBA에게 이 서버가 허용 목록(TCP.INVITED_NODES)에 있는지, TCPS 포트인지 확인하세요.',
    ],
  };
}

export function internalError(at: string): SourceTrouble {
  return {
    code: 'SOURCE_CUT_OFF',
    message: [`The database on ${at} met an internal error and ended the session.`, `${at}의 DB에서 내부 오류가 발생해 세션이 종료되었습니다.`],
    cause: ['ORA-00600 and ORA-07445 are defects of the database itself.', 'ORA-00600, ORA-07445는 DB 자체의 결함입니다.'],
    remedy: ['Ask the DBA to look into the alert log; another form of the query may avoid it.', 'DBA에게 alert 로그 확인을 요청하세요. 쿼리를 다른 형태로 바꾸면 피할 수도 있습니다.'],
  };
}

/** The driver's own time limit passed, or the thread was ended after the deadline. */
export function callTooLong(at: string, isWrite: boolean): SourceTrouble {
  return {
    code: 'SOURCE_TIMEOUT',
    message: [`A statement on ${at} took longer than it may.`, `${at}에서 문장 실행 시간이 제한을 넘었습니다.`],
    cause: ['The database is overloaded, the statement waits for a lock, or it needs an index.', 'DB가 과부하 상태이거나, 문장이 잠금을 기다리거나, 인덱스가 없습니다.'],
    remedy: isWrite
      ? [
          'Ask the DBA what the session waited for. The update may or may not have been done: Tank repeats it, so it must bear being run twice (:MAIL_ID).',
          'DBA에게 세션이 무엇을 기다렸는지 확인하세요. 업데이트가 반영되었는지 알 수 없어 Tank가 다시 실행하므로, 두 번 실행해도 안전하게 작성해야 합니다(:MAIL_ID).',
        ]
      : ['Ask the DBA what the session waited for, and look at the plan of the query.', 'DBA에게 세션이 무엇을 기다렸는지 확인하고 쿼리의 실행 계획을 검토하세요.'],
  };
}

export function logonTooLong(at: string, afterMs: number): SourceTrouble {
  return {
    code: 'SOURCE_TIMEOUT',
    message: [`${at} did not finish the logon in time.`, `${at}에서 제한 시간 안에 로그인이 끝나지 않았습니다.`],
    cause: [
      `No answer within ${afterMs} ms: a firewall swallows the packets, TLS is on and the port speaks none, or the database hangs (a full archive log area does that).`,
      `${afterMs} ms 안에 응답이 없었습니다. 방화벽이 패킷을 버리거나, TLS를 켰는데 TLS 포트가 아니거나, DB가 멈춘 상태(아카이브 로그 영역 부족 등)일 수 있습니다.`,
    ],
    remedy: [
      'Check the firewall between this server and the database, and ask the DBA; the limit is SOURCE_CONNECT_MS.',
      '이 서버와 DB 사이의 방화벽을 확인하고 DBA에게 DB 상태를 문의하세요. 제한 시간은 SOURCE_CONNECT_MS입니다.',
    ],
  };
}

export function poolExhausted(name: string): SourceTrouble {
  return {
    code: 'SOURCE_FULL',
    message: [`All sessions of the connection ${name} are in use.`, `연결 ${name}의 세션이 모두 사용 중입니다.`],
    cause: ['Look-ups or updates take so long that none became free in time.', '조회·업데이트가 오래 걸려 제한 시간 안에 빈 세션이 생기지 않았습니다.'],
    remedy: ['Make the queries quicker, or raise the pool of the connection (poolMax) with the consent of the DBA.', '쿼리를 개선하거나, DBA와 협의해 이 연결의 풀(poolMax)을 늘리세요.'],
  };
}

export function sessionLimit(at: string): SourceTrouble {
  return {
    code: 'SOURCE_FULL',
    message: [`The database on ${at} takes no more sessions now.`, `${at}의 DB가 지금은 세션을 더 받을 수 없습니다.`],
    cause: ['Its sessions or processes are used up, or those that this user may have.', 'DB의 세션·프로세스 수 또는 이 사용자의 허용 세션 수가 한도에 도달했습니다.'],
    remedy: [
      'Ask the DBA to raise the limit (PROCESSES, SESSIONS, SESSIONS_PER_USER of the profile), or lower the pool of the connection (poolMax).',
      'DBA에게 한도(PROCESSES, SESSIONS, 프로파일의 SESSIONS_PER_USER) 상향을 요청하거나 이 연결의 풀(poolMax)을 줄이세요.',
    ],
  };
}

export function spaceUsedUp(at: string): SourceTrouble {
  return {
    code: 'SOURCE_FULL',
    message: [`The database on ${at} has run out of space or memory.`, `${at}의 DB에 저장 공간 또는 메모리가 부족합니다.`],
    cause: [
      'A tablespace, a quota, the temporary or undo space, the archive log area or memory is used up.',
      '테이블스페이스, 할당량(quota), 임시·언두 공간, 아카이브 로그 영역 또는 메모리가 부족합니다.',
    ],
    remedy: ['Ask the DBA to make room; Tank tries again by itself.', 'DBA에게 공간 확보를 요청하세요. Tank가 저절로 다시 시도합니다.'],
  };
}

export function resourceLimit(at: string): SourceTrouble {
  return {
    code: 'SOURCE_TIMEOUT',
    message: [`The database on ${at} stopped the statement at a limit of its own.`, `${at}의 DB가 자체 자원 제한으로 문장을 중단했습니다.`],
    cause: ['The profile or the Resource Manager allows this user less time, CPU or reads.', '프로파일 또는 Resource Manager가 이 사용자의 시간·CPU·읽기량을 제한합니다.'],
    remedy: ['Make the query cheaper, or ask the DBA for another profile or consumer group.', '쿼리를 가볍게 하거나 DBA에게 프로파일·소비자 그룹 변경을 요청하세요.'],
  };
}
