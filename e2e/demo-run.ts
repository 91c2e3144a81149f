import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { DemoSource } from '../embedded/environment.ts';
import { roleUrl } from '../embedded/test/parts.ts';
import { readSendStatus } from '../examples/monthly-statement/customer-database.ts';
import { DEMO_CUSTOMERS, type DemoCustomer } from '../examples/monthly-statement/customers.ts';
import { runDemo } from '../examples/monthly-statement/run-demo.ts';
import { fileNamesOf, STATEMENT_FOLDER } from '../examples/monthly-statement/statement-files.ts';
import { acceptedMails, type AcceptedMail } from './emulator-mails.ts';
import { startTank, type RunningTank, type TankOptions } from './running-tank.ts';

interface LoggedMail {
  mailId: string;
  row: number;
  recipientKey: string;
  outcome: string;
  errorCode: string | null;
  messageId: string | null;
  updateQueryOk: string | null;
}

const SENT = DEMO_CUSTOMERS.filter(({ expected }) => expected.outcome === 'SENT');
const won = new Intl.NumberFormat('ko-KR');

/** A run of the demo, on a Tank of its own, that has come to its end. */
export class DemoRun {
  readonly tank: RunningTank;
  readonly completed: boolean;
  readonly runId: string;
  readonly mails: LoggedMail[];
  readonly accepted: AcceptedMail[];

  private constructor(tank: RunningTank, completed: boolean, runId: string, mails: LoggedMail[], accepted: AcceptedMail[]) {
    this.tank = tank;
    this.completed = completed;
    this.runId = runId;
    this.mails = mails;
    this.accepted = accepted;
  }

  static async on(tank: RunningTank, source: DemoSource): Promise<DemoRun> {
    const { api, apiUrl, account, customer, fileRootPath, sesUrl } = tank;
    const { completed } = await runDemo({ apiUrl, account, customerDbUrl: customer.url, source, fileRootPath, report: () => undefined });
    const { runId } = (await api.all<{ runId: string }>('/run'))[0]!;
    return new DemoRun(tank, completed, runId, await api.all<LoggedMail>(`/run/${runId}/mails?limit=37`), await acceptedMails(sesUrl));
  }

  mailOf({ email }: DemoCustomer): AcceptedMail {
    return this.accepted.find(({ to }) => to === email)!;
  }
}

/** What the demo must come to, whatever Tank reaches its customer's database through. */
export function itRunsTheDemo(options: TankOptions & { source: DemoSource }, also: (demo: () => DemoRun) => void = () => undefined): void {
  let tank: RunningTank | undefined;
  let ended: DemoRun;
  const demo = () => ended;

  beforeAll(async () => {
    tank = await startTank(options);
    ended = await DemoRun.on(tank, options.source);
  }, 120_000);
  afterAll(() => tank?.stop());

  it('completes its run', () => expect(demo().completed).toBe(true));

  it('gives each of the 200 rows of the manifest exactly its outcome', () => {
    const found = demo().mails.map(({ row, recipientKey, outcome, errorCode }) => ({ row, recipientKey, outcome, errorCode }));
    const expected = DEMO_CUSTOMERS.map(({ customerId, expected }, at) => ({ row: at + 1, recipientKey: customerId, ...expected }));
    expect(found).toEqual(expected);
    expect(SENT).toHaveLength(191);
  });

  itSendsTheMails(demo);
  itWritesBack(demo);
  itLogs(demo);
  also(demo);
}

function itSendsTheMails(demo: () => DemoRun): void {
  it('sends exactly the 191 mails, each once', () => {
    const { mails, accepted } = demo();
    expect(accepted.map(({ to }) => to).sort()).toEqual(SENT.map(({ email }) => email).sort());
    expect(new Set(mails.filter(({ outcome }) => outcome === 'SENT').map(({ messageId }) => messageId))).toEqual(new Set(accepted.map(({ messageId }) => messageId)));
  });

  it('attaches to each mail byte for byte its own customer\'s file, under its Korean name', () => {
    for (const customer of SENT) {
      const { attachments } = demo().mailOf(customer);
      expect(attachments).toHaveLength(1);
      expect(attachments[0]!.fileName.normalize('NFC')).toBe(`2026년 10월 이용대금 명세서_${customer.name}.pdf`);
      expect(attachments[0]!.contentType).toBe('application/pdf');
      expect(attachments[0]!.content.equals(readFileSync(join(demo().tank.fileRootPath, STATEMENT_FOLDER, fileNamesOf(customer)[0]!)))).toBe(true);
    }
  });

  it('writes subject, name, amount and dates in Korean, in the HTML and in the text', () => {
    for (const customer of SENT) {
      const { subject, html, text } = demo().mailOf(customer);
      expect(subject).toBe(`[한빛카드] ${customer.name}님의 2026년 10월 이용대금 명세서`);
      for (const body of [html, text]) {
        expect(body).toContain(`${customer.name} 고객님`);
        expect(body).toContain(`${won.format(customer.amount)}원`);
        expect(body).toContain('2026년 11월 25일 (수)');
        expect(body).toContain(`${won.format(customer.points)}점`);
      }
    }
  });
}

