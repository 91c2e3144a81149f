import type { LogsDb } from '@tank/logs-db';
import { sameInPagesOfOne } from '../../../embedded/test/pages.ts';
import { createDatabase, roleUrl, type TestDatabase } from '../../../embedded/test/parts.ts';
import { openSchedulerDatabase } from './adapters/scheduler-database.js';
import { AUTHOR, COMPLETE_DEFINITION, OLDEST, SchedulerFixture } from './scheduler.fixture.js';

let database: TestDatabase;
let db: LogsDb;
let scheduler: SchedulerFixture;

beforeAll(async () => {
  database = await createDatabase('scheduler_automations');
  db = await openSchedulerDatabase(roleUrl(database, 'scheduler'));
  scheduler = new SchedulerFixture(db, 'one');
});
afterAll(async () => {
  await db?.close();
  await database?.drop();
});

const nowhere = '00000000-0000-4000-8000-00000000dead';
const create = (definition = {}) => scheduler.create(definition);

it('creates an automation with a first draft, and keeps every text as it was written', async () => {
  const body = '<p>{{이름}} \u0000 \ud800 "quoted"</p>';
  const { automationId } = await create({ template: { format: 'html', subject: '안내', body, defaults: {}, htmlColumns: [] } });
  const automation = await scheduler.automations.get(automationId);
  expect(automation.activeVersion).toBeNull();
  expect(automation.draftVersion).toMatchObject({ number: 1, status: 'DRAFT', activatedAt: null });
  expect(automation.draftVersion?.definition.template?.body).toBe(body);
});

it('changes only what a change names', async () => {
  const { automationId } = await create(COMPLETE_DEFINITION);
  const draft = await scheduler.changeDraft(automationId, { priority: 9, template: null });
  expect(draft.number).toBe(1);
  expect(draft.definition).toMatchObject({ priority: 9, template: null, sender: COMPLETE_DEFINITION.sender, recipient: COMPLETE_DEFINITION.recipient });
});

it('refuses to activate what is incomplete, naming all that is missing at once', async () => {
  const unchecked = { sql: 'SELECT 1', columns: [], checkedAt: null };
  const { automationId } = await create({ target: unchecked, mapping: unchecked, update: { ...unchecked, after: ['SENT'] } });
  const refusal = await scheduler.activate(automationId).catch((error) => error.refusal);
  expect(refusal).toMatchObject({ code: 'CONFLICT', field: 'connectionId' });
  for (const word of ['connection', 'Target Query has not been checked', 'Mapping Query has not been checked', 'Update Query has not been checked', 'recipient', 'sender', 'template']) {
    expect(refusal.message).toContain(word);
  }
  expect((await scheduler.automations.get(automationId)).activeVersion).toBeNull();
});

it('refuses recipient columns that no query gives, all in one message, and takes them in any case', async () => {
  const query = (...names: string[]) => ({ sql: 'SELECT 1', columns: names.map((name) => ({ name, type: 'text' })), checkedAt: '2026-11-20T00:00:00.000Z' });
  const recipient = { keyColumn: 'customer_no', addressColumn: 'mail', nameColumn: 'title' };
  const activate = async (change: object) => scheduler.activate((await create({ ...COMPLETE_DEFINITION, recipient, ...change })).automationId);
  const refusalOf = (change: object) => activate(change).catch((error) => error.refusal);
  const refusal = await refusalOf({ target: query('customer_id', 'email'), sender: null });
  expect(refusal).toMatchObject({ code: 'CONFLICT', field: 'recipient.keyColumn' });
  for (const words of ['"customer_no"', '"mail"', '"title"', 'customer_id, email', 'no sender']) expect(refusal.message).toContain(words);
  expect((await refusalOf({ target: query('ID'), mapping: query('CUSTOMER_NO', 'MAIL', 'TITLE') })).message).toMatch(/^(?!.*"mail").*"customer_no"/);
  expect(await activate({ target: query('CUSTOMER_NO'), mapping: query('MAIL', 'Title') })).toMatchObject({ status: 'ACTIVE' });
  expect(await activate({ target: query('CUSTOMER_NO'), mapping: query() })).toMatchObject({ status: 'ACTIVE' });
});

