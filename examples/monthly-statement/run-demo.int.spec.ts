import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { createDatabase, type TestDatabase } from '../../embedded/test/parts.ts';
import { AUTOMATION_NAME } from './automation.ts';
import { prepareCustomerDatabase } from './customer-database.ts';
import { DEMO_CUSTOMERS } from './customers.ts';
import { runDemo } from './run-demo.ts';

const RUN = { runId: 'run', status: 'COMPLETED', reason: null, counts: { total: 200, sent: 200, failed: 0, skipped: 0, inDoubt: 0 } };
const MAILS = DEMO_CUSTOMERS.map(({ customerId }) => ({ mailId: `mail-${customerId}`, outcome: 'SENT', errorCode: null, updateQueryOk: 'Y' }));
const EVERY_ROW = "UPDATE statement SET send_status = 'SENT', mail_id = 'mail-' || customer_id";

describe('the end of the demo', () => {
  let database: TestDatabase;
  let api: Server;
  let updateQuery: string;

  /** A Tank that logs every mail as sent, and writes into the customer's table what the test says. */
  async function answer(method: string, path: string): Promise<unknown> {
    if (path === '/session') return { accessToken: 'token', expiresAt: new Date(Date.now() + 600_000).toISOString() };
    if (path.startsWith('/automation') && method === 'GET') return { items: [{ automationId: 'a', name: AUTOMATION_NAME, activeVersion: 1 }], next: null };
    if (path.startsWith('/run?')) return { items: [], next: null };
    if (path.startsWith('/run/run/mails')) return { items: MAILS, next: null };
    if (method === 'POST') await query(updateQuery);
    return RUN;
  }
  async function query(sql: string): Promise<void> {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(sql);
    await client.end();
  }
  async function runIt(): Promise<{ completed: boolean; output: string }> {
    const lines: string[] = [];
    const { completed } = await runDemo({ apiUrl: `http://127.0.0.1:${(api.address() as AddressInfo).port}`, account: { name: 'admin', password: 'only for this test' }, customerDbUrl: database.url, fileRootPath: '', report: (line) => lines.push(line) });
    return { completed, output: lines.join('\n') };
  }

  beforeAll(async () => {
    jest.spyOn(console, 'log').mockImplementation(() => {});
    database = await createDatabase('demo');
    await query('CREATE SCHEMA demo');
    await query(`ALTER DATABASE ${database.name} SET search_path = demo`);
    await prepareCustomerDatabase(database.url);
    api = createServer((request, response) => void answer(request.method!, request.url!).then((body) => response.end(JSON.stringify(body))));
    await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  });
  beforeEach(() => {
    updateQuery = EVERY_ROW;
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await new Promise((resolve) => api.close(resolve));
    await database.drop();
  });

  it('is completed when every row of the customer says what the log says', async () => {
    expect(await runIt()).toEqual({ completed: true, output: expect.stringContaining('200 of 200 rows say what the log says') });
  });

  it.each([
    ['no mail', `${EVERY_ROW}; UPDATE statement SET send_status = NULL, mail_id = NULL WHERE customer_id = 'one'`],
    ['another outcome', `${EVERY_ROW}; UPDATE statement SET send_status = 'FAIL' WHERE customer_id = 'one'`],
    ['an error that the log has not', `${EVERY_ROW}; UPDATE statement SET error_code = 'BAD_ADDRESS' WHERE customer_id = 'one'`],
  ])('is not completed when one row says %s, and names its customer', async (_, sql) => {
    const one = DEMO_CUSTOMERS[7]!.customerId;
    updateQuery = sql.replaceAll("'one'", `'${one}'`);
    const { completed, output } = await runIt();
    expect(completed).toBe(false);
    expect(output).toContain('199 of 200 rows say what the log says');
    expect(output).toContain(`The demo did not complete: the customer table and the log differ for customer ${one};`);
  });

  it('is not completed when nothing was written back', async () => {
    updateQuery = 'SELECT 1';
    expect(await runIt()).toEqual({ completed: false, output: expect.stringMatching(/0 of 200 rows[\s\S]* and 195 more;/) });
  });
});
