import { createServer } from 'node:net';

/**
 * A TCP port of 127.0.0.1 that nobody listens on: the usual one when it is free, any other otherwise. Somebody else may
 * take it before it is used: whoever starts a server with it tries again with another.
 */
export async function freePort(usual?: number): Promise<number> {
  if (usual !== undefined && (await canListen(usual, '127.0.0.1')) && (await canListen(usual, '::1'))) return usual;
  return (await listenOnce(0, '127.0.0.1'))!;
}

/** `::1` counts too: a person who types "localhost" must not reach somebody else's server on the port that we chose. */
async function canListen(port: number, host: string): Promise<boolean> {
  return (await listenOnce(port, host)) !== undefined;
}

/** The port that could be listened on, or undefined when it is taken. A machine without IPv6 has nobody on `::1`. */
function listenOnce(port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined);
      else if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') resolve(port);
      else reject(error);
    });
    server.listen({ port, host, exclusive: true }, () => {
      const bound = (server.address() as { port: number }).port;
      server.close(() => resolve(bound));
    });
  });
}
