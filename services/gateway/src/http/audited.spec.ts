import { API, OPERATION_IDS, type Operation } from '@tank/contracts';
import { FakeAccounts } from '../test/fake-accounts.js';
import { FakeRecords } from '../test/fake-records.js';
import { FakeServices } from '../test/fake-services.js';
import { CALLS, FAKES } from '../test/sample-calls.js';
import * as sample from '../test/samples.js';
import { serveForTest } from '../test/served-api.js';

const changing = OPERATION_IDS.filter((id) => API[id].method !== 'GET' && (API[id] as Operation).audited !== 'never' && id !== 'signIn');

describe('the audit trail of the API', () => {
  it.each(changing)('has %s before it is done, and how it ended', async (id) => {
    const records = new FakeRecords();
    const services = new FakeServices(FAKES);
    const api = await serveForTest(services, new FakeAccounts(), records);
    const [path, status, sent] = CALLS[id];
    await api.call(id, path, sent);
    services.fakes = {};
    await api.call(id, path, sent);
    await api.close();
    const own = records.written.filter(({ asked, ended }) => asked.operation === id && ended !== 'event');
    expect(own[0]).toMatchObject({ asked: { by: { userId: sample.USER }, address: '127.0.0.1' }, ended: { status, code: null } });
    expect(own[1]?.ended).toMatchObject(services.asked.length > 0 ? { status: expect.any(Number) } : { status });
    expect(JSON.stringify(records.written)).not.toMatch(/geheim/);
  });

  it('keeps a change from being made that it could not write down', async () => {
    const records = new FakeRecords();
    records.trail.begin = async () => { throw new Error('no disk'); };
    const services = new FakeServices(FAKES);
    const api = await serveForTest(services, new FakeAccounts(), records);
    expect((await api.call('startRun', CALLS.startRun[0])).status).toBe(500);
    await api.close();
    expect(services.asked).toEqual([]);
  });

  it('says what was made', async () => {
    const records = new FakeRecords();
    const api = await serveForTest(new FakeServices(FAKES), new FakeAccounts(), records);
    await api.call('createAutomation', ...withoutStatus('createAutomation'));
    await api.call('startRun', ...withoutStatus('startRun'));
    await api.close();
    expect(records.written.map(({ asked, ended }) => [asked.objectKind, asked.objectId, ended === 'event' ? null : ended?.objectId])).toEqual([
      ['automation', null, sample.AUTOMATION], ['automation', sample.AUTOMATION, sample.RUN],
    ]);
  });
});

function withoutStatus(id: 'createAutomation' | 'startRun') {
  const [path, , sent] = CALLS[id];
  return [path, sent] as const;
}
