import { automationDefinitionSchema, mailRenderedSchema, mailStoppedSchema, Refused, systemErrorRaisedSchema, TryLater, type AutomationDefinition, type AutomationVersion, type MailAttached, type Row } from '@tank/contracts';
import { PressFiller } from './adapters/press-filler.js';
import { PressWork } from './press/press-work.js';
import { RenderMail } from './render-mail.js';

const ID = '6b0f3a52-7a0c-4a5e-9f35-0a8a3f1f6f10';
const attached = (values: Row): MailAttached => ({
  v: 1, type: 'MailAttached', mailId: `${ID}-7`, runId: ID, row: 7, automationId: ID, versionId: ID, dispatch: 1, businessDate: '2026-11-20T09:00:00', recipientKey: 'C-7', values,
  files: [{ rule: 'r', path: 'a/명세서.pdf', displayName: '명세서.pdf', contentType: 'application/pdf', size: 10, modifiedMs: 1, inode: '5', common: false }],
  attachmentChecks: [{ rule: 'r', status: 'FOUND', path: 'a/명세서.pdf', size: 10, sha256: null, detail: null }],
});
type Definition = Partial<Record<keyof AutomationDefinition, unknown>>;

function renderer(definition: Definition, { mostBytes = 1_000_000, find }: { mostBytes?: number; find?: () => Promise<AutomationVersion> } = {}): RenderMail {
  const version = {
    definition: automationDefinitionSchema.parse({ recipient: { keyColumn: 'id', addressColumn: 'email', nameColumn: 'name' }, template: { format: 'html', subject: '{{ name }}님', body: '<p>{{ amount | won }}</p>' }, ...definition }),
  } as AutomationVersion;
  const work = new PressWork();
  return new RenderMail({ get: find ?? (async () => version) }, new PressFiller({ do: async (job) => work.do(job) }), mostBytes);
}

describe('rendering a mail', () => {
  it('passes on subject, HTML, text and addressee, with files and checks untouched', async () => {
    const mail = attached({ EMAIL: 'kim@customer.example', NAME: '김민수', AMOUNT: 1000 });
    const rendered = mailRenderedSchema.parse(await renderer({}).render(mail));
    expect(rendered).toMatchObject({ subject: '김민수님', html: '<p>1,000원</p>', text: '1,000원', to: { address: 'kim@customer.example', name: '김민수' }, templateCheck: { status: 'OK', detail: null } });
    expect(rendered.files).toEqual(mail.files);
    expect(rendered.attachmentChecks).toEqual(mail.attachmentChecks);
    expect(rendered.values).toEqual(mail.values);
  });

  it('judges no address: a strange one goes on as the row has it, a missing one as the empty text', async () => {
    const to = async (values: Row, definition: Definition = {}) => mailRenderedSchema.parse(await renderer(definition).render(attached({ NAME: 'n', AMOUNT: 1, ...values }))).to;
    expect(await to({ EMAIL: ' not an address ' })).toEqual({ address: ' not an address ', name: 'n' });
    expect(await to({ EMAIL: null })).toEqual({ address: '', name: 'n' });
    expect(await to({})).toEqual({ address: '', name: 'n' });
    expect(await to({ EMAIL: 'a@b.example' }, { recipient: { keyColumn: 'id', addressColumn: 'email' } })).toEqual({ address: 'a@b.example' });
    expect(await to({ EMAIL: 'a@b.example' }, { recipient: null })).toEqual({ address: '' });
  });

  it('fails a mail that lacks values, with all their names and no value, in the mail and in the template log', async () => {
    const stopped = mailStoppedSchema.parse(await renderer({}).render(attached({ EMAIL: 'kim@customer.example', NAME: ' ', AMOUNT: null })));
    expect(stopped).toMatchObject({ outcome: 'FAIL', errorCode: 'TEMPLATE_VALUE_MISSING', errorDetail: 'No value for name, amount.', templateCheck: { status: 'FAIL', detail: 'No value for name, amount.' } });
    expect(stopped.attachmentChecks).toHaveLength(1);
    expect(JSON.stringify([stopped.errorDetail, stopped.templateCheck])).not.toContain('customer.example');
  });

  it('fails a mail whose value a format does not take', async () => {
    expect(await renderer({}).render(attached({ NAME: 'n', AMOUNT: 'many' }))).toMatchObject({ errorCode: 'TEMPLATE_FAILED', errorDetail: 'Column amount, format won: The value is not a number.' });
  });

  it('fails a mail that would not fit into a message, by what it really takes in bytes', async () => {
    const body = { template: { format: 'html', subject: 's', body: '<p>{{ a }}</p>', text: 't' } };
    const render = (korean: number) => renderer(body, { mostBytes: 10_000 }).render(attached({ A: '가'.repeat(korean) }));
    expect(await render(1000)).toMatchObject({ type: 'MailRendered' });
    expect(await render(1600)).toMatchObject({ type: 'MailStopped', outcome: 'FAIL', errorCode: 'MESSAGE_TOO_LARGE', templateCheck: { status: 'FAIL' } });
  });

  it('reports a template that fails every mail once, not with every mail', async () => {
    const rendering = renderer({ template: { format: 'pug', subject: 's', body: 'p= process.exit()' } });
    const first = await rendering.render(attached({}));
    if (!Array.isArray(first)) throw new Error('no system error');
    mailStoppedSchema.parse(first[0]);
    expect(systemErrorRaisedSchema.parse(first[1])).toMatchObject({ module: 'TEMPLATE', code: 'TEMPLATE_FAILED', message: expect.stringContaining('body, line 1') });
    expect(await rendering.render(attached({}))).toMatchObject({ type: 'MailStopped', errorCode: 'TEMPLATE_FAILED' });
  });

  it('fails a mail of a version without a template', async () => {
    expect(await renderer({ template: null }).render(attached({}))).toMatchObject({ type: 'MailStopped', errorCode: 'TEMPLATE_FAILED' });
  });

  it('tries later while the scheduler does not answer, and takes an unknown version for a defect', async () => {
    const failing = (error: Error) => renderer({}, { find: () => Promise.reject(error) }).render(attached({}));
    await expect(failing(new TryLater('away', 1000))).rejects.toBeInstanceOf(TryLater);
    await expect(failing(new Refused('NOT_FOUND', ['no', '(한국어) no']))).rejects.toBeInstanceOf(Refused);
  });
});
