import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { REQUESTS, Refused, type Answer, type Asked, type MailLog } from '@tank/contracts';
import { pageByPage, sameInPagesOfOne } from '../../../../embedded/test/pages.ts';
import { AddressPrivacy } from '../address-privacy.js';
import { LogEvents } from '../log-events.js';
import { ReadLogs } from '../read-logs.js';
import { AUTOMATION, recordedMail, recordedMails, runOf } from '../recorded-mail.fixture.js';
import { LogReader } from './log-reader.js';
import { MAIL_COUNTS, MAILS_BY_TIME, MAILS_OF_AUTOMATIONS, MAILS_OF_RUN } from './log-reader-sql.js';
import { openLogTables, type LogTablesOfTest } from './log-tables.fixture.js';

let tables: LogTablesOfTest;
let reading: ReadLogs;

beforeAll(async () => {
  tables = await openLogTables('log_reader');
  reading = new ReadLogs(new LogReader(tables.source), new AddressPrivacy('plain', undefined));
});
afterAll(() => tables.close());

/** As over NATS: defaults filled in, and the answer checked against the contract. */
async function listMails(asked: Asked<'logs.list-mails'>, by = reading): Promise<Answer<'logs.list-mails'>> {
  const { asks, answers } = REQUESTS['logs.list-mails'];
  return answers.parse(await by.listMails(asks.parse(asked)));
}
/** Pages of such mails; the sort is one of theirs. */
const mailsOf = (filters: Asked<'logs.list-mails'>) => (page: { limit: number; after: string | null; sort: string }) => listMails({ ...filters, ...page } as Asked<'logs.list-mails'>);
async function summary(asked: Asked<'logs.summary'>): Promise<Answer<'logs.summary'>> {
  const { asks, answers } = REQUESTS['logs.summary'];
  return answers.parse(await reading.summary(asks.parse(asked)));
}

describe('one mail', () => {
  it('comes with its run\'s automation, its attachments and its template', async () => {
    const run = runOf();
    await tables.events.putRun(run, 1);
    const mail = recordedMail({ runId: run.runId, row: 7, outcome: 'SKIPPED', errorCode: 'NOT_FOUND', errorDetail: '명세서: no file', sentAt: null, messageId: null, to: null });
    mail.attachmentChecks = [{ rule: '명세서', status: 'NOT_FOUND', path: null, size: null, sha256: null, detail: 'no file' }, ...mail.attachmentChecks];
    await tables.logMails.log([mail]);
    const found = REQUESTS['logs.get-mail'].answers.parse(await reading.getMail({ mailId: mail.mailId }));
    const { v: _v, type: _type, values: _values, dispatch: _dispatch, ...logged } = mail;
    expect(found).toEqual({ ...logged, automationName: '월 명세서', traceId: null, steps: [] });
  });

  it('that is not there is refused as NOT_FOUND', async () => {
    await expect(reading.getMail({ mailId: 'nothing' })).rejects.toMatchObject({ refusal: { code: 'NOT_FOUND', field: 'mailId' } });
  });
});

