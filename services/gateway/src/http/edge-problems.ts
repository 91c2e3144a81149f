import { ApiProblem } from '../problem.js';

export const MOST_HEADERS = 100;

export function tooManyHeaders(): ApiProblem {
  return new ApiProblem({
    status: 431,
    code: 'HEADERS_TOO_LARGE',
    detail: [`The request has more than ${MOST_HEADERS} headers.`, `요청 헤더가 ${MOST_HEADERS}개를 넘습니다.`],
    remedy: ['Send the headers that /api/openapi.json names; browsers: delete the cookies of this site.', '/api/openapi.json에 있는 헤더만 보내세요. 브라우저라면 이 사이트의 쿠키를 지우세요.'],
  });
}

export function networkNotAllowed(address: string): ApiProblem {
  return new ApiProblem({
    status: 403,
    code: 'NETWORK_NOT_ALLOWED',
    detail: [`Tank may not be used from ${address}.`, `${address} 에서는 Tank를 사용할 수 없습니다.`],
    remedy: [
      'Use it from an allowed network, or ask an administrator to add yours (PATCH /api/setting, allowedNetworks). If nobody gets in: npm run admin:reset -- --networks on the server.',
      '허용된 네트워크에서 접속하거나 관리자에게 추가를 요청하세요(PATCH /api/setting의 allowedNetworks). 아무도 접속할 수 없으면 서버에서 npm run admin:reset -- --networks 를 실행하세요.',
    ],
  });
}

export function tooManyRequests(of: 'address' | 'user', limit: number, retryAfterSeconds: number): ApiProblem {
  return new ApiProblem({
    status: 429,
    code: 'TOO_MANY_REQUESTS',
    detail: of === 'address'
      ? [`More than ${limit} calls within a minute came from this address.`, `이 주소에서 1분 동안 ${limit}번 넘게 요청했습니다.`]
      : [`You made more than ${limit} calls within a minute.`, `1분 동안 ${limit}번 넘게 요청했습니다.`],
    remedy: [
      `Wait ${retryAfterSeconds} s, then call less often; an administrator can raise ${SETTING[of]} (PATCH /api/setting).`,
      `${retryAfterSeconds}초 후에 다시 시도하고 요청 간격을 늘리세요. 관리자는 ${SETTING[of]} 설정을 높일 수 있습니다(PATCH /api/setting).`,
    ],
    headers: { 'Retry-After': String(retryAfterSeconds), 'RateLimit-Limit': String(limit), 'RateLimit-Remaining': '0', 'RateLimit-Reset': String(retryAfterSeconds) },
  });
}

const SETTING = { address: 'callsPerMinuteOfAddress', user: 'callsPerMinuteOfUser' };

export function tooManyStreams(most: number): ApiProblem {
  return new ApiProblem({
    status: 429,
    code: 'TOO_MANY_STREAMS',
    detail: [`You are watching ${most} runs already.`, `이미 실행 ${most}개를 실시간으로 보고 있습니다.`],
    remedy: ['Close pages that watch a run, then try again.', '실행을 보고 있는 화면을 닫은 뒤 다시 시도하세요.'],
    headers: { 'Retry-After': '15' },
  });
}
