import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { networkOf } from '../network-list.js';

export interface ConnectionLimits {
  /** From the first byte to the end of the headers, and of the body: whoever sends drop by drop holds a connection no longer. */
  headersMs: number;
  requestMs: number;
  /** How often it is looked for those that are late. */
  checkEveryMs: number;
  /** Longer than proxies keep theirs, so that none sends into one that is just being closed. */
  idleMs: number;
  ofAddress: number;
  all: number;
}
export const CONNECTION_LIMITS: ConnectionLimits = { headersMs: 15_000, requestMs: 60_000, checkEveryMs: 5_000, idleMs: 75_000, ofAddress: 250, all: 5_000 };

/** Before the server listens. Connections over the limit are closed without an answer: one would cost more than they are worth. */
export function limitConnections(server: Server, isProxy: (address: string) => boolean, limits = CONNECTION_LIMITS): void {
  server.headersTimeout = limits.headersMs;
  server.requestTimeout = limits.requestMs;
  server.keepAliveTimeout = limits.idleMs;
  // Read when the server begins to listen; Nest, which makes the server, takes no options for it.
  Object.assign(server, { connectionsCheckingInterval: limits.checkEveryMs });
  server.maxConnections = limits.all;
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? 'unknown';
    if (isProxy(address)) return;
    const network = networkOf(address);
    const count = (open.get(network) ?? 0) + 1;
    open.set(network, count);
    socket.once('close', () => {
      const left = (open.get(network) ?? 1) - 1;
      if (left > 0) open.set(network, left);
      else open.delete(network);
    });
    if (count > limits.ofAddress) socket.destroy();
  });
}
