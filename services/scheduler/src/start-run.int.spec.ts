import type { LogsDb } from '@tank/logs-db';
import { sameInPagesOfOne } from '../../../embedded/test/pages.ts';
import { createDatabase, roleUrl, type TestDatabase } from '../../../embedded/test/parts.ts';
import { LeadershipLost } from './adapters/leadership.js';
import { openSchedulerDatabase } from './adapters/scheduler-database.js';
import { OLDEST, SchedulerFixture } from './scheduler.fixture.js';

let database: TestDatabase;
let db: LogsDb;
let scheduler: SchedulerFixture;

beforeAll(async () => {
  database = await createDatabase('scheduler_runs');
  db = await openSchedulerDatabase(roleUrl(database, 'scheduler'));
  scheduler = new SchedulerFixture(db, 'one');
  await scheduler.lead();
});
afterAll(async () => {
  await db?.close();
  await database?.drop();
});

it('makes one run of one idempotency key, also when it is asked many times at once', async () => {
  const automationId = await scheduler.activeAutomation();
  const runs = await Promise.all([1, 2, 3, 4, 5].map(() => scheduler.run(automationId, 'once')));
  expect(new Set(runs.map((run) => run.runId)).size).toBe(1);
  const other = await scheduler.activeAutomation();
  expect((await scheduler.run(other, 'once')).runId).not.toBe(runs[0]!.runId);
});

it('refuses a used idempotency key with another business date or time zone, and names the key', async () => {
  const automationId = await scheduler.activeAutomation();
  const asks = { automationId, idempotencyKey: 'march', businessDate: '2026-03-31T09:00:00', timeZone: 'Asia/Seoul' };
  const { runId } = await scheduler.startRun.start(asks);
  const refusal = (field: string) => ({ refusal: { code: 'CONFLICT', field, message: expect.stringMatching(new RegExp(`"march".*${runId}`)) } });
  await expect(scheduler.startRun.start({ ...asks, businessDate: '2026-04-30T09:00:00' })).rejects.toMatchObject(refusal('businessDate'));
  await expect(scheduler.startRun.start({ ...asks, timeZone: 'Asia/Tokyo' })).rejects.toMatchObject(refusal('timeZone'));
  expect((await scheduler.startRun.start({ ...asks, businessDate: null })).runId).toBe(runId);
});

it('says of a paused run why it is paused, and that waiting does not help', async () => {
  const automationId = await scheduler.activeAutomation();
  const { runId } = await scheduler.run(automationId, 'first');
  await scheduler.settle.halt({ v: 1, type: 'RunHalted', runId, status: 'PAUSED', reasonCode: 'SES_PAUSED', reason: 'SES has paused the account.' });
  const { message } = await scheduler.run(automationId, 'second').catch((error) => error.refusal);
  for (const words of [runId, 'SES has paused the account.', `POST /api/run/${runId}/resume`, `POST /api/run/${runId}/cancel`, 'parallel']) expect(message).toContain(words);
  expect(message).not.toContain('wait for its end');
});

it('gives the same run again after it has ended', async () => {
  const automationId = await scheduler.activeAutomation();
  const run = await scheduler.run(automationId, 'once');
  await scheduler.turn();
  await scheduler.write(run.runId, []);
  expect(await scheduler.run(automationId, 'once')).toMatchObject({ runId: run.runId, status: 'COMPLETED' });
});

it('refuses a second run beside an open one and names that one', async () => {
  const automationId = await scheduler.activeAutomation();
  const run = await scheduler.run(automationId, 'first');
  const refusal = await scheduler.run(automationId, 'second').catch((error) => error.refusal);
  expect(refusal).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining(run.runId) });
});

it('refuses a run of an automation without an active version, or of none', async () => {
  const { automationId } = await scheduler.create();
  await expect(scheduler.run(automationId, 'k')).rejects.toMatchObject({ refusal: { code: 'CONFLICT', message: expect.stringContaining('activate') } });
  await expect(scheduler.run('00000000-0000-4000-8000-00000000dead', 'k')).rejects.toMatchObject({ refusal: { code: 'NOT_FOUND' } });
});

it('dates a run by hand now in its zone, or as it was told', async () => {
  const told = await scheduler.startRun.start({ automationId: await scheduler.activeAutomation(), idempotencyKey: 'k', businessDate: '2026-10-31T09:00:00', timeZone: 'Asia/Seoul' });
  expect(told.businessDate).toBe('2026-10-31T09:00:00');
  const now = await scheduler.run(await scheduler.activeAutomation(), 'k');
  const [clock] = await db.query<{ seoul: string }>(`SELECT to_char(clock_timestamp() AT TIME ZONE 'Asia/Seoul', 'YYYY-MM-DD"T"HH24:MI') AS seoul`);
  expect([now.businessDate.slice(0, 16), now.trigger]).toEqual([clock!.seoul, 'manual']);
});

it('pins the run to the version that was active when it was made', async () => {
  const automationId = await scheduler.activeAutomation();
  const run = await scheduler.run(automationId, 'k');
  await scheduler.changeDraft(automationId, { priority: 9 });
  await scheduler.activate(automationId);
  expect((await scheduler.runs.get(run.runId)).versionId).toBe(run.versionId);
  expect((await scheduler.automations.version(run.versionId)).definition.priority).toBe(5);
});

