import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createDatabase, roleUrl, type TestDatabase } from './test/parts.ts';

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

describe('a prepared Logs DB', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createDatabase('logsdb');
    await query(roleUrl(database, 'logs'), 'CREATE TABLE email_send_log (mail_id text); INSERT INTO email_send_log VALUES (\'1-1\')');
    await query(roleUrl(database, 'sender'), 'CREATE TABLE ledger (mail_id text)');
  });
  afterAll(() => database.drop());

  it('shows the reader the log tables without a schema prefix', async () => {
    expect(await query(roleUrl(database, 'reader'), 'SELECT mail_id FROM email_send_log')).toEqual([{ mail_id: '1-1' }]);
  });
});
