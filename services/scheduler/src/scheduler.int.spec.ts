import type { JsMsg } from '@nats-io/jetstream';
import { MESSAGE_VERSION, type MailDue, type MailLogged, type MailStopped, type Message, type RunStarted, type StepName } from '@tank/contracts';
import type { LogsDb } from '@tank/logs-db';
import { connectBus, Publisher, Requester, startService, type Bus, type RunningService } from '@tank/messaging';
import { createDatabase, roleUrl, uniquePrefix, urls, waitFor, type TestDatabase } from '../../../embedded/test/parts.ts';
import { openSchedulerDatabase } from './adapters/scheduler-database.js';
import { localTime } from './cron.js';
import { readSchedulerConfig } from './scheduler.config.js';
import { COMPLETE_DEFINITION, customers } from './scheduler.fixture.js';
import { SchedulerModule } from './scheduler.module.js';

/** Two whole schedulers on real NATS and PostgreSQL; the test is the rest of the road. */
let database: TestDatabase;
let db: LogsDb;
let bus: Bus;
let ask: Requester;
let publisher: Publisher;
const schedulers: RunningService[] = [];
const consumers: Promise<void>[] = [];
let isOver = false;
const prefix = uniquePrefix();
const seen: Message[] = [];

beforeAll(async () => {
  // A service tells its parent that it is ready; the parent here is jest's, which expects only its own words.
  Object.assign(process, { send: undefined });
  database = await createDatabase('scheduler_service');
  const env = { LOGS_DB_URL: roleUrl(database, 'scheduler'), NATS_URL: urls().nats, NATS_PREFIX: prefix, LOG_LEVEL: 'error', LEADER_LEASE_MS: '1000', STOP_GRACE_MS: '0' };
  const start = async () => {
    const config = readSchedulerConfig(env);
    schedulers.push(await startService({ service: 'scheduler', config, module: SchedulerModule.with(config) }));
  };
  await Promise.all([start(), start()]);
  db = await openSchedulerDatabase(roleUrl(database, 'scheduler'));
  bus = await connectBus(urls().nats, prefix, 'test');
  ask = new Requester(bus);
  publisher = new Publisher(bus);
  consumers.push(
    consume('select', (message) => select(message as RunStarted)),
    consume('map', (message) => publisher.publish(mailLogged(message as MailDue, 'SENT'))),
    consume('send', (message) => publisher.publish(mailLogged(message as MailStopped, 'SKIPPED'))),
    consume('log-run', async () => undefined),
  );
}, 60_000);
afterAll(async () => {
  isOver = true;
  await Promise.all(consumers);
  await Promise.all(schedulers.map((scheduler) => scheduler.close()));
  for await (const name of bus.manager.streams.names()) if (name.startsWith(bus.streamOf(''))) await bus.manager.streams.delete(name);
  await bus?.connection.close();
  await db?.close();
  await database?.drop();
}, 60_000);

let rows = customers(1);
async function select({ runId }: RunStarted): Promise<void> {
  const { attempt } = await ask.ask('scheduler.open-manifest', { runId });
  const chunks = Array.from({ length: Math.ceil(rows.length / 500) }, (_, at) => rows.slice(at * 500, (at + 1) * 500));
  await Promise.all(chunks.map((chunk, sequence) => ask.ask('scheduler.append-manifest', { runId, attempt, sequence, rows: chunk })));
  await ask.ask('scheduler.close-manifest', { runId, attempt, rowCount: rows.length });
}
function mailLogged({ mailId, runId, row, dispatch }: MailDue | MailStopped, outcome: MailLogged['outcome']): MailLogged {
  return { v: MESSAGE_VERSION, type: 'MailLogged', mailId, runId, row, dispatch, outcome };
}
async function consume(step: StepName, work: (message: Message) => Promise<void>): Promise<void> {
  const consumer = await bus.jetstream.consumers.get(bus.streamOf(step), step);
  const handle = async (delivery: JsMsg) => {
    const message = delivery.json<Message>();
    seen.push(message);
    await work(message);
    delivery.ack();
  };
  while (!isOver) {
    for await (const delivery of await consumer.fetch({ max_messages: 500, expires: 1000 })) void handle(delivery);
  }
}
async function activeAutomation(change = {}): Promise<string> {
  const { automationId } = await ask.ask('scheduler.create-automation', { name: '월말 명세서', definition: { ...COMPLETE_DEFINITION, ...change } });
  await ask.ask('scheduler.activate', { automationId });
  return automationId;
}
const ended = (runId: string, timeoutMs = 30_000) =>
  waitFor(async () => {
    const run = await ask.ask('scheduler.get-run', { runId });
    return run.endAt && run;
  }, { what: 'the end of the run', timeoutMs });

