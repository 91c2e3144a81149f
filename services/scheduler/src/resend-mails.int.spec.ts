import type { AutomationDefinition, MailDue, MailStopped, Outcome, Row, Run } from '@tank/contracts';
import type { LogsDb } from '@tank/logs-db';
import { createDatabase, roleUrl, type TestDatabase } from '../../../embedded/test/parts.ts';
import { openSchedulerDatabase } from './adapters/scheduler-database.js';
import type { Which } from './resend-mails.js';
import { customers, forgetAll, OLDEST, SchedulerFixture } from './scheduler.fixture.js';

let database: TestDatabase;
let db: LogsDb;
let scheduler: SchedulerFixture;

beforeAll(async () => {
  database = await createDatabase('scheduler_resend');
  db = await openSchedulerDatabase(roleUrl(database, 'scheduler'));
});
beforeEach(async () => {
  await forgetAll(db);
  scheduler = new SchedulerFixture(db, 'one', { window: 5_000 });
  await scheduler.lead();
});
afterAll(async () => {
  await db?.close();
  await database?.drop();
});

const dispatched = async () => {
  await scheduler.turn();
  return scheduler.taken('MailDue', 'MailStopped');
};
/** A run that has ended, whose rows came to these outcomes, in their order. */
async function ended(outcomes: Outcome[], change: Partial<AutomationDefinition> = {}, rows: Row[] = customers(outcomes.length)): Promise<Run> {
  const { runId } = await scheduler.runWith(rows, { allowParallelRuns: true, ...change });
  await settle(await dispatched(), outcomes);
  const run = await scheduler.runs.get(runId);
  expect(run.endAt).not.toBeNull();
  return run;
}
async function settle(mails: (MailDue | MailStopped)[], outcomes: Outcome[]): Promise<void> {
  const bySort = [...mails].sort((a, b) => a.row - b.row);
  for (const [at, mail] of bySort.entries()) await scheduler.logged([mail], outcomes[at]);
}
let keys = 0;
const resend = (runId: string, which: Partial<Which> = {}, idempotencyKey = `again-${(keys += 1)}`) => scheduler.resends.resend({ runId, idempotencyKey, outcomes: ['FAIL'], mailIds: null, ...which });
const conflict = (message: unknown, field: string | null = 'runId') => ({ refusal: { code: 'CONFLICT', field, message } });
const mail = (run: Run, row: number) => `${run.runId}-${row}`;

it('sends what failed in a new run of the active version, for the business date that it was for', async () => {
  const first = await ended(['SENT', 'FAIL', 'SKIPPED', 'FAIL', 'IN_DOUBT']);
  await scheduler.changeDraft(first.automationId, { template: { format: 'html', subject: '정정', body: '<p>{{name}}</p>', defaults: {}, htmlColumns: [] } });
  const { versionId } = await scheduler.activate(first.automationId);
  const again = await resend(first.runId);
  expect(again).toMatchObject({
    status: 'WAITING', trigger: 'resend', resendOf: first.runId, versionId, businessDate: first.businessDate, timeZone: first.timeZone, counts: { total: 2, waiting: 2 },
  });
  const mails = await dispatched();
  expect(mails.map(({ type, mailId, recipientKey, values, origin }) => ({ type, mailId, recipientKey, values, origin }))).toEqual([2, 4].map((row, at) => ({
    type: 'MailDue', mailId: mail(again, at + 1), recipientKey: `C${row}`, values: { customer_id: `C${row}`, email: `c${row}@customer.example` }, origin: { runId: first.runId, mailId: mail(first, row) },
  })));
  await scheduler.logged(mails);
  expect(await scheduler.runs.get(again.runId)).toMatchObject({ status: 'COMPLETED', counts: { sent: 2 } });
  expect(await scheduler.runs.mail(mail(again, 1))).toMatchObject({ origin: { mailId: mail(first, 2) } });
});

