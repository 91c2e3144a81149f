import { FakeServices } from './test/fake-services.js';
import * as sample from './test/samples.js';
import { serveForTest, type ServedApi } from './test/served-api.js';

const PATH = `/api/connection/${sample.CONNECTION}`;

describe('changing a connection', () => {
  let services: FakeServices;
  let api: ServedApi;
  beforeAll(async () => {
    services = new FakeServices({ 'dbio.change-connection': () => ({ ...sample.connection, limits: { ...sample.connection.limits, poolMax: 2 } }) });
    api = await serveForTest(services);
  });
  beforeEach(() => void services.asked.splice(0));
  afterAll(() => api.close());

  it('asks for what the body names and for nothing else, and shows no password', async () => {
    const { status, body } = await api.call('changeConnection', PATH, { body: { password: 'geheim-2', limits: { poolMax: 2 } } });
    expect(services.asksOf('dbio.change-connection')).toEqual([
      { connectionId: sample.CONNECTION, revision: null, by: sample.ACTOR, change: { password: 'geheim-2', limits: { poolMax: 2 } } },
    ]);
    expect(status).toBe(200);
    expect(JSON.stringify(body)).not.toContain('geheim-2');
  });

  it.each([
    ['limits.poolMax', { limits: { poolMax: 0 } }],
    ['limits.poolmax', { limits: { poolmax: 2 } }],
    ['limits.forbiddenHours[0].from', { limits: { forbiddenHours: [{ from: '9 Uhr', to: '18:00' }] } }],
    ['wallet', { wallet: '../geheim' }],
    ['timeZone', { timeZone: 'Seoul' }],
    ['kind', { kind: 'mysql' }],
  ])('names the field that is wrong: %s', async (field, change) => {
    const { status, body } = await api.call('changeConnection', PATH, { body: change });
    expect([status, body.field]).toEqual([422, field]);
    expect(services.asked).toEqual([]);
  });
});
