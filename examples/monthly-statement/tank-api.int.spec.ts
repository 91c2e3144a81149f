import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiRefused, TankApi } from './tank-api.ts';

const ACCOUNT = { name: 'kim', password: 'kim has a long password' };

describe('a script that calls the API', () => {
  let server: Server;
  let api: TankApi;
  /** What came, in its order. */
  let calls: string[];
  /** What each change was decided by. */
  let decisions: (string | undefined)[];
  /** How long the tokens hold, and which of them and of the cookies still do. */
  let [lifeMs, count] = [600_000, 0];
  let tokens: Set<string>;
  let cookie: string | undefined;

  beforeEach(async () => {
    [calls, decisions, tokens, cookie, lifeMs, count] = [[], [], new Set(), undefined, 600_000, 0];
    server = createServer((request, response) => {
      const answer = (status: number, body: object) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      const open = () => {
        count++;
        tokens.add(`Bearer t${count}`);
        cookie = `tank_refresh=c${count}`;
        response.setHeader('set-cookie', `${cookie}; Path=/session; HttpOnly`);
        answer(200, { accessToken: `t${count}`, expiresAt: new Date(Date.now() + lifeMs).toISOString() });
      };
      calls.push(`${request.method} ${request.url}`);
      if (request.method === 'PATCH') decisions.push(request.headers['if-match']);
      if (request.url?.startsWith('/thing/')) response.setHeader('etag', `"${calls.length}"`);
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString())).on('end', () => {
        if (request.url === '/session') return text === JSON.stringify(ACCOUNT) ? open() : answer(401, { code: 'SIGN_IN_FAILED' });
        if (request.url === '/session/refresh') return cookie !== undefined && request.headers.cookie === cookie ? open() : answer(401, { code: 'SESSION_ENDED' });
        return tokens.has(request.headers.authorization ?? '') ? answer(200, { url: request.url }) : answer(401, { code: 'UNAUTHENTICATED' });
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    api = new TankApi(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, ACCOUNT);
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it('signs in once, with its first calls', async () => {
    expect(await Promise.all([api.get('/a'), api.get('/b'), api.post('/c')])).toEqual([{ url: '/a' }, { url: '/b' }, { url: '/c' }]);
    await api.get('/d');
    expect(calls.filter((call) => call === 'POST /session')).toHaveLength(1);
  });

  it('refreshes a token that is about to expire, once for all calls that wait', async () => {
    lifeMs = 10_000;
    await api.get('/a');
    lifeMs = 600_000;
    await Promise.all([api.get('/b'), api.get('/c')]);
    expect(calls).toEqual(['POST /session', 'GET /a', 'POST /session/refresh', 'GET /b', 'GET /c']);
  });

  it('signs in again when its session has ended, whether the refresh or a call finds out', async () => {
    lifeMs = 10_000;
    await api.get('/a');
    [cookie, lifeMs] = [undefined, 600_000];
    await api.get('/b');
    tokens.clear();
    await api.get('/c');
    expect(calls.filter((call) => call.startsWith('POST'))).toEqual(['POST /session', 'POST /session/refresh', 'POST /session', 'POST /session']);
  });

  it('changes what it has seen as it was, and whatever is there of what it has not seen', async () => {
    const [seen, unseen] = [`/thing/${crypto.randomUUID()}`, `/thing/${crypto.randomUUID()}`];
    await api.get(seen);
    await api.patch(seen, {});
    await api.patch(`${seen}/part`, {});
    await api.patch(unseen, {});
    await api.patch('/thing', {});
    expect(decisions).toEqual(['"2"', '"3"', '*', undefined]);
  });

  it('says that its password is wrong, and does not try it over and over', async () => {
    const refused = await new TankApi(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { ...ACCOUNT, password: 'x' }).get('/a').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiRefused);
    expect(refused).toMatchObject({ status: 401, code: 'SIGN_IN_FAILED' });
    expect(calls).toEqual(['POST /session']);
  });
});