it('takes other outcomes, or chosen mails', async () => {
  const first = await ended(['SENT', 'FAIL', 'SKIPPED', 'FAIL', 'SKIPPED']);
  expect((await resend(first.runId, { outcomes: ['SKIPPED'] })).counts.total).toBe(2);
  await settle(await dispatched(), ['SKIPPED', 'SKIPPED']);
  const chosen = await resend(first.runId, { mailIds: [mail(first, 4), mail(first, 5), mail(first, 4)] });
  expect((await dispatched()).map(({ mailId, recipientKey }) => [mailId, recipientKey])).toEqual([[mail(chosen, 1), 'C4'], [mail(chosen, 2), 'C5']]);
});

it('keeps the order of very many', async () => {
  const first = await ended(Array<Outcome>(2_500).fill('FAIL'));
  const again = await resend(first.runId);
  expect(again.counts.total).toBe(2_500);
  const rows = await db.query<{ row_no: number; root_row: number; recipient_key: string }>('SELECT row_no, root_row, recipient_key FROM manifest_row WHERE run_id = $1 ORDER BY row_no', [again.runId]);
  expect(rows).toEqual(rows.map((_, at) => ({ row_no: at + 1, root_row: at + 1, recipient_key: `C${at + 1}` })));
}, 30_000);

describe('nobody gets a mail twice', () => {
  it('of what was sent, is in doubt, or was stopped for another recipient\'s sake', async () => {
    const rows = [...customers(3), { customer_id: 'C9', email: 'a@customer.example' }, { customer_id: 'C9', email: 'b@customer.example' }];
    const first = await ended(['SENT', 'IN_DOUBT', 'FAIL', 'SKIPPED', 'SKIPPED'], {}, rows);
    await expect(resend(first.runId, { outcomes: ['SKIPPED'] })).rejects.toMatchObject(conflict(expect.stringContaining('no mail'), 'outcomes'));
    const stranger = '00000000-0000-4000-8000-000000000001-1';
    await expect(resend(first.runId, { mailIds: [mail(first, 1), mail(first, 2), mail(first, 3), mail(first, 4), mail(first, 6), stranger] })).rejects.toMatchObject(conflict(
      `Nothing was started. Mail ${stranger} is none of this run. Mail ${mail(first, 1)} is SENT. Mail ${mail(first, 2)} is in doubt: settle it first. And 2 more.`, 'mailIds'));
    await expect(resend(first.runId, { mailIds: [mail(first, 4)] })).rejects.toMatchObject(conflict(expect.stringContaining('RECIPIENT_KEY_DUPLICATED'), 'mailIds'));
    await expect(resend(first.runId, { mailIds: [mail(first, 6)] })).rejects.toMatchObject(conflict(expect.stringContaining('none of this run'), 'mailIds'));
    expect((await resend(first.runId)).counts.total).toBe(1);
  });

  it.each([['SENT'], ['IN_DOUBT']] as const)('that is on its way again, or is %s by then', async (outcome) => {
    const first = await ended(['FAIL', 'FAIL']);
    const again = await resend(first.runId, { mailIds: [mail(first, 1)] });
    await expect(resend(first.runId, { mailIds: [mail(first, 1)] })).rejects.toMatchObject(conflict(expect.stringContaining(`in run ${again.runId} already`), 'mailIds'));
    expect((await resend(first.runId)).counts.total).toBe(1); // the other
    await expect(resend(first.runId)).rejects.toMatchObject(conflict(expect.stringContaining('no mail'), 'outcomes'));
    await settle(await dispatched(), [outcome, outcome]);
    await expect(resend(first.runId)).rejects.toMatchObject(conflict(expect.stringContaining('no mail'), 'outcomes'));
  });

  it('through a resend of a resend', async () => {
    const first = await ended(['FAIL']);
    const second = await resend(first.runId);
    await settle(await dispatched(), ['FAIL']);
    const third = await resend(second.runId);
    const [due] = await dispatched();
    expect(due).toMatchObject({ runId: third.runId, origin: { runId: first.runId, mailId: mail(first, 1) } });
    for (const { runId } of [first, second]) await expect(resend(runId)).rejects.toMatchObject(conflict(expect.stringContaining('no mail'), 'outcomes'));
    await scheduler.logged([due!]);
    for (const { runId } of [first, second]) await expect(resend(runId)).rejects.toMatchObject(conflict(expect.stringContaining('no mail'), 'outcomes'));
  });

  it('of two who ask at the same moment', async () => {
    const first = await ended(['FAIL', 'FAIL', 'FAIL']);
    const ends = await Promise.allSettled(Array.from({ length: 6 }, () => resend(first.runId)));
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await dispatched()).toHaveLength(3);
  });

  it('for asking twice with one key', async () => {
    const first = await ended(['FAIL', 'FAIL']);
    const again = await resend(first.runId, {}, 'once');
    expect(await resend(first.runId, {}, 'once')).toEqual(again);
    await settle(await dispatched(), ['FAIL', 'FAIL']);
    expect((await resend(first.runId, {}, 'once')).runId).toBe(again.runId);
    await expect(resend(again.runId, {}, 'once')).rejects.toMatchObject(conflict(expect.stringContaining('"once"'), null));
  });
});

