import type { IncomingMessage } from 'node:http';
import { API } from '@tank/contracts';
import type { RefreshCookie } from '../accounts/account.js';
import type { WhereFrom } from './client-address.js';
import { isLoopbackHostHeader } from './loopback.js';

export const REFRESH_COOKIE = 'tank_refresh';

/** The refresh token that a browser sends; of several with the name the first, which is the one with the longest path. */
export function refreshTokenOf({ headers }: IncomingMessage): string | undefined {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([name]) => name === REFRESH_COOKIE)?.[1] || undefined;
}

/** `Set-Cookie` for a token, or (null) for none: no script can read it, no other site's page can send it, no other path gets it. */
export function refreshCookie(cookie: RefreshCookie | null, from: WhereFrom): string {
  const { token, maxAgeSeconds } = cookie ?? { token: '', maxAgeSeconds: 0 };
  const parts = [`${REFRESH_COOKIE}=${token}`, `Path=${API.signIn.path}`, `Max-Age=${maxAgeSeconds}`, 'HttpOnly', 'SameSite=Strict'];
  return [...parts, ...(isPlainLoopback(from) ? [] : ['Secure'])].join('; ');
}

/** Plain HTTP to this machine itself, where some browsers keep no Secure cookie. */
function isPlainLoopback({ host, isEncrypted }: WhereFrom): boolean {
  return !isEncrypted && isLoopbackHostHeader(host);
}