it('activates a draft, makes the next change a new draft, and retires the old version', async () => {
  const { automationId } = await create(COMPLETE_DEFINITION);
  const first = await scheduler.activate(automationId);
  expect(first).toMatchObject({ number: 1, status: 'ACTIVE' });
  const draft = await scheduler.changeDraft(automationId, { priority: 1 });
  expect(draft).toMatchObject({ number: 2, status: 'DRAFT', definition: { priority: 1, sender: COMPLETE_DEFINITION.sender } });
  const second = await scheduler.activate(automationId);
  expect(second).toMatchObject({ versionId: draft.versionId, status: 'ACTIVE' });
  expect(await scheduler.automations.version(first.versionId)).toMatchObject({ status: 'RETIRED', definition: { priority: 5 } });
  expect(await scheduler.automations.get(automationId)).toMatchObject({ activeVersion: { number: 2 }, draftVersion: null });
  await expect(scheduler.activate(automationId)).rejects.toMatchObject({ refusal: { code: 'CONFLICT' } });
});

it('has a database that lets no used version change, whoever asks', async () => {
  const { automationId } = await create(COMPLETE_DEFINITION);
  const { versionId } = await scheduler.activate(automationId);
  const statements = [
    `UPDATE automation_version SET definition = '{}' WHERE version_id = $1`,
    `UPDATE automation_version SET status = 'DRAFT' WHERE version_id = $1`,
    `UPDATE automation_version SET number = 7 WHERE version_id = $1`,
    `DELETE FROM automation_version WHERE version_id = $1`,
  ];
  for (const statement of statements) await expect(db.query(statement, [versionId])).rejects.toThrow(/never changes/);
  await scheduler.changeDraft(automationId, { priority: 1 });
  await scheduler.activate(automationId);
  for (const statement of statements) await expect(db.query(statement, [versionId])).rejects.toThrow(/never changes/);
});

it('lets one of several activations at the same time win', async () => {
  const { automationId } = await create(COMPLETE_DEFINITION);
  const ends = await Promise.allSettled([1, 2, 3, 4].map(() => scheduler.activate(automationId)));
  expect(ends.filter((end) => end.status === 'fulfilled')).toHaveLength(1);
});

it('says that there is no such automation or version', async () => {
  const notFound = { refusal: { code: 'NOT_FOUND' } };
  await expect(scheduler.automations.get(nowhere)).rejects.toMatchObject(notFound);
  await expect(scheduler.changeDraft(nowhere, {})).rejects.toMatchObject(notFound);
  await expect(scheduler.activate(nowhere)).rejects.toMatchObject(notFound);
  await expect(scheduler.automations.version(nowhere)).rejects.toMatchObject(notFound);
});

it('lists automations page by page, each once', async () => {
  for (let at = 0; at < 5; at += 1) await create();
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof scheduler.automations.list>> = await scheduler.automations.list(null, { ...OLDEST, limit: 2, after });
    seen.push(...page.items.map((item) => item.automationId));
    after = page.next;
  } while (after);
  const [all] = await db.query<{ count: number }>('SELECT count(*)::integer AS count FROM automation');
  expect(new Set(seen).size).toBe(all!.count);
  expect(seen).toHaveLength(all!.count);
  await expect(scheduler.automations.list(null, { ...OLDEST, after: 'bm9uc2Vuc2U' })).rejects.toMatchObject({ refusal: { code: 'INVALID', field: 'after' } });
});

