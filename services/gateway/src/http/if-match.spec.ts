import { API, DEFAULT_SETTINGS, OPERATION_IDS, refuseChangedMeanwhile, type Operation, type OperationId } from '@tank/contracts';
import { FakeAccounts } from '../test/fake-accounts.js';
import { FakeRecords } from '../test/fake-records.js';
import { FakeServices, type Fakes } from '../test/fake-services.js';
import { CALLS, FAKES } from '../test/sample-calls.js';
import * as sample from '../test/samples.js';
import { serveForTest, type ServedApi } from '../test/served-api.js';

const operation = (id: OperationId): Operation => API[id];
const changing = OPERATION_IDS.filter((id) => operation(id).ifMatch);
const reading = OPERATION_IDS.filter((id) => operation(id).etag && operation(id).method === 'GET');
/** What everything is at; its owner refuses every other revision. */
const REVISION = 1;
const LAST = { by: { userId: sample.USER, name: 'lee' }, at: new Date(sample.AT) };
const asked: (number | null)[] = [];
const owned = (revision: number | null) => {
  asked.push(revision);
  refuseChangedMeanwhile(revision, REVISION, LAST);
};

/** The sample answers, of owners that look at revisions. */
const OWNERS = Object.fromEntries(Object.entries(FAKES).map(([name, fake]) => [name, (asks: { revision?: number | null }) => {
  if (asks.revision !== undefined) owned(asks.revision);
  return (fake as (asks: unknown) => unknown)(asks);
}])) as Fakes;

describe('what several people edit', () => {
  let services: FakeServices;
  let api: ServedApi;
  beforeAll(async () => {
    const accounts = new FakeAccounts();
    accounts.users.change = (async (_userId: string, { revision }: { revision: number | null }) => {
      owned(revision);
      return sample.managedUser;
    }) as typeof accounts.users.change;
    const records = new FakeRecords();
    const change = { changeNo: REVISION, name: 'requireApproval', value: true, userId: sample.USER, userName: 'lee', reason: null, at: sample.AT };
    records.settings.lastChanges = async () => ({ revision: REVISION, changes: [change] });
    records.settings.change = async (_changes, _by, _reason, revision) => {
      asked.push(revision);
      return revision === null || revision === REVISION ? 'changed' : 'changed-meanwhile';
    };
    services = new FakeServices(OWNERS);
    api = await serveForTest(services, accounts, records);
  });
  beforeEach(() => {
    services.asked.length = 0;
    asked.length = 0;
  });
  afterAll(() => api.close());
  const call = (id: OperationId, ifMatch: string) => api.call(id, CALLS[id][0], { ...CALLS[id][2], headers: { ...CALLS[id][2]?.headers, 'if-match': ifMatch } });

  it('is all that a PATCH or DELETE changes, but for what says nothing that another could overwrite: sessions, and the name of a group', () => {
    const others = OPERATION_IDS.filter((id) => ['PATCH', 'DELETE'].includes(API[id].method) && !operation(id).ifMatch);
    expect(others.map((id) => API[id].path).filter((path) => !/^\/api\/(session|group)(\/|$)/.test(path))).toEqual([]);
  });

  it.each(changing)('%s asks what it was decided by, and nobody anything before it knows', async (id) => {
    const { status, body } = await api.send(CALLS[id][0], { ...CALLS[id][2], method: API[id].method });
    expect([status, body.code, body.field, body.remedy]).toEqual([428, 'PRECONDITION_REQUIRED', 'If-Match', expect.stringMatching(/^GET it first/)]);
    const korean = await api.send(CALLS[id][0], { ...CALLS[id][2], method: API[id].method, headers: { 'accept-language': 'ko' } });
    expect([korean.body.detail, korean.body.remedy].join()).toMatch(/여러 사람.*GET으로 조회/);
    expect([services.asked, asked]).toEqual([[], []]);
  });

  it.each(changing)('%s does nothing to what was changed meanwhile, and says by whom', async (id) => {
    const { status, body } = await call(id, '"7"');
    expect([status, body.code, body.detail]).toEqual([412, 'CHANGED_MEANWHILE', expect.stringContaining(`by lee at ${sample.AT}`)]);
    expect(asked).toEqual([7]);
  });

  it.each(changing)('%s goes by the ETag of what was looked at, also when a proxy has made it weak', async (id) => {
    for (const tag of ['"1"', '"1-00ff00ff00ff00ff"', 'W/"1-00ff"']) {
      const { status, headers } = await call(id, tag);
      expect(status).toBe(CALLS[id][1]);
      if (operation(id).etag) expect(headers.etag).toMatch(/^"[12]"$/);
    }
    expect(asked).toEqual([1, 1, 1]);
  });

  it.each(changing)('%s changes whatever is there for whoever says so', async (id) => {
    expect((await call(id, '*')).status).toBe(CALLS[id][1]);
    expect(asked).toEqual([null]);
  });

  it.each(['1', '""', '"1", "2"', '"-1"', '"1e3"', '"99999999999999"', 'W/*', '"abc"'])('takes no If-Match like %s', async (tag) => {
    const { status, body } = await call('saveTemplate', tag);
    expect([status, body.code, body.field]).toEqual([422, 'INVALID', 'If-Match']);
    expect(services.asked).toEqual([]);
  });

  it.each(reading)('%s is answered 304 without a body to whoever has it', async (id) => {
    const [path] = CALLS[id];
    const { status, headers } = await api.call(id, path);
    expect([status, headers.etag]).toEqual([200, expect.stringMatching(/^"1-[0-9a-f]{16}"$/)]);
    for (const known of [headers.etag!, `"x", W/${headers.etag}`, '*']) {
      expect(await api.call(id, path, { headers: { 'if-none-match': known } })).toMatchObject({ status: 304, body: undefined, headers: { etag: headers.etag } });
    }
    expect((await api.call(id, path, { headers: { 'if-none-match': '"1", "2-00ff"' } })).status).toBe(200);
  });

  it('is another answer when something moved by itself, and still the same to change', async () => {
    const { headers } = await api.call('getSchedule', CALLS.getSchedule[0]);
    services.fakes = { ...OWNERS, 'scheduler.get-schedule': () => ({ ...sample.schedule, nextFirings: ['2026-12-25T00:00:00.000Z'] }) };
    const later = await api.call('getSchedule', CALLS.getSchedule[0], { headers: { 'if-none-match': headers.etag! } });
    services.fakes = OWNERS;
    expect([later.status, later.body.nextFirings]).toEqual([200, ['2026-12-25T00:00:00.000Z']]);
    expect((await call('changeSchedule', headers.etag!)).status).toBe(200);
  });

  it('tells an approval and an activation what the setting demands', async () => {
    for (const requireApproval of [true, false]) {
      const own = new FakeServices(FAKES);
      const served = await serveForTest(own, new FakeAccounts(), new FakeRecords({ ...DEFAULT_SETTINGS, requireApproval }));
      await served.call('approveAutomation', CALLS.approveAutomation[0]);
      await served.call('activateAutomation', CALLS.activateAutomation[0]);
      await served.close();
      expect(own.asksOf('scheduler.approve')).toMatchObject([{ byOther: requireApproval, by: { userId: sample.USER, name: 'kim' } }]);
      expect(own.asksOf('scheduler.activate')).toMatchObject([{ requireApproval, by: { userId: sample.USER, name: 'kim' } }]);
    }
  });
});
