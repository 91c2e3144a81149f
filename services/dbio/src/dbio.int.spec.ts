import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { automationVersionSchema, MESSAGE_VERSION, REQUESTS, type Asks, type AutomationDefinition, type Health, type Message, type RequestName, type Row, type StepName } from '@tank/contracts';
import { connectBus, createStreams, Publisher, Requester, startService, type Bus, type RunningService } from '@tank/messaging';
import { createDatabase, roleUrl, uniquePrefix, urls, waitFor, type TestDatabase } from '../../../embedded/test/parts.ts';
import { CustomerDatabase } from '../test/customer-database.js';
import { definition, mailDue, mailSettled } from '../test/fakes.js';
import { TcpProxy } from '../test/tcp-proxy.js';
import { readDbioConfig } from './dbio.config.js';
import { DbioModule } from './dbio.module.js';

const TARGET = 'SELECT customer_id, email FROM customer ORDER BY customer_id';
const MAPPING = 'SELECT name, amount FROM customer WHERE customer_id = :CUSTOMER_ID';
const UPDATE = 'UPDATE customer SET status = :SEND_STATUS, mail_id = :MAIL_ID, sent_at = :SENT_AT WHERE customer_id = :customer_id';

const WHATEVER_IT_IS = { revision: null, by: { userId: '00000000-0000-4000-8000-0000000000a1', name: 'administrator' } };
let logsDb: TestDatabase;
let customers: CustomerDatabase;
let proxy: TcpProxy;
let bus: Bus;
let ask: Requester;
let publisher: Publisher;
let service: RunningService;
let settings: NodeJS.ProcessEnv;
const prefix = uniquePrefix();
const lines: string[] = [];
const answers: unknown[] = [];

/** What the scheduler would say. */
const versions = new Map<string, AutomationDefinition>();
const manifest = { waits: [] as Asks<'scheduler.explain-wait'>[], attempts: 0, rows: [] as Row[], largest: 0, closedWith: null as number | null };

function answerAs<N extends RequestName>(name: N, answer: (asks: Asks<N>) => object): void {
  bus.connection.subscribe(bus.subjectOfRequest(name), {
    callback: (_, message) => void message.respond(JSON.stringify({ answer: answer(REQUESTS[name].asks.parse(message.json()) as Asks<N>) })),
  });
}
function versionOf(over: Partial<AutomationDefinition>, connectionId: string): string {
  const versionId = randomUUID();
  versions.set(versionId, definition({ connectionId, target: { sql: TARGET }, mapping: { sql: MAPPING }, update: { sql: UPDATE }, ...over }));
  return versionId;
}
async function asked<N extends RequestName>(name: N, asks: Parameters<typeof ask.ask<N>>[1]) {
  const answer = await ask.ask(name, asks);
  answers.push(answer);
  return answer;
}
async function lastAt(step: StepName): Promise<Message | undefined> {
  const stored = await bus.manager.streams.getMessage(bus.streamOf(step), { last_by_subj: bus.subjectOf(step) }).catch(() => null);
  return stored?.json<Message>();
}
function arrived(step: StepName, wanted: object): Promise<Message> {
  return waitFor(async () => {
    const message = await lastAt(step);
    return Object.entries(wanted).every(([key, value]) => (message as unknown as Record<string, unknown>)?.[key] === value) ? message : undefined;
  }, { what: `${JSON.stringify(wanted)} for ${step}` });
}
async function start(env: NodeJS.ProcessEnv): Promise<RunningService> {
  const config = readDbioConfig(env);
  const started = await startService({ service: 'dbio', config, module: DbioModule.with(config) });
  await waitFor(() => ask.ask('dbio.health', {}), { what: 'dbio to answer' });
  return started;
}
async function connectionId(name: string): Promise<string> {
  const { items } = await asked('dbio.list-connections', {});
  return items.find((one) => one.name === name)!.connectionId;
}
async function settledSpanWork(): Promise<void> {
  await waitFor(async () => (await bus.manager.streams.info(bus.streamOf('map'))).state.messages === 0, { what: 'the step to be empty' });
}

