import type { IncomingMessage } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { NetworkList, plainAddress } from '../network-list.js';

/** Where a request comes from and which name it was sent to, as far as somebody who can be trusted says so. */
export interface WhereFrom {
  /** Of the client itself; `unknown` when it has gone already. */
  address: string;
  /** The `Host` that the client meant. */
  host: string | undefined;
  /** Nobody could read it on its way. */
  isEncrypted: boolean;
  /** It came over this machine's loopback, or a trusted proxy sent it. */
  isNear: boolean;
}

/**
 * The one place that decides about X-Forwarded-For, -Proto and -Host: only a trusted proxy is believed. Of several addresses and names the last one was
 * written by the proxy nearest to us; what stands to the left of the first stranger is that stranger's own word.
 */
export class ClientAddress {
  readonly #proxies: NetworkList;

  constructor(trustedProxies: readonly string[]) {
    this.#proxies = new NetworkList(trustedProxies);
  }

  isProxy(address: string): boolean {
    return this.#proxies.has(address);
  }

  of({ socket, headers }: IncomingMessage): WhereFrom {
    const peer = plainAddress(socket.remoteAddress ?? '') ?? 'unknown';
    if (!this.isProxy(peer)) return { address: peer, host: headers.host, isEncrypted: isTls(socket), isNear: isThisMachine(peer) };
    return {
      address: this.#clientBehind(peer, listOf(headers['x-forwarded-for'])),
      host: listOf(headers['x-forwarded-host']).at(-1) ?? headers.host,
      isEncrypted: isTls(socket) || listOf(headers['x-forwarded-proto']).at(-1)?.toLowerCase() === 'https',
      isNear: true,
    };
  }

  /** From the right: each proxy wrote down who called it. */
  #clientBehind(proxy: string, forwarded: string[]): string {
    let nearest = proxy;
    for (const said of forwarded.reverse()) {
      const address = plainAddress(withoutPort(said));
      if (address === undefined) return nearest;
      nearest = address;
      if (!this.isProxy(address)) return nearest;
    }
    return nearest;
  }
}

function listOf(header: string | string[] | undefined): string[] {
  return [header ?? []].flat().join(',').split(',').map((part) => part.trim()).filter((part) => part !== '');
}

/** Some proxies write the port, too. */
function withoutPort(said: string): string {
  return isIP(said) ? said : (/^\[([^\]]+)\](?::\d+)?$/.exec(said)?.[1] ?? /^([^:]+):\d+$/.exec(said)?.[1] ?? said);
}

function isTls(socket: Socket): boolean {
  return 'encrypted' in socket;
}

function isThisMachine(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}
