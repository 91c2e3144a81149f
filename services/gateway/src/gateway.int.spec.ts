import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import { REQUESTS, type Answer, type RequestName } from '@tank/contracts';
import { connectBus, startService, type Bus, type RunningService } from '@tank/messaging';
import { createDatabase, roleUrl, uniquePrefix, urls, waitFor, type TestDatabase } from '../../../embedded/test/parts.js';
import { readGatewayConfig } from './gateway.config.js';
import { GatewayModule, serveApi } from './gateway.module.js';
import { automation, AUTOMATION, run } from './test/samples.js';
import { sendTo, type Sent } from './test/served-api.js';

describe('the gateway as a service', () => {
  const prefix = uniquePrefix();
  const ADMIN_PASSWORD = 'the very first password';
  let database: TestDatabase;
  let authorization: string;
  let bus: Bus;
  let gateway: RunningService;
  let port: number;
  const send = (path: string, sent?: Sent) => sendTo(port, path, { ...sent, headers: { authorization, ...sent?.headers } });

  /** Stands for a service: answers one request, and keeps what was asked. */
  function answer<N extends RequestName>(name: N, reply: { answer: Answer<N> } | { refused: object }) {
    const asked: unknown[] = [];
    const subscription = bus.connection.subscribe(bus.subjectOfRequest(name), {
      callback: (_error, message) => {
        asked.push(REQUESTS[name].asks.parse(message.json()));
        message.respond(JSON.stringify(reply));
      },
    });
    return { asked, stop: () => subscription.unsubscribe() };
  }

  beforeAll(async () => {
    database = await createDatabase('gateway');
    bus = await connectBus(urls().nats, prefix, 'test');
    const config = readGatewayConfig({ NATS_URL: urls().nats, NATS_PREFIX: prefix, PORT: '0', LOG_LEVEL: 'error', LOGS_DB_URL: roleUrl(database, 'gateway'), TANK_SESSION_KEY: Buffer.alloc(32).toString('base64'), ADMIN_PASSWORD });
    let app: INestApplication | undefined;
    const configure = (started: INestApplication) => serveApi((app = started));
    gateway = await startService({ service: 'gateway', config, module: GatewayModule.with(config), http: { port: config.PORT, host: config.HOST, configure } });
    const address = app?.getHttpServer().address() as AddressInfo;
    expect(address.address).toBe('127.0.0.1');
    port = address.port;
    const { body } = await sendTo(port, '/api/session', { method: 'POST', body: { name: 'admin', password: ADMIN_PASSWORD } });
    authorization = `Bearer ${body.accessToken}`;
  });
  afterAll(async () => {
    await gateway.close();
    await bus.connection.close();
    await database.drop();
  });

  it('shows nothing to whoever has not signed in', async () => {
    expect((await sendTo(port, '/api/run')).body).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  });

  it('asks over NATS and answers over HTTP', async () => {
    const scheduler = answer('scheduler.start-run', { answer: run });
    const its = answer('scheduler.get-automation', { answer: automation() });
    await bus.connection.flush();
    const answered = await send(`/api/automation/${AUTOMATION}/run`, { method: 'POST', headers: { 'idempotency-key': 'k1' } });
    for (const one of [scheduler, its]) one.stop();
    expect(answered).toMatchObject({ status: 202, body: run, headers: { 'idempotency-key': 'k1' } });
    expect(scheduler.asked).toMatchObject([{ automationId: AUTOMATION, idempotencyKey: 'k1' }]);
    expect(answered.headers).not.toHaveProperty('x-powered-by');
  });

  it('passes a refusal on', async () => {
    const scheduler = answer('scheduler.resume-run', { refused: { code: 'CONFLICT', message: 'The run has ended: start another.', field: 'runId' } });
    await bus.connection.flush();
    const { status, body } = await send(`/api/run/${run.runId}/resume`, { method: 'POST' });
    scheduler.stop();
    expect([status, body.code, body.field, body.detail]).toEqual([409, 'CONFLICT', 'runId', 'The run has ended: start another.']);
  });

  it('is down, and names who, while nobody answers', async () => {
    const { status, body } = await send('/api/health');
    expect(status).toBe(503);
    expect(body).toEqual({ status: 'down', services: ['scheduler', 'dbio', 'attachment', 'renderer', 'sender', 'logs'] });
    expect((await send('/api/health/detail')).body.services[0].parts[0].detail).toBe('The service scheduler does not answer: see that it runs.');
    expect((await send('/api/run')).body).toMatchObject({ status: 503, code: 'UNAVAILABLE' });
  });

  it('keeps foreign hosts from every path', async () => {
    for (const path of ['/api/health', '/', '/assets/x.js']) expect((await send(path, { headers: { host: 'evil.example' } })).status).toBe(421);
    expect((await send('/')).status).toBe(404);
  });

  it('stops at once, though somebody watches a run', async () => {
    const scheduler = answer('scheduler.get-run', { answer: run });
    await bus.connection.flush();
    let text = '';
    const isOver = new Promise<boolean>((resolve, reject) => {
      request({ host: '127.0.0.1', port, path: `/api/run/${run.runId}/events`, headers: { authorization } }, (stream) => {
        stream.on('data', (chunk) => (text += String(chunk))).once('end', () => resolve(true));
      }).once('error', reject).end();
    });
    await waitFor(() => text.includes('event: run'), { what: 'the run' });
    await gateway.close();
    scheduler.stop();
    expect(await isOver).toBe(true);
  }, 10_000);
});
