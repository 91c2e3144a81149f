import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { REQUESTS, type Answer, type Asked, type AttachmentCheck } from '@tank/contracts';
import { sameInPagesOfOne } from '../../../../embedded/test/pages.ts';
import { AddressPrivacy } from '../address-privacy.js';
import { ReadLogs } from '../read-logs.js';
import { recordedMail, recordedMails, runOf } from '../recorded-mail.fixture.js';
import { FAILED_FILES, FAILED_TEMPLATES } from './failed-checks-sql.js';
import { LogReader } from './log-reader.js';
import type { Direction } from './log-reader-sql.js';
import { openLogTables, type LogTablesOfTest } from './log-tables.fixture.js';

let tables: LogTablesOfTest;
let reading: ReadLogs;
const [automationId, otherAutomation] = [randomUUID(), randomUUID()];
const [run, otherRun] = [runOf({ automationId }), runOf({ automationId: otherAutomation })];
const check = (status: AttachmentCheck['status'], rule = '명세서'): AttachmentCheck => ({ rule, status, path: status === 'NOT_FOUND' ? null : 'a.pdf', size: 1, sha256: null, detail: `${status}!` });

async function failedFiles(asked: Asked<'logs.list-failed-files'>): Promise<Answer<'logs.list-failed-files'>> {
  const { asks, answers } = REQUESTS['logs.list-failed-files'];
  return answers.parse(await reading.listFailedFiles(asks.parse(asked)));
}
async function failedTemplates(asked: Asked<'logs.list-failed-templates'>): Promise<Answer<'logs.list-failed-templates'>> {
  const { asks, answers } = REQUESTS['logs.list-failed-templates'];
  return answers.parse(await reading.listFailedTemplates(asks.parse(asked)));
}

beforeAll(async () => {
  tables = await openLogTables('failed_checks');
  reading = new ReadLogs(new LogReader(tables.source), new AddressPrivacy('plain', undefined));
  for (const each of [run, otherRun]) await tables.events.putRun(each, 1);
  await tables.logMails.log(recordedMails(run.runId, 3, { automationId, attachmentChecks: [check('FOUND'), check('DUPLICATED'), check('NOT_FOUND', '약관')] }));
  await tables.logMails.log([recordedMail({ runId: otherRun.runId, row: 1, automationId: otherAutomation, attachmentChecks: [check('INVALID')], templateCheck: { status: 'FAIL', detail: 'amount is missing' } })]);
});
afterAll(() => tables.close());

describe('files that failed', () => {
  it('come newest first with their mail, one for each rule, page by page, without those that were found', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: Answer<'logs.list-failed-files'> = await failedFiles({ limit: 2, after });
      seen.push(...page.items.map(({ mailId, status }) => `${mailId} ${status}`));
      after = page.next;
    } while (after);
    const ofRun = [3, 2, 1].flatMap((row) => [`${run.runId}-${row} NOT_FOUND`, `${run.runId}-${row} DUPLICATED`]);
    expect(seen).toEqual([`${otherRun.runId}-1 INVALID`, ...ofRun]);
    const both = await sameInPagesOfOne((page) => failedFiles(page as Asked<'logs.list-failed-files'>), 'loggedAt');
    expect(both.map(({ mailId, status }) => `${mailId} ${status}`)).toEqual(seen.toReversed());
  });

  it('are found by run, automation, status and day', async () => {
    expect((await failedFiles({ runId: run.runId })).items).toHaveLength(6);
    expect((await failedFiles({ automationId: otherAutomation })).items).toEqual([{
      mailId: `${otherRun.runId}-1`, runId: otherRun.runId, row: 1, automationId: otherAutomation, automationName: '월 명세서', businessDate: '2026-11-20T09:00:00', recipientKey: 'C1',
      to: { address: 'c1@bank.example', name: '김철수' }, rule: '명세서', status: 'INVALID', path: 'a.pdf', detail: 'INVALID!', loggedAt: expect.any(String),
    }]);
    expect((await failedFiles({ automationId, status: 'NOT_FOUND' })).items.map(({ rule, path }) => [rule, path])).toEqual(Array(3).fill(['약관', null]));
    expect((await failedFiles({ automationIds: [otherAutomation] })).items.map(({ runId }) => runId)).toEqual([otherRun.runId]);
    expect((await failedFiles({ automationIds: [] })).items).toEqual([]);
    expect((await failedFiles({ to: '2020-01-01' })).items).toEqual([]);
    await expect(failedFiles({ from: '2020-01-02', to: '2020-01-01' })).rejects.toMatchObject({ refusal: { field: 'from' } });
  });
});