beforeAll(async () => {
  jest.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  [logsDb, customers] = await Promise.all([createDatabase('dbio_service'), CustomerDatabase.create('customers')]);
  await customers.run(`
    CREATE SCHEMA IF NOT EXISTS public;
    CREATE TABLE customer (customer_id varchar(10) PRIMARY KEY, email text, name text, amount numeric(12), status text, mail_id text, sent_at timestamp);
    INSERT INTO customer SELECT 'C' || lpad(n::text, 5, '0'), 'c' || n || '@mail.example', '고객 ' || n, n * 1000 FROM generate_series(1, 5000) AS n`);
  proxy = await TcpProxy.to(customers.port);
  bus = await connectBus(urls().nats, prefix, 'test');
  [ask, publisher] = [new Requester(bus), new Publisher(bus)];
  await createStreams(bus);
  answerAs('scheduler.get-version', ({ versionId }) =>
    automationVersionSchema.parse({ versionId, automationId: randomUUID(), automationName: 'a', number: 1, status: 'ACTIVE', definition: versions.get(versionId), createdAt: '2026-11-20T00:00:00Z', activatedAt: null }));
  answerAs('scheduler.open-manifest', () => ({ attempt: (manifest.attempts += 1) }));
  answerAs('scheduler.append-manifest', ({ rows, attempt }) => {
    if (attempt === manifest.attempts) manifest.rows.push(...rows);
    manifest.largest = Math.max(manifest.largest, rows.length);
    return { accepted: true };
  });
  answerAs('scheduler.explain-wait', (wait) => {
    manifest.waits.push(wait);
    return { explained: true };
  });
  answerAs('scheduler.close-manifest', ({ rowCount }) => {
    manifest.closedWith = rowCount;
    return { counts: { total: rowCount, waiting: rowCount, dispatched: 0, sent: 0, failed: 0, skipped: 0, inDoubt: 0, canceled: 0 } };
  });
  const { host, user, database } = customers.connection();
  settings = {
    NATS_URL: urls().nats, NATS_PREFIX: prefix, LOG_LEVEL: 'debug', LOGS_DB_URL: roleUrl(logsDb, 'dbio'), TANK_SECRET_KEY: randomBytes(32).toString('base64'),
    DB_KIND: 'postgres', DB_HOST: host!, DB_PORT: '1', DB_NAME: database!, DB_USER: user, DB_PASS: 'was-wrong-before', SOURCE_CONNECT_MS: '500', SOURCE_LOOK_UP_MS: '500', BREAKER_RESET_MS: '300',
  };
  service = await start(settings);
});
afterAll(async () => {
  await service.close();
  for await (const name of bus.manager.streams.names()) if (name.startsWith(bus.streamOf('' as StepName))) await bus.manager.streams.delete(name);
  await bus.connection.close();
  await proxy.cut();
  await customers.drop();
  await logsDb.drop();
  jest.restoreAllMocks();
});