function itWritesBack(demo: () => DemoRun): void {
  it('writes into the customer table what the log says', async () => {
    const { mails, tank } = demo();
    const logged = mails.map(({ recipientKey, outcome, errorCode, messageId, mailId }) => ({ customerId: recipientKey, sendStatus: outcome, errorCode, messageId, mailId }));
    expect(await readSendStatus(tank.customer.url)).toEqual(logged);
    expect(mails.every(({ updateQueryOk }) => updateQueryOk === 'Y')).toBe(true);
  });

  it('writes the run, and the very time of each mail, into the customer table', async () => {
    const { tank, runId } = demo();
    const run = await tank.api.get<{ startAt: string; endAt: string }>(`/run/${runId}`);
    const statements = await rowsOf(tank.customer.url, 'SELECT customer_id, run_id, sent_at FROM statement');
    const sent = new Set(SENT.map(({ customerId }) => customerId));
    expect(statements.filter(({ run_id }) => run_id !== runId)).toEqual([]);
    expect(statements.filter(({ customer_id, sent_at }) => sent.has(customer_id) !== (sent_at !== null))).toEqual([]);
    const times = statements.flatMap(({ sent_at }) => (sent_at === null ? [] : [(sent_at as Date).getTime()]));
    expect(Math.min(...times)).toBeGreaterThanOrEqual(Date.parse(run.startAt));
    expect(Math.max(...times)).toBeLessThanOrEqual(Date.parse(run.endAt));
  });
}

function itLogs(demo: () => DemoRun): void {
  it('shows the seeds\' tables to a read-only role, without a schema prefix', async () => {
    const reader = new pg.Client({ connectionString: roleUrl(demo().tank.logsDb, 'reader') });
    await reader.connect();
    try {
      const run = await reader.query('SELECT run_id, status, start_at, end_at FROM auto_run_log');
      expect(run.rows).toEqual([{ run_id: demo().runId, status: 'COMPLETED', start_at: expect.any(Date), end_at: expect.any(Date) }]);
      const updates = await reader.query('SELECT update_query_ok, count(*)::int FROM email_send_log GROUP BY 1');
      expect(updates.rows).toEqual([{ update_query_ok: 'Y', count: 200 }]);
      // One row for each rule, and for a duplicate one for each of the files that stand in each other's way.
      const files = await reader.query('SELECT status, count(*)::int FROM attachment_log GROUP BY 1 ORDER BY 1');
      expect(files.rows).toEqual([{ status: 'DUPLICATED', count: 2 }, { status: 'FOUND', count: 195 }, { status: 'INVALID', count: 1 }, { status: 'NOT_FOUND', count: 3 }]);
      const templates = await reader.query('SELECT status, count(*)::int FROM template_log GROUP BY 1 ORDER BY 1');
      expect(templates.rows).toEqual([{ status: 'FAIL', count: 2 }, { status: 'OK', count: 193 }]);
      await expect(reader.query('DELETE FROM email_send_log')).rejects.toThrow('read-only transaction');
      await reader.query('SET default_transaction_read_only = off');
      await expect(reader.query('DELETE FROM email_send_log')).rejects.toThrow('permission denied');
    } finally {
      await reader.end();
    }
  });

  it('summarises the day', async () => {
    const summary = await demo().tank.api.get<{ mails: Record<string, number>; errors: unknown[] }>('/report/summary');
    expect(summary.mails).toMatchObject({ SENT: 191, SKIPPED: 5, FAIL: 4 });
    expect(summary.errors).toEqual(expect.arrayContaining([{ errorCode: 'NOT_FOUND', count: 3 }, { errorCode: 'BAD_ADDRESS', count: 2 }]));
  });
}

async function rowsOf(url: string, sql: string): Promise<{ customer_id: string; run_id: string | null; sent_at: Date | null }[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
