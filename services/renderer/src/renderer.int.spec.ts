import { join } from 'node:path';
import { automationDefinitionSchema, mailRenderedSchema, mailStoppedSchema, type Answer, type MailAttached, type Row } from '@tank/contracts';
import { connectBus, createStreams, Publisher, Requester, startService, type Bus, type RunningService } from '@tank/messaging';
import { uniquePrefix, urls, waitFor } from '../../../embedded/test/parts.js';
import { readRendererConfig } from './renderer.config.js';
import { RendererModule } from './renderer.module.js';

const RUN = '6b0f3a52-7a0c-4a5e-9f35-0a8a3f1f6f10';
const VERSION = 'c2b5d6de-3a7f-4a0f-8e0c-8d5c5b3b7a11';
const PRESS = join(import.meta.dirname, '..', 'dist', 'press', 'press.main.js');
const DATE = '2026-11-20T09:00:00';

const version: Answer<'scheduler.get-version'> = {
  versionId: VERSION, automationId: RUN, automationName: 'a', number: 1, status: 'ACTIVE', createdAt: '2026-11-20T00:00:00Z', activatedAt: null,
  writtenBy: [], approvedBy: null, approvedAt: null,
  definition: automationDefinitionSchema.parse({
    recipient: { keyColumn: 'id', addressColumn: 'email', nameColumn: 'name' },
    template: { format: 'pug', subject: '[명세서] {{ name }}님 {{ businessDate | date:M월 }}', body: 'p #{name} #{won(amount)}' },
  }),
};

describe('the renderer on the road', () => {
  let bus: Bus;
  let service: RunningService | undefined;
  let ask: Requester;
  let asked = 0;
  const prefix = uniquePrefix();

  beforeAll(async () => {
    bus = await connectBus(urls().nats, prefix, 'test');
    ask = new Requester(bus);
    await createStreams(bus);
    const answers = bus.connection.subscribe(bus.subjectOfRequest('scheduler.get-version'), {
      callback: (_error, message) => {
        asked++;
        message.respond(JSON.stringify({ answer: version }));
      },
    });
    expect(answers.isClosed()).toBe(false);
    const config = readRendererConfig({ NATS_URL: urls().nats, NATS_PREFIX: prefix, LOG_LEVEL: 'error' });
    service = await startService({ service: 'renderer', config, module: RendererModule.with(config, PRESS) });
  });

  afterAll(async () => {
    await service?.close();
    for await (const name of bus.manager.streams.names()) if (name.startsWith(bus.streamOf(''))) await bus.manager.streams.delete(name);
    await bus.connection.close();
  });

  const attached = (row: number, values: Row): MailAttached => ({
    v: 1, type: 'MailAttached', mailId: `${RUN}-${row}`, runId: RUN, row, automationId: RUN, versionId: VERSION, dispatch: 1, businessDate: DATE, recipientKey: 'k', values, files: [], attachmentChecks: [],
  });
  const inSend = async () => (await bus.manager.streams.info(bus.streamOf('send'))).state.messages;

  it('fills each mail with its own values, fails the one that lacks some, and asks for the version once', async () => {
    const publisher = new Publisher(bus);
    const customers = Array.from({ length: 20 }, (_, index) => ({ NAME: `고객${index + 1}`, EMAIL: `c${index + 1}@customer.example`, AMOUNT: index === 4 ? null : `${(index + 1) * 1000}` }));
    await Promise.all(customers.map((values, index) => publisher.publish(attached(index + 1, values))));
    await waitFor(async () => (await inSend()) === 20, { what: '20 mails for the sender' });
    const stream = await bus.manager.streams.get(bus.streamOf('send'));
    for (let sequence = 1; sequence <= 20; sequence++) {
      const json = (await stream.getMessage({ seq: sequence }))?.json<{ row: number; type: string }>();
      if (json?.row === 5) {
        expect(mailStoppedSchema.parse(json)).toMatchObject({ errorCode: 'TEMPLATE_VALUE_MISSING', errorDetail: 'No value for amount.' });
      } else {
        const { row, subject, html, to } = mailRenderedSchema.parse(json);
        expect({ subject, html, to }).toEqual({
          subject: `[명세서] 고객${row}님 11월`, html: `<p>고객${row} ${row.toLocaleString('en')},000원</p>`, to: { address: `c${row}@customer.example`, name: `고객${row}` },
        });
      }
    }
    expect(asked).toBe(1);
  });

  it('answers an author who checks and previews', async () => {
    const template = { format: 'pug', subject: '{{ name }}', body: 'p= a\np= process.env' } as const;
    expect(await ask.ask('renderer.check-template', { template })).toEqual({ columns: ['name', 'a'], problems: [{ field: 'body', line: 2, column: 2, message: expect.stringContaining('single value'), ko: expect.stringContaining('값 하나') }] });
    expect(await ask.ask('renderer.preview', { template: { ...template, body: 'p= a' }, values: { name: 'n', a: '<' }, businessDate: DATE })).toEqual({ ok: true, subject: 'n', html: '<p>&lt;</p>', text: '<' });
    expect(await ask.ask('renderer.preview', { template, values: { name: 'n' }, businessDate: DATE })).toMatchObject({ ok: false, errorCode: 'TEMPLATE_FAILED', detail: expect.stringContaining('body, line 2') });
  });

  it('tells that its press is well', async () => {
    expect(await ask.ask('renderer.health', {})).toMatchObject({ service: 'renderer', status: 'ok', parts: [{ name: 'nats' }, { name: 'press', status: 'ok' }] });
  });
});
