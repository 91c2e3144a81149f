import { DEFAULT_GROUP } from '@tank/contracts';
import { FakeAccounts } from '../test/fake-accounts.js';
import { FakeServices } from '../test/fake-services.js';
import { CALLS, FAKES } from '../test/sample-calls.js';
import * as sample from '../test/samples.js';
import { serveForTest, type Answered, type ServedApi } from '../test/served-api.js';

const [OURS, THEIRS] = [DEFAULT_GROUP, sample.GROUP];
const ID = `/api/automation/${sample.AUTOMATION}`;

describe('an automation and its connection', () => {
  let services: FakeServices;
  let api: ServedApi;
  let groupOfConnection: string | null;
  const accounts = new FakeAccounts();
  beforeAll(async () => {
    services = new FakeServices();
    api = await serveForTest(services, accounts);
  });
  afterAll(() => api.close());
  beforeEach(() => {
    [accounts.groupsOfCaller, groupOfConnection] = [null, OURS];
    services.fakes = { ...FAKES, 'dbio.group-of': () => ({ groupId: groupOfConnection }) };
    services.asked.length = 0;
  });
  const changes = () => services.asked.map(({ name }) => name).filter((name) => /create|change|activate|sample|check|move|send/.test(name));
  const conflict = { status: 409, body: { code: 'CONFLICT', field: 'connectionId', detail: expect.stringContaining('another group') } };
  const create = (body: object): Promise<Answered> => api.call('createAutomation', '/api/automation', { body: { name: '월 명세서', ...body } });

  it.each([
    ['createAutomation', '/api/automation', { name: 'x', groupId: OURS, connectionId: sample.CONNECTION }],
    ['changeAutomation', ID, { connectionId: sample.CONNECTION }],
    ['activateAutomation', `${ID}/activate`, undefined],
    ['saveTargetQuery', `${ID}/dbio/target`, CALLS.saveTargetQuery[2]?.body],
    ['previewTemplate', `${ID}/template/preview`, undefined],
    ['sendTestMail', `${ID}/test`, undefined],
  ] as const)('belong to one group, or nothing is done: %s', async (id, path, body) => {
    groupOfConnection = THEIRS;
    expect(await api.call(id, path, { body })).toMatchObject(conflict);
    const korean = await api.call(id, path, { body, headers: { 'accept-language': 'ko' } });
    expect(korean.body).toMatchObject({ detail: expect.stringContaining('다른 그룹'), remedy: expect.stringContaining('관리자') });
    expect(changes()).toEqual([]);
    groupOfConnection = OURS;
    expect((await api.call(id, path, { body })).status).toBeLessThan(300);
  });

  it('are told apart from a connection that there is not', async () => {
    groupOfConnection = null;
    for (const answered of [await create({ connectionId: sample.CONNECTION }), await api.call('changeAutomation', ID, { body: { connectionId: sample.CONNECTION } })]) {
      expect(answered).toMatchObject({ status: 404, body: { code: 'NOT_FOUND', field: 'connectionId' } });
    }
    expect(changes()).toEqual([]);
  });

  it('may be without each other', async () => {
    expect((await api.call('changeAutomation', ID, { body: { connectionId: null } })).status).toBe(200);
    expect(services.asksOf('dbio.group-of')).toEqual([]);
  });

  describe('when it is made without a group', () => {
    const groupOf = () => services.asksOf('scheduler.create-automation').map(({ groupId }) => groupId);

    it('it goes where its connection is', async () => {
      groupOfConnection = THEIRS;
      await create({ connectionId: sample.CONNECTION });
      expect(groupOf()).toEqual([THEIRS]);
    });

    it.each([[null, DEFAULT_GROUP], [[THEIRS, DEFAULT_GROUP], DEFAULT_GROUP], [[THEIRS], THEIRS]])('it goes where one of %p can only mean', async (groups, expected) => {
      accounts.groupsOfCaller = groups;
      await create({});
      expect(groupOf()).toEqual([expected]);
    });

    it.each([[[], 'no group'], [[THEIRS, sample.USER], 'several groups']])('somebody of %p is asked which: %s', async (groups, words) => {
      accounts.groupsOfCaller = groups;
      expect(await create({})).toMatchObject({ status: 422, body: { field: 'groupId', detail: expect.stringContaining(words) } });
      expect(groupOf()).toEqual([]);
    });
  });

  describe('when the connection is to be moved', () => {
    const move = (groupId: string) => api.call('moveConnection', `/api/connection/${sample.CONNECTION}/group`, { body: { groupId } });

    it('stays while automations of its group use it, which are named', async () => {
      const names = ['가', '나', '다', '라', '마', '바', '사'];
      services.fakes['scheduler.connection-users'] = ({ groupId }) => ({ automations: groupId === OURS ? names.map((name) => ({ automationId: sample.AUTOMATION, name })) : [] });
      expect(await move(THEIRS)).toMatchObject({ status: 409, body: { code: 'CONFLICT', field: 'groupId', detail: expect.stringContaining('"가", "나", "다", "라", "마", +2') } });
      expect(changes()).toEqual([]);
      expect((await move(OURS.toUpperCase())).status).toBe(200);
    });

    it('goes when none does', async () => {
      expect((await move(THEIRS)).body).toMatchObject({ groupId: THEIRS });
      expect(services.asksOf('scheduler.connection-users')).toEqual([{ connectionId: sample.CONNECTION, groupId: OURS }]);
    });
  });
});
