import { MESSAGE_VERSION, type MailDue, type MailLogged, type MailStopped, type Message, type RunStarted, type StepName } from '@tank/contracts';
import type { LogsDb } from '@tank/logs-db';
import { connectBus, Publisher, Requester, startService, type Bus } from '@tank/messaging';
import { createDatabase, roleUrl, uniquePrefix, urls, waitFor } from '../../../embedded/test/parts.ts';
import { StepConsumer, type Work } from '../../../packages/messaging/src/step-consumer.js';
import { openSchedulerDatabase } from './adapters/scheduler-database.js';
import { localTime } from './cron.js';
import { readSchedulerConfig } from './scheduler.config.js';
import { AUTHOR, COMPLETE_DEFINITION, customers, WHATEVER_IT_IS } from './scheduler.fixture.js';
import { SchedulerModule } from './scheduler.module.js';

/** Two whole schedulers on real NATS and PostgreSQL; the test is the rest of the road. */
let db: LogsDb;
let bus: Bus;
let ask: Requester;
const prefix = uniquePrefix();
const seen: Message[] = [];
/** What undoes what has been opened so far, also when the rest could not be. */
const opened: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const database = await createDatabase('scheduler_service');
  opened.push(() => database.drop());
  const url = roleUrl(database, 'scheduler');
  bus = await connectBus(urls().nats, prefix, 'test');
  opened.push(() => bus.connection.close());
  await startSchedulers({ LOGS_DB_URL: url, NATS_URL: urls().nats, NATS_PREFIX: prefix, LOG_LEVEL: 'error', LEADER_LEASE_MS: '1000', STOP_GRACE_MS: '0' });
  db = await openSchedulerDatabase(url);
  opened.push(() => db.close());
  ask = new Requester(bus);
  goOn('select', (message) => select(message as RunStarted));
  goOn('map', async (message) => {
    if ((message as MailDue).row > closedAfter) await roadIsOpen;
    return mailLogged(message as MailDue, 'SENT');
  });
  goOn('send', async (message) => mailLogged(message as MailStopped, 'SKIPPED'));
  goOn('log-run', async () => undefined);
}, 60_000);
afterAll(async () => {
  openRoad();
  const failures: unknown[] = [];
  for (const close of opened.reverse()) await close().catch((error: unknown) => failures.push(error));
  expect(failures).toEqual([]);
}, 60_000);

/** Both at once, as in an installation; if one does not start the other is still closed. */
async function startSchedulers(env: Record<string, string>): Promise<void> {
  opened.push(forgetStreams);
  const config = readSchedulerConfig(env);
  const start = async () => {
    const scheduler = await startService({ service: 'scheduler', config, module: SchedulerModule.with(config) });
    opened.push(() => scheduler.close());
  };
  for (const end of await Promise.allSettled([start(), start()])) if (end.status === 'rejected') throw end.reason;
}
async function forgetStreams(): Promise<void> {
  for await (const name of bus.manager.streams.names()) if (name.startsWith(bus.streamOf(''))) await bus.manager.streams.delete(name);
}
/** A step of the rest of the road. Like every step it sees a message again when an answer was lost. */
function goOn(step: StepName, work: Work): void {
  const consumer = new StepConsumer(bus, new Publisher(bus), step, (message) => {
    seen.push(message);
    return work(message);
  }, 500);
  opened.push(() => consumer.drain());
  consumer.start();
}

let rows = customers(1);
async function select({ runId }: RunStarted): Promise<void> {
  const { attempt } = await ask.ask('scheduler.open-manifest', { runId });
  const chunks = Array.from({ length: Math.ceil(rows.length / 500) }, (_, at) => rows.slice(at * 500, (at + 1) * 500));
  await Promise.all(chunks.map((chunk, sequence) => ask.ask('scheduler.append-manifest', { runId, attempt, sequence, rows: chunk })));
  await ask.ask('scheduler.close-manifest', { runId, attempt, rowCount: rows.length });
}
/** Mails of rows after this one wait on the road until it is open again. */
let closedAfter = Infinity;
let openRoad: () => void = () => undefined;
let roadIsOpen = Promise.resolve();
function closeRoadAfter(row: number): void {
  closedAfter = row;
  roadIsOpen = new Promise((resolve) => (openRoad = resolve));
}
function mailLogged({ mailId, runId, row, dispatch }: MailDue | MailStopped, outcome: MailLogged['outcome']): MailLogged {
  return { v: MESSAGE_VERSION, type: 'MailLogged', mailId, runId, row, dispatch, outcome };
}
async function activeAutomation(change = {}): Promise<string> {
  const { automationId } = await ask.ask('scheduler.create-automation', { name: '월말 명세서', by: AUTHOR, definition: { ...COMPLETE_DEFINITION, ...change } });
  await ask.ask('scheduler.activate', { automationId, ...WHATEVER_IT_IS, requireApproval: false });
  return automationId;
}
const ended = (runId: string, timeoutMs = 30_000) =>
  waitFor(async () => {
    const run = await ask.ask('scheduler.get-run', { runId });
    return run.endAt && run;
  }, { what: 'the end of the run', timeoutMs });

