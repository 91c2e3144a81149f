import { request } from 'node:http';
import { ApiProblem } from '../problem.js';
import { FakeAccounts } from '../test/fake-accounts.js';
import { FakeServices } from '../test/fake-services.js';
import { serveForTest } from '../test/served-api.js';
import { unauthenticated } from '../accounts/account-problems.js';

const MIB = 1024 ** 2;
const CHUNK = Buffer.alloc(64 * 1024, '"');

/** @returns the status, and how much the memory of this process (server and client) grew at most meanwhile */
async function send(port: number, size: number, headers: Record<string, string | number>): Promise<{ status: number; grewMiB: number }> {
  const before = process.memoryUsage().rss;
  let most = before;
  const status = await new Promise<number>((resolve, reject) => {
    let answered: number | undefined;
    const asking = request({ host: '127.0.0.1', port, path: '/api/connection', method: 'POST', agent: false, headers: { 'content-type': 'application/json', ...headers } }, (answer) => {
      answered = answer.statusCode;
      answer.resume();
    });
    // An answer may come, and the connection be closed, before all is sent.
    asking.on('close', () => (answered === undefined ? reject(new Error('No answer.')) : resolve(answered))).on('error', () => undefined);
    let sent = 0;
    const go = () => {
      while (sent < size && !asking.destroyed) {
        sent += CHUNK.length;
        most = Math.max(most, process.memoryUsage.rss());
        if (!asking.write(CHUNK)) return void asking.once('drain', go);
      }
      asking.end();
    };
    go();
  });
  return { status, grewMiB: (most - before) / MIB };
}

describe('a body of 100 MB', () => {
  it.each<[string, (size: number) => Record<string, string | number>, number, ApiProblem | undefined]>([
    ['that says how long it is', (size) => ({ 'content-length': size }), 413, undefined],
    ['that comes in chunks', () => ({ 'transfer-encoding': 'chunked' }), 413, undefined],
    ['that is no JSON', () => ({ 'transfer-encoding': 'chunked', 'content-type': 'text/plain' }), 415, undefined],
    ['of somebody who is not signed in', () => ({ 'transfer-encoding': 'chunked' }), 401, unauthenticated({ isInvalid: false })],
  ])('%s is refused without being kept', async (_what, headersFor, expected, refusal) => {
    const accounts = new FakeAccounts();
    if (refusal) accounts.guard.admit = async () => { throw refusal; };
    const api = await serveForTest(new FakeServices(), accounts);
    await send(api.port, 4 * MIB, headersFor(4 * MIB)); // warms up
    const { status, grewMiB } = await send(api.port, 100 * MIB, headersFor(100 * MIB));
    await api.close();
    expect(status).toBe(expected);
    expect(grewMiB).toBeLessThan(40);
  }, 30_000);
});
