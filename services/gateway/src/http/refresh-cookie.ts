import type { IncomingMessage } from 'node:http';
import { API } from '@tank/contracts';
import type { RefreshCookie } from '../accounts/account.js';
import type { WhereFrom } from './client-address.js';
import { cookieOf, setCookie } from './cookie.js';

export const REFRESH_COOKIE = 'tank_refresh';

/** The refresh token that a browser sends. */
export function refreshTokenOf(request: IncomingMessage): string | undefined {
  return cookieOf(request, REFRESH_COOKIE);
}

/** `Set-Cookie` for a token, or (null) for none: no script can read it, no other site's page can send it, no other path gets it. */
export function refreshCookie(cookie: RefreshCookie | null, from: WhereFrom): string {
  return setCookie({ name: REFRESH_COOKIE, value: cookie?.token ?? '', path: API.signIn.path, maxAgeSeconds: cookie?.maxAgeSeconds ?? 0, sameSite: 'Strict' }, from);
}
