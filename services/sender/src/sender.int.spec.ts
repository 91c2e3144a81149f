import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { automationDefinitionSchema, type Message } from '@tank/contracts';
import { connectBus, createStreams, Publisher, Requester, startService, type Bus, type RunningService } from '@tank/messaging';
import { startSesSimulator, type SesSimulator } from '../../../embedded/ses-simulator/ses-simulator.ts';
import { createDatabase, roleUrl, uniquePrefix, urls, waitFor, type TestDatabase } from '../../../embedded/test/parts.ts';
import { renderedMail } from '../test/sender-under-test.js';
import { readSenderConfig } from './sender.config.js';
import { SenderModule } from './sender.module.js';

describe('the sender as a service', () => {
  const prefix = uniquePrefix();
  let database: TestDatabase;
  let simulator: SesSimulator;
  let fileRoot: string;
  let bus: Bus;
  let service: RunningService;
  const arrived: Message[] = [];
  let isSchedulerUp = true;
  let unanswered = 0;

  beforeAll(async () => {
    [database, simulator, fileRoot] = await Promise.all([createDatabase('sender'), startSesSimulator({ maxSendRate: 200 }), mkdtemp(join(tmpdir(), 'tank-sender-'))]);
    await writeFile(join(fileRoot, 'keep'), 'x');
    bus = await connectBus(urls().nats, prefix, 'test');
    await createStreams(bus);
    answer('scheduler.get-version', {
      versionId: randomUUID(), automationId: randomUUID(), automationName: 'a', number: 1, status: 'ACTIVE', createdAt: new Date().toISOString(), activatedAt: null,
      definition: automationDefinitionSchema.parse({ sender: { address: 'billing@bank.example' } }),
    });
    answer('scheduler.run-status', { status: 'RUNNING' });
    for (const step of ['update', 'give-back', 'halt', 'log-error', 'log-dead-letter']) collect(step);
    const config = readSenderConfig({
      NATS_URL: urls().nats, NATS_PREFIX: prefix, LOGS_DB_URL: roleUrl(database, 'sender'), FILE_ROOT_PATH: fileRoot, LOG_LEVEL: 'error',
      SES_REGION: 'ap-northeast-2', SES_ACCESS_KEY: 'k', SES_SECRET_KEY: 's', TANK_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'), SES_ENDPOINT: simulator.url,
    });
    service = await startService({ service: 'sender', config, module: SenderModule.with(config) });
  }, 60_000);
  afterAll(async () => {
    await service.close();
    for await (const name of bus.manager.streams.names()) if (name.startsWith(bus.streamOf(''))) await bus.manager.streams.delete(name);
    await bus.connection.close();
    await simulator.close();
    await rm(fileRoot, { recursive: true });
    await database.drop();
  });

  function answer(name: string, value: object): void {
    bus.connection.subscribe(bus.subjectOfRequest(name), { callback: (_error, message) => void (isSchedulerUp ? message.respond(JSON.stringify({ answer: value })) : unanswered++) });
  }
  function collect(step: string): void {
    bus.connection.subscribe(bus.subjectOf(step), { callback: (_error, message) => void arrived.push(message.json()) });
  }
  const outcomesOf = (mailIds: string[]) => mailIds.map((id) => arrived.filter((message) => message.type === 'MailSettled' && message.mailId === id).map((message) => message.type === 'MailSettled' && message.outcome));

  it('knows the account before it takes the first mail, and is healthy', async () => {
    const requester = new Requester(bus);
    expect(await requester.ask('sender.account', {})).toEqual({ maxPerSecond: 200, quota24h: 50_000, sent24h: 0, sendingEnabled: true, breaker: 'closed' });
    expect(await requester.ask('sender.health', {})).toMatchObject({ service: 'sender', status: 'ok' });
  });

  it('settles every mail of the road once, sent or stopped', async () => {
    const publisher = new Publisher(bus);
    const mails = Array.from({ length: 30 }, (_, i) => renderedMail(i % 10 === 0 ? { to: { address: 'kim@@example.example' } } : {}));
    const halt = renderedMail();
    const { to: _to, subject: _subject, html: _html, text: _text, files: _files, ...rest } = halt;
    await Promise.all([...mails, { ...rest, type: 'MailStopped' as const, outcome: 'SKIPPED' as const, errorCode: 'NOT_FOUND' as const, errorDetail: 'No file.' }].map((mail) => publisher.publish(mail)));
    const ids = [...mails, halt].map(({ mailId }) => mailId);
    await waitFor(() => outcomesOf(ids).every(({ length }) => length === 1), { what: '31 settled mails', timeoutMs: 20_000 });
    expect(outcomesOf(ids).flat().sort()).toEqual([...Array(3).fill('FAIL'), ...Array(27).fill('SENT'), 'SKIPPED'].sort());
    expect(simulator.mails.all()).toHaveLength(27);
    expect(simulator.mails.duplicates()).toEqual({});
  });

  it('shows what was sent, and gives its files in parts that fit into a message', async () => {
    const content = randomBytes(1_200_000);
    await writeFile(join(fileRoot, 'large.pdf'), content);
    const { ino, mtimeMs } = await stat(join(fileRoot, 'large.pdf'));
    const file = { rule: 'statement', path: 'large.pdf', displayName: 'large.pdf', contentType: 'application/pdf', size: content.length, modifiedMs: mtimeMs, inode: String(ino), common: false };
    const mail = renderedMail({ files: [file] });
    await new Publisher(bus).publish(mail);
    await waitFor(() => outcomesOf([mail.mailId])[0]!.length === 1, { what: 'the settled mail', timeoutMs: 20_000 });
    const requester = new Requester(bus);
    expect(await requester.ask('sender.sent-mail', { mailId: mail.mailId })).toMatchObject({ outcome: 'SENT', html: mail.html, attachments: [{ path: 'large.pdf' }] });
    const parts = [await requester.ask('sender.sent-attachment', { mailId: mail.mailId, position: 1 })];
    for (let offset = 512 * 1024; offset < content.length; offset += 512 * 1024) parts.push(await requester.ask('sender.sent-attachment', { mailId: mail.mailId, position: 1, offset, stamp: parts[0]!.stamp }));
    expect(Buffer.concat(parts.map(({ base64 }) => Buffer.from(base64, 'base64'))).equals(content)).toBe(true);
  });

  it('sends a test mail to the one who asked for it', async () => {
    const test = { automationId: randomUUID(), language: 'en' as const, from: { address: 'billing@bank.example' }, to: 'author@bank.example', insteadOf: null, subject: 's', html: 'h', text: 't', files: [] };
    expect(await new Requester(bus).ask('sender.send-test', test)).toEqual({ outcome: 'SENT', messageId: expect.any(String) });
    expect(simulator.mails.all().at(-1)).toMatchObject({ to: ['author@bank.example'], mailId: null });
  });

  it('brings a mail back until the scheduler answers, without a defect', async () => {
    isSchedulerUp = false;
    const mail = renderedMail({ versionId: randomUUID() });
    await new Publisher(bus).publish(mail);
    await waitFor(() => unanswered > 0, { what: 'a question that the scheduler does not answer' });
    isSchedulerUp = true;
    await waitFor(() => outcomesOf([mail.mailId])[0]!.length === 1, { what: 'the mail after the scheduler is back', timeoutMs: 20_000 });
    expect(arrived.filter(({ type }) => type === 'DeadLettered')).toEqual([]);
    expect(simulator.mails.countOf(mail.mailId)).toBe(1);
  });
});