describe('templates that failed', () => {
  it('come newest first with their mail, without those that went well', async () => {
    expect((await failedTemplates({})).items.map(({ mailId, status, detail }) => [mailId, status, detail])).toEqual([[`${otherRun.runId}-1`, 'FAIL', 'amount is missing']]);
    expect(await sameInPagesOfOne((page) => failedTemplates(page as Asked<'logs.list-failed-templates'>), 'loggedAt')).toHaveLength(1);
    expect((await failedTemplates({ automationId })).items).toEqual([]);
    expect((await failedTemplates({ automationIds: [automationId] })).items).toEqual([]);
    expect((await failedTemplates({ runId: otherRun.runId, limit: 1 })).next).toBeNull();
  });
});

describe('checks that failed among very many', () => {
  it('are found through an index, whatever is asked', async () => {
    const fill = (table: string, columns: string, values: string) => tables.source.query(`
      INSERT INTO ${table}_202611 (mail_id, business_date, run_id, status, logged_at, ${columns})
      SELECT 'm' || n, '2026-11-20', md5((n / 1000)::text)::uuid, ${values} FROM generate_series(1, 50000) n`);
    await fill('attachment_log', 'position, rule', "CASE WHEN n % 20 = 0 THEN 'NOT_FOUND' ELSE 'FOUND' END, now() - n * interval '1 second', 0, 'r'");
    await fill('template_log', 'detail', "CASE WHEN n % 20 = 0 THEN 'FAIL' ELSE 'OK' END, now() - n * interval '1 second', ''");
    for (const table of ['attachment_log', 'template_log', 'email_send_log']) await tables.source.query(`VACUUM ANALYZE ${table}_202611`);
    const files = async (direction: Direction, ...[runId, ofAutomation, status, at]: (string | null)[]) => JSON.stringify(await tables.source.query(`EXPLAIN ${FAILED_FILES(direction)}`, [runId, ofAutomation, null, null, 'Asia/Seoul', null, at, at && 'm', at && 0, status, 100]));
    const templates = async (direction: Direction, ...[runId, ofAutomation]: (string | null)[]) => JSON.stringify(await tables.source.query(`EXPLAIN ${FAILED_TEMPLATES(direction)}`, [runId, ofAutomation, null, null, 'Asia/Seoul', null, null, null, 100]));
    const plans = [await files('DESC', null, null, null, null), await files('DESC', null, null, 'NOT_FOUND', null), await files('DESC', null, null, null, '2026-11-20'), await templates('DESC', null, null)];
    for (const plan of plans) expect(plan).toMatch(/Index Scan Backward using (attachment_log_202611|template_log_202611)_logged_at/);
    for (const plan of [await files('ASC', null, null, null, '2026-11-20'), await templates('ASC', null, null)]) expect(plan).toMatch(/Index Scan using (attachment_log_202611|template_log_202611)_logged_at/);
    expect(await files('DESC', run.runId, null, null, null)).toMatch(/attachment_log_202611_run_id_status_idx/);
    expect(await templates('DESC', run.runId, null)).toMatch(/template_log_202611_run_id_idx/);
    // Which of the partial indexes serves an automation is a matter of how many of its checks failed.
    for (const plan of [...plans, await files('DESC', null, automationId, null, null), await templates('DESC', null, automationId)]) expect(plan).not.toMatch(/Seq Scan on (attachment|template)_log/);
  });
});