it('may be asked for again after it failed, or was canceled before it left', async () => {
  const first = await ended(['FAIL', 'FAIL']);
  await resend(first.runId);
  await settle(await dispatched(), ['FAIL', 'FAIL']);
  const third = await resend(first.runId);
  expect(await scheduler.control.cancel(third.runId, null)).toMatchObject({ status: 'CANCELED', endAt: expect.any(String), counts: { canceled: 2 } });
  expect((await resend(first.runId)).counts.total).toBe(2);
  expect(await dispatched()).toHaveLength(2);
});

it('stops rows that claim one file, as any run does', async () => {
  const rule = { name: '명세서', directory: 'a', file: '{{email}}.pdf', displayName: 'a.pdf', onMissing: 'skip' as const, common: false };
  const rows = customers(3).map((row) => ({ ...row, email: 'one@customer.example' }));
  const first = await ended(['FAIL', 'FAIL', 'FAIL'], {}, rows);
  await scheduler.changeDraft(first.automationId, { fileRules: [rule] as never });
  await scheduler.activate(first.automationId);
  await resend(first.runId);
  expect((await dispatched()).map(({ type }) => type)).toEqual(['MailStopped', 'MailStopped', 'MailStopped']);
});

describe('what another recipient of the first run claims', () => {
  const rule = (file: string, over = {}) => ({ name: '명세서', directory: 'a', file, displayName: 'a.pdf', onMissing: 'skip', several: false, common: false, maxBytes: 1_000, ...over });
  const correct = async ({ automationId }: Run, change: object) => {
    await scheduler.changeDraft(automationId, change as never);
    await scheduler.activate(automationId);
  };
  const types = async () => (await dispatched()).map(({ type, recipientKey }) => [type, recipientKey]);

  it('is not taken by a pattern that was corrected, though the other is not sent again', async () => {
    const rows = ['110', '110_2'].map((id) => ({ customer_id: id, email: `owner${id}@x.example` }));
    const first = await ended(['SKIPPED', 'SKIPPED'], { fileRules: [rule('{{customer_id}}.pdf')] as never }, rows);
    await correct(first, { fileRules: [rule('{{customer_id}}_*.pdf')] });
    const again = await resend(first.runId, { mailIds: [mail(first, 1)] });
    expect(again.counts).toMatchObject({ total: 1, waiting: 1 });
    expect(await types()).toEqual([['MailStopped', '110']]);
    expect(await db.query('SELECT row_no, stop_code, stop_row FROM manifest_row WHERE run_id = $1', [again.runId])).toEqual([{ row_no: 1, stop_code: 'DUPLICATED', stop_row: null }]);
  });

  it.each(['SENT', 'FAIL', 'CANCELED'] as const)('is not taken by a file name that both have by now (%s)', async (outcome) => {
    const rows = customers(3).map((row, at) => ({ ...row, branch: at === 2 ? 'busan' : 'seoul' }));
    const first = await ended(['FAIL', outcome, 'FAIL'], {}, rows);
    await correct(first, { fileRules: [rule('{{branch}}.pdf')] });
    await resend(first.runId, { mailIds: [mail(first, 1), mail(first, 3)] });
    expect(await types()).toEqual([['MailStopped', 'C1'], ['MailDue', 'C3']]);
  });

  it('is not taken by a key that both have by now', async () => {
    const rows = customers(3).map((row, at) => ({ ...row, household: at === 2 ? 'H2' : 'H1' }));
    const first = await ended(['FAIL', 'SENT', 'FAIL'], {}, rows);
    await correct(first, { recipient: { keyColumn: 'household', addressColumn: 'email' } });
    await resend(first.runId);
    expect(await types()).toEqual([['MailStopped', 'H1'], ['MailDue', 'H2']]);
  });

  it('stops the resend where its rule says so', async () => {
    const rows = customers(4).map((row, at) => ({ ...row, branch: at < 2 ? 'seoul' : `b${at}` }));
    const run = await scheduler.runWith(rows, { allowParallelRuns: true, fileRules: [rule('{{branch}}.pdf', { onMissing: 'stop' })] as never });
    expect(run).toMatchObject({ status: 'FAIL', reasonCode: 'DUPLICATED', counts: { canceled: 4 } });
    expect(await resend(run.runId, { outcomes: ['CANCELED'] })).toMatchObject({ status: 'FAIL', reasonCode: 'DUPLICATED', reason: expect.stringContaining('claim the same file'), counts: { total: 2, canceled: 2 } });
    expect(await types()).toEqual([]);
  });
});

