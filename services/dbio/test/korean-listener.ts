import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

const PLATFORM = Buffer.from('x86_64/Linux 2.4.xx\0', 'latin1');
export const KO16MSWIN949 = 846;

/**
 * A listener in front of an Oracle Net server that lets it say that the characters of its database are those of another
 * set: the two bytes behind the name of its platform. It hears what clients say.
 */
export class KoreanListener {
  /** How often a client was told the character set. */
  timesTold = 0;
  private readonly server = createServer((client) => this.carry(client));
  private readonly sockets = new Set<Socket>();
  private readonly chunks: Buffer[] = [];

  private constructor(private readonly behind: number, private readonly characterSet: number) {}

  static async to(port: number, characterSet = KO16MSWIN949): Promise<KoreanListener> {
    const listener = new KoreanListener(port, characterSet);
    listener.server.listen(0, '127.0.0.1');
    await once(listener.server, 'listening');
    return listener;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** All that clients said, as it was on the wire. */
  get heard(): Buffer {
    return Buffer.concat(this.chunks);
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private carry(client: Socket): void {
    const server = connect(this.behind, '127.0.0.1');
    for (const socket of [client, server]) this.sockets.add(socket.on('close', () => this.sockets.delete(socket)));
    client.on('error', () => server.destroy());
    server.on('error', () => client.destroy());
    client.on('data', (chunk: Buffer) => this.chunks.push(chunk));
    client.pipe(server);
    server.on('data', (chunk: Buffer) => client.write(this.translated(chunk)));
    server.on('close', () => client.destroy());
  }

  private translated(chunk: Buffer): Buffer {
    const at = chunk.indexOf(PLATFORM);
    if (at < 0) return chunk;
    chunk.writeUInt16LE(this.characterSet, at + PLATFORM.length);
    this.timesTold += 1;
    return chunk;
  }
}
