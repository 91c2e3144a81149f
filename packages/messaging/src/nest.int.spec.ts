import { Controller, Module, type DynamicModule } from '@nestjs/common';
import { Refused, TryLater, type Answer, type Asks, type MailAttached, type MailRendered } from '@tank/contracts';
import { uniquePrefix, urls, waitFor } from '../../../embedded/test/parts.js';
import { connectBus, type Bus } from './bus.js';
import { HEALTH_PROBES } from './health.js';
import { Publisher } from './publisher.js';
import { Requester } from './requester.js';
import { checkRoad } from './road-transport.js';
import { startService, type RunningService } from './start-service.js';
import { Answers, Step } from './step.js';
import { createStreams } from './streams.js';

const RUN = '6b0f3a52-7a0c-4a5e-9f35-0a8a3f1f6f10';

class RendererHandler {
  @Step('render')
  async render(mail: MailAttached): Promise<MailRendered> {
    return { ...mail, type: 'MailRendered', to: { address: 'a@b.example' }, subject: 's', html: 'h', text: 't', templateCheck: null };
  }

  @Answers('renderer.preview')
  async preview({ values }: Asks<'renderer.preview'>): Promise<Answer<'renderer.preview'>> {
    if (values.refuse) throw new Refused('CONFLICT', ['No: because.', '(한국어) No: because.'], 'values.refuse');
    if (values.later) throw new TryLater('The ink dries.', 100);
    if (values.defect) throw new Error('a secret detail');
    return { ok: true, subject: String(values.name), html: '', text: '' };
  }

  @Answers('renderer.check-template')
  async check(): Promise<Answer<'renderer.check-template'>> {
    return { columns: [], problems: [] };
  }
}
Controller()(RendererHandler);
const closed: string[] = [];
class RendererModule {}
Module({
  controllers: [RendererHandler],
  providers: [
    { provide: HEALTH_PROBES, useValue: [{ name: 'pen', check: async () => ({ status: 'degraded', detail: 'dry' }) }] },
    { provide: 'pool', useValue: { onApplicationShutdown: () => closed.push('pool') } },
  ],
})(RendererModule);

describe('a service on the road', () => {
  let bus: Bus;
  let service: RunningService;
  let ask: Requester;
  const prefix = uniquePrefix();
  const template = { format: 'html', subject: 's', body: 'b' } as const;
  const preview = (values: Record<string, string>) => ask.ask('renderer.preview', { template, values, businessDate: '2026-11-20T00:00:00' });

  const start = (change = {}) => {
    const config = { NATS_URL: urls().nats, NATS_PREFIX: prefix, HEALTH_HOST: '127.0.0.1', HEALTH_PORT: 0, LOG_LEVEL: 'error' as const, ...change };
    return startService({ service: 'renderer', config, module: { module: RendererModule } as DynamicModule });
  };

  beforeAll(async () => {
    bus = await connectBus(urls().nats, prefix, 'test');
    ask = new Requester(bus);
    await createStreams(bus);
    service = await start();
  });
  afterAll(async () => {
    await service.close();
    for await (const name of bus.manager.streams.names()) if (name.startsWith(bus.streamOf(''))) await bus.manager.streams.delete(name);
    await bus.connection.close();
  });

  it('handles its step', async () => {
    await new Publisher(bus).publish({
      v: 1, type: 'MailAttached', mailId: `${RUN}-1`, runId: RUN, row: 1, automationId: RUN, versionId: RUN, dispatch: 1, businessDate: '2026-11-20T00:00:00',
      recipientKey: 'k', values: {}, files: [], attachmentChecks: [],
    });
    await waitFor(async () => (await bus.manager.streams.info(bus.streamOf('send'))).state.messages === 1, { what: 'the rendered mail' });
  });

  it('answers a request', async () => {
    expect(await preview({ name: '김철수' })).toMatchObject({ ok: true, subject: '김철수' });
  });

  it('says no in its own words', async () => {
    await expect(preview({ refuse: 'x' })).rejects.toMatchObject({ refusal: { code: 'CONFLICT', message: 'No: because.', field: 'values.refuse' } });
  });

  it('says that it can be asked again', async () => {
    await expect(preview({ later: 'x' })).rejects.toMatchObject({ refusal: { code: 'UNAVAILABLE', message: 'The ink dries.' } });
  });

  it('keeps the inside of a defect to itself', async () => {
    await expect(preview({ defect: 'x' })).rejects.toMatchObject({ refusal: { code: 'DEFECT', message: expect.not.stringContaining('secret') } });
  });

  it('refuses a request that is not well-formed, naming the field', async () => {
    await expect(ask.ask('renderer.preview', { template, values: {}, businessDate: 'yesterday' })).rejects.toMatchObject({ refusal: { code: 'INVALID', field: 'businessDate' } });
  });

  it('is told when nobody answers', async () => {
    await expect(ask.ask('sender.account', {})).rejects.toMatchObject({ refusal: { code: 'UNAVAILABLE', message: expect.stringContaining('sender') } });
  });

  it('says how it is, to Prometheus and to other services', async () => {
    expect(await ask.ask('renderer.health', {})).toMatchObject({ service: 'renderer', status: 'degraded', parts: [{ name: 'nats', status: 'ok' }, { name: 'pen', detail: 'dry' }] });
    expect((await fetch(`${service.healthUrl}/health`)).status).toBe(200);
    expect(await (await fetch(`${service.healthUrl}/metrics`)).text()).toContain('tank_step_seconds');
  });

  it('leaves nothing open when it cannot start, and says why', async () => {
    const sockets = () => process.getActiveResourcesInfo().filter((resource) => resource.startsWith('TCP')).length;
    const before = sockets();
    await expect(start({ HEALTH_PORT: Number(new URL(service.healthUrl).port) })).rejects.toThrow('EADDRINUSE');
    expect(closed).toEqual(['pool']);
    await waitFor(() => sockets() <= before, { what: 'its connections to be closed' });
    // The service that runs still answers, alone.
    expect(await preview({ name: '김철수' })).toMatchObject({ subject: '김철수' });
  });
});

describe('the check of the road at start', () => {
  const whole = [{ step: 'render' as const }, { request: 'renderer.preview' as const }, { request: 'renderer.check-template' as const }, { request: 'renderer.health' as const }];
  it('passes when each step and request has one handler', () => expect(() => checkRoad('renderer', whole)).not.toThrow());
  it('names a step without a handler', () => expect(() => checkRoad('renderer', whole.slice(1))).toThrow('step render has no handler'));
  it('names a step with two', () => expect(() => checkRoad('renderer', [...whole, { step: 'render' }])).toThrow('step render has two handlers'));
  it("names another service's step", () => expect(() => checkRoad('renderer', [...whole, { step: 'map' }])).toThrow('step map belongs to another service'));
});
