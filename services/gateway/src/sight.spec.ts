import { API, DEFAULT_GROUP, OPERATION_IDS, Refused, REQUESTS, type Operation, type OperationId, type SeenKind } from '@tank/contracts';
import { Sight } from './sight.js';
import { FakeAccounts } from './test/fake-accounts.js';
import { FakeRecords } from './test/fake-records.js';
import { FakeServices, type Fakes } from './test/fake-services.js';
import { CALLS, FAKES } from './test/sample-calls.js';
import * as sample from './test/samples.js';
import { serveForTest, type Answered, type Sent, type ServedApi } from './test/served-api.js';

const [OURS, THEIRS] = [DEFAULT_GROUP, sample.GROUP];
const ID_OF: Record<SeenKind, string> = {
  automation: sample.AUTOMATION, run: sample.RUN, mail: `${sample.RUN}-1`, schedule: sample.SCHEDULE, connection: sample.CONNECTION, group: THEIRS,
};
/** What is decided by their handlers: an administrator's alone, or one's own. */
const OWN_RULES = ['user', 'session', 'group'];
/** Mails of another run than the one in the path are none of that run's, whoever's they are. */
const OF_THE_PATH = ['resendMails.mailIds'];

const operation = (id: OperationId): Operation => API[id];
const named = OPERATION_IDS.flatMap((id) => {
  const { of, refers = {} } = operation(id);
  const path: [OperationId, string, SeenKind][] = of && !OWN_RULES.includes(of) ? [[id, 'id', of as SeenKind]] : [];
  return [...path, ...Object.entries(refers).map(([field, kind]) => [id, field, kind] as [OperationId, string, SeenKind])];
});

/** The sample call, naming a thing of the kind in the field. */
function naming(id: OperationId, field: string, kind: SeenKind): [path: string, sent?: Sent] {
  const [path, , sent] = CALLS[id];
  if (field === 'id') return [path, sent];
  if (field in (operation(id).query?.shape ?? {})) {
    const [bare, query] = path.split('?');
    const reason = new URLSearchParams(query).get('reason');
    return [`${bare}?${field}=${ID_OF[kind]}${reason === null ? '' : `&reason=${reason}`}`, sent];
  }
  return [path, { ...sent, body: { ...(sent?.body as object), [field]: ID_OF[kind] } }];
}

/** What the services answer where one kind of thing belongs to the group, or does not exist; all others are ours. */
function fakesWhere(kind: SeenKind, groupId: string | null): Fakes {
  const own = { automationId: sample.AUTOMATION, groupId: OURS };
  const other = { automationId: groupId && sample.AUTOMATION, groupId };
  const isAsked = (asks: object) => (kind === 'automation' && 'automationId' in asks) || (['run', 'mail'].includes(kind) && 'runId' in asks) || (kind === 'schedule' && 'scheduleId' in asks);
  return { ...FAKES, 'scheduler.group-of': (asks) => (isAsked(asks) ? other : own), 'dbio.group-of': () => ({ groupId: kind === 'connection' ? groupId : OURS }) };
}

const services = new FakeServices();
const accounts = new FakeAccounts();
const servedSight = new Sight(services, accounts.groups);
let api: ServedApi;
beforeAll(async () => {
  api = await serveForTest(services, accounts, new FakeRecords(), servedSight);
});
afterAll(() => api.close());

/** What somebody of these groups is answered, and what the services were asked for it. */
async function answerTo([id, path, sent]: [OperationId, string, Sent?], groups: string[] | null, fakes: Fakes = FAKES): Promise<Answered & { asked: FakeServices['asked'] }> {
  [accounts.groupsOfCaller, services.fakes] = [groups, fakes];
  servedSight.forget();
  services.asked.length = 0;
  return { ...(await api.call(id, path, sent)), asked: [...services.asked] };
}

