import type { IncomingMessage } from 'node:http';
import { ApiProblem } from '../problem.js';
import type { WhereFrom } from './client-address.js';
import { hostName, isLoopback } from './loopback.js';

/** @throws ApiProblem for a name that is not ours, and for what a browser sends on behalf of somebody else's page. */
export function refuseStrangers(request: IncomingMessage, from: WhereFrom, allowedHosts: readonly string[]): void {
  if (!isOurName(from, allowedHosts)) {
    throw new ApiProblem({
      status: 421,
      code: 'WRONG_HOST',
      detail: [
        'Tank answers under localhost or 127.0.0.1 on the server itself and, through a trusted proxy over HTTPS, under the names of ALLOWED_HOSTS: in plain HTTP passwords could be read on the way.',
        '서버 자신에서는 localhost 또는 127.0.0.1로, 신뢰하는 프록시의 HTTPS를 거치면 ALLOWED_HOSTS의 이름으로만 접속할 수 있습니다. 암호화되지 않은 HTTP에서는 비밀번호가 노출될 수 있습니다.',
      ],
      remedy: [
        'Open it on the server itself or through an SSH tunnel to localhost; or set TRUSTED_PROXIES and ALLOWED_HOSTS and let the proxy send X-Forwarded-For, X-Forwarded-Proto and Host.',
        '서버에서 직접 열거나 SSH 터널로 localhost에 접속하세요. 프록시를 쓰려면 TRUSTED_PROXIES와 ALLOWED_HOSTS를 설정하고 프록시가 X-Forwarded-For, X-Forwarded-Proto, Host를 보내게 하세요.',
      ],
    });
  }
  if (isCrossSite(request, from)) {
    throw new ApiProblem({
      status: 403,
      code: 'CROSS_SITE',
      detail: ['A page of another site sent this request.', '다른 사이트의 페이지가 보낸 요청입니다.'],
      remedy: ['Use Tank\'s own page, or a program that sends no Origin header.', 'Tank 화면이나 Origin 헤더를 보내지 않는 프로그램을 사용하세요.'],
    });
  }
}

/** A name of another machine's only where nobody could read the request; localhost only where it was this machine's. */
function isOurName({ host, isEncrypted, isNear }: WhereFrom, allowedHosts: readonly string[]): boolean {
  const name = hostName(host);
  if (name === undefined || !isNear) return false;
  return isLoopback(name) || (isEncrypted && allowedHosts.includes(name));
}

/**
 * Whether a browser sends this on behalf of another site's page. Programs send neither header; the browser sets both and a
 * page cannot change them. Reading is safe without: no answer allows another origin to look at it.
 */
function isCrossSite({ method, headers }: IncomingMessage, { host, isEncrypted }: WhereFrom): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  const { origin, 'sec-fetch-site': site } = headers;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  return origin !== undefined && origin.toLowerCase() !== `${isEncrypted ? 'https' : 'http'}://${host?.toLowerCase()}`;
}
