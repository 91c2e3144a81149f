import type { SourceTrouble } from '../problem.js';

/*
 * What goes wrong on the way to a database, whatever its kind. `at` is its host and port, or its connect string.
 */
export function nobodyListens(at: string): SourceTrouble {
  return {
    code: 'SOURCE_REFUSED',
    message: [`Nothing listens on ${at}.`, `${at}에서 응답하는 서버가 없습니다.`],
    cause: ['The database is not running, or it listens on another host or port.', 'DB가 실행 중이 아니거나, 다른 호스트 또는 포트를 사용합니다.'],
    remedy: ['Start the database, or correct host and port.', 'DB를 시작하거나 호스트와 포트를 고치세요.'],
  };
}

export function unknownHost(host: string): SourceTrouble {
  return {
    code: 'SOURCE_UNKNOWN_HOST',
    message: [`The host ${host} is not known.`, `호스트를 찾을 수 없습니다: ${host}.`],
    cause: ['The name cannot be resolved.', '이름을 주소로 변환할 수 없습니다.'],
    remedy: ['Correct the host name, or add it to DNS.', '호스트 이름을 고치거나 DNS에 등록하세요.'],
  };
}

export function nameServerSilent(host: string): SourceTrouble {
  return {
    code: 'SOURCE_UNKNOWN_HOST',
    message: [`The host ${host} cannot be looked up now.`, `지금은 호스트를 찾을 수 없습니다: ${host}.`],
    cause: ['The DNS server does not answer.', 'DNS 서버가 응답하지 않습니다.'],
    remedy: ['Check the DNS settings of this server.', '이 서버의 DNS 설정을 확인하세요.'],
  };
}

export function noWayTo(at: string): SourceTrouble {
  return {
    code: 'SOURCE_UNREACHABLE',
    message: [`No way leads to ${at}.`, `${at}에 도달할 수 없습니다.`],
    cause: ['The network or a firewall is in between.', '네트워크 경로가 없거나 방화벽이 막고 있습니다.'],
    remedy: ['Ask the network team to open the way from this server.', '네트워크 담당자에게 이 서버에서 DB까지의 경로 개방을 요청하세요.'],
  };
}

export function cutOff(at: string): SourceTrouble {
  return {
    code: 'SOURCE_CUT_OFF',
    message: [`The connection to ${at} was cut.`, `${at} 연결이 끊겼습니다.`],
    cause: ['The database went down, or something between closed the connection.', 'DB가 중단되었거나 중간 장비(방화벽 등)가 연결을 끊었습니다.'],
    remedy: ['See that the database is up; Tank connects again by itself.', 'DB 상태를 확인하세요. Tank는 저절로 다시 연결합니다.'],
  };
}

export function noAnswerToConnect(at: string): SourceTrouble {
  return {
    code: 'SOURCE_TIMEOUT',
    message: [`${at} did not answer in time.`, `${at}에서 제한 시간 안에 응답이 없습니다.`],
    cause: ['The connection attempt got no answer: a firewall swallows the packets, or the server is overloaded.', '접속 요청에 응답이 없습니다. 방화벽이 패킷을 버리거나 서버가 과부하 상태일 수 있습니다.'],
    remedy: ['Check the firewall between this server and the database; the limit is SOURCE_CONNECT_MS.', '이 서버와 DB 사이의 방화벽을 확인하세요. 제한 시간은 SOURCE_CONNECT_MS입니다.'],
  };
}

/** The deadline of a call passed and the connection was thrown away. */
export function noAnswerToCall(at: string, afterMs: number): SourceTrouble {
  return {
    code: 'SOURCE_TIMEOUT',
    message: [`${at} did not answer in time.`, `${at}에서 제한 시간 안에 응답이 없습니다.`],
    cause: [`No answer within ${afterMs} ms.`, `${afterMs} ms 안에 응답이 없었습니다.`],
    remedy: [
      'See whether the database is overloaded or a firewall swallows the packets; a slow query may need an index.',
      'DB가 과부하 상태인지, 방화벽이 패킷을 버리는지 확인하세요. 느린 쿼리라면 인덱스를 검토하세요.',
    ],
  };
}

export function statementTooSlow(at: string): SourceTrouble {
  return {
    code: 'SOURCE_TIMEOUT',
    message: [`A statement on ${at} took longer than it may.`, `${at}에서 문장 실행 시간이 제한을 넘었습니다.`],
    cause: ['The database stopped the statement at the time limit.', '제한 시간이 지나 DB가 문장을 중단했습니다.'],
    remedy: ['See whether the database is overloaded; the query may need an index.', 'DB가 과부하 상태인지 확인하고, 쿼리에 필요한 인덱스를 검토하세요.'],
  };
}

const NETWORK: Record<string, (at: string, host: string) => SourceTrouble> = {
  ECONNREFUSED: nobodyListens,
  ENOTFOUND: (_, host) => unknownHost(host),
  EAI_AGAIN: (_, host) => nameServerSilent(host),
  EHOSTUNREACH: noWayTo,
  ENETUNREACH: noWayTo,
  ETIMEDOUT: noAnswerToConnect,
  ECONNRESET: cutOff,
  EPIPE: cutOff,
};

/** The errors of the operating system, by their code. */
export function networkTrouble(code: string, host: string, at: string): SourceTrouble | undefined {
  return NETWORK[code]?.(at, host);
}
