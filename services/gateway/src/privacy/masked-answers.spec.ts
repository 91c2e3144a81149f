import { API, DEFAULT_SETTINGS, OPERATION_IDS, type MailLog, type Operation, type OperationId, type Role, type Settings } from '@tank/contracts';
import { FakeAccounts } from '../test/fake-accounts.js';
import { FakeRecords } from '../test/fake-records.js';
import { FakeServices, type Fakes } from '../test/fake-services.js';
import { CALLS, FAKES } from '../test/sample-calls.js';
import * as sample from '../test/samples.js';
import { serveForTest, type Answered, type ServedApi } from '../test/served-api.js';

const [ADDRESS, NAME] = ['kim.secret@customer.example', '김비밀'];
/** Wherever a mail can say who got it. */
const MAIL: MailLog = {
  ...sample.mail, recipientKey: ADDRESS, to: { address: ADDRESS, name: NAME }, subject: `${NAME} 고객님`, errorDetail: `refused ${ADDRESS.toUpperCase()}`, updateError: `Key (email)=(${ADDRESS})`,
  attachmentChecks: [{ rule: 'r', status: 'NOT_FOUND', path: `${NAME.normalize('NFD')}/${ADDRESS}.pdf`, size: null, sha256: null, detail: `for ${NAME}` }], templateCheck: { status: 'FAIL', detail: ADDRESS },
};
const failed = { recipientKey: ADDRESS, to: MAIL.to, detail: `${NAME}, ${ADDRESS}` };
const SECRETIVE: Fakes = {
  ...FAKES,
  'logs.list-mails': () => ({ items: [MAIL], next: null }),
  'logs.get-mail': () => ({ ...sample.mailWithTrail, ...MAIL }),
  'logs.list-failed-files': () => ({ items: [{ ...sample.failedFile, ...failed, path: MAIL.attachmentChecks[0]!.path }], next: null }),
  'logs.list-failed-templates': () => ({ items: [{ ...sample.failedTemplate, ...failed }], next: null }),
  'scheduler.get-automation': () => sample.automation({ target: sample.TARGET, mapping: sample.MAPPING, template: sample.TEMPLATE, sender: sample.SENDER, recipient: { keyColumn: 'customer_id', addressColumn: 'EMAIL' } }),
  'dbio.sample': () => ({ status: 'ok', columns: [sample.column('customer_id'), sample.column('email')], rows: [{ customer_id: 'C1', email: ADDRESS }] }),
};
/** They show an author rows of the customer's database, which he could read with any query. */
const AUTHORS_TOOLS: OperationId[] = ['sampleRows', 'matchFiles', 'previewTemplate'];
const unmasking = OPERATION_IDS.filter((id) => 'unmask' in ((API[id] as Operation).query?.shape ?? {}));

const textOf = ({ body }: Answered) => (typeof body === 'string' ? body : JSON.stringify(body)).normalize('NFC');

let api: ServedApi;
let records: FakeRecords;
const services = new FakeServices(SECRETIVE);
let role: Role;
beforeAll(async () => {
  records = new FakeRecords();
  const { guard } = new FakeAccounts();
  api = await serveForTest(services, Object.assign(new FakeAccounts(), { guard: { ...guard, admit: async () => ({ ...(await guard.admitAgain()), role }) } }), records);
});
afterAll(() => api.close());
beforeEach(() => {
  records.written.length = 0;
  records.current = DEFAULT_SETTINGS;
  role = 'operator';
});
const events = () => records.written.filter(({ ended }) => ended === 'event').map(({ asked }) => asked.detail as Record<string, unknown>);

function ask(id: OperationId, query = ''): Promise<Answered> {
  const [path, , sent] = CALLS[id];
  const withoutReason = path.replace(/[?&]reason=\w+/, '');
  return api.call(id, query === '' ? path : `${withoutReason}${withoutReason.includes('?') ? '&' : '?'}${query}`, sent);
}

/** By which operations, as the trail tells it. */
async function whoSaw(person: string): Promise<string[]> {
  const { body } = await api.call('listAudit', `/api/audit?person=${encodeURIComponent(person)}`);
  return body.items.map(({ operation }: { operation: string }) => operation).filter((id: string) => id !== 'listAudit');
}

/** As while the database of the trail is away. */
async function withoutTrail(work: () => Promise<void>): Promise<void> {
  const { record } = records.trail;
  records.trail.record = async () => { throw new Error('no disk'); };
  await work().finally(() => (records.trail.record = record));
}