it('lets only the leader start a run', async () => {
  const run = await scheduler.run(await scheduler.activeAutomation(), 'k');
  const oldEpoch = scheduler.epoch();
  await scheduler.lead();
  await expect(scheduler.startWaiting.startAll(oldEpoch)).rejects.toThrow(LeadershipLost);
  expect(await scheduler.runs.status(run.runId)).toEqual({ status: 'WAITING' });
  await scheduler.startWaiting.startAll(scheduler.epoch());
  expect(await scheduler.runs.get(run.runId)).toMatchObject({ status: 'RUNNING', startAt: expect.any(String), endAt: null });
});

it('has a database that lets no second exclusive run of an automation start', async () => {
  const automationId = await scheduler.activeAutomation();
  const run = await scheduler.run(automationId, 'k');
  await scheduler.startWaiting.startAll(scheduler.epoch());
  const copy = `INSERT INTO run (run_id, automation_id, version_id, status, trigger, business_date, time_zone, key_column, priority, serial, allow_parallel, start_at)
    SELECT gen_random_uuid(), automation_id, version_id, 'RUNNING', trigger, business_date, time_zone, key_column, priority, serial, allow_parallel, clock_timestamp() FROM run WHERE run_id = $1`;
  await expect(db.query(copy, [run.runId])).rejects.toThrow(/run_one_active/);
});

it('announces a started run, and again when nobody writes its manifest', async () => {
  const run = await scheduler.run(await scheduler.activeAutomation(), 'k');
  scheduler.published.splice(0);
  await scheduler.turn();
  const announced = () => scheduler.taken('RunStarted').filter((message) => message.runId === run.runId);
  expect(announced()).toEqual([{ v: 1, type: 'RunStarted', runId: run.runId, automationId: run.automationId, versionId: run.versionId }]);
  await scheduler.turn();
  expect(announced()).toEqual([]);
  // As on a leader that has led since long before; a new one announces at once what nobody has opened.
  await db.query(`UPDATE leadership SET unsure_before = '-infinity'`);
  const silentFor = (minutes: number) => db.query(`UPDATE run SET announced_at = clock_timestamp() - $2 * interval '1 minute', manifest_at = NULL WHERE run_id = $1`, [run.runId, minutes]);
  await silentFor(3);
  await scheduler.turn();
  expect(announced()).toHaveLength(1);
  await silentFor(3);
  await scheduler.turn();
  expect(announced()).toEqual([]);
  await silentFor(5);
  await scheduler.turn();
  expect(announced()).toHaveLength(1);
  await silentFor(60);
  await scheduler.write(run.runId, []);
  await scheduler.turn();
  expect(announced()).toEqual([]);
});

it('announces a run again when publishing failed', async () => {
  const run = await scheduler.run(await scheduler.activeAutomation(), 'k');
  scheduler.published.splice(0);
  scheduler.publishError = new Error('NATS is away');
  await scheduler.startWaiting.startAll(scheduler.epoch());
  await expect(scheduler.announce.pass(scheduler.epoch())).rejects.toThrow('NATS is away');
  scheduler.publishError = undefined;
  await scheduler.announce.pass(scheduler.epoch());
  expect(scheduler.taken('RunStarted').map((message) => message.runId)).toContain(run.runId);
});

it('publishes every change of a run with a higher revision, and a lost one again', async () => {
  const run = await scheduler.run(await scheduler.activeAutomation(), 'k');
  const changes = () => scheduler.taken('RunChanged').filter((message) => message.run.runId === run.runId);
  await scheduler.announce.pass(scheduler.epoch());
  await scheduler.startWaiting.startAll(scheduler.epoch());
  scheduler.publishError = new Error('NATS is away');
  await scheduler.announce.pass(scheduler.epoch()).catch(() => undefined);
  await scheduler.announce.pass(scheduler.epoch()).catch(() => undefined);
  scheduler.publishError = undefined;
  await scheduler.announce.pass(scheduler.epoch());
  await scheduler.write(run.runId, []);
  await scheduler.announce.pass(scheduler.epoch());
  await scheduler.announce.pass(scheduler.epoch());
  const seen = changes();
  expect(seen.map((message) => message.run.status)).toEqual(['WAITING', 'RUNNING', 'COMPLETED']);
  expect(seen.map((message) => message.revision)).toEqual([1, 2, 3]);
  await scheduler.announcements.tellRunsAgain();
  await scheduler.announce.pass(scheduler.epoch());
  expect(changes()).toEqual([seen.at(-1)]);
});

it('lists runs newest first, page by page, while new ones come in', async () => {
  const automationId = await scheduler.activeAutomation({ allowParallelRuns: true });
  const made: string[] = [];
  for (let at = 0; at < 5; at += 1) made.unshift((await scheduler.run(automationId, `k${at}`)).runId);
  const newest = { ...OLDEST, limit: 2, sort: '-createdAt' };
  const first = await scheduler.runs.list({ automationId, groupIds: null }, newest);
  await scheduler.run(automationId, 'new');
  const second = await scheduler.runs.list({ automationId, groupIds: null }, { ...newest, after: first.next });
  const third = await scheduler.runs.list({ automationId, groupIds: null }, { ...newest, after: second.next });
  expect([...first.items, ...second.items, ...third.items].map((run) => run.runId)).toEqual(made);
  expect(third.next).toBeNull();
  expect((await sameInPagesOfOne((asked) => scheduler.runs.list({ automationId, groupIds: null }, asked), 'createdAt')).map((run) => run.runId).slice(0, 5)).toEqual(made.toReversed());
});
