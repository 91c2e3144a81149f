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

/** The name in a `Host` header, in lower case and without its port; undefined where it cannot be one. */
export function hostName(header: string | undefined): string | undefined {
  return /^(\[[0-9a-f:.]+\]|[^:@/\\?#\s,]+)(?::\d{1,5})?$/i.exec(header ?? '')?.[1]?.toLowerCase();
}

/** A page of somebody else's whose name was pointed at 127.0.0.1 (DNS rebinding) still sends its own name as Host. */
export function isLoopbackHostHeader(header: string | undefined): boolean {
  const host = hostName(header);
  return host !== undefined && isLoopback(host);
}
