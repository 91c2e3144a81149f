import { randomBytes, createHash } from 'node:crypto';
import { DEFAULT_SETTINGS, Refused, type SentAttachmentPart } from '@tank/contracts';
import { FakeAccounts } from '../test/fake-accounts.js';
import { FakeRecords } from '../test/fake-records.js';
import { FakeServices, type Fakes } from '../test/fake-services.js';
import * as sample from '../test/samples.js';
import { serveForTest, type ServedApi } from '../test/served-api.js';

const MAIL = `/api/mail/${sample.RUN}-1/sent`;
const FILE = `${MAIL}/attachment/1`;
const REASON = `?reason=${encodeURIComponent('고객 민원 확인')}`;
const open: ServedApi[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map((api) => api.close()))));

async function served(fakes: Fakes, records = new FakeRecords()) {
  const services = new FakeServices(fakes);
  const api = await serveForTest(services, new FakeAccounts(), records);
  open.push(api);
  return { api, services, records };
}
const shown: Fakes = { 'sender.sent-mail': ({ copy }) => ({ ...sample.sentMail, copy: copy ?? 2, copies: 2 }), 'logs.get-mail': () => sample.mailWithTrail };
const gone = () => { throw new Refused('CONFLICT', ['It was exchanged.', '바뀌었습니다.'], 'position'); };

/** A file in parts of 1000 bytes, as the sender gives it. @param parts what becomes of a part */
function inParts(content: Buffer, parts: (part: SentAttachmentPart) => SentAttachmentPart = (part) => part): Fakes {
  const sha256 = createHash('sha256').update(content).digest('hex');
  return {
    ...shown,
    'sender.sent-attachment': ({ offset = 0 }) => parts({ name: '명세서 "10월".pdf', size: content.length, sha256, offset, base64: content.subarray(offset, offset + 1_000).toString('base64'), stamp: 'stamp-1' }),
  };
}

