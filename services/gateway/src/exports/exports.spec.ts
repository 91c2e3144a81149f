import { request } from 'node:http';
import { Refused, type MailLog, type Role } from '@tank/contracts';
import { strFromU8, unzipSync } from 'fflate';
import { waitFor } from '../../../../embedded/test/parts.js';
import { FakeAccounts } from '../test/fake-accounts.js';
import { FakeRecords } from '../test/fake-records.js';
import { FakeServices } from '../test/fake-services.js';
import { FAKES } from '../test/sample-calls.js';
import * as sample from '../test/samples.js';
import { serveForTest, type Answered, type ServedApi } from '../test/served-api.js';

const MAILS = '/api/mail/export?reason=month%20end';
const linesOf = ({ body }: Answered) => (body as string).split('\r\n').slice(0, -1);
const pageOf = (from: number, count: number): MailLog[] => Array.from({ length: count }, (_, at) => ({ ...sample.mail, mailId: `${sample.RUN}-${from + at}`, row: from + at }));

describe('an export', () => {
  let services: FakeServices;
  let records: FakeRecords;
  let api: ServedApi;
  let userId: string;
  let role: Role;
  beforeAll(async () => {
    [services, records] = [new FakeServices(), new FakeRecords()];
    const { guard } = new FakeAccounts();
    api = await serveForTest(services, Object.assign(new FakeAccounts(), { guard: { ...guard, admit: async () => ({ ...(await guard.admitAgain()), userId, role }) } }), records);
  });
  beforeEach(() => {
    services.asked.length = 0;
    services.fakes = { ...FAKES };
    records.written.length = 0;
    [userId, role] = [sample.USER, 'operator'];
  });
  afterAll(() => api.close());
  const trail = () => records.written.map(({ asked }) => asked.detail as Record<string, unknown>);
  /** Pages without an end, each of which is there when somebody asks for it. */
  const endless = () => {
    services.fakes['logs.list-mails'] = ({ after }) => ({ items: pageOf(Number(after ?? 0) + 1, 1000), next: String(Number(after ?? 0) + 1000) });
  };
  /** Begins to read, and stays with what came first. */
  const reader = (path: string) => new Promise<{ leave: () => void }>((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port: api.port, path, agent: false }, (answer) => {
      answer.on('error', () => undefined);
      answer.once('readable', () => resolve({ leave: () => asking.destroy() }));
    });
    asking.on('error', reject).end();
  });

  it('of mails passes the filters on, page by page, and is in the trail before and after', async () => {
    services.fakes['logs.list-mails'] = ({ after }) => (after === null ? { items: pageOf(1, 1000), next: 'p2' } : { items: pageOf(1001, 500), next: null });
    const answered = await api.call('exportMails', `${MAILS}&outcome=FAIL&address=kim%40customer.example&from=2026-11-01&timeZone=UTC`);
    expect([answered.status, answered.headers['content-type'], answered.headers['content-length']]).toEqual([200, 'text/csv; charset=utf-8', undefined]);
    expect(answered.headers['content-disposition']).toMatch(/^attachment; filename="Mails \d{4}-\d\d-\d\d\.csv"/);
    expect(linesOf(answered)).toHaveLength(1501);
    expect(services.asksOf('logs.list-mails')).toEqual([null, 'p2'].map((after) => expect.objectContaining({ after, limit: 1000, outcome: 'FAIL', address: 'kim@customer.example', from: '2026-11-01', timeZone: 'UTC' })));
    const person = { digest: records.persons.of('kim@customer.example'), masked: 'k***@customer.example' };
    expect(trail()).toEqual([
      expect.objectContaining({ export: 'mails', view: 'masked', reason: 'month end', format: 'csv', outcome: 'FAIL', address: person, from: '2026-11-01' }),
      { exportId: trail()[0]?.exportId, end: 'complete', rows: 1500 },
    ]);
    expect(JSON.stringify(records.written)).not.toContain('kim@');
  });

  it('has its header in the language of the reader, and times on the clock of the zone', async () => {
    services.fakes['logs.list-mails'] = () => ({ items: [{ ...sample.mail, sentAt: '2026-11-19T15:00:01.000Z' }], next: null });
    const korean = await api.call('exportMails', MAILS, { headers: { 'accept-language': 'ko' } });
    expect(linesOf(korean)[0]).toMatch(/^\ufeff결과,오류 코드,자동화/);
    expect(linesOf(korean)[1]).toContain('2026-11-20 00:00:01');
    expect(korean.headers['content-disposition']).toContain("filename*=UTF-8''%EB%A9%94%EC%9D%BC");
    expect(linesOf(await api.call('exportMails', `${MAILS}&timeZone=UTC`))[1]).toContain('2026-11-19 15:00:01');
  });

  it('of a run is of that run, refuses one that there is not, and of one without mails is a header', async () => {
    services.fakes['logs.list-mails'] = () => ({ items: [], next: null });
    expect(linesOf(await api.call('exportRunMails', `/api/run/${sample.RUN}/mails/export?reason=month%20end`))).toHaveLength(1);
    expect(services.asksOf('logs.list-mails')[0]).toMatchObject({ runId: sample.RUN });
    expect(trail().at(-1)).toMatchObject({ end: 'complete', rows: 0 });
    services.fakes['scheduler.get-run'] = () => { throw new Refused('NOT_FOUND', ['There is no such run.', '그런 실행이 없습니다.'], 'runId'); };
    expect((await api.call('exportRunMails', `/api/run/${sample.RUN}/mails/export?reason=month%20end`)).status).toBe(404);
    expect(trail().at(-1)).toMatchObject({ end: 'failed', rows: 0 });
  });

  it('as a workbook has the same rows', async () => {
    const { headers, body } = await api.call('exportMails', `${MAILS}&format=xlsx`);
    expect(headers['content-type']).toBe('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet');
    expect(strFromU8(unzipSync(body as Buffer)['xl/worksheets/sheet1.xml']!)).toContain('k***@customer.example');
  });

  it('of the summary has its period, days, automations and errors', async () => {
    services.fakes['logs.summary'] = ({ from, to }) => ({
      from, to, timeZone: 'Asia/Seoul', runs: {}, mails: { SENT: 2, FAIL: 1 }, errors: [{ errorCode: 'BAD_ADDRESS', count: 1 }],
      days: [{ date: '2026-11-20', mails: { SENT: 2, FAIL: 1 } }], automations: [{ automationId: sample.AUTOMATION, automationName: '=월', mails: { SENT: 2, FAIL: 1 } }],
    });
    role = 'viewer';
    const answered = await api.call('exportSummary', '/api/report/summary/export?reason=month%20end&from=2026-11-01&to=2026-11-20');
    expect(linesOf(answered).slice(1)).toEqual(['Period,2026-11-01 ~ 2026-11-20,2,1,0,0,0,3', 'Day,2026-11-20,2,1,0,0,0,3', "Automation,'=월,2,1,0,0,0,3", 'Error,BAD_ADDRESS,0,0,0,0,0,1']);
  });

  it('of the trail reads it to its end', async () => {
    const item = { at: sample.AT, userId: null, userName: '김운영', address: null, operation: 'startRun', objectKind: null, objectId: null, detail: { reason: '=x' }, answer: null, traceId: null, hash: 'ab' };
    const asked: unknown[] = [];
    records.audit.page = async (...[filters, before, limit]: unknown[]) => {
      asked.push([filters, before]);
      return Array.from({ length: before === null ? Number(limit) : 3 }, (_, at) => ({ ...item, entryNo: (before === null ? 1000 : 400) - at }));
    };
    const lines = linesOf(await api.call('exportAudit', '/api/audit/export?reason=yearly&operation=startRun&person=kim%40customer.example'));
    expect(lines).toHaveLength(504);
    expect(asked).toEqual([[expect.objectContaining({ operation: 'startRun', personDigest: records.persons.of('kim@customer.example') }), null], [expect.anything(), 501]]);
    expect(JSON.stringify(trail())).not.toContain('kim@');
  });

  it.each(['/api/mail/export', '/api/mail/export?reason=x', `${MAILS}&format=pdf`, `${MAILS}&limit=3`])('is refused as %s, and reads nothing', async (path) => {
    expect((await api.call('exportMails', path)).status).toBe(422);
    expect([services.asked, records.written]).toEqual([[], []]);
  });

  it('is not begun when the trail cannot be written', async () => {
    const { record } = records.trail;
    records.trail.record = async () => { throw new Error('no disk'); };
    expect((await api.call('exportMails', MAILS)).status).toBe(500);
    records.trail.record = record;
    expect(services.asked).toEqual([]);
    expect((await api.call('exportMails', MAILS)).status).toBe(200);
  });

  it('is cut off when its end cannot be written into the trail', async () => {
    const { record } = records.trail;
    let count = 0;
    records.trail.record = async (asked) => (++count > 1 ? Promise.reject(new Error('no disk')) : record(asked));
    await expect(api.send(MAILS)).rejects.toThrow(/aborted|hang up|reset/i);
    records.trail.record = record;
  });

  it.each(['csv', 'xlsx'])('that fails half-way is cut off, and the trail says so: %s', async (format) => {
    services.fakes['logs.list-mails'] = ({ after }) => {
      if (after === '2000') throw new Refused('UNAVAILABLE', ['The Logs DB cannot be reached now.', 'Logs DB에 연결할 수 없습니다.']);
      return { items: pageOf(Number(after ?? 0) + 1, 1000), next: String(Number(after ?? 0) + 1000) };
    };
    await expect(api.send(`${MAILS}&format=${format}`)).rejects.toThrow(/aborted|hang up|reset/i);
    expect(trail().at(-1)).toMatchObject({ end: 'failed', rows: 2000 });
    services.fakes = { ...FAKES };
    expect((await api.call('exportMails', MAILS)).status).toBe(200);
  });

  it('that nobody reads on stops, says so in the trail, and leaves the way free for the next', async () => {
    endless();
    const { leave } = await reader(MAILS);
    leave();
    const end = await waitFor(() => trail()[1], { what: 'the end in the trail' });
    expect(end).toMatchObject({ end: 'left' });
    const read = services.asked.length;
    services.fakes = { ...FAKES };
    expect((await api.call('exportMails', MAILS)).status).toBe(200);
    expect(services.asksOf('logs.list-mails').length).toBeLessThanOrEqual(read + 2);
  });

  it('goes no faster than it is read', async () => {
    endless();
    const { leave } = await reader(MAILS);
    // What the sockets of both sides hold, and no more.
    let [seen, steady] = [0, 0];
    await waitFor(() => {
      steady = services.asked.length === seen ? steady + 1 : 0;
      seen = services.asked.length;
      return steady > 20;
    }, { what: 'the reading to come to rest' });
    expect(seen).toBeLessThan(100);
    leave();
    await waitFor(() => trail()[1], { what: 'the end in the trail' });
  });

  it('is one at a time for each user, and of others as many as there are', async () => {
    endless();
    const { leave } = await reader(MAILS);
    const { status, body } = await api.call('exportMails', MAILS);
    expect([status, body.code, body.detail]).toEqual([409, 'CONFLICT', 'Another export of yours is being written.']);
    userId = sample.RUN;
    services.fakes = { ...FAKES };
    expect((await api.call('exportMails', MAILS)).status).toBe(200);
    leave();
    await waitFor(() => trail().some(({ end }) => end === 'left'), { what: 'the end in the trail' });
    userId = sample.USER;
    expect((await api.call('exportMails', MAILS)).status).toBe(200);
  });

  it('that is only asked about (HEAD) is over at once', async () => {
    endless();
    expect((await api.send(MAILS, { method: 'HEAD' })).status).toBe(200);
    expect(trail().at(-1)).toMatchObject({ end: 'left' });
    services.fakes = { ...FAKES };
    expect((await api.call('exportMails', MAILS)).status).toBe(200);
  });
});
