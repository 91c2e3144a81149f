import { fileRuleSchema, MESSAGE_VERSION, type FileRule, type MailMapped, type Message } from '@tank/contracts';
import { connectBus, createStreams, Publisher, Requester, startService, type Bus, type RunningService } from '@tank/messaging';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { uniquePrefix, urls, waitFor } from '../../../embedded/test/parts.js';
import { readAttachmentConfig } from './attachment.config.js';
import { AttachmentModule } from './attachment.module.js';

const RUN = '6b0f3a52-7a0c-4a5e-9f35-0a8a3f1f6f10';
const AUTOMATION = 'a51c3c55-4d77-4a8e-8b5c-0d6f7b1f2a11';
const VERSION = '0d1f2b9e-5d0c-4a55-9f5e-3b0a4f3c2d22';
const PDF = '%PDF-1.4\nbody\n%%EOF\n';

describe('the attachment service', () => {
  const prefix = uniquePrefix();
  const folder = mkdtempSync(join(tmpdir(), 'tank-attachment-'));
  const root = join(folder, 'root');
  const rule = (more: Partial<FileRule> = {}) => fileRuleSchema.parse({ name: '명세서', directory: '{{businessDate|date:YYYYMM}}', file: '{{id}}_*.pdf', displayName: '명세서 {{id}}', ...more });
  let bus: Bus;
  let service: RunningService;
  let publisher: Publisher;
  let row = 0;

  const mapped = (id: string): MailMapped => {
    row += 1;
    return {
      v: MESSAGE_VERSION, type: 'MailMapped', mailId: `${RUN}-${row}`, runId: RUN, row, automationId: AUTOMATION, versionId: VERSION, dispatch: 1,
      businessDate: '2026-11-20T09:00:00', recipientKey: id, values: { ID: id },
    };
  };
  /** The last message that a step would take. */
  const last = async (step: string): Promise<Message | undefined> => {
    const { state } = await bus.manager.streams.info(bus.streamOf(step));
    return state.messages === 0 ? undefined : (await bus.manager.streams.getMessage(bus.streamOf(step), { seq: state.last_seq }))?.json<Message>();
  };
  const given = (step: string, mail: MailMapped): Promise<Message> => waitFor(async () => {
    const message = await last(step);
    return message && 'mailId' in message && message.mailId === mail.mailId ? message : undefined;
  }, { what: `the mail of row ${mail.row} at ${step}` });

  beforeAll(async () => {
    mkdirSync(join(root, '202611'), { recursive: true });
    bus = await connectBus(urls().nats, prefix, 'test');
    await createStreams(bus);
    publisher = new Publisher(bus);
    bus.connection.subscribe(bus.subjectOfRequest('scheduler.get-version'), {
      callback: (_error, message) => void message.respond(JSON.stringify({
        answer: {
          versionId: VERSION, automationId: AUTOMATION, automationName: '월 명세서', number: 1, status: 'ACTIVE', definition: { fileRules: [rule()] },
          createdAt: '2026-11-01T00:00:00Z', activatedAt: '2026-11-01T00:00:00Z',
        },
      })),
    });
    const config = readAttachmentConfig({ NATS_URL: urls().nats, NATS_PREFIX: prefix, LOG_LEVEL: 'error', FILE_ROOT_PATH: root, STILL_WRITING_MS: '60000', SETTLE_MS: '100' });
    service = await startService({ service: 'attachment', config, module: AttachmentModule.with(config) });
  });
  afterAll(async () => {
    await service.close();
    for await (const name of bus.manager.streams.names()) if (name.startsWith(bus.streamOf(''))) await bus.manager.streams.delete(name);
    await bus.connection.close();
    rmSync(folder, { recursive: true });
  });

  it('attaches a fresh file after a second look', async () => {
    writeFileSync(join(root, '202611', '12_x.pdf'), PDF);
    const mail = mapped('12');
    await publisher.publish(mail);
    expect(await given('render', mail)).toMatchObject({
      type: 'MailAttached', values: { ID: '12' }, files: [{ rule: '명세서', path: '202611/12_x.pdf', displayName: '명세서 12.pdf', size: PDF.length, contentType: 'application/pdf' }],
      attachmentChecks: [{ status: 'FOUND', path: '202611/12_x.pdf' }],
    });
  });

  it('stops a mail without its file', async () => {
    const mail = mapped('13');
    await publisher.publish(mail);
    expect(await given('send', mail)).toMatchObject({ type: 'MailStopped', outcome: 'SKIPPED', errorCode: 'NOT_FOUND', attachmentChecks: [{ status: 'NOT_FOUND' }] });
  });

  it('stops both recipients of the same content, and shows it to an author', async () => {
    for (const id of ['14', '17']) writeFileSync(join(root, '202611', `${id}_x.pdf`), `${PDF}twins`);
    const mails = [mapped('14'), mapped('17')];
    for (const mail of mails) {
      await publisher.publish(mail);
      expect(await given('send', mail)).toMatchObject({ type: 'MailStopped', outcome: 'SKIPPED', errorCode: 'DUPLICATED', attachmentChecks: [{ path: `202611/${mail.recipientKey}_x.pdf` }, { path: `202611/${mail === mails[0] ? 17 : 14}_x.pdf` }] });
    }
    const answer = await new Requester(bus).ask('attachment.match-files', { rules: [rule()], values: { ID: '14' }, businessDate: '2026-11-20T09:00:00' });
    expect(answer).toMatchObject({ files: [], checks: [{ status: 'DUPLICATED', path: '202611/14_x.pdf' }, { status: 'DUPLICATED', path: '202611/17_x.pdf' }] });
  });

  it('shows an author what rules find, and claims nothing', async () => {
    writeFileSync(join(root, '202611', '15_x.pdf'), `${PDF}15`);
    const ask = () => new Requester(bus).ask('attachment.match-files', { rules: [rule(), rule({ name: 'none', file: 'no{{id}}' })], values: { ID: '15' }, businessDate: '2026-11-20T09:00:00' });
    await waitFor(async () => (await ask()).files.length === 1, { what: 'the second look' });
    expect(await ask()).toMatchObject({ files: [{ path: '202611/15_x.pdf' }], checks: [{ rule: '명세서', status: 'FOUND' }, { rule: 'none', status: 'NOT_FOUND' }] });
    const mail = mapped('15');
    await publisher.publish(mail);
    expect(await given('render', mail)).toMatchObject({ type: 'MailAttached' });
  });

  it('gives mails back while the root is away, says so once and in its health, and goes on when it is back', async () => {
    const health = async () => (await fetch(`${service.healthUrl}/health`)).status;
    expect(await health()).toBe(200);
    renameSync(root, join(folder, 'gone'));
    const mail = mapped('12');
    await publisher.publish(mail);
    expect(await given('give-back', mail)).toMatchObject({ type: 'MailGivenBack', reasonCode: 'FILE_ROOT_UNREACHABLE', retryAfterMs: 10_000 });
    expect(await waitFor(() => last('log-error'), { what: 'the system error' })).toMatchObject({ type: 'SystemErrorRaised', module: 'ATTACHMENT', runId: RUN });
    expect(await health()).toBe(503);
    renameSync(join(folder, 'gone'), root);
    writeFileSync(join(root, '202611', '16_x.pdf'), `${PDF}16`);
    const next = mapped('16');
    await publisher.publish(next);
    expect(await given('render', next)).toMatchObject({ type: 'MailAttached' });
    expect(await health()).toBe(200);
  });
});