describe('dbio', () => {
  it('takes a changed port and password of the first connection over at its next start', async () => {
    const before = await connectionId('default');
    await expect(asked('dbio.test-connection', { connectionId: before })).resolves.toMatchObject({ ok: false, problem: { code: 'SOURCE_REFUSED' } });
    await service.close();
    settings = { ...settings, DB_PORT: String(customers.port), DB_PASS: customers.password };
    service = await start(settings);
    expect(await connectionId('default')).toBe(before);
    await expect(asked('dbio.test-connection', { connectionId: before })).resolves.toMatchObject({ ok: true });
  });

  it('keeps a new connection, also to an Oracle that is not there, and knows no other', async () => {
    const input = { ...customers.connection({ name: 'behind-proxy', port: proxy.port }), password: customers.password };
    await expect(asked('dbio.create-connection', input)).resolves.toMatchObject({ name: 'behind-proxy', port: proxy.port });
    const { connectionId: absent } = await asked('dbio.create-connection', { ...input, name: 'oracle', kind: 'oracle', port: 1 });
    await expect(asked('dbio.test-connection', { connectionId: absent })).resolves.toMatchObject({ ok: false, problem: { code: 'SOURCE_REFUSED' } });
    await expect(ask.ask('dbio.test-connection', { connectionId: randomUUID() })).rejects.toMatchObject({ refusal: { code: 'NOT_FOUND' } });
  });

  it('uses a corrected password at once, whatever the wrong one did before', async () => {
    const { connectionId: id } = await asked('dbio.create-connection', { ...customers.connection({ name: 'rotated' }), password: 'was-wrong-before' });
    const versionId = versionOf({}, id);
    for (let row = 201; row <= 206; row += 1) {
      const mail = { ...mailDue({ customer_id: 'C00003', email: 'e' }, row), versionId };
      await publisher.publish(mail);
      await expect(arrived('give-back', { mailId: mail.mailId })).resolves.toMatchObject({ reasonCode: 'SOURCE_WRONG_PASSWORD' });
    }
    await expect(asked('dbio.change-connection', { connectionId: id, ...WHATEVER_IT_IS, change: { password: customers.password } })).resolves.toMatchObject({ name: 'rotated' });
    const mail = { ...mailDue({ customer_id: 'C00003', email: 'e' }, 210), versionId };
    await publisher.publish(mail);
    await arrived('attach', { mailId: mail.mailId });
  });

  it('does not undo at its next start what was changed, and refuses what would be no connection', async () => {
    const id = await connectionId('default');
    await asked('dbio.change-connection', { connectionId: id, ...WHATEVER_IT_IS, change: { limits: { poolMax: 3 } } });
    await service.close();
    service = await start(settings);
    const { items } = await asked('dbio.list-connections', {});
    expect(items.find((one) => one.connectionId === id)).toMatchObject({ limits: { poolMax: 3 } });
    await expect(ask.ask('dbio.change-connection', { connectionId: id, ...WHATEVER_IT_IS, change: { host: null } })).rejects.toMatchObject({ refusal: { code: 'INVALID', field: 'host' } });
    await expect(ask.ask('dbio.change-connection', { connectionId: id, ...WHATEVER_IT_IS, change: { connectString: 'CRM_ALIAS' } })).rejects.toMatchObject({ refusal: { code: 'INVALID', field: 'connectString' } });
  });

  it('checks queries', async () => {
    const id = await connectionId('default');
    await expect(asked('dbio.check-query', { connectionId: id, purpose: 'target', sql: TARGET })).resolves.toMatchObject({ status: 'valid', columns: [{ name: 'customer_id' }, { name: 'email' }] });
    await expect(asked('dbio.check-query', { connectionId: id, purpose: 'update', sql: UPDATE, bindable: ['customer_id'] })).resolves.toMatchObject({ status: 'valid', binds: ['SEND_STATUS', 'MAIL_ID', 'SENT_AT', 'customer_id'] });
    await expect(asked('dbio.check-query', { connectionId: id, purpose: 'target', sql: 'SELECT x FROM customer' })).resolves.toMatchObject({ status: 'invalid', error: { code: '42703', position: 7 } });
    const { connectionId: dead } = await asked('dbio.create-connection', { ...customers.connection({ name: 'dead', port: 1 }), password: 'x' });
    await expect(asked('dbio.check-query', { connectionId: dead, purpose: 'target', sql: TARGET })).resolves.toMatchObject({ status: 'unreachable', problem: { code: 'SOURCE_REFUSED' } });
  });

  it('samples rows as mails would have them, and refuses a mapping that finds several', async () => {
    const id = await connectionId('default');
    await expect(asked('dbio.sample', { connectionId: id, targetSql: TARGET, mappingSql: MAPPING, limit: 2 })).resolves.toEqual({
      status: 'ok',
      columns: [{ name: 'customer_id', type: 'character varying(10)' }, { name: 'email', type: 'text' }, { name: 'name', type: 'text' }, { name: 'amount', type: 'numeric(12,0)' }],
      rows: [{ customer_id: 'C00001', email: 'c1@mail.example', name: '고객 1', amount: '1000' }, { customer_id: 'C00002', email: 'c2@mail.example', name: '고객 2', amount: '2000' }],
    });
    await expect(asked('dbio.sample', { connectionId: id, targetSql: TARGET, mappingSql: 'SELECT name FROM customer', limit: 2 })).resolves.toMatchObject({ status: 'invalid', error: { code: 'MAPPING_MANY_ROWS' } });
    await expect(asked('dbio.sample', { connectionId: id, targetSql: TARGET, mappingSql: 'SELECT name FROM customer WHERE false AND customer_id = :customer_id', limit: 1 })).resolves.toMatchObject({ rows: [{ customer_id: 'C00001', name: null }] });
  });

  it('hands all rows of a run to the scheduler', async () => {
    const run = { v: MESSAGE_VERSION, type: 'RunStarted', runId: randomUUID(), automationId: randomUUID(), versionId: versionOf({}, await connectionId('default')) } as const;
    await publisher.publish(run);
    await waitFor(() => manifest.closedWith !== null, { what: 'the manifest to be closed' });
    expect(manifest.closedWith).toBe(5000);
    expect(manifest.rows).toHaveLength(5000);
    expect(manifest.rows[4999]).toEqual({ customer_id: 'C05000', email: 'c5000@mail.example' });
    expect(manifest.largest).toBeLessThanOrEqual(1000);
  });

  it('ends a run as FAIL whose Target Query is wrong', async () => {
    const run = { v: MESSAGE_VERSION, type: 'RunStarted', runId: randomUUID(), automationId: randomUUID(), versionId: versionOf({ target: { sql: 'SELECT nope FROM customer', columns: [], checkedAt: null } }, await connectionId('default')) } as const;
    await publisher.publish(run);
    await expect(arrived('halt', { runId: run.runId })).resolves.toMatchObject({ status: 'FAIL', reasonCode: 'TARGET_QUERY_FAILED' });
    await arrived('log-error', { runId: run.runId, code: 'TARGET_QUERY_FAILED' });
  });

  it('ends a run as FAIL, before anything is sent, with more rows than its connection allows', async () => {
    const { connectionId: id } = await asked('dbio.create-connection', { ...customers.connection({ name: 'few rows' }), password: customers.password, limits: { rowLimit: 4999 } });
    manifest.closedWith = null;
    const run = { v: MESSAGE_VERSION, type: 'RunStarted', runId: randomUUID(), automationId: randomUUID(), versionId: versionOf({}, id) } as const;
    await publisher.publish(run);
    await expect(arrived('halt', { runId: run.runId })).resolves.toMatchObject({ status: 'FAIL', reasonCode: 'TARGET_ROW_LIMIT', reason: expect.stringContaining('4999') });
    expect(manifest.closedWith).toBeNull();
  });

  it('reads nothing in forbidden hours, says until when, and goes on when they are changed', async () => {
    const always = { limits: { forbiddenHours: [{ from: '00:00', to: '00:00' }] } };
    const { connectionId: id } = await asked('dbio.create-connection', { ...customers.connection({ name: 'resting' }), password: customers.password, ...always });
    const run = { v: MESSAGE_VERSION, type: 'RunStarted', runId: randomUUID(), automationId: randomUUID(), versionId: versionOf({}, id) } as const;
    await publisher.publish(run);
    const wait = await waitFor(() => manifest.waits.find(({ runId }) => runId === run.runId), { what: 'the run to say why it waits' });
    expect(wait).toMatchObject({ reasonCode: 'SOURCE_FORBIDDEN_HOURS', reason: expect.stringContaining('resting is not read before') });
    const mail = { ...mailDue({ customer_id: 'C00004', email: 'e' }, 220), versionId: run.versionId };
    await publisher.publish(mail);
    await expect(arrived('give-back', { mailId: mail.mailId })).resolves.toMatchObject({ reasonCode: 'SOURCE_FORBIDDEN_HOURS', retryAfterMs: 60_000 });
    await expect(asked('dbio.test-connection', { connectionId: id })).resolves.toMatchObject({ ok: true });
    await expect(asked('dbio.sample', { connectionId: id, targetSql: TARGET, limit: 1 })).resolves.toMatchObject({ status: 'unreachable', problem: { code: 'SOURCE_FORBIDDEN_HOURS' } });
    const settled = { ...mailSettled({ values: { customer_id: 'C00004' } }, 220), versionId: run.versionId };
    await publisher.publish(settled);
    await expect(arrived('log', { mailId: settled.mailId })).resolves.toMatchObject({ updateQueryOk: 'Y' });
    await asked('dbio.change-connection', { connectionId: id, ...WHATEVER_IT_IS, change: { limits: { forbiddenHours: [] } } });
    await publisher.publish({ ...mail, dispatch: 2 });
    await arrived('attach', { mailId: mail.mailId });
    expect(await lastAt('log-error')).not.toMatchObject({ code: 'SOURCE_FORBIDDEN_HOURS' });
  });

  it('maps a mail', async () => {
    const mail = { ...mailDue({ customer_id: 'C00007', email: 'e' }, 7), versionId: versionOf({}, await connectionId('default')) };
    await publisher.publish(mail);
    await expect(arrived('attach', { mailId: mail.mailId })).resolves.toMatchObject({ type: 'MailMapped', values: { customer_id: 'C00007', email: 'e', name: '고객 7', amount: '7000' } });
  });

  it('fails a mail whose mapping finds somebody else', async () => {
    const over = { mapping: { sql: "SELECT customer_id, name FROM customer WHERE customer_id = 'C00008' OR false AND customer_id = :customer_id", columns: [], checkedAt: null } };
    const mail = { ...mailDue({ customer_id: 'C00009', email: 'e' }, 9), versionId: versionOf(over, await connectionId('default')) };
    await publisher.publish(mail);
    await expect(arrived('send', { mailId: mail.mailId })).resolves.toMatchObject({ type: 'MailStopped', outcome: 'FAIL', errorCode: 'MAPPING_FAILED' });
  });

  it('writes the outcome back and says so', async () => {
    const mail = { ...mailSettled({ values: { customer_id: 'C00007' } }, 7), versionId: versionOf({}, await connectionId('default')) };
    await publisher.publish(mail);
    await expect(arrived('log', { mailId: mail.mailId })).resolves.toMatchObject({ type: 'MailRecorded', updateQueryOk: 'Y', updateError: null });
    expect(await customers.run("SELECT status, mail_id, sent_at::text FROM customer WHERE customer_id = 'C00007'")).toEqual([{ status: 'SENT', mail_id: mail.mailId, sent_at: '2026-11-20 09:00:00' }]);
  });

  it('gives mails back and says so in its health while a source is down, which stops no other source', async () => {
    const versionId = versionOf({}, await connectionId('behind-proxy'));
    await proxy.cut();
    for (let row = 101; row <= 106; row += 1) {
      const mail = { ...mailDue(undefined, row), versionId };
      await publisher.publish(mail);
      await expect(arrived('give-back', { mailId: mail.mailId })).resolves.toMatchObject({ reasonCode: 'SOURCE_DOWN' });
    }
    const health = (): Promise<Health> => ask.ask('dbio.health', {});
    expect(await health()).toMatchObject({ status: 'degraded', parts: expect.arrayContaining([{ name: 'sources', status: 'degraded', detail: expect.stringContaining('behind-proxy'), detailKo: expect.stringContaining('behind-proxy') }]) });
    const other = { ...mailDue({ customer_id: 'C00001', email: 'e' }, 110), versionId: versionOf({}, await connectionId('default')) };
    await publisher.publish(other);
    await arrived('attach', { mailId: other.mailId });
    await proxy.mend();
    await waitFor(async () => {
      const mail = { ...mailDue({ customer_id: 'C00002', email: 'e' }, 120), versionId, dispatch: Math.ceil(Math.random() * 1e9) };
      await publisher.publish(mail);
      await settledSpanWork();
      return (await lastAt('attach') as { dispatch?: number } | undefined)?.dispatch === mail.dispatch;
    }, { what: 'the source to be used again' });
    expect(await health()).toMatchObject({ status: 'ok' });
  });

  it('loses no update while the source is down', async () => {
    const mail = { ...mailSettled({ values: { customer_id: 'C00042' }, settledAt: new Date().toISOString() }, 42), versionId: versionOf({}, await connectionId('behind-proxy')) };
    await proxy.cut();
    await publisher.publish(mail);
    await waitFor(async () => (await lastAt('log-error') as { message?: string } | undefined)?.message?.includes(String(proxy.port)), { what: 'the alarm' });
    await proxy.mend();
    await arrived('log', { mailId: mail.mailId });
    expect(await customers.run("SELECT status FROM customer WHERE customer_id = 'C00042'")).toEqual([{ status: 'SENT' }]);
  }, 20_000);

  it('never shows a password', () => {
    const shown = JSON.stringify([answers, lines]);
    expect(lines.length).toBeGreaterThan(0);
    for (const secret of [customers.password, 'was-wrong-before']) expect(shown).not.toContain(secret);
  });
});
