import { describe, expect, it } from '@jest/globals';
import { TryLater, type Outcome } from '@tank/contracts';
import { AddressPrivacy } from './address-privacy.js';
import { LogMails, RowRefused, type MailLogTables } from './log-mails.js';
import type { MailRow } from './mail-row.js';
import { recordedMail, recordedMails } from './recorded-mail.fixture.js';

const RUN = '3f1d3f86-4e0c-4f3e-9a65-8f3b0a7f1a01';

/** Tables that remember mails, refuse some rows, and count what they were asked. */
class FakeTables implements MailLogTables {
  readonly outcomes = new Map<string, Outcome>();
  calls: MailRow[][] = [];
  refusedRows = new Set<number>();
  isAway = false;

  async record(rows: MailRow[]): Promise<Map<string, Outcome>> {
    this.calls.push(rows);
    if (this.isAway) throw new TryLater('away', 1000);
    if (rows.some(({ row_no }) => this.refusedRows.has(row_no))) throw new RowRefused('SQLSTATE 22003');
    for (const { mail_id, status } of rows) if (!this.outcomes.has(mail_id)) this.outcomes.set(mail_id, status);
    return new Map(rows.map(({ mail_id }) => [mail_id, this.outcomes.get(mail_id)!]));
  }
}

function logMails() {
  const tables = new FakeTables();
  const contradictions: [string, Outcome, Outcome][] = [];
  const lags: number[] = [];
  const watch = { logged: (_: Outcome, lagMs: number) => void lags.push(lagMs), contradicted: (...told: [string, Outcome, Outcome]) => void contradictions.push(told) };
  return { tables, contradictions, lags, service: new LogMails(tables, new AddressPrivacy('plain', undefined), watch, () => Date.parse('2026-11-20T00:00:02.000Z')) };
}

describe('LogMails', () => {
  it('answers each mail in order, with the dispatch it came with', async () => {
    const { service, tables, lags } = logMails();
    const given = await service.log([recordedMail({ runId: RUN, row: 2, dispatch: 3 }), recordedMail({ runId: RUN, row: 1, outcome: 'FAIL' })]);
    expect(given).toEqual([
      { v: 1, type: 'MailLogged', mailId: `${RUN}-2`, runId: RUN, row: 2, dispatch: 3, outcome: 'SENT' },
      { v: 1, type: 'MailLogged', mailId: `${RUN}-1`, runId: RUN, row: 1, dispatch: 1, outcome: 'FAIL' },
    ]);
    expect(tables.calls).toHaveLength(1);
    expect(lags).toEqual([500, 500]);
  });

  it('finds the one bad row of 200 in few statements and lets all the others through', async () => {
    const { service, tables } = logMails();
    tables.refusedRows = new Set([137]);
    const given = await service.log(recordedMails(RUN, 200));
    expect(given.filter((ending) => ending instanceof RowRefused)).toHaveLength(1);
    expect(given[136]).toBeInstanceOf(RowRefused);
    expect(tables.outcomes.size).toBe(199);
    expect(tables.calls.length).toBeLessThan(20);
  });

  it('writes a mail that is twice in a batch once, and answers both', async () => {
    const { service, tables } = logMails();
    const given = await service.log([recordedMail({ runId: RUN, row: 1, dispatch: 1 }), recordedMail({ runId: RUN, row: 1, dispatch: 2 })]);
    expect(tables.calls[0]).toHaveLength(1);
    expect(given).toMatchObject([{ dispatch: 1, outcome: 'SENT' }, { dispatch: 2, outcome: 'SENT' }]);
  });

  it('lets a doubt be settled within one batch, in that direction only', async () => {
    const { service, tables, contradictions } = logMails();
    const mail = (row: number, outcome: Outcome) => recordedMail({ runId: RUN, row, outcome });
    const given = await service.log([mail(1, 'IN_DOUBT'), mail(1, 'SENT'), mail(2, 'SENT'), mail(2, 'IN_DOUBT'), mail(3, 'FAIL'), mail(3, 'SENT')]);
    expect(given).toMatchObject(['SENT', 'SENT', 'SENT', 'SENT', 'FAIL', 'FAIL'].map((outcome) => ({ outcome })));
    expect(tables.calls[0]!.map(({ status }) => status)).toEqual(['SENT', 'SENT', 'FAIL']);
    expect(contradictions).toEqual([[`${RUN}-3`, 'FAIL', 'SENT']]);
  });

  it('answers with the outcome that stands, and says that another was ignored', async () => {
    const { service, contradictions } = logMails();
    await service.log([recordedMail({ runId: RUN, row: 1, outcome: 'SENT' })]);
    expect(await service.log([recordedMail({ runId: RUN, row: 1, outcome: 'FAIL' })])).toMatchObject([{ outcome: 'SENT' }]);
    expect(contradictions).toEqual([[`${RUN}-1`, 'SENT', 'FAIL']]);
  });

  it('logs nobody while the database is away', async () => {
    const { service, tables } = logMails();
    tables.isAway = true;
    await expect(service.log(recordedMails(RUN, 2))).rejects.toThrow(TryLater);
    expect(tables.calls).toHaveLength(1);
  });

  it('cleans and cuts texts, and keeps the row\'s values out', async () => {
    const { service, tables } = logMails();
    await service.log([recordedMail({ runId: RUN, row: 1, recipientKey: 'a\u0000b', errorDetail: '가'.repeat(10_000), values: { secret: 'x' } })], ['t'.repeat(32)]);
    const [row] = tables.calls[0]!;
    expect(row).toMatchObject({ recipient_key: 'ab', trace_id: 't'.repeat(32) });
    expect(row!.error_detail).toHaveLength(4_000);
    expect(JSON.stringify(row)).not.toContain('secret');
  });
});
