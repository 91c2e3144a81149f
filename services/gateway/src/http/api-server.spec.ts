import { Refused, type Refusal } from '@tank/contracts';
import { FakeServices } from '../test/fake-services.js';
import * as sample from '../test/samples.js';
import { serveForTest, type ServedApi } from '../test/served-api.js';
import { BODY_LIMIT_BYTES } from './read-json-body.js';

const byField = (one: { field: string }, other: { field: string }) => one.field.localeCompare(other.field);

describe('the HTTP side of the API', () => {
  const services = new FakeServices();
  let api: ServedApi;
  const written: string[] = [];
  const write = process.stdout.write;
  beforeAll(async () => {
    api = await serveForTest(services);
    process.stdout.write = ((line: string) => written.push(String(line)) > 0) as typeof write;
  });
  beforeEach(() => {
    services.asked.length = 0;
    written.length = 0;
    services.fakes = { 'scheduler.list-schedules': () => ({ items: [], next: null }), 'dbio.create-connection': () => sample.connection };
  });
  afterAll(async () => {
    process.stdout.write = write;
    await api.close();
  });
  const create = (body: unknown, headers = {}) => api.send('/api/connection', { method: 'POST', body, headers });

  describe('lets nobody in but this machine', () => {
    it.each(['evil.example', 'evil.example:3000', '127.0.0.1.evil.example', '10.0.0.7', '127.0.0.1@evil.example', 'localhost.'])('refuses the Host "%s"', async (host) => {
      const { status, body } = await api.send('/api/scheduler', { headers: { host } });
      expect([status, body.code]).toEqual([421, 'WRONG_HOST']);
      expect(services.asked).toEqual([]);
    });

    it.each(['127.0.0.1', 'localhost:3000', 'LOCALHOST', '[::1]:3000', '127.8.8.8'])('answers under the Host "%s"', async (host) => {
      expect((await api.send('/api/scheduler', { headers: { host } })).status).toBe(200);
    });

    it('refuses other paths under a foreign Host too', async () => {
      expect((await api.send('/', { headers: { host: 'evil.example' } })).status).toBe(421);
      expect((await api.send('/')).body).toMatchObject({ status: 404, code: 'NO_SUCH_PATH' });
    });

    it.each([
      { origin: 'http://evil.example' }, { origin: 'null' }, { origin: 'http://localhost:9' }, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' },
    ])('refuses a change that a browser sends for another site: %j', async (headers) => {
      const { status, body } = await create(sample.CONNECTION_INPUT, headers);
      expect([status, body.code]).toEqual([403, 'CROSS_SITE']);
      expect(services.asked).toEqual([]);
    });

    it('takes a change from its own page and from programs', async () => {
      expect((await create(sample.CONNECTION_INPUT, { host: 'localhost:3000', origin: 'http://localhost:3000', 'sec-fetch-site': 'same-origin' })).status).toBe(201);
      expect((await create(sample.CONNECTION_INPUT)).status).toBe(201);
    });
  });

  it('sends secure headers with every answer', async () => {
    for (const path of ['/api/scheduler', '/api/nothing']) {
      const { headers } = await api.send(path);
      expect(headers).toMatchObject({
        'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin', 'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      });
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('never answers with a password, even one that a service lets slip', async () => {
    services.fakes['dbio.create-connection'] = () => ({ ...sample.connection, password: sample.CONNECTION_INPUT.password }) as never;
    services.ask = async (_name, asks) => ({ ...sample.connection, ...(asks as object) }) as never;
    const answered = await create(sample.CONNECTION_INPUT);
    delete (services as { ask?: unknown }).ask;
    expect(answered.status).toBe(201);
    expect(JSON.stringify(answered)).not.toContain(sample.CONNECTION_INPUT.password);
    expect(written.join('')).not.toContain(sample.CONNECTION_INPUT.password);
  });

  it('names everything that is wrong at once: field, cause and remedy', async () => {
    const { status, body } = await create({ name: '', kind: 'db2', host: 'db', port: 99999, database: 'x', user: 'u', passwd: 'p' });
    expect(status).toBe(422);
    expect(body.errors.map(({ field }: { field: string }) => field).sort()).toEqual(['kind', 'name', 'passwd', 'password', 'port']);
    for (const error of body.errors) expect(error).toMatchObject({ message: expect.any(String), remedy: expect.any(String) });
    expect(body.errors.find(({ field }: { field: string }) => field === 'kind').remedy).toBe('Use one of: postgres, oracle.');
  });

  it.each([
    ['unknown fields', Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`k${at}`, 1]))],
    ['odd texts', Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`k${at}`, '\0']))],
  ])('names the first fifty of very many %s, and no more', async (_what, wide) => {
    const { status, body } = await create(wide);
    expect([status, body.code, body.errors.length]).toEqual([422, 'INVALID', 50]);
  });

  it('speaks Korean to those who read it', async () => {
    const korean = await create({}, { 'accept-language': 'ko-KR,ko;q=0.9,en;q=0.8' });
    expect(korean.headers['content-language']).toBe('ko');
    expect(korean.body.errors[0].message).toMatch(/[가-힣]/);
    expect(korean.body.errors[0].remedy).toMatch(/[가-힣]/);
    expect((await create({}, { 'accept-language': 'en-US,ko;q=0.5' })).body.errors[0].message).toBe('This field is required.');
  });

  it('says of a field that is not there that it is missing, and of what type it is', async () => {
    const { kind: _kind, name: _name, ...rest } = sample.CONNECTION_INPUT;
    const errors = [
      { field: 'name', message: 'This field is required.', remedy: 'Give it, a value of type string.' },
      { field: 'kind', message: 'This field is required.', remedy: 'Give it: one of postgres, oracle.' },
    ];
    expect((await create(rest)).body.errors.toSorted(byField)).toEqual(errors.toSorted(byField));
    expect((await create(rest, { 'accept-language': 'ko' })).body.errors).toContainEqual({ field: 'name', message: '필수 항목입니다.', remedy: '이 항목을 추가하세요. 형식: 문자열.' });
    expect((await create({ ...sample.CONNECTION_INPUT, name: 5 }, { 'accept-language': 'ko' })).body.errors).toMatchObject([{ field: 'name', remedy: '다음 형식의 값을 쓰세요: 문자열.' }]);
  });

  it.each([
    ['0', 'The least is 1.', '최소 1입니다.'],
    ['1001', 'The most is 1000.', '최대 1000입니다.'],
  ])('says how far a number may go: %s', async (limit, english, korean) => {
    expect((await api.send(`/api/mail?limit=${limit}`)).body).toMatchObject({ status: 422, field: 'limit', remedy: english });
    expect((await api.send(`/api/mail?limit=${limit}`, { headers: { 'accept-language': 'ko' } })).body).toMatchObject({ remedy: korean });
  });

  it('does not call a number the least that is just not enough', async () => {
    const { body } = await api.send(`/api/automation/${sample.AUTOMATION}/version/0`, { headers: { 'accept-language': 'ko' } });
    expect(body).toMatchObject({ status: 422, field: 'number', remedy: '0보다 큰 값을 쓰세요.' });
  });

  it.each(['mail?from=', 'mail?to=', 'report/summary?from=', 'report/summary?to='])('refuses %s a day that no database reckons with, with a sentence', async (path) => {
    for (const day of ['0000-01-01', '0001-01-01', '2200-01-01']) {
      expect((await api.send(`/api/${path}${day}`)).body).toMatchObject({ status: 422, code: 'INVALID', field: path.slice(path.indexOf('?') + 1, -1), detail: expect.stringContaining('a day from 1900 to 2199') });
    }
    expect(services.asked).toEqual([]);
  });

  it.each<[Refusal['code'], number]>([['INVALID', 422], ['NOT_FOUND', 404], ['CONFLICT', 409], ['STALE', 409], ['UNAVAILABLE', 503]])('passes the refusal %s on as %i in the words of the service', async (code, status) => {
    services.fakes['dbio.create-connection'] = () => { throw new Refused(code, ['Cause. Remedy.', '(한국어) Cause. Remedy.'], 'host'); };
    const answered = await create(sample.CONNECTION_INPUT);
    expect(answered.status).toBe(status);
    expect(answered.body).toMatchObject({ status, code, detail: 'Cause. Remedy.', field: 'host' });
  });

  it('passes a refusal on in Korean to those who read it', async () => {
    services.fakes['dbio.create-connection'] = () => { throw new Refused('CONFLICT', ['Cause.', '원인입니다.'], 'name'); };
    const { body } = await create(sample.CONNECTION_INPUT, { 'accept-language': 'ko' });
    expect(body).toMatchObject({ detail: '원인입니다.', errors: [{ field: 'name', message: '원인입니다.' }] });
  });

  it.each([
    ['a defect of a service', () => { throw new Refused('DEFECT', ['password authentication failed for user "tank"', '(한국어) password authentication failed for user "tank"']); }],
    ['an error', () => { throw new Error('SELECT geheim FROM x'); }],
    ['an answer that is none', () => ({ connectionId: 'geheim' }) as never],
  ])('lets nothing of %s out', async (_what, answer) => {
    services.fakes['dbio.create-connection'] = answer;
    const { status, body } = await create(sample.CONNECTION_INPUT);
    expect([status, body.code, body.errors]).toEqual([500, 'DEFECT', []]);
    expect(JSON.stringify(body)).not.toMatch(/geheim|password|at .*\.ts/);
    expect(written.join('')).toContain('api.defect');
  });

  describe('takes JSON only', () => {
    it.each([
      [415, 'NOT_JSON', '{}', { 'content-type': 'text/plain' }],
      [415, 'NOT_JSON', '{}', { 'content-type': 'application/json; charset=euc-kr' }],
      [415, 'NOT_JSON', '{}', { 'content-encoding': 'gzip' }],
      [400, 'BAD_JSON', '{"password":"geheim",}', {}],
      [400, 'BAD_JSON', Buffer.from([0x22, 0xb0, 0xa1, 0x22]), {}],
      [422, 'INVALID', '[]', {}],
      [422, 'INVALID', 'null', {}],
      [422, 'INVALID', '{"__proto__":{"name":"x"}}', {}],
    ])('answers %i %s to %j with %j', async (status, code, body, headers) => {
      const answered = await create(body, headers);
      expect([answered.status, answered.body.code]).toEqual([status, code]);
      expect(JSON.stringify(answered.body)).not.toContain('geheim');
      expect(services.asked).toEqual([]);
    });

    it('wants a body where one is needed', async () => {
      expect((await create(undefined)).body).toMatchObject({ status: 422, field: 'body' });
    });

    it.each([['[', ']'], ['{"name":', '}'], ['{"name":[', ']}']])('refuses a hundred thousand %s in each other with a sentence', async (open, shut) => {
      const deep = `${open.repeat(100_000)}1${shut.repeat(100_000)}`;
      expect((await create(deep)).body).toMatchObject({ status: 422, code: 'INVALID', field: 'body', detail: expect.stringContaining('more than 100 levels deep') });
      expect((await create(deep, { 'accept-language': 'ko' })).body).toMatchObject({ status: 422, detail: expect.stringContaining('중첩') });
      expect((await create(`{"name":${'['.repeat(99)}${']'.repeat(99)}}`)).status).toBe(422);
      expect(services.asked).toEqual([]);
    });

    it('refuses more than 2 MB, announced or not', async () => {
      const big = JSON.stringify({ name: 'x'.repeat(BODY_LIMIT_BYTES) });
      expect((await create(big)).body).toMatchObject({ status: 413, code: 'TOO_LARGE' });
      const announced = await api.send('/api/connection', { method: 'POST', body: big, headers: { 'transfer-encoding': 'chunked' } });
      expect(announced.body).toMatchObject({ status: 413 });
    });
  });

  it('says which methods a path takes, and that there is no such path', async () => {
    const { status, headers, body } = await api.send('/api/connection', { method: 'DELETE' });
    expect([status, headers.allow, body.code]).toEqual([405, 'POST, GET', 'METHOD_NOT_ALLOWED']);
    for (const path of ['/api/conection', '/API/user', '/user', '/']) {
      const answered = await api.send(path, { headers: { 'accept-language': 'ko' } });
      expect(answered.headers['content-type']).toBe('application/problem+json; charset=utf-8');
      expect(answered.body).toMatchObject({ status: 404, code: 'NO_SUCH_PATH', detail: expect.stringMatching(/없는 경로/) });
    }
    expect((await api.send('/api/automation/%zz')).status).toBe(422);
    expect((await api.send('//api/health')).status).toBe(404);
    expect((await api.send('/api/scheduler/', { method: 'HEAD' })).status).toBe(200);
  });
});
