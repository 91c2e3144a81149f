import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { roleUrl } from '../embedded/test/parts.ts';
import { readSendStatus } from '../examples/monthly-statement/customer-database.ts';
import { DEMO_CUSTOMERS, type DemoCustomer } from '../examples/monthly-statement/customers.ts';
import { runDemo } from '../examples/monthly-statement/run-demo.ts';
import { fileNamesOf, STATEMENT_FOLDER } from '../examples/monthly-statement/statement-files.ts';
import { TankApi } from '../examples/monthly-statement/tank-api.ts';
import { acceptedMails, type AcceptedMail } from './emulator-mails.ts';
import { startTank, type RunningTank } from './running-tank.ts';

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

describe('the demo, with three senders and two renderers', () => {
  let tank: RunningTank;
  let runId: string;
  let mails: LoggedMail[];
  let accepted: AcceptedMail[];
  let completed: boolean;

  beforeAll(async () => {
    tank = await startTank({ replicas: { sender: 3, renderer: 2 } });
    const lines: string[] = [];
    ({ completed } = await runDemo({ apiUrl: tank.apiUrl, customerDbUrl: tank.customer.url, fileRootPath: tank.fileRootPath, report: (line) => lines.push(line) }));
    const api = new TankApi(tank.apiUrl);
    runId = (await api.all<{ runId: string }>('/run'))[0]!.runId;
    mails = await api.all<LoggedMail>(`/run/${runId}/mails?limit=37`);
    accepted = await acceptedMails(tank.sesUrl);
  }, 120_000);
  afterAll(() => tank?.stop());

  it('completes its run', () => expect(completed).toBe(true));

  it('gives each of the 200 rows of the manifest exactly its outcome', () => {
    const found = mails.map(({ row, recipientKey, outcome, errorCode }) => ({ row, recipientKey, outcome, errorCode }));
    const expected = DEMO_CUSTOMERS.map(({ customerId, expected }, at) => ({ row: at + 1, recipientKey: customerId, ...expected }));
    expect(found).toEqual(expected);
    expect(SENT).toHaveLength(191);
  });

  it('sends exactly the 191 mails, each once', () => {
    expect(accepted.map(({ to }) => to).sort()).toEqual(SENT.map(({ email }) => email).sort());
    expect(new Set(mails.filter(({ outcome }) => outcome === 'SENT').map(({ messageId }) => messageId))).toEqual(new Set(accepted.map(({ messageId }) => messageId)));
  });

  it('attaches to each mail byte for byte its own customer\'s file, under its Korean name', () => {
    for (const customer of SENT) {
      const { attachments } = mailOf(customer);
      expect(attachments).toHaveLength(1);
      expect(attachments[0]!.fileName.normalize('NFC')).toBe(`2026년 10월 이용대금 명세서_${customer.name}.pdf`);
      expect(attachments[0]!.contentType).toBe('application/pdf');
      expect(attachments[0]!.content.equals(readFileSync(join(tank.fileRootPath, STATEMENT_FOLDER, fileNamesOf(customer)[0]!)))).toBe(true);
    }
  });

  it('writes subject, name, amount and dates in Korean, in the HTML and in the text', () => {
    for (const customer of SENT) {
      const { subject, html, text } = mailOf(customer);
      expect(subject).toBe(`[한빛카드] ${customer.name}님의 2026년 10월 이용대금 명세서`);
      for (const body of [html, text]) {
        expect(body).toContain(`${customer.name} 고객님`);
        expect(body).toContain(`${won.format(customer.amount)}원`);
        expect(body).toContain('2026년 11월 25일 (수)');
        expect(body).toContain(`${won.format(customer.points)}점`);
      }
    }
  });

  it('writes into the customer table what the log says', async () => {
    const logged = mails.map(({ recipientKey, outcome, errorCode, messageId, mailId }) => ({ customerId: recipientKey, sendStatus: outcome, errorCode, messageId, mailId }));
    expect(await readSendStatus(tank.customer.url)).toEqual(logged);
    expect(mails.every(({ updateQueryOk }) => updateQueryOk === 'Y')).toBe(true);
  });

  it('shows the seeds\' tables to a read-only role, without a schema prefix', async () => {
    const reader = new pg.Client({ connectionString: roleUrl(tank.logsDb, 'reader') });
    await reader.connect();
    try {
      const run = await reader.query('SELECT run_id, status, start_at, end_at FROM auto_run_log');
      expect(run.rows).toEqual([{ run_id: runId, status: 'COMPLETED', start_at: expect.any(Date), end_at: expect.any(Date) }]);
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
    const summary = await new TankApi(tank.apiUrl).get<{ mails: Record<string, number>; errors: unknown[] }>('/report/summary');
    expect(summary.mails).toMatchObject({ SENT: 191, SKIPPED: 5, FAIL: 4 });
    expect(summary.errors).toEqual(expect.arrayContaining([{ errorCode: 'NOT_FOUND', count: 3 }, { errorCode: 'BAD_ADDRESS', count: 2 }]));
  });

  const mailOf = ({ email }: DemoCustomer): AcceptedMail => accepted.find(({ to }) => to === email)!;
});