describe('the table of operations', () => {
  it('says of every id in a path what it is', () => {
    expect(OPERATION_IDS.filter((id) => API[id].path.includes('/:id') !== (operation(id).of !== undefined))).toEqual([]);
  });

  it('says of every id in a query or body what it is', () => {
    const fields = OPERATION_IDS.flatMap((id) => [operation(id).query, operation(id).body].flatMap((schema) => Object.keys(schema?.shape ?? {}).map((field) => [id, field] as const)));
    const ids = fields.filter(([, field]) => /^(automation|connection|run|schedule|version|mail|group)Ids?$/.test(field));
    expect(ids.length).toBeGreaterThan(10);
    expect(ids.filter(([id, field]) => !(field in (operation(id).refers ?? {})) && !OF_THE_PATH.includes(`${id}.${field}`))).toEqual([]);
  });
});

describe('what belongs to another group', () => {
  it.each(named)('%s, by %s (%s), answers as if it were not there, and does nothing', async (id, field, kind) => {
    const call: [OperationId, string, Sent?] = [id, ...naming(id, field, kind)];
    for (const language of ['en', 'ko']) {
      const sent = { ...call[2], headers: { ...call[2]?.headers, 'accept-language': language } };
      const theirs = await answerTo([id, call[1], sent], [OURS], fakesWhere(kind, THEIRS));
      const missing = await answerTo([id, call[1], sent], [OURS], fakesWhere(kind, null));
      expect([theirs.status, theirs.body.code]).toEqual([404, 'NOT_FOUND']);
      expect({ ...theirs.body, traceId: null }).toEqual({ ...missing.body, traceId: null });
      expect(Object.keys(theirs.headers)).toEqual(Object.keys(missing.headers));
      expect(theirs.asked.filter(({ name }) => !name.endsWith('.group-of'))).toEqual([]);
    }
  });

  it.each(named.filter(([, , kind]) => kind !== 'group'))('%s, by %s (%s), is open to administrators', async (id, field, kind) => {
    const { status } = await answerTo([id, ...naming(id, field, kind)], null);
    expect(status).toBe(CALLS[id][1]);
  });
});

describe('what belongs to one of the own groups', () => {
  const groups = [OURS, THEIRS];
  /** What lists were asked for, by whose things they are. */
  const whose = (asked: FakeServices['asked']) => asked.flatMap(({ name, asks }) => {
    const fields = Object.keys((REQUESTS[name].asks as { shape?: object }).shape ?? {});
    return (['groupIds', 'automationIds'] as const).filter((field) => fields.includes(field)).map((field) => [name, field, (asks as Record<string, unknown>)[field]] as const);
  });

  it.each(OPERATION_IDS)('%s shows no more than that', async (id) => {
    const [path, status, sent] = CALLS[id];
    const answered = await answerTo([id, path, sent], groups);
    expect([answered.status, answered.body?.detail]).toEqual([status, undefined]);
    const expected = { groupIds: expect.arrayContaining([...groups]), automationIds: [sample.AUTOMATION] };
    for (const [name, field, ids] of whose(answered.asked)) expect([name, ids]).toEqual([name, expected[field]]);
  });

  it.each(OPERATION_IDS)('%s shows an administrator everything', async (id) => {
    const { asked } = await answerTo([id, CALLS[id][0], CALLS[id][2]], null);
    expect(whose(asked).filter(([, , ids]) => ids !== null)).toEqual([]);
  });

  it('is what every list was asked for', async () => {
    const lists = ['listAutomations', 'listSchedules', 'listRuns', 'listRunMails', 'searchMails', 'getSummary', 'listSystemErrors', 'listDeadLetters', 'listConnections'] as const;
    for (const id of lists) expect([id, whose((await answerTo([id, CALLS[id][0]], groups)).asked).length > 0]).toEqual([id, true]);
  });
});