it('makes nothing else of a key that has made something else', async () => {
  const first = await ended(['FAIL', 'FAIL']);
  const again = await resend(first.runId, { mailIds: [mail(first, 1)] }, 'key-of-one');
  await expect(resend(first.runId, { mailIds: [mail(first, 2)] }, 'key-of-one')).rejects.toMatchObject(conflict(expect.stringContaining('another request'), null));
  await scheduler.run(first.automationId, 'key-of-a-run');
  await expect(resend(first.runId, { mailIds: [mail(first, 2)] }, 'key-of-a-run')).rejects.toMatchObject(conflict(expect.stringContaining('another request'), null));
  await expect(scheduler.run(first.automationId, 'key-of-one')).rejects.toMatchObject(conflict(expect.stringContaining(again.runId), null));
  expect((await scheduler.resends.resend({ runId: first.runId.toUpperCase(), idempotencyKey: 'key-of-one', outcomes: ['FAIL'], mailIds: [mail(first, 1).toUpperCase()] })).runId).toBe(again.runId);
});

describe('is refused', () => {
  it('while the run has not ended', async () => {
    const { runId } = await scheduler.runWith(customers(1));
    await expect(resend(runId)).rejects.toMatchObject(conflict(expect.stringContaining('has not ended')));
  });

  it('while another run of the automation is open, unless parallel runs are allowed', async () => {
    const first = await ended(['FAIL'], { allowParallelRuns: false });
    const open = await scheduler.run(first.automationId, 'other');
    await expect(resend(first.runId)).rejects.toMatchObject(conflict(expect.stringContaining(open.runId), 'automationId'));
  });

  it('when the values of others of the first run are gone, with which it would have to be compared', async () => {
    const first = await ended(['FAIL', 'SENT']);
    const second = await resend(first.runId);
    await settle(await dispatched(), ['FAIL']);
    await db.query('UPDATE manifest_row SET row_values = NULL WHERE run_id = $1', [first.runId]);
    await expect(resend(second.runId)).rejects.toMatchObject(conflict(expect.stringContaining('erased')));
  });

  it('when the values are gone', async () => {
    const first = await ended(['FAIL', 'FAIL']);
    await db.query('UPDATE manifest_row SET row_values = NULL WHERE run_id = $1 AND row_no = 1', [first.runId]);
    await expect(resend(first.runId)).rejects.toMatchObject(conflict(expect.stringContaining('erased')));
  });

  it('when its rows have no recipient key column of the active version, and nothing is made', async () => {
    const first = await ended(['FAIL']);
    await scheduler.changeDraft(first.automationId, { recipient: { keyColumn: 'member_no', addressColumn: 'email' } });
    await scheduler.activate(first.automationId);
    await expect(resend(first.runId)).rejects.toMatchObject(conflict(expect.stringContaining('"member_no"'), 'recipient.keyColumn'));
    expect((await scheduler.runs.list({ automationId: null, groupIds: null }, OLDEST)).items).toHaveLength(1);
  });

  it('where there is no such run', async () => {
    await expect(resend('00000000-0000-4000-8000-00000000dead')).rejects.toMatchObject({ refusal: { code: 'NOT_FOUND' } });
  });
});
