import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { waitFor } from '../../../../embedded/test/parts.js';
import { CONNECTION_LIMITS, limitConnections, type ConnectionLimits } from './connection-limits.js';

describe('connections to the API', () => {
  const sockets: Socket[] = [];
  let server: Server;
  const listen = async (limits: Partial<ConnectionLimits>, isProxy = false) => {
    server = createServer((request, response) => request.resume().once('end', () => response.end('ok')));
    limitConnections(server, () => isProxy, { ...CONNECTION_LIMITS, ...limits });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  };
  const open = () => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const seen = { socket, text: '', isClosed: false };
    socket.on('data', (data) => (seen.text += String(data))).on('close', () => (seen.isClosed = true)).on('error', () => undefined);
    sockets.push(socket);
    return seen;
  };
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  it.each([
    ['headers', 'GET / HTTP/1.1\r\nHost: localhost\r\n', { headersMs: 200, requestMs: 60_000 }],
    ['a body', 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{', { headersMs: 100, requestMs: 200 }],
  ])('end when somebody sends %s drop by drop', async (_what, beginning, limits) => {
    await listen({ ...limits, checkEveryMs: 50 });
    const slow = open();
    slow.socket.write(beginning);
    const dripping = setInterval(() => slow.socket.write('x'), 20);
    await waitFor(() => slow.isClosed, { what: 'the end of a slow request' });
    clearInterval(dripping);
    expect(slow.text).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('are so many from one address, and one more when one of them has ended', async () => {
    await listen({ ofAddress: 3 });
    const first = [open(), open(), open()];
    await waitFor(async () => (await connectionsOf(server)) === 3, { what: 'three connections' });
    const fourth = open();
    await waitFor(() => fourth.isClosed, { what: 'the fourth refused' });
    expect(first.map(({ isClosed }) => isClosed)).toEqual([false, false, false]);
    first[0]!.socket.destroy();
    await waitFor(async () => (await connectionsOf(server)) === 2, { what: 'two connections' });
    const fifth = open();
    fifth.socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await waitFor(() => fifth.text.includes('ok'), { what: 'an answer' });
  });

  it('of a proxy are not counted: all people share them', async () => {
    await listen({ ofAddress: 1 }, true);
    const both = [open(), open()];
    for (const { socket } of both) socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await waitFor(() => both.every(({ text }) => text.includes('ok')), { what: 'both answers' });
  });
});

function connectionsOf(server: Server): Promise<number> {
  return new Promise((resolve, reject) => server.getConnections((error, count) => (error ? reject(error) : resolve(count))));
}
