import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { roleUrl } from '../../../../embedded/test/parts.js';
import { recordedMail, runOf } from '../recorded-mail.fixture.js';
import { LOG_ENTITIES } from './logs-database.js';
import { openLogTables, type LogTablesOfTest } from './log-tables.fixture.js';

const RUN = '3f1d3f86-4e0c-4f3e-9a65-8f3b0a7f1a01';

describe('the log tables', () => {
  let tables: LogTablesOfTest;

  beforeAll(async () => {
    tables = await openLogTables('logs_tables');
    await tables.logMails.log([recordedMail({ runId: RUN, row: 1 })]);
  });
  afterAll(() => tables.close());

  const drift = async () => (await tables.source.driver.createSchemaBuilder().log()).upQueries.map(({ query }) => query);

  it('are what the entities say, partitioned tables included', async () => {
    expect(LOG_ENTITIES).toHaveLength(6);
    expect(await drift()).toEqual([]);
  });

  it.each([
    ['a column more', 'ALTER TABLE email_send_log ADD COLUMN extra text', 'ALTER TABLE email_send_log DROP COLUMN extra'],
    ['another type', 'ALTER TABLE attachment_log ALTER COLUMN rule TYPE varchar(20)', 'ALTER TABLE attachment_log ALTER COLUMN rule TYPE text'],
    ['NULLs where there were none', 'ALTER TABLE email_send_log ALTER COLUMN status DROP NOT NULL', 'ALTER TABLE email_send_log ALTER COLUMN status SET NOT NULL'],
    ['an index less', 'DROP INDEX email_send_log_run', 'CREATE INDEX email_send_log_run ON email_send_log (run_id, row_no)'],
  ])('that have %s are found to have drifted', async (_, change, back) => {
    await tables.source.query(change);
    expect(await drift()).not.toEqual([]);
    await tables.source.query(back);
    expect(await drift()).toEqual([]);
  });

  it('are partitioned by month under a key that holds the partition key', async () => {
    const found: { table: string; strategy: string; key: string }[] = await tables.source.query(`
      SELECT relname AS table, pg_get_partkeydef(pg_class.oid) AS strategy, pg_get_constraintdef(pg_constraint.oid) AS key
      FROM pg_partitioned_table JOIN pg_class ON pg_class.oid = partrelid JOIN pg_constraint ON conrelid = pg_class.oid AND contype = 'p' ORDER BY 1`);
    expect(found).toEqual([
      { table: 'attachment_log', strategy: 'RANGE (business_date)', key: 'PRIMARY KEY (mail_id, business_date, "position")' },
      { table: 'email_send_log', strategy: 'RANGE (business_date)', key: 'PRIMARY KEY (mail_id, business_date)' },
      { table: 'template_log', strategy: 'RANGE (business_date)', key: 'PRIMARY KEY (mail_id, business_date)' },
    ]);
  });

  it('have in a partition every index of the parent', async () => {
    const [{ parent, partition }] = await tables.source.query(`
      SELECT (SELECT count(*) FROM pg_index WHERE indrelid = 'email_send_log'::regclass) AS parent,
             (SELECT count(*) FROM pg_index WHERE indrelid = 'email_send_log_202611'::regclass) AS partition`);
    expect(parent).toBe('11');
    expect(partition).toBe(parent);
  });
});

describe('the reader', () => {
  let tables: LogTablesOfTest;
  let reader: pg.Client;

  beforeAll(async () => {
    tables = await openLogTables('logs_reader');
    await tables.events.putRun(runOf({ runId: RUN }), 1);
    await tables.logMails.log([recordedMail({ runId: RUN, row: 1 })]);
    reader = new pg.Client({ connectionString: roleUrl(tables.database, 'reader') });
    await reader.connect();
  });
  afterAll(async () => {
    await reader.end();
    await tables.close();
  });

  it('sees the logs under the seeds\' names, without a schema prefix', async () => {
    expect((await reader.query('SELECT RUN_ID, STATUS, START_AT, END_AT FROM AUTO_RUN_LOG')).rows).toMatchObject([{ run_id: RUN, status: 'RUNNING' }]);
    expect((await reader.query('SELECT STATUS, UPDATE_QUERY_OK FROM EMAIL_SEND_LOG')).rows).toEqual([{ status: 'SENT', update_query_ok: 'Y' }]);
    for (const table of ['ATTACHMENT_LOG', 'TEMPLATE_LOG', 'SYSTEM_ERROR_LOG']) await reader.query(`SELECT * FROM ${table}`);
  });

  it('sees the mails of a month whose partition was made after it connected', async () => {
    await tables.logMails.log([recordedMail({ runId: RUN, row: 2, businessDate: '2031-05-01T00:00:00' })]);
    expect((await reader.query('SELECT count(*) FROM email_send_log')).rows).toEqual([{ count: '2' }]);
  });

  it.each(['INSERT INTO template_log SELECT * FROM template_log', 'DELETE FROM email_send_log', 'UPDATE auto_run_log SET status = \'FAIL\''])('may not write: %s', async (statement) => {
    await expect(reader.query(statement)).rejects.toThrow(/read-only transaction|permission denied/);
    await reader.query('SET default_transaction_read_only = off');
    await expect(reader.query(statement)).rejects.toThrow(/permission denied/);
    await reader.query('RESET default_transaction_read_only');
  });

  it('does not see dead letters, which hold the rows of customers', async () => {
    await expect(reader.query('SELECT * FROM dead_letter')).rejects.toThrow(/permission denied/);
  });
});