it('brings a run from its start to its end, through two schedulers, each row once', async () => {
  rows = [...customers(3000), { customer_id: '', email: 'nobody@customer.example' }];
  const { runId } = await ask.ask('scheduler.start-run', { automationId: await activeAutomation(), idempotencyKey: 'k' });
  const run = await ended(runId);
  expect(run).toMatchObject({ status: 'COMPLETED', counts: { total: 3001, sent: 3000, skipped: 1, waiting: 0, dispatched: 0 } });
  const mails = seen.filter((message) => message.type === 'MailDue' || message.type === 'MailStopped');
  expect(mails).toHaveLength(3001);
  expect(new Set(mails.map((mail) => mail.row)).size).toBe(3001);
  const changes = () => seen.filter((message) => message.type === 'RunChanged').filter((message) => message.run.runId === runId);
  await waitFor(() => changes().some((message) => message.run.endAt), { what: 'the last RunChanged' });
  expect(changes().reduce((last, message) => (message.revision > last.revision ? message : last)).run).toEqual(run);
}, 60_000);

it('keeps a serial run in row order', async () => {
  rows = customers(20);
  const { runId } = await ask.ask('scheduler.start-run', { automationId: await activeAutomation({ serial: true }), idempotencyKey: 'k' });
  await ended(runId);
  const order = seen.filter((message) => message.type === 'MailDue').filter((mail) => mail.runId === runId).map((mail) => mail.row);
  expect(order).toEqual(rows.map((_, at) => at + 1));
});

it('refuses over NATS in words, with the code and the field', async () => {
  const { automationId } = await ask.ask('scheduler.create-automation', { name: '초안' });
  await expect(ask.ask('scheduler.create-schedule', { automationId, cron: '* * * * * *' })).rejects.toMatchObject({ refusal: { code: 'INVALID', field: 'cron' } });
  await expect(ask.ask('scheduler.activate', { automationId })).rejects.toMatchObject({ refusal: { code: 'CONFLICT' } });
  await expect(ask.ask('scheduler.change-draft', { automationId, change: { priority: 99 } })).rejects.toMatchObject({ refusal: { code: 'INVALID' } });
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
  const { runId } = await ask.ask('scheduler.start-run', { automationId: await activeAutomation(), idempotencyKey: 'k' });
  await waitFor(async () => (await ask.ask('scheduler.get-run', { runId })).counts.sent > 100, { what: 'a run under way' });
  const [before] = await db.query<{ epoch: number }>('SELECT epoch FROM leadership');
  // As after a crash: nobody resigns, the lease runs out while another waits for it.
  await db.query(`UPDATE leadership SET epoch = epoch + 1, holder = 'somebody else', lease_until = clock_timestamp() + interval '300 ms'`);
  expect(await ended(runId)).toMatchObject({ status: 'COMPLETED', counts: { total: 2000, sent: 2000, waiting: 0, dispatched: 0 } });
  const [after] = await db.query<{ epoch: number }>('SELECT epoch FROM leadership');
  expect(after!.epoch).toBeGreaterThan(before!.epoch + 1);
}, 60_000);
