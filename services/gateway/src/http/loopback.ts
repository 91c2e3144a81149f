import { isIP } from 'node:net';

/** Whether a host name or address can only mean this machine. Other names may resolve to it, but also to elsewhere tomorrow. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (bare === 'localhost') return true;
  return isIP(bare) === 4 ? bare.startsWith('127.') : bare === '::1';
}

/** Plain HTTP only to this machine. */
export function isSafeProviderUrl({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

/** A page of somebody else's whose name was pointed at 127.0.0.1 (DNS rebinding) still sends its own name as Host. */
export function isLoopbackHostHeader(header: string | undefined): boolean {
  if (header === undefined) return false;
  const host = /^(\[[0-9a-f:.]+\]|[^:@/\\?#\s]+)(?::\d{1,5})?$/i.exec(header)?.[1];
  return host !== undefined && isLoopback(host);
}

/**
 * Whether a browser sends this on behalf of another site's page. Programs send neither header; the browser sets both and a
 * page cannot change them. Reading is safe without: no answer allows another origin to look at it.
 */
export function isCrossSite(request: { method?: string; headers: { host?: string; origin?: string; 'sec-fetch-site'?: string | string[] } }): boolean {
  if (request.method === 'GET' || request.method === 'HEAD') return false;
  const { host, origin, 'sec-fetch-site': site } = request.headers;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  return origin !== undefined && origin.toLowerCase() !== `http://${host?.toLowerCase()}`;
}
