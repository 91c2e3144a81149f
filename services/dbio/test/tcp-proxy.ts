import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Stands between a client and a server on loopback, so that a test can take the server away. */
export class TcpProxy {
  private readonly sockets = new Set<Socket>();
  private isSilent = false;
  private constructor(private readonly server: Server, readonly port: number) {}
  connections = 0;

  static async to(port: number, host = '127.0.0.1'): Promise<TcpProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const proxy = new TcpProxy(server, (server.address() as AddressInfo).port);
    server.on('connection', (client) => proxy.carry(client, connect(port, host)));
    return proxy;
  }

  /** Cuts every connection; new ones are refused until `mend`. */
  async cut(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  /** Listens again, on the same port. */
  async mend(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
  }

  /** Connections stay, and nothing comes through any more. */
  fallSilent(isSilent = true): void {
    this.isSilent = isSilent;
  }

  private carry(client: Socket, server: Socket): void {
    this.connections += 1;
    for (const [from, to] of [[client, server], [server, client]] as const) {
      this.sockets.add(from);
      from.on('data', (data) => this.isSilent || to.write(data));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
    }
  }
}
