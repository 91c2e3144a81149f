import { ACCESS, API, OPERATION_IDS } from '@tank/contracts';
import { allHandlers } from './all-handlers.js';
import { findRoute } from './http/route-table.js';
import { Sight } from './sight.js';
import { FakeAccounts } from './test/fake-accounts.js';
import { FakeRecords } from './test/fake-records.js';
import { FakeServices } from './test/fake-services.js';
import { CALLS, FAKES } from './test/sample-calls.js';
import { healthy, serveForTest, type ServedApi } from './test/served-api.js';

/** What the gateway answers by itself. */
const OWN = OPERATION_IDS.filter((id) => id.startsWith('getHealth') || id === 'getOpenApi' || /^\/api\/(session|user|group|audit|setting)/.test(API[id].path));

describe('operations of the API', () => {
  let api: ServedApi;
  beforeAll(async () => {
    api = await serveForTest(new FakeServices(FAKES));
  });
  afterAll(() => api.close());

  it('have one handler each, and no handler is without an operation', () => {
    const handlers = allHandlers(new FakeServices(), new FakeAccounts(), new FakeRecords(), new Sight(new FakeServices(), new FakeAccounts().groups), healthy);
    expect(Object.keys(handlers).sort()).toEqual([...OPERATION_IDS].sort());
  });

  it.each(OPERATION_IDS)('%s is found under its own path only', (id) => {
    const [path] = CALLS[id];
    expect(findRoute(API[id].method, path.split('?')[0] ?? '')).toMatchObject({ found: 'operation', id });
  });

  it.each(OPERATION_IDS)('%s answers what it says it answers', async (id) => {
    const [path, status, sent] = CALLS[id];
    const answered = await api.call(id, path, sent);
    expect([answered.status, answered.body.detail]).toEqual([status, undefined]);
  });

  it.each(OPERATION_IDS.filter((id) => !OWN.includes(id)))('%s is 503 with a sentence while its service is away', async (id) => {
    const alone = await serveForTest(new FakeServices());
    const [path, , sent] = CALLS[id];
    const { status, body } = await alone.call(id, path, sent);
    await alone.close();
    expect(status).toBe(503);
    expect(body).toMatchObject({ code: 'UNAVAILABLE', detail: expect.stringMatching(/^The service \w+ does not answer/) });
  });

  it.each(OPERATION_IDS)('%s is open to somebody, by an entry of the table of roles', (id) => {
    expect(ACCESS[id]).toMatch(/^(public|own|viewer|operator|author|administrator)$/);
  });

  it.each(OPERATION_IDS.filter((id) => 'body' in API[id]))('%s refuses an unknown field and asks nobody', async (id) => {
    const services = new FakeServices(FAKES);
    const watched = await serveForTest(services);
    const [path, , sent] = CALLS[id];
    const { status, body } = await watched.call(id, path, { body: { ...(sent?.body as object), nonsense: 1 } });
    await watched.close();
    expect(status).toBe(422);
    expect(body.errors).toEqual([expect.objectContaining({ field: 'nonsense', message: 'Unknown field "nonsense".' })]);
    expect(services.asked).toEqual([]);
  });
});
