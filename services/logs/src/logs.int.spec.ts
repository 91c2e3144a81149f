import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectBus, createStreams, Publisher, Requester, startService, type Bus, type RunningService } from '@tank/messaging';
import { createDatabase, roleUrl, uniquePrefix, urls, waitFor, type TestDatabase } from '../../../embedded/test/parts.js';
import { readLogsConfig } from './logs.config.js';
import { LogsModule } from './logs.module.js';
import { AUTOMATION, recordedMail, recordedMails, runOf } from './recorded-mail.fixture.js';

describe('the logs service on the road', () => {
  const prefix = uniquePrefix();
  let database: TestDatabase;
  let bus: Bus;
  let service: RunningService;
  let publisher: Publisher;
  let asker: Requester;

  beforeAll(async () => {
    database = await createDatabase('logs_service');
    bus = await connectBus(urls().nats, prefix, 'test');
    await createStreams(bus);
    publisher = new Publisher(bus);
    asker = new Requester(bus);
    const config = readLogsConfig({ NATS_URL: urls().nats, NATS_PREFIX: prefix, LOGS_DB_URL: roleUrl(database, 'logs'), LOG_LEVEL: 'error' });
    service = await startService({ service: 'logs', config, module: LogsModule.with(config) });
  });
  afterAll(async () => {
    await service.close();
    for await (const name of bus.manager.streams.names()) if (name.startsWith(bus.streamOf(''))) await bus.manager.streams.delete(name);
    await bus.connection.close();
    await database.drop();
  });

  const stored = async (step: string) => (await bus.manager.streams.info(bus.streamOf(step))).state.messages;

  it('logs what is recorded, says so to the scheduler, and answers for it', async () => {
    const run = runOf();
    await publisher.publish({ v: 1, type: 'RunChanged', run, revision: 1 });
    await Promise.all(recordedMails(run.runId, 300).map((mail) => publisher.publish(mail)));
    await waitFor(async () => (await stored('complete')) === 300, { what: '300 MailLogged' });
    await waitFor(async () => (await stored('log')) + (await stored('log-run')) === 0, { what: 'the messages to be acked' });
    const page = await asker.ask('logs.list-mails', { runId: run.runId, limit: 2 });
    expect(page.items.map(({ row, automationName }) => ({ row, automationName }))).toEqual([{ row: 1, automationName: '월 명세서' }, { row: 2, automationName: '월 명세서' }]);
    expect(await asker.ask('logs.get-mail', { mailId: `${run.runId}-1` })).toMatchObject({ traceId: null, steps: [{ step: 'settle', at: '2026-11-20T00:00:01.500Z' }, { step: 'log', tries: 1 }] });
    const day = { from: '2026-11-20', to: '2026-11-20' };
    expect(await asker.ask('logs.summary', day)).toMatchObject({ mails: { SENT: 300 }, runs: { RUNNING: 1 }, automations: [{ automationId: AUTOMATION }] });
  });

  it('sets one poisoned mail aside, with its reason, and lets the run go on', async () => {
    const runId = randomUUID();
    const before = await stored('complete');
    const poisoned = recordedMail({ runId, row: 3_000_000_000 });
    await Promise.all([...recordedMails(runId, 20), poisoned].map((mail) => publisher.publish(mail)));
    await waitFor(async () => (await stored('complete')) === before + 21, { what: 'MailLogged of all 21', timeoutMs: 20_000 });
    const page = await asker.ask('logs.list-mails', { runId });
    expect(page.items).toHaveLength(20);
    await expect(asker.ask('logs.get-mail', { mailId: poisoned.mailId })).rejects.toMatchObject({ refusal: { code: 'NOT_FOUND' } });
    await waitFor(async () => (await stored('log-dead-letter')) === 0, { what: 'the dead letter to be kept' });
  }, 30_000);

  it('counts what it logged and says how it is', async () => {
    expect(await asker.ask('logs.health', {})).toMatchObject({ status: 'ok', parts: [{ name: 'nats' }, { name: 'logs-db' }, { name: 'log-upkeep' }] });
    const metrics = await (await fetch(`${service.healthUrl}/metrics`)).text();
    expect(metrics).toContain('tank_mails_logged_total{outcome="SENT"} 320');
    expect(metrics).toMatch(/tank_mail_log_lag_seconds_count 320/);
  });
});