describe('a mail as it was sent', () => {
  it('is given as JSON, the HTML as a string, and the view is written down before that with its reason', async () => {
    const { api, records } = await served(shown);
    const { status, headers, body } = await api.call('getSentMail', MAIL + REASON);
    expect([status, headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
    expect(body).toEqual({ ...sample.sentMail, copy: 2, copies: 2 });
    expect(records.written).toMatchObject([{
      ended: 'event', asked: { operation: 'getSentMail', by: { userId: sample.USER }, objectKind: 'mail', objectId: `${sample.RUN}-1`, detail: { view: 'unmasked', reason: '고객 민원 확인', copy: 2, to: 'k***@customer.example' } },
    }]);
    expect(JSON.stringify(records.written)).not.toMatch(/김고객|kim@/);
  });

  it('is found in the trail by whoever asks who saw this person, by address or key, as is each of its files', async () => {
    const { api, services } = await served({ ...shown, ...inParts(Buffer.from('x')) });
    const whoSaw = async (person: string): Promise<string[]> =>
      (await api.call('listAudit', `/api/audit?person=${encodeURIComponent(person)}`)).body.items.map(({ operation }: { operation: string }) => operation).filter((id: string) => id !== 'listAudit');
    await api.call('getSentMail', MAIL + REASON);
    await api.call('getSentAttachment', FILE + REASON);
    for (const person of ['KIM@customer.example', sample.mail.recipientKey]) expect(await whoSaw(person)).toEqual(['getSentMail', 'getSentAttachment']);
    expect(await whoSaw('lee@customer.example')).toEqual([]);
    services.fakes['logs.get-mail'] = () => { throw new Refused('NOT_FOUND', ['It is kept no longer.', '보관 기간이 지났습니다.']); };
    expect((await api.call('getSentMail', MAIL + REASON)).status).toBe(200);
    expect(await whoSaw('kim@customer.example')).toEqual(['getSentMail', 'getSentAttachment', 'getSentMail']);
  });

  it('is not given when the view could not be written down', async () => {
    const records = new FakeRecords();
    records.trail.record = async () => { throw new Error('no disk'); };
    const { api } = await served({ ...shown, ...inParts(randomBytes(10)) }, records);
    for (const [id, path] of [['getSentMail', MAIL], ['getSentAttachment', FILE]] as const) {
      const { status, body } = await api.call(id, path + REASON);
      expect([status, JSON.stringify(body)]).toEqual([500, expect.not.stringContaining('김고객')]);
    }
  });

  it.each(['', '?reason=', '?reason=%20%20ab%20', `?reason=${'a'.repeat(501)}`])('is not given without a reason (%s)', async (query) => {
    const { api, services } = await served(shown);
    for (const [id, path] of [['getSentMail', MAIL], ['getSentAttachment', FILE]] as const) {
      expect(await api.call(id, path + query)).toMatchObject({ status: 422, body: { field: 'reason' } });
    }
    expect(services.asked).toEqual([]);
  });

  it('is not given to a role that may not see recipients unmasked, nor asked for', async () => {
    const { api, services } = await served(shown, new FakeRecords({ ...DEFAULT_SETTINGS, unmaskedFor: ['operator'] }));
    expect(await api.call('getSentMail', MAIL + REASON)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect(await api.call('getSentAttachment', FILE + REASON)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect(services.asked).toEqual([]);
  });

  it('that cannot be shown says why, and no view is written down', async () => {
    const { api, records } = await served({ 'sender.sent-mail': () => { throw new Refused('NOT_FOUND', ['It was never sent.', '발송된 적이 없습니다.'], 'mailId'); } });
    expect(await api.call('getSentMail', MAIL + REASON, { headers: { 'accept-language': 'ko' } })).toMatchObject({ status: 404, body: { detail: '발송된 적이 없습니다.' } });
    expect(records.written).toEqual([]);
  });
});

describe('a file of a mail', () => {
  it('is given whole, part by part, as a download in which nothing runs', async () => {
    const content = Buffer.from('x'.repeat(2_500));
    const { api, services, records } = await served(inParts(content));
    const { status, headers, body } = await api.call('getSentAttachment', FILE + REASON);
    expect([status, body]).toEqual([200, content.toString()]);
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream', 'content-length': '2500', 'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'", 'x-content-type-options': 'nosniff',
      'content-disposition': `attachment; filename="___ _10__.pdf"; filename*=UTF-8''${encodeURIComponent('명세서 "10월".pdf')}`,
    });
    expect(services.asksOf('sender.sent-attachment').map(({ offset, stamp }) => [offset, stamp])).toEqual([[0, null], [1_000, 'stamp-1'], [2_000, 'stamp-1']]);
    expect(records.written).toMatchObject([{ asked: { operation: 'getSentAttachment', detail: { view: 'unmasked', reason: '고객 민원 확인', copy: 2, position: 1, sha256: expect.any(String), to: 'k***@customer.example' } } }]);
  });

  it('that is not what was sent any more is 409 before its first byte', async () => {
    const { api, records } = await served({ ...shown, 'sender.sent-attachment': gone });
    expect(await api.call('getSentAttachment', FILE + REASON)).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
    expect(records.written).toEqual([]);
  });

  const broken: [string, (part: SentAttachmentPart) => SentAttachmentPart][] = [
    ['is exchanged between two parts', (part) => (part.offset === 0 ? part : gone())],
    ['has other bytes in its last part', (part) => (part.offset === 2_000 ? { ...part, base64: Buffer.alloc(500).toString('base64') } : part)],
    ['ends too early', (part) => (part.offset === 2_000 ? { ...part, base64: '' } : part)],
  ];
  it.each(broken)('that %s breaks off, and is seen to be incomplete', async (_what, parts) => {
    const { api } = await served(inParts(Buffer.alloc(2_500, 'x'), parts));
    await expect(api.call('getSentAttachment', FILE + REASON)).rejects.toThrow(/aborted|hang up/);
  });
});
