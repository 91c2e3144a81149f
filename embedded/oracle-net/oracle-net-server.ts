import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import type { Backend } from './backend.ts';
import type { ServerParts } from './conversation.ts';
import { DIALECTS, type DialectName } from './dialects.ts';
import { FaultScript, type FaultAction } from './faults.ts';
import { Seen } from './seen.ts';
import { Session } from './session.ts';
import { AL16UTF16 } from './ttc/negotiation.ts';

export interface OracleNetServerOptions {
  backend: Backend;
  dialect: DialectName;
  /** PEM. With `requestCert` only clients with a certificate of `ca` pass. */
  tls?: { key: string | Buffer; cert: string | Buffer; ca?: string | Buffer; requestCert?: boolean };
  /** Id of the national character set; thin clients can only use 2000, AL16UTF16. */
  nationalCharacterSet?: number;
  /** DBTIMEZONE, in minutes east of UTC; 0 unless told. */
  databaseOffsetMinutes?: number;
  /** 300 unless told. */
  maxOpenCursors?: number;
  /** Native network encryption is required, as by `SQLNET.ENCRYPTION_SERVER=REQUIRED`: thin clients cannot connect. */
  requiresEncryption?: boolean;
  /** How often the listener asks for CONNECT again before it accepts; 0 unless told. */
  resends?: number;
}

/** Longest wait for backends when the server is closed. */
const CLOSE_MS = 2_000;

/**
 * Speaks Oracle Net and TTC as far as thin clients need them, in the dialects of several releases; what stands behind it is
 * a Backend. For tests and for the demo, never part of an image.
 */
export class OracleNetServer {
  readonly faults = new FaultScript();
  readonly seen = new Seen();
  readonly #parts: ServerParts;
  readonly #tls: TlsServer | null;
  readonly #sockets = new Set<Socket>();
  readonly #running = new Set<Promise<void>>();
  #server: Server | null = null;
  #address: AddressInfo | null = null;

  constructor(options: OracleNetServerOptions) {
    let lastSessionId = 0;
    this.#parts = {
      backend: options.backend, dialect: DIALECTS[options.dialect], faults: this.faults, seen: this.seen,
      nationalCharacterSet: options.nationalCharacterSet ?? AL16UTF16, databaseOffsetMinutes: options.databaseOffsetMinutes ?? 0,
      maxOpenCursors: options.maxOpenCursors ?? 300, requiresEncryption: options.requiresEncryption ?? false, resends: options.resends ?? 0,
      nextSessionId: () => (lastSessionId += 1),
    };
    this.#tls = options.tls ? createTlsServer({ ...options.tls, rejectUnauthorized: options.tls.requestCert ?? false }) : null;
    this.#tls?.on('secureConnection', (stream) => this.#converse(stream));
  }

  get port(): number {
    if (!this.#address) throw new Error('The server does not listen yet: call listen() first.');
    return this.#address.port;
  }

  async listen(port = 0, host = '127.0.0.1'): Promise<void> {
    const server = createServer((socket) => void this.#welcome(socket));
    server.listen({ port, host });
    await once(server, 'listening');
    this.#server = server;
    this.#address = server.address() as AddressInfo;
  }

  /** Nobody listens on the port any more; connections stay. */
  stopListening(): void {
    const server = this.#server;
    this.#server = null;
    server?.close();
  }

  /** On the same port as before. */
  async listenAgain(): Promise<void> {
    await this.listen(this.port, this.#address?.address);
  }

  /** Cuts off all clients without a word. */
  cutConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Ends everything: hung connections, too. */
  async close(): Promise<void> {
    this.stopListening();
    this.cutConnections();
    this.faults.clear();
    await Promise.race([Promise.all(this.#running), new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref())]);
  }

  async #welcome(socket: Socket): Promise<void> {
    this.#track(socket);
    const action = this.faults.take('accept', false);
    if (action === 'cut' || action === 'refuse') return void socket.resetAndDestroy();
    if (action !== null) await this.#delay(socket, action);
    if (socket.destroyed) return;
    if (this.#tls) this.#tls.emit('connection', socket);
    else this.#converse(socket);
  }

  /** Nothing is read of a client that must wait before it is greeted. */
  async #delay(socket: Socket, action: Exclude<FaultAction, 'cut' | 'refuse'>): Promise<void> {
    const ms = action === 'hang' ? Infinity : 'hangMs' in action ? action.hangMs : 'delayMs' in action ? action.delayMs : 0;
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    await this.faults.hang((over) => Promise.race([over, closed]), ms);
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    this.seen.count('connections');
    this.seen.connectionsOpen += 1;
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.seen.connectionsOpen -= 1;
    });
  }

  #converse(stream: Duplex): void {
    const running = new Session(stream, this.#parts).run();
    this.#running.add(running);
    void running.finally(() => this.#running.delete(running));
  }
}
