import type { IncomingMessage } from 'node:http';
import type { WhereFrom } from './client-address.js';
import { isLoopbackHostHeader } from './loopback.js';

export interface Cookie {
  name: string;
  value: string;
  path: string;
  /** 0: the browser forgets it. */
  maxAgeSeconds: number;
  sameSite: 'Strict' | 'Lax';
}

/** What a browser sends under a name; of several the first, which is the one with the longest path. */
export function cookieOf({ headers }: IncomingMessage, wanted: string): string | undefined {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([name]) => name === wanted)?.[1] || undefined;
}

/** `Set-Cookie`; no script can read it. */
export function setCookie({ name, value, path, maxAgeSeconds, sameSite }: Cookie, from: WhereFrom): string {
  const parts = [`${name}=${value}`, `Path=${path}`, `Max-Age=${maxAgeSeconds}`, 'HttpOnly', `SameSite=${sameSite}`];
  return [...parts, ...(isPlainLoopback(from) ? [] : ['Secure'])].join('; ');
}

/** Plain HTTP to this machine itself, where some browsers keep no Secure cookie. */
function isPlainLoopback({ host, isEncrypted }: WhereFrom): boolean {
  return !isEncrypted && isLoopbackHostHeader(host);
}
