import { randomUUID } from 'node:crypto';
import { DEFAULT_GROUP } from '@tank/contracts';
import type { LogsDb } from '@tank/logs-db';
import { createDatabase, roleUrl, type TestDatabase } from '../../../embedded/test/parts.ts';
import { openSchedulerDatabase } from './adapters/scheduler-database.js';
import { AUTHOR, COMPLETE_DEFINITION, forgetAll, OLDEST, SchedulerFixture, WHATEVER_IT_IS } from './scheduler.fixture.js';

const [OURS, THEIRS] = [randomUUID(), randomUUID()];
let database: TestDatabase;
let db: LogsDb;
let scheduler: SchedulerFixture;

beforeAll(async () => {
  database = await createDatabase('scheduler_groups');
  db = await openSchedulerDatabase(roleUrl(database, 'scheduler'));
  scheduler = new SchedulerFixture(db, 'one');
});
afterEach(() => forgetAll(db));
afterAll(async () => {
  await db?.close();
  await database?.drop();
});

const create = (groupId?: string, definition: object = COMPLETE_DEFINITION, name = '명세서') => scheduler.automations.create({ name, description: '', groupId, definition, schedules: [], by: AUTHOR });

/** An automation of the group with a schedule and a run. */
async function things(groupId: string): Promise<{ automationId: string; scheduleId: string; runId: string }> {
  const { automationId } = await create(groupId);
  await scheduler.activate(automationId);
  const { scheduleId } = await scheduler.schedules.create({ automationId, cron: '0 9 1 1 *', timeZone: 'Asia/Seoul', startAt: null, endAt: null, misfire: 'skip', enabled: true });
  const { runId } = await scheduler.run(automationId, 'key');
  return { automationId, scheduleId, runId };
}
const seenBy = async (groupIds: string[] | null) => ({
  automations: (await scheduler.automations.list(groupIds, OLDEST)).items.map((item) => item.automationId),
  schedules: (await scheduler.schedules.list({ automationId: null, groupIds }, OLDEST)).items.map((item) => item.scheduleId),
  runs: (await scheduler.runs.list({ automationId: null, groupIds }, OLDEST)).items.map((item) => item.runId),
});

it('puts an automation into the group that is named, and into the default one otherwise', async () => {
  expect(await create(OURS)).toMatchObject({ groupId: OURS });
  expect(await create()).toMatchObject({ groupId: DEFAULT_GROUP });
});

it('lists automations, schedules and runs of the groups that are asked for, and of no other', async () => {
  const [ours, theirs] = [await things(OURS), await things(THEIRS)];
  expect(await seenBy([OURS])).toEqual({ automations: [ours.automationId], schedules: [ours.scheduleId], runs: [ours.runId] });
  expect(await seenBy([randomUUID(), THEIRS])).toEqual({ automations: [theirs.automationId], schedules: [theirs.scheduleId], runs: [theirs.runId] });
  expect(await seenBy([])).toEqual({ automations: [], schedules: [], runs: [] });
  expect((await seenBy(null)).runs).toHaveLength(2);
  const other = { automationId: theirs.automationId, groupIds: [OURS] };
  expect([(await scheduler.runs.list(other, OLDEST)).items, (await scheduler.schedules.list(other, OLDEST)).items]).toEqual([[], []]);
});

it('pages through the automations of a group, each once, among those of others', async () => {
  const ours: string[] = [];
  for (let at = 0; at < 5; at += 1) {
    await create(THEIRS);
    ours.push((await create(OURS)).automationId);
  }
  const seen: string[] = [];
  for (let after: string | null = null, page = 0; page === 0 || after; page += 1) {
    const { items, next }: Awaited<ReturnType<typeof scheduler.automations.list>> = await scheduler.automations.list([OURS], { ...OLDEST, limit: 2, after });
    seen.push(...items.map((item) => item.automationId));
    after = next;
    if (page === 0) await create(THEIRS);
  }
  expect(seen).toEqual(ours);
});

it('knows the group of an automation, a run and a schedule, and says of what there is not that there is none', async () => {
  const { automationId, scheduleId, runId } = await things(OURS);
  for (const asked of [{ automationId }, { runId }, { scheduleId }]) expect(await scheduler.groups.groupOf(asked)).toEqual({ automationId, groupId: OURS });
  const nowhere = randomUUID();
  for (const asked of [{ automationId: nowhere }, { runId: nowhere }, { scheduleId: nowhere }]) expect(await scheduler.groups.groupOf(asked)).toEqual({ automationId: null, groupId: null });
});

it('moves an automation with its runs and schedules into another group', async () => {
  const { automationId, scheduleId, runId } = await things(OURS);
  expect(await scheduler.automations.move(automationId, THEIRS)).toMatchObject({ automationId, groupId: THEIRS, activeVersion: { number: 1 } });
  expect(await seenBy([OURS])).toEqual({ automations: [], schedules: [], runs: [] });
  expect(await seenBy([THEIRS])).toEqual({ automations: [automationId], schedules: [scheduleId], runs: [runId] });
  expect([await scheduler.groups.automationIds([OURS]), await scheduler.groups.automationIds([THEIRS])]).toEqual([[], [automationId]]);
  await expect(scheduler.automations.move(randomUUID(), OURS)).rejects.toMatchObject({ refusal: { code: 'NOT_FOUND', field: 'automationId' } });
});

it('names the automations of a group that use a connection, in their active version or their draft, each once', async () => {
  const connectionId = randomUUID();
  const hostile = { format: 'html', subject: 's', body: '\u0000 \ud800', defaults: { connectionId }, htmlColumns: [] };
  const named = async (name: string, groupId: string, definition: object) => (await create(groupId, definition, name)).automationId;
  await scheduler.activate(await named('가 둘 다', OURS, { ...COMPLETE_DEFINITION, connectionId: connectionId.toUpperCase() }));
  const [both] = await scheduler.groups.automationIds([OURS]);
  await scheduler.changeDraft(both!, { priority: 1 });
  const inUse = await named('나 사용 중', OURS, { ...COMPLETE_DEFINITION, connectionId });
  await scheduler.activate(inUse);
  await scheduler.changeDraft(inUse, { connectionId: randomUUID() });
  await named('다 초안', OURS, { connectionId, template: hostile });
  await scheduler.release.approve(await named('라 승인', OURS, { ...COMPLETE_DEFINITION, connectionId }), WHATEVER_IT_IS, false);
  await named('라 다른 연결', OURS, { connectionId: randomUUID(), template: hostile });
  await named('마 다른 그룹', THEIRS, { connectionId });
  expect((await scheduler.groups.connectionUsers(connectionId, OURS)).map(({ name }) => name)).toEqual(['가 둘 다', '나 사용 중', '다 초안', '라 승인']);
});
