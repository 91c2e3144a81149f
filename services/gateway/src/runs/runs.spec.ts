import { Refused } from '@tank/contracts';
import { FakeServices } from '../test/fake-services.js';
import * as sample from '../test/samples.js';
import { serveForTest, type ServedApi } from '../test/served-api.js';

const RUN_NOW = `/api/automation/${sample.AUTOMATION}/run`;

describe('runs and mails', () => {
  const services = new FakeServices();
  let api: ServedApi;
  beforeAll(async () => {
    api = await serveForTest(services);
  });
  beforeEach(() => {
    services.asked.length = 0;
    services.fakes = { 'scheduler.get-automation': () => sample.automation(), 'scheduler.start-run': () => sample.run };
  });
  afterAll(() => api.close());

  it('passes the Idempotency-Key on and back', async () => {
    const { status, headers } = await api.call('startRun', RUN_NOW, { headers: { 'Idempotency-Key': 'march-1' }, body: { businessDate: '2026-03-01T09:00:00' } });
    expect(status).toBe(202);
    expect(headers).toMatchObject({ 'idempotency-key': 'march-1', location: `/api/run/${sample.RUN}` });
    expect(services.asksOf('scheduler.start-run')).toEqual([{ automationId: sample.AUTOMATION, idempotencyKey: 'march-1', businessDate: '2026-03-01T09:00:00', timeZone: 'Asia/Seoul' }]);
  });

  it('makes a new key for each request without one', async () => {
    await api.call('startRun', RUN_NOW);
    await api.call('startRun', RUN_NOW);
    const [first, second] = services.asksOf('scheduler.start-run').map(({ idempotencyKey }) => idempotencyKey);
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(second).not.toBe(first);
  });

  it('names the key on a time-out too, so that asking again cannot start a second run', async () => {
    delete services.fakes['scheduler.start-run'];
    const { status, headers } = await api.call('startRun', RUN_NOW);
    expect(status).toBe(503);
    expect(headers['idempotency-key']).toBe(services.asksOf('scheduler.start-run')[0]?.idempotencyKey);
  });

  it('refuses a key that is no key', async () => {
    const { body } = await api.call('startRun', RUN_NOW, { headers: { 'Idempotency-Key': 'a b' } });
    expect(body).toMatchObject({ status: 422, field: 'idempotency-key' });
    expect(services.asked).toEqual([]);
  });

  it('tells a run without mails from no run', async () => {
    services.fakes = { 'logs.list-mails': () => ({ items: [], next: null }), 'scheduler.get-run': () => sample.run };
    expect((await api.call('listRunMails', `/api/run/${sample.RUN}/mails`)).body).toEqual({ items: [], next: null });
    services.fakes['scheduler.get-run'] = () => { throw new Refused('NOT_FOUND', ['There is no such run.', '(한국어) There is no such run.'], 'runId'); };
    expect((await api.call('listRunMails', `/api/run/${sample.RUN}/mails`)).body).toMatchObject({ status: 404, detail: 'There is no such run.', field: 'runId' });
  });

  it('reads the mails of a run while the scheduler is away', async () => {
    services.fakes = { 'logs.list-mails': () => ({ items: [sample.mail], next: null }) };
    expect((await api.call('listRunMails', `/api/run/${sample.RUN}/mails?limit=5&after=x`)).body.items).toHaveLength(1);
    expect(services.asksOf('logs.list-mails')).toMatchObject([{ runId: sample.RUN, limit: 5, after: 'x', outcome: null }]);
  });

  it('refuses a filter that is misspelt, doubled or no number, instead of answering something else', async () => {
    const { status, body } = await api.call('searchMails', `/api/mail?outcom=SENT&limit=ten&runId=${sample.RUN}&runId=${sample.VERSION}`);
    expect(status).toBe(422);
    expect(body.errors.map(({ field }: { field: string }) => field).sort()).toEqual(['limit', 'outcom', 'runId']);
  });
});