const storedOn = async (step: StepName) => (await bus.manager.streams.info(bus.streamOf(step))).state.last_seq;

it('brings a run from its start to its end, through two schedulers, each row once', async () => {
  rows = [...customers(3000), { customer_id: '', email: 'nobody@customer.example' }];
  const { runId } = await ask.ask('scheduler.start-run', { automationId: await activeAutomation(), idempotencyKey: 'k' });
  const run = await ended(runId);
  expect(run).toMatchObject({ status: 'COMPLETED', counts: { total: 3001, sent: 3000, skipped: 1, waiting: 0, dispatched: 0 } });
  const mails = seen.filter((message) => message.type === 'MailDue' || message.type === 'MailStopped');
  expect(mails.filter((mail) => mail.dispatch !== 1)).toEqual([]);
  expect(new Set(mails.map((mail) => mail.row)).size).toBe(3001);
  // Nor was any stored twice: what NATS delivers again is one message.
  expect((await storedOn('map')) + (await storedOn('send'))).toBe(3001);
  const changes = () => seen.filter((message) => message.type === 'RunChanged').filter((message) => message.run.runId === runId);
  await waitFor(() => changes().some((message) => message.run.endAt), { what: 'the last RunChanged' });
  expect(changes().reduce((last, message) => (message.revision > last.revision ? message : last)).run).toEqual(run);
}, 60_000);

it('keeps a serial run in row order', async () => {
  rows = customers(20);
  const { runId } = await ask.ask('scheduler.start-run', { automationId: await activeAutomation({ serial: true }), idempotencyKey: 'k' });
  await ended(runId);
  const order = seen.filter((message) => message.type === 'MailDue').filter((mail) => mail.runId === runId).map((mail) => mail.row);
  expect([...new Set(order)]).toEqual(rows.map((_, at) => at + 1));
});

it('refuses over NATS in words, with the code and the field', async () => {
  const { automationId } = await ask.ask('scheduler.create-automation', { name: '초안', by: AUTHOR });
  await expect(ask.ask('scheduler.create-schedule', { automationId, cron: '* * * * * *' })).rejects.toMatchObject({ refusal: { code: 'INVALID', field: 'cron' } });
  await expect(ask.ask('scheduler.activate', { automationId, ...WHATEVER_IT_IS, requireApproval: false })).rejects.toMatchObject({ refusal: { code: 'CONFLICT' } });
  await expect(ask.ask('scheduler.change-draft', { automationId, ...WHATEVER_IT_IS, change: { priority: 99 } })).rejects.toMatchObject({ refusal: { code: 'INVALID' } });
});

it('fires a schedule once at its minute in Seoul with two schedulers, within a second by the clock of the database', async () => {
  rows = customers(2);
  const automationId = await activeAutomation();
  const schedule = await ask.ask('scheduler.create-schedule', { automationId, cron: '0 9 1 1 *' });
  expect(schedule.nextFirings[0]).toMatch(/-01-01T00:00:00.000Z$/);
  // New Year comes in two seconds.
  const [moved] = await db.query<{ next_fire_at: Date }>(
    `UPDATE schedule SET next_fire_at = date_trunc('second', clock_timestamp()) + interval '2 s' WHERE schedule_id = $1 RETURNING next_fire_at`, [schedule.scheduleId]);
  const fireTime = moved!.next_fire_at;
  const made = await waitFor(async () => (await ask.ask('scheduler.list-runs', { automationId })).items[0], { what: 'the run of the firing' });
  expect(made).toMatchObject({ trigger: 'schedule', scheduleId: schedule.scheduleId, businessDate: localTime(fireTime, 'Asia/Seoul'), timeZone: 'Asia/Seoul' });
  const lateMs = Date.parse(made.createdAt) - fireTime.getTime();
  expect(lateMs).toBeGreaterThanOrEqual(0);
  expect(lateMs).toBeLessThan(1000);
  await ended(made.runId);
  expect((await ask.ask('scheduler.list-runs', { automationId })).items).toHaveLength(1);
});

it('goes on when the leader goes', async () => {
  rows = customers(2000);
  closeRoadAfter(1000);
  const { runId } = await ask.ask('scheduler.start-run', { automationId: await activeAutomation(), idempotencyKey: 'k' });
  await waitFor(async () => (await ask.ask('scheduler.get-run', { runId })).counts.sent > 100, { what: 'a run under way' });
  // As after a crash: nobody resigns, the lease runs out while another waits for it.
  const [before] = await db.query<{ epoch: number }>(
    `UPDATE leadership SET epoch = epoch + 1, holder = 'somebody else', lease_until = clock_timestamp() + interval '300 ms' RETURNING epoch`);
  openRoad();
  expect(await ended(runId)).toMatchObject({ status: 'COMPLETED', counts: { total: 2000, sent: 2000, waiting: 0, dispatched: 0 } });
  const [after] = await db.query<{ epoch: number }>('SELECT epoch FROM leadership');
  expect(after!.epoch).toBeGreaterThan(before!.epoch);
}, 60_000);