describe('the mails of a run', () => {
  it('are the same in pages of one as in one page, from its end, too', async () => {
    const runId = randomUUID();
    await tables.logMails.log(recordedMails(runId, 7));
    expect((await sameInPagesOfOne(mailsOf({ runId }), 'row')).map(({ row }) => row)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect((await sameInPagesOfOne(mailsOf({ runId, outcome: 'SENT' }), 'row'))).toHaveLength(7);
  });

  it('come in the order of its rows, page by page, while others are written', async () => {
    const runId = randomUUID();
    await tables.logMails.log(recordedMails(runId, 25).filter(({ row }) => row % 2 === 1));
    const seen: number[] = [];
    let after: string | null = null;
    do {
      const page: Answer<'logs.list-mails'> = await listMails({ runId, limit: 4, after });
      seen.push(...page.items.map(({ row }) => row));
      after = page.next;
      await tables.logMails.log([recordedMail({ runId, row: 100 + seen.length }), recordedMail({ runId, row: 2 })]);
    } while (after && seen.length < 13);
    expect(seen.slice(0, 13)).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25].slice(0, seen.length));
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('end with a page that has no next', async () => {
    const runId = randomUUID();
    await tables.logMails.log(recordedMails(runId, 4));
    const first = await listMails({ runId, limit: 2 });
    const second = await listMails({ runId, limit: 2, after: first.next });
    expect([...first.items, ...second.items].map(({ row }) => row)).toEqual([1, 2, 3, 4]);
    expect(second.next).toBeNull();
  });

  it('are filtered by outcome, error, key and address', async () => {
    const runId = randomUUID();
    await tables.logMails.log([
      ...recordedMails(runId, 3),
      recordedMail({ runId, row: 4, outcome: 'FAIL', errorCode: 'BAD_ADDRESS', to: { address: 'Nobody' } }),
      recordedMail({ runId, row: 5, outcome: 'FAIL', errorCode: 'SES_REJECTED' }),
    ]);
    const rows = async (filters: object) => (await listMails({ runId, ...filters })).items.map(({ row }) => row);
    expect(await rows({ outcome: 'FAIL' })).toEqual([4, 5]);
    expect(await rows({ errorCode: 'SES_REJECTED' })).toEqual([5]);
    expect(await rows({ recipientKey: 'C2' })).toEqual([2]);
    expect(await rows({ address: ' C3@BANK.example ' })).toEqual([3]);
    expect(await rows({ address: 'nobody', outcome: 'FAIL' })).toEqual([4]);
    expect(await rows({ address: 'c3@bank' })).toEqual([]);
  });
});

describe('all mails', () => {
  it('are found by automation, Message-ID and day in the reader\'s zone', async () => {
    const [automationId, runId] = [randomUUID(), randomUUID()];
    const settledAt = ['2026-11-19T14:59:59.999Z', '2026-11-19T15:00:00.000Z', '2026-11-20T14:59:59.999Z', '2026-11-20T15:00:00.000Z'];
    await tables.logMails.log(settledAt.map((at, row) => recordedMail({ runId, row: row + 1, automationId, settledAt: at, messageId: `<${runId}.${row + 1}>` })));
    const rows = async (filters: Asked<'logs.list-mails'>) => (await listMails({ automationId, ...filters })).items.map(({ row }) => row);
    expect(await rows({})).toEqual([4, 3, 2, 1]);
    expect(await rows({ from: '2026-11-20', to: '2026-11-20' })).toEqual([3, 2]);
    expect(await rows({ from: '2026-11-20', to: '2026-11-20', timeZone: 'UTC' })).toEqual([4, 3]);
    expect(await rows({ to: '2026-11-19' })).toEqual([1]);
    expect(await rows({ runId, from: '2026-11-21' })).toEqual([4]);
    expect(await rows({ messageId: `<${runId}.2>` })).toEqual([2]);
    expect((await listMails({ messageId: `<${runId}.2>` })).items).toHaveLength(1);
    expect(await rows({ automationId: randomUUID() })).toEqual([]);
  });

  it('are refused for days in reverse and for a zone that there is not', async () => {
    await expect(listMails({ from: '2026-11-21', to: '2026-11-20' })).rejects.toMatchObject({ refusal: { code: 'INVALID', field: 'from' } });
    await expect(reading.listMails({ ...REQUESTS['logs.list-mails'].asks.parse({ from: '2026-11-20' }), timeZone: 'Nowhere/Land' })).rejects.toMatchObject({ refusal: { field: 'timeZone' } });
  });

  it('come newest first, each exactly once, while newer ones are written and many share one moment', async () => {
    const key = `같은-${randomUUID()}`;
    const at = (second: number) => new Date(Date.UTC(2026, 10, 20, 1, 0, second)).toISOString();
    const mails = Array.from({ length: 30 }, (_, i) => recordedMail({ runId: randomUUID(), row: 1, recipientKey: key, settledAt: at(Math.floor(i / 10)), businessDate: i % 2 ? '2026-10-05T00:00:00' : '2026-11-05T00:00:00' }));
    await tables.logMails.log(mails);
    const seen: { mailId: string; settledAt: string }[] = [];
    for (let after: string | null = null, page = 0; page === 0 || after; page += 1) {
      const { items, next }: Answer<'logs.list-mails'> = await listMails({ recipientKey: key, limit: 7, after });
      seen.push(...items);
      after = next;
      await tables.logMails.log([recordedMail({ runId: randomUUID(), row: 1, recipientKey: key, settledAt: at(50 + page) })]);
    }
    expect(seen.map(({ mailId }) => mailId).sort()).toEqual(mails.map(({ mailId }) => mailId).sort());
    expect(seen.map(({ settledAt }) => settledAt)).toEqual(seen.map(({ settledAt }) => settledAt).sort().reverse());
  });

  it('are the same in pages of one as in one page, in either direction, whatever is searched for', async () => {
    const key = randomUUID();
    const mails = Array.from({ length: 9 }, (_, i) => recordedMail({ runId: randomUUID(), row: 1, recipientKey: key, settledAt: `2026-11-20T00:00:0${Math.floor(i / 4)}.000Z`, ...(i % 2 && { outcome: 'FAIL', errorCode: 'BAD_ADDRESS' }) }));
    await tables.logMails.log(mails);
    expect(await sameInPagesOfOne(mailsOf({ recipientKey: key }), 'settledAt')).toHaveLength(9);
    expect(await sameInPagesOfOne(mailsOf({ recipientKey: key, outcome: 'FAIL' }), 'settledAt')).toHaveLength(4);
    expect(await sameInPagesOfOne(mailsOf({ recipientKey: key, automationId: AUTOMATION, from: '2026-11-20', to: '2026-11-20' }), 'settledAt')).toHaveLength(9);
    expect((await listMails({ recipientKey: key })).items).toEqual(await pageByPage<MailLog>(mailsOf({ recipientKey: key }), '-settledAt', 4));
  });

  it('are sorted by what an index has: by row within a run, by time over all', async () => {
    await expect(listMails({ sort: 'row' })).rejects.toMatchObject({ refusal: { code: 'INVALID', field: 'sort' } });
    await expect(listMails({ runId: randomUUID(), sort: '-settledAt' })).rejects.toMatchObject({ refusal: { code: 'INVALID', field: 'sort' } });
    const { next } = await listMails({ limit: 1 });
    await expect(listMails({ sort: 'settledAt', after: next })).rejects.toMatchObject({ refusal: { code: 'INVALID', field: 'after' } });
  });

  it('page exactly between two microseconds of one millisecond', async () => {
    const key = randomUUID();
    await tables.logMails.log(['100', '200', '300'].map((micros) => recordedMail({ runId: randomUUID(), row: 1, recipientKey: key, settledAt: `2026-11-20T00:00:00.000${micros}Z` })));
    const first = await listMails({ recipientKey: key, limit: 1 });
    const second = await listMails({ recipientKey: key, limit: 1, after: first.next });
    const third = await listMails({ recipientKey: key, limit: 1, after: second.next });
    expect(new Set([first, second, third].map(({ items }) => items[0]?.mailId)).size).toBe(3);
    expect(third.next).toBeNull();
  });

  it.each(['nonsense', Buffer.from('{"row":1}').toString('base64url'), ''])('refuse "%s" as the end of a page', async (after) => {
    await expect(listMails({ after })).rejects.toThrow(Refused);
  });

  it('of a full address are found where addresses are masked, old plain ones too', async () => {
    const address = `${randomUUID()}@bank.example`;
    const privacy = new AddressPrivacy('masked', 'k'.repeat(32));
    const [runId, before] = [randomUUID(), randomUUID()];
    await tables.logMails.log([recordedMail({ runId: before, row: 1, to: { address } })]);
    await tables.logMailsWith(privacy).log([recordedMail({ runId, row: 1, to: { address, name: '김철수' } })]);
    const found = await listMails({ address: address.toUpperCase() }, new ReadLogs(new LogReader(tables.source), privacy));
    expect(found.items.map((mail) => mail.runId).sort()).toEqual([runId, before].sort());
    expect(found.items.find((mail) => mail.runId === runId)?.to).toEqual({ address: `${address[0]}***@bank.example`, name: '김*수' });
  });
});

describe('mails whose recipient key is an address', () => {
  const privacy = new AddressPrivacy('masked', 'k'.repeat(32));
  const rowsFor = async (recipientKey: string, by: AddressPrivacy, more = {}) => {
    const { items } = await listMails({ recipientKey, ...more }, new ReadLogs(new LogReader(tables.source), by));
    return items.map((mail) => ({ runId: mail.runId, recipientKey: mail.recipientKey })).sort((a, b) => (a.recipientKey < b.recipientKey ? -1 : 1));
  };

  it('show nothing of it where addresses are masked, in no column', async () => {
    const [runId, name] = [randomUUID(), `hong-${randomUUID()}`];
    const address = `${name}@bank.example`;
    await tables.logMailsWith(privacy).log([
      recordedMail({ runId, row: 1, recipientKey: address, to: { address, name: '김철수' } }),
      recordedMail({ runId, row: 2, recipientKey: address, to: null, outcome: 'SKIPPED', errorCode: 'DUPLICATED', errorDetail: `of ${address}`, attachmentChecks: [{ rule: 'r', status: 'DUPLICATED', path: `a/${address}.pdf`, size: 1, sha256: null, detail: address }] }),
    ]);
    const rows = await tables.source.query('SELECT mail::text || (SELECT string_agg(checked::text, \'\') FROM attachment_log checked WHERE checked.mail_id = mail.mail_id) AS all_of_it FROM email_send_log mail WHERE run_id = $1', [runId]);
    expect(rows).toHaveLength(2);
    for (const { all_of_it } of rows) expect(all_of_it).not.toContain(name);
  });

  it('are found by it in either mode, of one run and of all, those written plain and those written masked', async () => {
    const address = `${randomUUID()}@bank.example`;
    const [plainRun, maskedRun] = [randomUUID(), randomUUID()];
    await tables.logMails.log([recordedMail({ runId: plainRun, row: 1, recipientKey: address })]);
    await tables.logMailsWith(privacy).log([recordedMail({ runId: maskedRun, row: 1, recipientKey: address }), recordedMail({ runId: maskedRun, row: 2, recipientKey: `other${address}` })]);
    const both = [{ runId: plainRun, recipientKey: address }, { runId: maskedRun, recipientKey: `${address[0]}***@bank.example` }].sort((a, b) => (a.recipientKey < b.recipientKey ? -1 : 1));
    expect(await rowsFor(address, privacy)).toEqual(both);
    expect(await rowsFor(address, new AddressPrivacy('plain', 'k'.repeat(32)))).toEqual(both);
    expect(await rowsFor(address, new AddressPrivacy('plain', undefined))).toEqual(both.filter(({ runId }) => runId === plainRun));
    expect(await rowsFor(address, privacy, { runId: maskedRun })).toEqual(both.filter(({ runId }) => runId === maskedRun));
  });

  it('leave other keys as they are, and found as before', async () => {
    const [runId, key] = [randomUUID(), `C-${randomUUID()}`];
    await tables.logMailsWith(privacy).log([recordedMail({ runId, row: 1, recipientKey: key })]);
    for (const by of [privacy, new AddressPrivacy('plain', undefined)]) expect(await rowsFor(key, by)).toEqual([{ runId, recipientKey: key }]);
  });
});

describe('system errors', () => {
  it('come newest first, and by run', async () => {
    const events = new LogEvents(tables.events);
    const runId = randomUUID();
    const raised = [1, 2, 3].map((second) => ({
      v: 1 as const, type: 'SystemErrorRaised' as const, errorId: randomUUID(), module: 'DBIO' as const, code: 'ORA-12514', message: `리스너\u0000 ${second}`, remedy: null,
      runId: second === 3 ? null : runId, mailId: null, occurredAt: `2026-11-20T00:00:0${second}.000Z`,
    }));
    for (const error of [...raised, ...raised]) await events.systemError(error);
    const { asks, answers } = REQUESTS['logs.list-system-errors'];
    const first = answers.parse(await reading.listSystemErrors(asks.parse({ limit: 2 })));
    expect(first.items.map(({ message }) => message)).toEqual(['리스너 3', '리스너 2']);
    expect(answers.parse(await reading.listSystemErrors(asks.parse({ limit: 2, after: first.next })))).toMatchObject({ items: [{ message: '리스너 1', module: 'DBIO' }], next: null });
    expect((await reading.listSystemErrors(asks.parse({ runId }))).items).toHaveLength(2);
    expect((await sameInPagesOfOne((page) => reading.listSystemErrors(asks.parse(page)), 'occurredAt')).map(({ message }) => message)).toEqual(['리스너 1', '리스너 2', '리스너 3']);
  });

  it('are kept in Korean, too, where they came in Korean', async () => {
    const events = new LogEvents(tables.events);
    const runId = randomUUID();
    const english = { v: 1 as const, type: 'SystemErrorRaised' as const, module: 'DBIO' as const, code: 'SOURCE_DOWN', message: 'It is down.', remedy: 'Start it.', runId, mailId: null };
    await events.systemError({ ...english, errorId: randomUUID(), occurredAt: '2026-11-20T00:00:02.000Z', ko: { message: '중단되었습니다.\u0000', cause: null, remedy: '시작하세요.' } });
    await events.systemError({ ...english, errorId: randomUUID(), occurredAt: '2026-11-20T00:00:01.000Z' });
    const { asks, answers } = REQUESTS['logs.list-system-errors'];
    const { items } = answers.parse(await reading.listSystemErrors(asks.parse({ runId })));
    expect(items.map(({ message, ko }) => [message, ko])).toEqual([['It is down.', { message: '중단되었습니다.', cause: null, remedy: '시작하세요.' }], ['It is down.', null]]);
  });
});

describe('the summary', () => {
  const other = randomUUID();

  beforeAll(async () => {
    await tables.events.putRun(runOf({ automationId: other, automationName: '옛 이름', createdAt: '2025-03-01T00:00:00.000Z', status: 'COMPLETED' }), 1);
    await tables.events.putRun(runOf({ automationId: other, automationName: '새 이름', createdAt: '2025-03-02T14:59:59.999Z', status: 'COMPLETED' }), 1);
    await tables.events.putRun(runOf({ automationId: other, createdAt: '2025-03-02T15:00:00.000Z', status: 'FAIL' }), 1);
    const mail = (settledAt: string, changes = {}) => recordedMail({ runId: randomUUID(), row: 1, businessDate: '2025-03-01T09:00:00', settledAt, automationId: other, ...changes });
    await tables.logMails.log([
      mail('2025-03-01T14:59:59.999Z'), // the last millisecond of 1 March in Seoul
      mail('2025-03-01T15:00:00.000Z'), // the first of 2 March
      mail('2025-03-02T14:59:59.999999Z', { outcome: 'FAIL', errorCode: 'BAD_ADDRESS' }), // the last microsecond of 2 March
      mail('2025-03-02T15:00:00.000Z', { outcome: 'SKIPPED', errorCode: 'NOT_FOUND' }), // 3 March
      mail('2025-03-02T03:00:00.000Z', { automationId: AUTOMATION }),
    ]);
  });

  it('counts a mail on the day it has in the asked time zone', async () => {
    const days = async (timeZone: string) => (await summary({ from: '2025-03-01', to: '2025-03-03', timeZone })).days;
    expect(await days('Asia/Seoul')).toEqual([
      { date: '2025-03-01', mails: { SENT: 1 } },
      { date: '2025-03-02', mails: { SENT: 2, FAIL: 1 } },
      { date: '2025-03-03', mails: { SKIPPED: 1 } },
    ]);
    expect(await days('UTC')).toEqual([{ date: '2025-03-01', mails: { SENT: 2 } }, { date: '2025-03-02', mails: { SENT: 1, FAIL: 1, SKIPPED: 1 } }]);
  });

  it('takes the first and the last day whole and nothing beside them', async () => {
    expect(await summary({ from: '2025-03-02', to: '2025-03-02' })).toEqual({
      from: '2025-03-02',
      to: '2025-03-02',
      timeZone: 'Asia/Seoul',
      runs: { COMPLETED: 1 },
      mails: { SENT: 2, FAIL: 1 },
      errors: [{ errorCode: 'BAD_ADDRESS', count: 1 }],
      days: [{ date: '2025-03-02', mails: { SENT: 2, FAIL: 1 } }],
      automations: [
        { automationId: other, automationName: '월 명세서', mails: { SENT: 1, FAIL: 1 } },
        { automationId: AUTOMATION, automationName: '월 명세서', mails: { SENT: 1 } },
      ],
    });
  });

  it('can be asked for one automation', async () => {
    expect((await summary({ from: '2025-03-01', to: '2025-03-03', automationId: AUTOMATION })).mails).toEqual({ SENT: 1 });
  });

  it('knows the days that are an hour short or long', async () => {
    const spring = { businessDate: '2024-03-31T00:00:00', automationId: other };
    await tables.logMails.log(['2024-03-30T22:59:59.999Z', '2024-03-30T23:00:00.000Z', '2024-03-31T21:59:59.999Z', '2024-03-31T22:00:00.000Z'].map((settledAt) => recordedMail({ runId: randomUUID(), row: 1, settledAt, ...spring })));
    expect((await summary({ from: '2024-03-31', to: '2024-03-31', timeZone: 'Europe/Berlin' })).mails).toEqual({ SENT: 2 });
  });

  it('refuses days in the wrong order', async () => {
    await expect(summary({ from: '2025-03-02', to: '2025-03-01' })).rejects.toMatchObject({ refusal: { code: 'INVALID', field: 'from' } });
  });

  it('refuses a time zone that only the browser knows', async () => {
    await expect(reading.summary({ from: '2025-03-02', to: '2025-03-02', timeZone: 'Mars/Olympus', automationId: null, automationIds: null })).rejects.toMatchObject({ refusal: { field: 'timeZone' } });
  });
});

describe('dead letters', () => {
  it('come newest first, page by page, without their content and without values in their reason', async () => {
    const runId = randomUUID();
    const letters = [1, 2, 3].map((second) => ({
      v: 1 as const, type: 'DeadLettered' as const, deadLetterId: randomUUID(), step: 'map', messageType: 'MailDue', reason: 'Error: 김철수 "C1"', runId, mailId: `${runId}-${second}`,
      payload: { values: { name: '김철수' } }, occurredAt: `2026-11-20T00:00:0${second}.000Z`,
    }));
    const service = new LogEvents(tables.events);
    for (const letter of letters) await service.deadLetter(letter);
    const { asks, answers } = REQUESTS['logs.list-dead-letters'];
    const page = async (after: string | null) => answers.parse(await reading.listDeadLetters(asks.parse({ runId, limit: 2, after })));
    const first = await page(null);
    const second = await page(first.next);
    expect([...first.items, ...second.items].map(({ mailId }) => mailId)).toEqual([3, 2, 1].map((row) => `${runId}-${row}`));
    expect(second.next).toBeNull();
    expect(await sameInPagesOfOne((asked) => reading.listDeadLetters(asks.parse({ runId, ...asked })), 'occurredAt')).toHaveLength(3);
    expect(first.items[0]).toEqual({
      deadLetterId: letters[2]!.deadLetterId, step: 'map', messageType: 'MailDue', reason: expect.stringContaining('…'), runId, mailId: `${runId}-3`, occurredAt: '2026-11-20T00:00:03.000Z',
    });
    expect(JSON.stringify([first.items, second.items])).not.toMatch(/김철수|C1/);
  });
});

describe('what may be seen of some automations', () => {
  const [ours, other, theirs] = [randomUUID(), randomUUID(), randomUUID()];
  const runs = Object.fromEntries([ours, other, theirs].map((automationId) => [automationId, runOf({ automationId, createdAt: '2023-05-01T00:00:00.000Z', status: 'COMPLETED' })]));
  const shared = `같은-${randomUUID()}`;
  const at = (second: number) => new Date(Date.UTC(2023, 4, 1, 0, 0, second)).toISOString();
  const rowsOf = async (asked: Asked<'logs.list-mails'>) => (await listMails(asked)).items.map(({ row }) => row);

  beforeAll(async () => {
    for (const run of Object.values(runs)) await tables.events.putRun(run, 1);
    const mail = (automationId: string, row: number, changes = {}) =>
      recordedMail({ runId: runs[automationId]!.runId, automationId, row, recipientKey: shared, businessDate: '2023-05-01T09:00:00', settledAt: at(row), ...changes });
    await tables.logMails.log([
      mail(ours, 1), mail(theirs, 2), mail(other, 3), mail(ours, 4, { outcome: 'FAIL', errorCode: 'BAD_ADDRESS' }), mail(theirs, 5, { outcome: 'FAIL', errorCode: 'BAD_ADDRESS' }),
      mail(ours, 6, { settledAt: at(7) }), mail(other, 7), mail(theirs, 8), mail(ours, 9, { settledAt: '2023-05-03T00:00:00.000Z' }),
    ]);
  });

  it('of mails is theirs alone, whatever is searched for', async () => {
    const automationIds = [ours, other];
    expect(await rowsOf({ automationIds })).toEqual([9, ...[runs[ours]!, runs[other]!].sort((a, b) => (a.runId < b.runId ? 1 : -1)).map(({ automationId }) => (automationId === ours ? 6 : 7)), 4, 3, 1]);
    expect(await rowsOf({ automationIds: [ours, ours], from: '2023-05-01', to: '2023-05-01' })).toEqual([6, 4, 1]);
    expect(await rowsOf({ automationIds, from: '2023-05-03' })).toEqual([9]);
    expect(await rowsOf({ automationIds, recipientKey: shared, outcome: 'FAIL' })).toEqual([4]);
    expect(await rowsOf({ automationIds, errorCode: 'BAD_ADDRESS' })).toEqual([4]);
    expect(await rowsOf({ automationIds: Array.from({ length: 60 }, () => randomUUID()).concat(ours), outcome: 'SENT', to: '2023-05-01' })).toEqual([6, 1]);
    expect(await rowsOf({ automationIds, automationId: theirs })).toEqual([]);
    expect(await rowsOf({ automationIds, runId: runs[theirs]!.runId })).toEqual([]);
    expect(await rowsOf({ automationIds, runId: runs[ours]!.runId })).toEqual([1, 4, 6, 9]);
    expect(await rowsOf({ automationIds: [], recipientKey: shared })).toEqual([]);
    expect(await rowsOf({ automationIds: [] })).toEqual([]);
    expect(await rowsOf({ recipientKey: shared })).toHaveLength(9);
  });

  it('of mails comes page by page, each once, while others are written and two share a moment', async () => {
    const seen: string[] = [];
    for (let after: string | null = null, page = 0; page === 0 || after; page += 1) {
      const { items, next }: Answer<'logs.list-mails'> = await listMails({ automationIds: [ours, other], to: '2023-05-02', limit: 2, after });
      seen.push(...items.map(({ mailId }) => mailId));
      after = next;
      await tables.logMails.log([recordedMail({ runId: randomUUID(), automationId: ours, row: 100 + page, businessDate: '2023-05-01T09:00:00', settledAt: '2023-05-02T14:00:00.000Z' })]);
    }
    const { items } = await listMails({ recipientKey: shared, automationIds: [ours, other], to: '2023-05-02' });
    expect(seen).toEqual(items.map(({ mailId }) => mailId));
    for (const days of [{}, { from: '2023-05-01' }, { from: '2023-05-01', to: '2023-05-01' }]) {
      const both = await sameInPagesOfOne(mailsOf({ automationIds: [ours, other], ...days }), 'settledAt');
      expect(both.filter(({ recipientKey }) => recipientKey === shared).map(({ mailId }) => mailId).reverse()).toEqual(expect.arrayContaining(seen));
    }
  });

  it('of system errors and dead letters is that of their runs and that of no run', async () => {
    const events = new LogEvents(tables.events);
    const [ourRun, theirRun] = [runs[ours]!.runId, runs[theirs]!.runId];
    const places = [[ourRun, null], [theirRun, `${theirRun}-1`], [null, null], [null, `${theirRun}-2`], [randomUUID(), null]] as const;
    for (const [second, [runId, mailId]] of places.entries()) {
      const occurredAt = new Date(Date.UTC(2099, 0, 1, 0, 0, 50 - second)).toISOString();
      await events.systemError({ v: 1, type: 'SystemErrorRaised', errorId: randomUUID(), module: 'DBIO', code: 'GROUPS', message: `error ${second}`, remedy: null, runId, mailId, occurredAt });
      await events.deadLetter({ v: 1, type: 'DeadLettered', deadLetterId: randomUUID(), step: `step ${second}`, messageType: 'MailDue', reason: 'x', runId, mailId, payload: {}, occurredAt });
    }
    const errors = async (asked: Asked<'logs.list-system-errors'>) => (await reading.listSystemErrors(REQUESTS['logs.list-system-errors'].asks.parse(asked))).items;
    const letters = async (asked: Asked<'logs.list-dead-letters'>) => (await reading.listDeadLetters(REQUESTS['logs.list-dead-letters'].asks.parse(asked))).items;
    const seen = async (automationIds: string[] | null) => [
      (await errors({ automationIds })).filter(({ code }) => code === 'GROUPS').map(({ message }) => message),
      (await letters({ automationIds })).filter(({ step }) => step.startsWith('step')).map(({ step }) => step),
    ];
    expect(await seen([ours, other])).toEqual([['error 0', 'error 2'], ['step 0', 'step 2']]);
    expect(await seen([])).toEqual([['error 2'], ['step 2']]);
    expect(await seen(null)).toEqual([['error 0', 'error 1', 'error 2', 'error 3', 'error 4'], ['step 0', 'step 1', 'step 2', 'step 3', 'step 4']]);
    expect([await errors({ runId: theirRun, automationIds: [ours] }), await letters({ runId: theirRun, automationIds: [ours] })]).toEqual([[], []]);
  });

  it('of the summary counts their mails and runs, and names no other', async () => {
    const asked = { from: '2023-05-01', to: '2023-05-01' };
    const { automations, mails, runs: counted, errors } = await summary({ ...asked, automationIds: [ours] });
    expect([automations.map(({ automationId }) => automationId), mails, counted, errors]).toEqual([[ours], { SENT: 2, FAIL: 1 }, { COMPLETED: 1 }, [{ errorCode: 'BAD_ADDRESS', count: 1 }]]);
    expect(await summary({ ...asked, automationId: theirs, automationIds: [ours] })).toMatchObject({ runs: {}, mails: {}, automations: [], days: [] });
    expect((await summary({ ...asked, automationIds: [] })).mails).toEqual({});
  });
});

describe('every question', () => {
  it('is served by an index', async () => {
    const runId = randomUUID();
    await tables.logMails.log(recordedMails(runId, 2_000));
    for (const at of [1, 2, 3, 4, 5]) await tables.logMails.log(recordedMails(randomUUID(), 1_000, { settledAt: `2026-11-2${at}T00:00:00.000Z` }));
    await tables.source.query('VACUUM ANALYZE email_send_log');
    await tables.source.query('VACUUM ANALYZE email_send_log_202611');
    const plan = async (where: string) => JSON.stringify(await tables.source.query(`EXPLAIN SELECT 1 FROM email_send_log mail WHERE ${where}`));
    expect(await plan(`run_id = '${runId}' AND row_no > 10 ORDER BY row_no LIMIT 100`)).toMatch(/Index.*run_id_row_no/);
    expect(await plan(`run_id = '${runId}' AND status = 'FAIL' ORDER BY row_no LIMIT 100`)).toMatch(/Index.*run_id_row_no_idx1/);
    expect(await plan(`address_hash = ANY ('{x}') ORDER BY settled_at DESC LIMIT 100`)).toMatch(/Index.*address_hash/);
    expect(await plan(`recipient_key = 'x'`)).toMatch(/Index.*recipient_key/);
    const byKey = async (hash: string | null) => JSON.stringify(await tables.source.query(`EXPLAIN ${MAILS_BY_TIME('DESC')}`, [null, null, null, 'x', hash, null, null, null, null, null, 'Asia/Seoul', null, null, null, 100]));
    expect(await byKey(null)).toMatch(/Index.*recipient_key_settled_at/);
    expect(await byKey('h')).toMatch(/BitmapOr.*recipient_key_settled_at.*recipient_key_hash/);
    expect(await plan(`(settled_at, mail_id) < ('2026-11-21', 'x') ORDER BY settled_at DESC, mail_id DESC LIMIT 100`)).toMatch(/Index.*settled_at_mail_id_automation/);
    for (const direction of ['ASC', 'DESC'] as const) {
      const byTime = async (...filters: unknown[]) => JSON.stringify(await tables.source.query(`EXPLAIN ${MAILS_BY_TIME(direction)}`, [null, null, null, null, null, null, ...filters, 'Asia/Seoul', null, null, null, 100]));
      expect(await byTime(randomUUID(), null, null, null)).toMatch(/Index.*automation_id_settled_at/);
      expect(await byTime(null, '<x>', null, null)).toMatch(/Index.*message_id/);
      expect(await byTime(null, null, '2026-11-21', '2026-11-21')).toMatch(/Index.*settled_at_mail_id_automation/);
    }
    const backwards = await tables.source.query(`EXPLAIN ${MAILS_OF_RUN('DESC')}`, [runId, ...Array(9).fill(null), 'Asia/Seoul', null, null, 100]);
    expect(JSON.stringify(backwards)).toMatch(/Index Scan Backward using [^"]*run_id_row_no/);
    const automationIds = [AUTOMATION, randomUUID(), randomUUID()];
    for (const [direction, scan, ...days] of [['DESC', 'Index Scan Backward', null, null], ['DESC', 'Index Scan Backward', '2026-11-21', '2026-11-22'], ['ASC', 'Index Scan', null, null], ['ASC', 'Index Scan', '2026-11-21', '2026-11-22']] as const) {
      const ofSome = await tables.source.query(`EXPLAIN ${MAILS_OF_AUTOMATIONS(direction)}`, [null, null, null, null, null, null, null, null, ...days, 'Asia/Seoul', automationIds, null, null, 100]);
      expect(JSON.stringify(ofSome)).toMatch(new RegExp(`${scan} using email_send_log_202611_automation_id_settled_at_mail_id_idx on email_send_log_202611[^"]*"}[^}]*Index Cond: [^"]*automation_id`));
    }
    const counting = await tables.source.query(`EXPLAIN ${MAIL_COUNTS}`, ['2026-11-21', '2026-11-21', 'Asia/Seoul', null, null]);
    expect(JSON.stringify(counting)).toMatch(/Index Only Scan using email_send_log_202611_settled_at/);
  });
});