describe('an answer about mails', () => {
  it.each(OPERATION_IDS.filter((id) => !AUTHORS_TOOLS.includes(id)))('of %s gives nobody an address who has not asked for it', async (id) => {
    role = 'administrator';
    const answered = await ask(id);
    expect([answered.status, answered.body?.detail]).toEqual([expect.any(Number), undefined]);
    expect(textOf(answered)).not.toMatch(/kim\.secret|김비밀/i);
  });

  it('shows recipients masked', async () => {
    expect((await ask('getMail')).body).toMatchObject({ recipientKey: 'k***@customer.example', to: { address: 'k***@customer.example', name: '김*밀' }, subject: '김*밀 고객님' });
    expect(events()).toEqual([]);
  });

  it('is known for every operation that can be asked to unmask', () => {
    expect(unmasking.sort()).toEqual(['exportMails', 'exportRunMails', 'getMail', 'listRunMails', 'searchMails']);
  });

  it.each(unmasking)('of %s is plain for whoever may see it and says why, and the trail has who, whom and why, without the address', async (id) => {
    const answered = await ask(id, 'unmask=true&reason=complaint%204711');
    expect(textOf(answered)).toContain(ADDRESS);
    expect(textOf(answered)).toContain(NAME);
    expect(events()[0]).toMatchObject({ view: 'unmasked', reason: 'complaint 4711' });
    expect(JSON.stringify(events())).not.toMatch(/secret|비밀/i);
    if (!id.startsWith('export')) expect(events()).toEqual([expect.objectContaining({ seen: [records.persons.of(ADDRESS)] })]);
  });

  it.each(unmasking)('of %s is refused unmasked to a role that may not, whatever the reason', async (id) => {
    role = 'viewer';
    const { status, body } = await ask(id, 'unmask=true&reason=curious');
    expect([status, body.code, body.field]).toEqual([403, 'FORBIDDEN', 'unmask']);
    expect(events()).toEqual([]);
    records.current = { ...DEFAULT_SETTINGS, unmaskedFor: ['viewer'] } satisfies Settings;
    expect((await ask(id, 'unmask=true&reason=allowed%20now')).status).toBe(200);
  });

  it.each(unmasking)('of %s is refused unmasked without a reason', async (id) => {
    const { status, body } = await ask(id, 'unmask=true');
    expect([status, body.field]).toEqual([422, 'reason']);
  });

  it('is not given unmasked when it cannot be written down', () => withoutTrail(async () => {
    for (const id of unmasking) expect((await ask(id, 'unmask=true&reason=complaint')).status).toBe(500);
  }));
});

describe('a search for a person', () => {
  it.each([
    ['address', 'kim.secret@customer.example', 'k***@customer.example'], ['recipientKey', 'KIM.SECRET@customer.example', 'K***@customer.example'], ['recipientKey', 'C-0042', 'C-0042'], ['messageId', '<0100@ses>', '<***@ses>'],
  ])('by %s is in the trail, masked and with a digest that can be asked for', async (name, person, masked) => {
    await api.call('searchMails', `/api/mail?${name}=${encodeURIComponent(person)}`);
    expect(events()).toEqual([expect.objectContaining({ view: 'masked', mails: 1, [name]: { digest: records.persons.of(person.toLowerCase()), masked } })]);
  });

  it('is not what a list without a person is', async () => {
    await ask('listRunMails');
    expect(events()).toEqual([]);
  });

  it('is to ask the trail for one, too', async () => {
    await api.call('listAudit', `/api/audit?person=${encodeURIComponent(` ${ADDRESS.toUpperCase()} `)}`);
    expect(JSON.stringify(events())).not.toMatch(/secret/i);
    expect(events()[0]).toMatchObject({ person: { digest: records.persons.of(ADDRESS) } });
  });
});

describe("an author's tool that shows rows, or sends one to him,", () => {
  it.each<OperationId>([...AUTHORS_TOOLS, 'sendTestMail'])('%s is in the trail with whom it showed, before it shows them', async (id) => {
    role = 'author';
    expect((await ask(id)).status).toBe(200);
    expect(events()).toEqual([{ view: 'unmasked', rows: 1, seen: [records.persons.of('C1'), records.persons.of(ADDRESS)] }]);
    await withoutTrail(async () => expect((await ask(id)).status).toBe(500));
  });

  it.each<OperationId>([...AUTHORS_TOOLS, 'sendTestMail'])('%s is found by whom it showed, whichever column of however early a draft he stood in', async (id) => {
    role = 'author';
    const row = { CIF: 'C9', email: ADDRESS, memo: `ask Lee.Old@customer.example, not ${NAME}`, nothing: null, amount: 12 };
    services.fakes = {
      ...SECRETIVE, 'scheduler.get-automation': () => sample.automation({ target: sample.TARGET, template: sample.TEMPLATE, sender: sample.SENDER }),
      'dbio.sample': () => ({ status: 'ok', columns: Object.keys(row).map(sample.column), rows: [row] }),
    };
    expect((await ask(id)).status).toBe(200);
    services.fakes = SECRETIVE;
    role = 'administrator';
    for (const person of ['c9', ADDRESS, 'lee.old@customer.example']) expect(await whoSaw(person)).toEqual([id]);
    for (const person of [NAME, '12']) expect(await whoSaw(person)).toEqual([]);
  });
});
