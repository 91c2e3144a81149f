import { DEFAULT_SETTINGS, type Settings } from '@tank/contracts';
import { FakeAccounts } from '../test/fake-accounts.js';
import { FakeRecords } from '../test/fake-records.js';
import { FakeServices } from '../test/fake-services.js';
import { CALLS, FAKES } from '../test/sample-calls.js';
import * as sample from '../test/samples.js';
import { NO_PROXY, serveForTest, type Sent, type ServedApi } from '../test/served-api.js';

const PROXIED = { trustedProxies: ['127.0.0.1'], allowedHosts: ['tank.example'] };
const HTTPS = { host: 'tank.example', 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.1' };

describe('the edge of the API', () => {
  const services = new FakeServices(FAKES);
  const records = new FakeRecords();
  let api: ServedApi;
  const serve = async (settings: Partial<Settings> = {}, config = NO_PROXY) => {
    records.current = { ...DEFAULT_SETTINGS, ...settings };
    api = await serveForTest(services, new FakeAccounts(), records, undefined, config);
  };
  beforeEach(() => {
    services.asked.length = 0;
    records.written.length = 0;
  });
  afterEach(() => api.close());
  const answerTo = async (path: string, sent?: Sent) => {
    const { status, body, headers } = await api.send(path, sent);
    return { status, code: body?.code, headers };
  };
  const pause = (headers: Record<string, string>) => answerTo(`/api/run/${sample.RUN}/pause`, { method: 'POST', headers });

  describe('behind a proxy with TLS', () => {
    it('answers under the name it was given, over HTTPS alone', async () => {
      await serve({}, PROXIED);
      expect((await answerTo('/api/run', { headers: HTTPS })).status).toBe(200);
      expect((await answerTo('/api/run', { headers: { ...HTTPS, host: 'TANK.example:443' } })).status).toBe(200);
      expect((await answerTo('/api/run', { headers: { ...HTTPS, 'x-forwarded-proto': 'http' } })).code).toBe('WRONG_HOST');
      expect((await answerTo('/api/run', { headers: { host: 'tank.example' } })).code).toBe('WRONG_HOST');
      expect((await answerTo('/api/run', { headers: { ...HTTPS, host: 'evil.example' } })).code).toBe('WRONG_HOST');
      expect((await answerTo('/page', { headers: { ...HTTPS, host: 'evil.example' } })).code).toBe('WRONG_HOST');
    });

    it('believes nobody else', async () => {
      await serve({ allowedNetworks: ['203.0.113.0/24'] }, { ...PROXIED, trustedProxies: ['192.0.2.1'] });
      expect((await answerTo('/api/run', { headers: HTTPS })).code).toBe('NETWORK_NOT_ALLOWED');
      records.current = DEFAULT_SETTINGS;
      expect((await answerTo('/api/run', { headers: HTTPS })).code).toBe('WRONG_HOST');
      const { headers } = await answerTo('/api/session', { method: 'POST', body: CALLS.signIn[2]?.body, headers: { 'x-forwarded-proto': 'https' } });
      expect(headers['set-cookie']?.[0]).not.toMatch(/Secure/);
    });

    it('takes a change from its own page, which has https in its address', async () => {
      await serve({}, PROXIED);
      expect((await pause({ ...HTTPS, origin: 'https://tank.example', 'sec-fetch-site': 'same-origin' })).status).toBe(200);
      for (const origin of ['http://tank.example', 'https://evil.example', 'null', 'https://tank.example:8443']) expect((await pause({ ...HTTPS, origin })).code).toBe('CROSS_SITE');
    });

    it('writes down the address of the client, and keeps its cookie to HTTPS', async () => {
      await serve({}, PROXIED);
      const { headers } = await answerTo('/api/session', { method: 'POST', body: CALLS.signIn[2]?.body, headers: HTTPS });
      expect(headers['set-cookie']?.[0]).toMatch(/; Secure$/);
      await pause({ ...HTTPS, 'x-forwarded-for': '10.1.1.1, 203.0.113.9' });
      expect(records.written.map(({ asked }) => asked.address)).toEqual(['203.0.113.9']);
    });
  });

  describe('with allowed networks', () => {
    it.each([['/api/run', 'GET'], ['/api/session', 'POST'], ['/api/openapi.json', 'GET'], ['/api/nothing', 'GET'], ['/api/health/detail', 'GET'], ['/', 'GET'], ['/api/%', 'GET']])('refuses %s from elsewhere', async (path, method) => {
      await serve({ allowedNetworks: ['10.20.0.0/16', '2001:db8::/32'] });
      const { status, code, headers } = await answerTo(path, { method, headers: { host: 'evil.example' } });
      expect([status, code, headers['x-content-type-options']]).toEqual([403, 'NETWORK_NOT_ALLOWED', 'nosniff']);
      expect(services.asked).toEqual([]);
    });

    it('answers from them, also through a proxy', async () => {
      await serve({ allowedNetworks: ['10.20.0.0/16', '2001:db8::/32'] }, PROXIED);
      const from = (address: string) => answerTo('/api/run', { headers: { ...HTTPS, 'x-forwarded-for': address } });
      expect([(await from('10.20.3.4')).status, (await from('::ffff:10.20.3.4')).status, (await from('2001:db8:1::1')).status]).toEqual([200, 200, 200]);
      expect([(await from('10.21.3.4')).code, (await from('10.20.3.4, 10.21.3.4')).code]).toEqual(['NETWORK_NOT_ALLOWED', 'NETWORK_NOT_ALLOWED']);
    });

    it('tells a monitor from anywhere whether it works', async () => {
      await serve({ allowedNetworks: ['10.20.0.0/16'] });
      expect((await answerTo('/api/health')).status).toBe(200);
    });

    it('keeps nobody from changing them but for whoever would shut himself out', async () => {
      await serve({}, PROXIED);
      const change = (networks: string[]) => api.call('changeSettings', '/api/setting', { body: { allowedNetworks: networks }, headers: HTTPS });
      const refused = await change(['10.20.0.0/16']);
      expect([refused.status, refused.body.field, refused.body.detail]).toEqual([422, 'allowedNetworks', expect.stringContaining('203.0.113.1')]);
      expect(records.current.allowedNetworks).toEqual([]);
      expect((await change(['10.20.0.0/16', '203.0.113.0/24'])).status).toBe(200);
      expect((await change([])).status).toBe(200);
    });

    it('lets nobody in while they cannot be read, and still tells how it is', async () => {
      await serve();
      const { current } = records.settings;
      records.settings.current = async () => { throw new Error('no database'); };
      expect((await answerTo('/api/run')).status).toBe(500);
      expect((await answerTo('/api/health')).status).toBe(200);
      records.settings.current = current;
    });
  });

  describe('with a rate', () => {
    it('takes so many calls within a minute from an address, whoever they are of, and says how many are left', async () => {
      await serve({ callsPerMinuteOfAddress: 3 });
      const [first, second, third, fourth] = [await answerTo('/api/openapi.json'), await answerTo('/api/nothing'), await answerTo('/api/run'), await answerTo('/api/run')];
      expect([first?.status, second?.status, third?.status]).toEqual([200, 404, 200]);
      expect(first?.headers).toMatchObject({ 'ratelimit-limit': '3', 'ratelimit-remaining': '2', 'ratelimit-reset': expect.stringMatching(/^(60|59)$/) });
      expect([fourth?.status, fourth?.code]).toEqual([429, 'TOO_MANY_REQUESTS']);
      expect(fourth?.headers).toMatchObject({ 'retry-after': expect.stringMatching(/^\d+$/), 'ratelimit-remaining': '0' });
      expect((await answerTo('/api/health')).status).toBe(200);
    });

    it('counts each address behind a proxy by itself, and a subscriber of IPv6 as one', async () => {
      await serve({ callsPerMinuteOfAddress: 1 }, PROXIED);
      const from = async (address: string) => (await answerTo('/api/run', { headers: { ...HTTPS, 'x-forwarded-for': address } })).status;
      expect([await from('203.0.113.1'), await from('203.0.113.2'), await from('203.0.113.1')]).toEqual([200, 200, 429]);
      expect([await from('2001:db8:1:1::1'), await from('2001:db8:1:1:ffff::2')]).toEqual([200, 429]);
    });

    it('takes so many calls of a user, from wherever', async () => {
      await serve({ callsPerMinuteOfUser: 2 }, PROXIED);
      const from = async (address: string) => (await answerTo('/api/run', { headers: { ...HTTPS, 'x-forwarded-for': address } })).status;
      expect([await from('203.0.113.1'), await from('203.0.113.2'), await from('203.0.113.3')]).toEqual([200, 200, 429]);
      expect((await answerTo('/api/openapi.json')).status).toBe(200);
    });

    it('goes by another limit at once', async () => {
      await serve({ callsPerMinuteOfAddress: 1 });
      expect([(await answerTo('/api/run')).status, (await answerTo('/api/run')).status]).toEqual([200, 429]);
      records.current = { ...records.current, callsPerMinuteOfAddress: 100 };
      expect((await answerTo('/api/run')).status).toBe(200);
    });
  });

  it('refuses a flood of headers', async () => {
    await serve();
    const headers = Object.fromEntries(Array.from({ length: 120 }, (_, at) => [`x-h${at}`, '1']));
    const { status, code } = await answerTo('/api/run', { headers });
    expect([status, code]).toEqual([431, 'HEADERS_TOO_LARGE']);
    expect(services.asked).toEqual([]);
  });
});