describe('Sight', () => {
  const seer = { groups: [OURS] };
  let nowMs: number;
  let services: FakeServices;
  let group: string | null;
  let sight: Sight;
  beforeEach(() => {
    [nowMs, group] = [0, OURS];
    const place = () => ({ automationId: sample.AUTOMATION, groupId: group });
    services = new FakeServices({ 'scheduler.group-of': place, 'dbio.group-of': () => ({ groupId: group }), 'scheduler.automation-ids': ({ groupIds }) => ({ automationIds: groupIds.includes(OURS) ? [sample.AUTOMATION] : [] }) });
    sight = new Sight(services, { isThere: async (groupId) => groupId === OURS }, () => nowMs);
  });
  const refused = { refusal: { code: 'NOT_FOUND' } };

  it.each(['automation', 'run', 'mail', 'schedule', 'connection'] as const)('notices within two seconds that it was moved: %s', async (kind) => {
    await sight.see(kind, ID_OF[kind], seer);
    group = THEIRS;
    nowMs = 2_000;
    await expect(sight.see(kind, ID_OF[kind], seer)).rejects.toMatchObject(refused);
  });

  it('notices at once what was moved here', async () => {
    await sight.see('automation', sample.AUTOMATION, seer);
    group = THEIRS;
    sight.forget();
    await expect(sight.see('automation', sample.AUTOMATION, seer)).rejects.toMatchObject(refused);
  });

  it('asks once for all who ask in a moment, and only once whose a run is', async () => {
    await Promise.all([1, 2, 3].map(() => sight.see('automation', sample.AUTOMATION, seer)));
    await sight.see('run', sample.RUN, seer);
    await sight.see('mail', `${sample.RUN.toUpperCase()}-7`, seer);
    nowMs = 60_000;
    await sight.see('run', sample.RUN, seer);
    expect(services.asksOf('scheduler.group-of')).toEqual([{ automationId: sample.AUTOMATION }, { runId: sample.RUN }, { automationId: sample.AUTOMATION }]);
  });

  it('keeps no failure', async () => {
    const { 'scheduler.group-of': found } = services.fakes;
    services.fakes['scheduler.group-of'] = () => { throw new Refused('UNAVAILABLE', ['away', '없음']); };
    await expect(sight.see('automation', sample.AUTOMATION, seer)).rejects.toMatchObject({ refusal: { code: 'UNAVAILABLE' } });
    services.fakes['scheduler.group-of'] = found;
    await sight.see('automation', sample.AUTOMATION, seer);
  });

  it('takes what is no id of a run for a mail that there is not', async () => {
    await expect(sight.see('mail', `${'-'.repeat(36)}-1`, seer)).rejects.toMatchObject(refused);
    expect(services.asked).toEqual([]);
  });

  it('lets nobody see what belongs to nobody, and no one without a group anything', async () => {
    await expect(sight.see('automation', sample.AUTOMATION, { groups: [] })).rejects.toMatchObject(refused);
    group = null;
    await expect(sight.see('connection', sample.CONNECTION, seer)).rejects.toMatchObject(refused);
    expect(await sight.automationIds({ groups: [] })).toEqual([]);
  });

  it('does not take the automations of one set of groups for those of another', async () => {
    expect(await sight.automationIds({ groups: [OURS] })).toEqual([sample.AUTOMATION]);
    expect(await sight.automationIds({ groups: [THEIRS] })).toEqual([]);
    expect(await sight.automationIds({ groups: [THEIRS, OURS] })).toEqual([sample.AUTOMATION]);
    expect(await sight.automationIds({ groups: [OURS, THEIRS] })).toEqual([sample.AUTOMATION]);
    expect(services.asksOf('scheduler.automation-ids')).toHaveLength(3);
  });

  it('tells an administrator of a group that there is not', async () => {
    await sight.see('group', OURS, { groups: null });
    await expect(sight.see('group', THEIRS, { groups: null })).rejects.toMatchObject(refused);
  });
});
