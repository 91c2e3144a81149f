import { AnswerLost, Refused, type AttachmentCheck } from '@tank/contracts';
import { FakeAccounts } from '../test/fake-accounts.js';
import { FakeServices, type Fakes } from '../test/fake-services.js';
import { FAKES } from '../test/sample-calls.js';
import * as sample from '../test/samples.js';
import { serveForTest, type ServedApi } from '../test/served-api.js';

const PATH = `/api/automation/${sample.AUTOMATION}/test`;
const DEFINITION = { target: sample.TARGET, template: sample.TEMPLATE, sender: sample.SENDER, recipient: sample.RECIPIENT };
const FILE = { rule: 'statement', path: 'C1.pdf', displayName: 'C1.pdf', contentType: 'application/pdf', size: 3, modifiedMs: 1, inode: '1', common: false };
const open: ServedApi[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map((api) => api.close()))));

async function served(fakes: Fakes = {}, email: string | null = 'kim@bank.example') {
  const services = new FakeServices({ ...FAKES, 'dbio.sample': () => ({ status: 'ok', columns: [], rows: [{ email: 'hong@customer.example' }, { email: '' }] }), ...fakes });
  const accounts = new FakeAccounts();
  accounts.own.whoAmI = async () => ({ user: { ...sample.user, email }, session: sample.session });
  const api = await serveForTest(services, accounts);
  open.push(api);
  return { api, services };
}
const automation = (onMissing: 'skip' | 'stop' | 'send'): Fakes => ({
  'scheduler.get-automation': () => sample.automation({ ...DEFINITION, fileRules: [{ ...sample.FILE_RULE, directory: '', onMissing, several: false, common: false, maxBytes: 1_000 }] }),
});
const matched = (status: AttachmentCheck['status']): Fakes => ({
  'attachment.match-files': () => ({ files: status === 'FOUND' ? [FILE] : [], checks: [{ rule: 'statement', status, path: null, size: null, sha256: null, detail: 'No file fits.' }] }),
});

describe('a test mail', () => {
  it('goes to the address of the caller\'s account, with the files of its row, and says masked whom it would go to', async () => {
    const { api, services } = await served({ ...automation('skip'), ...matched('FOUND') });
    const { status, body } = await api.call('sendTestMail', PATH, { body: {}, headers: { 'accept-language': 'ko' } });
    expect([status, body]).toEqual([200, { outcome: 'SENT', to: 'kim@bank.example', messageId: 'm-2' }]);
    expect(services.asksOf('sender.send-test')).toEqual([{
      automationId: sample.AUTOMATION, language: 'ko', from: sample.SENDER, to: 'kim@bank.example', insteadOf: 'h***@customer.example', subject: 's', html: '<p>C1</p>', text: 'C1', files: [FILE],
    }]);
  });

  it.each(['to', 'email', 'address'])('takes no address from the request (%s)', async (field) => {
    const { api, services } = await served();
    expect(await api.call('sendTestMail', PATH, { body: { [field]: 'other@evil.example' } })).toMatchObject({ status: 422 });
    expect(services.asksOf('sender.send-test')).toEqual([]);
  });

  it('is refused with a sentence to somebody whose account has no address', async () => {
    const { api, services } = await served({}, null);
    expect(await api.call('sendTestMail', PATH)).toMatchObject({ status: 409, body: { code: 'CONFLICT', field: 'email', remedy: expect.stringContaining('administrator') } });
    expect(services.asked).toEqual([]);
  });

  it('is of the row that was asked for, and says so where it has no address', async () => {
    const { api, services } = await served();
    await api.call('sendTestMail', PATH, { body: { row: 2 } });
    expect(services.asksOf('sender.send-test')).toMatchObject([{ insteadOf: null, language: 'en' }]);
    expect(await api.call('sendTestMail', PATH, { body: { row: 3 } })).toMatchObject({ status: 422, body: { field: 'row' } });
  });

  it('renders the template that comes with the request', async () => {
    const { api, services } = await served();
    await api.call('sendTestMail', PATH, { body: { template: { ...sample.TEMPLATE, subject: 'unsaved' } } });
    expect(services.asksOf('renderer.preview')).toMatchObject([{ template: { subject: 'unsaved' } }]);
  });

  it.each([['INVALID', 'send'], ['DUPLICATED', 'send'], ['NOT_FOUND', 'skip'], ['NOT_FOUND', 'stop']] as const)('is not sent where the real mail would not be: %s with %s', async (status, onMissing) => {
    const { api, services } = await served({ ...automation(onMissing), ...matched(status) });
    expect(await api.call('sendTestMail', PATH)).toMatchObject({ status: 409, body: { field: 'fileRules', detail: expect.stringContaining(status) } });
    expect((await api.call('sendTestMail', PATH, { headers: { 'accept-language': 'ko' } })).body.detail).toMatch(new RegExp(`${status}.*No file fits.*테스트 메일도 보내지 않습니다`));
    expect(services.asksOf('sender.send-test')).toEqual([]);
  });

  it('is sent without a file where the real mail would be', async () => {
    const { api } = await served({ ...automation('send'), ...matched('NOT_FOUND') });
    expect((await api.call('sendTestMail', PATH)).status).toBe(200);
  });

  it('is not sent while the files cannot be looked at', async () => {
    const { api, services } = await served({ ...automation('send'), 'attachment.match-files': undefined });
    expect(await api.call('sendTestMail', PATH)).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
    expect(services.asksOf('sender.send-test')).toEqual([]);
  });

  it('may have been sent when the answer of SES, or of the sender, was lost: that is told, and nothing is repeated', async () => {
    const lost = () => { throw new Refused('UNAVAILABLE', ['The service sender does not answer.', '응답하지 않습니다.'], null, { cause: new AnswerLost() }); };
    for (const fake of [() => ({ outcome: 'IN_DOUBT' as const, messageId: null }), lost]) {
      const { api, services } = await served({ 'sender.send-test': fake });
      expect(await api.call('sendTestMail', PATH)).toMatchObject({ status: 202, body: { outcome: 'IN_DOUBT', to: 'kim@bank.example', detail: expect.stringContaining('look into your mailbox') } });
      expect(services.asksOf('sender.send-test')).toHaveLength(1);
    }
  });

  it('was certainly not sent when the sender says so, or is not there', async () => {
    const { api } = await served({ 'sender.send-test': undefined });
    expect(await api.call('sendTestMail', PATH)).toMatchObject({ status: 503 });
    const refused = await served({ 'sender.send-test': () => { throw new Refused('CONFLICT', ['The test was not sent.', '보내지 않았습니다.']); } });
    expect(await refused.api.call('sendTestMail', PATH)).toMatchObject({ status: 409, body: { detail: 'The test was not sent.' } });
  });

  it('reads no database of another group, and sends nothing of it', async () => {
    const { api, services } = await served({ 'dbio.group-of': () => ({ groupId: sample.USER }) });
    expect(await api.call('sendTestMail', PATH)).toMatchObject({ status: 409, body: { field: 'connectionId' } });
    expect([...services.asksOf('dbio.sample'), ...services.asksOf('sender.send-test')]).toEqual([]);
  });

  it.each([['sender', { sender: null }], ['template', { template: null }], ['target', { target: null }]])('says what the automation still lacks: %s', async (field, lack) => {
    const { api } = await served({ 'scheduler.get-automation': () => sample.automation({ ...DEFINITION, ...lack }) });
    expect(await api.call('sendTestMail', PATH)).toMatchObject({ status: 409, body: { field } });
  });
});