it('lists automations by name as Koreans do, those of one name each once, and in either direction', async () => {
  const groupId = '00000000-0000-4000-8000-0000000000b1';
  const names = ['하늘', 'card', '가온', '명세서', '명세서', '명세서', 'Card', '나래'];
  for (const name of names) await scheduler.automations.create({ name, description: '', groupId, definition: {}, schedules: [], by: AUTHOR });
  const listed = await sameInPagesOfOne((asked) => scheduler.automations.list([groupId], asked), 'name');
  expect(listed.map(({ name }) => name)).toEqual(['가온', '나래', '명세서', '명세서', '명세서', '하늘', 'card', 'Card']);
  await db.query("UPDATE automation SET created_at = '2026-11-20T00:00:00.000123Z' WHERE group_id = $1 AND name <> 'card'", [groupId]);
  expect((await sameInPagesOfOne((asked) => scheduler.automations.list([groupId], asked), 'createdAt')).map(({ name }) => name)).toHaveLength(8);
});

it('refuses the mark of a page that was sorted otherwise', async () => {
  const { next } = await scheduler.automations.list(null, { ...OLDEST, limit: 1 });
  for (const sort of ['name', '-createdAt']) {
    await expect(scheduler.automations.list(null, { limit: 1, sort, after: next })).rejects.toMatchObject({ refusal: { code: 'INVALID', field: 'after' } });
  }
});

it('lists its versions newest first, page by page, and shows each with all that it says', async () => {
  const { automationId } = await create(COMPLETE_DEFINITION);
  for (let priority = 1; priority <= 4; priority += 1) {
    await scheduler.activate(automationId);
    await scheduler.changeDraft(automationId, { priority });
  }
  const newest = { limit: 3, after: null, sort: '-number' };
  const first = await scheduler.automations.versions(automationId, newest);
  const second = await scheduler.automations.versions(automationId, { ...newest, after: first.next });
  expect([...first.items, ...second.items].map(({ number, status }) => `${number} ${status}`)).toEqual(['5 DRAFT', '4 ACTIVE', '3 RETIRED', '2 RETIRED', '1 RETIRED']);
  expect(second.next).toBeNull();
  expect(await sameInPagesOfOne((asked) => scheduler.automations.versions(automationId, asked), 'number')).toHaveLength(5);
  expect(first.items[1]).toEqual({
    versionId: expect.any(String), automationId, number: 4, status: 'ACTIVE', createdAt: expect.any(String), writtenBy: [AUTHOR], approvedBy: null, approvedAt: null, activatedAt: expect.any(String),
  });
  expect(await scheduler.automations.numbered(automationId, 3)).toMatchObject({ number: 3, definition: { priority: 2 } });
  await expect(scheduler.automations.numbered(automationId, 6)).rejects.toMatchObject({ refusal: { code: 'NOT_FOUND', field: 'number' } });
  await expect(scheduler.automations.versions(nowhere, newest)).rejects.toMatchObject({ refusal: { code: 'NOT_FOUND', field: 'automationId' } });
  await expect(scheduler.automations.versions(automationId, { ...newest, after: 'nonsense' })).rejects.toMatchObject({ refusal: { code: 'INVALID', field: 'after' } });
});

it('makes the schedules that come with it, switched off, also one whose time is over, and none when one cannot be read', async () => {
  const schedule = { cron: '0 9 25 * *', timeZone: 'Asia/Seoul', startAt: null, endAt: '2026-01-01T00:00:00Z', misfire: 'skip' as const };
  const input = { name: '가져온 자동화', description: '', definition: {}, by: AUTHOR };
  const { automationId } = await scheduler.automations.create({ ...input, schedules: [schedule, { ...schedule, endAt: null }] });
  const items = await sameInPagesOfOne((asked) => scheduler.schedules.list({ automationId, groupIds: null }, asked), 'createdAt');
  expect(items).toMatchObject([{ enabled: false, misfire: 'skip', endAt: '2026-01-01T00:00:00.000Z', nextFirings: [] }, { enabled: false, endAt: null }]);
  const [before] = await db.query('SELECT count(*) FROM automation');
  const unreadable = { ...input, schedules: [schedule, { ...schedule, cron: '0 9 99 * *' }] };
  await expect(scheduler.automations.create(unreadable)).rejects.toMatchObject({ refusal: { code: 'INVALID', field: 'schedules[1].cron' } });
  expect(await db.query('SELECT count(*) FROM automation')).toEqual([before]);
});
