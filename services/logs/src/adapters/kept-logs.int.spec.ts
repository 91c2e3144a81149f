import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { roleUrl, waitFor } from '../../../../embedded/test/parts.js';
import { LogEvents } from '../log-events.js';
import { LogUpkeep, type LogKind } from '../log-upkeep.js';
import { recordedMail, runOf } from '../recorded-mail.fixture.js';
import { KeptLogTables } from './kept-logs.js';
import { openLogTables, type LogTablesOfTest } from './log-tables.fixture.js';

const NOW = new Date('2026-11-20T00:00:00Z');

describe('the upkeep of the log tables', () => {
  let tables: LogTablesOfTest;
  let upkeep: LogUpkeep;

  beforeAll(async () => (tables = await openLogTables('kept_logs')));
  afterAll(() => tables.close());
  beforeEach(() => {
    const keepDays: Record<LogKind, number> = { mails: 365, runs: 365, systemErrors: 90, deadLetters: 30 };
    upkeep = new LogUpkeep(new KeptLogTables(tables.source, tables.partitions), keepDays, () => undefined, () => NOW);
  });

  const partitions = async () => (await tables.source.query(`SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r' AND relname LIKE 'email%' ORDER BY 1`)).map(({ relname }: { relname: string }) => relname);
  const count = async (table: string) => (await tables.source.query(`SELECT count(*)::integer FROM ${table}`))[0].count;
  const mail = (businessDate: string, settledAt: string, runId: string = randomUUID()) => tables.logMails.log([recordedMail({ runId, row: 1, businessDate, settledAt })]);

  it('has this month\'s and the next month\'s partitions ready, however often it looks', async () => {
    await upkeep.prepare();
    await upkeep.prepare();
    expect(await partitions()).toEqual(['email_send_log_202611', 'email_send_log_202612']);
  });

  it('drops months that are over, keeps the month the limit lies in, and keeps a young mail of an old date', async () => {
    await mail('2025-09-05T00:00:00', '2025-09-05T00:00:00.000Z');
    await mail('2025-10-05T00:00:00', '2025-10-05T00:00:00.000Z');
    await mail('2025-10-05T00:00:00', '2026-11-01T00:00:00.000Z');
    await mail('2025-11-05T00:00:00', '2025-11-05T00:00:00.000Z');
    await upkeep.erase();
    expect(await partitions()).toEqual(['email_send_log_202510', 'email_send_log_202511', 'email_send_log_202611', 'email_send_log_202612']);
    expect(await count('email_send_log_202510')).toBe(1);
    expect(await count('attachment_log_202510')).toBe(1);
    expect(await count('template_log_202510')).toBe(1);
    expect(await count('email_send_log')).toBe(2);
  });

  it('takes mails of a dropped month again', async () => {
    expect(await mail('2025-09-05T00:00:00', '2026-11-19T00:00:00.000Z')).toMatchObject([{ type: 'MailLogged' }]);
  });

  it('lets a reader finish: a month in use goes another time', async () => {
    await mail('2025-08-05T00:00:00', '2025-08-05T00:00:00.000Z');
    const reader = new pg.Client({ connectionString: roleUrl(tables.database, 'reader') });
    await reader.connect();
    await reader.query('BEGIN; SELECT count(*) FROM email_send_log');
    await upkeep.erase();
    expect(await partitions()).toContain('email_send_log_202508');
    await reader.query('COMMIT');
    await reader.end();
    await upkeep.erase();
    expect(await partitions()).not.toContain('email_send_log_202508');
  });

  it('does not drop a month into which a mail is being written at that moment', async () => {
    await mail('2025-07-05T00:00:00', '2025-07-05T00:00:00.000Z');
    const writer = new pg.Client({ connectionString: roleUrl(tables.database, 'logs') });
    await writer.connect();
    await writer.query(`BEGIN; UPDATE email_send_log SET settled_at = '2026-11-19' WHERE business_date = '2025-07-05'`);
    const isDropped = new KeptLogTables(tables.source, tables.partitions).dropMonth('2025-07', new Date('2025-11-20'));
    await waitFor(async () => (await tables.source.query(`SELECT 1 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND NOT granted`)).length > 0, { what: 'the drop to wait for the writer' });
    await writer.query('COMMIT');
    await writer.end();
    expect(await isDropped).toBe(false);
    expect(await count('email_send_log_202507')).toBe(1);
  });

  it('erases runs, system errors and dead letters at their own age, and no run that still has mails', async () => {
    const events = new LogEvents(tables.events);
    const [kept, young] = [randomUUID(), randomUUID()];
    await mail('2026-11-05T00:00:00', '2026-11-05T00:00:00.000Z', kept);
    for (const run of [runOf({ createdAt: '2025-11-19T00:00:00.000Z' }), runOf({ runId: kept, createdAt: '2025-11-19T00:00:00.000Z' }), runOf({ runId: young, createdAt: '2025-11-21T00:00:00.000Z' })]) {
      await events.run({ v: 1, type: 'RunChanged', run, revision: 1 });
    }
    for (const occurredAt of ['2026-08-21T00:00:00.000Z', '2026-08-23T00:00:00.000Z']) {
      await events.systemError({ v: 1, type: 'SystemErrorRaised', errorId: randomUUID(), module: 'SES', code: 'x', message: 'x', remedy: null, runId: null, mailId: null, occurredAt });
    }
    for (const occurredAt of ['2026-10-20T00:00:00.000Z', '2026-10-22T00:00:00.000Z']) {
      await events.deadLetter({ v: 1, type: 'DeadLettered', deadLetterId: randomUUID(), step: 'map', messageType: 'MailDue', reason: 'x', runId: null, mailId: null, payload: {}, occurredAt });
    }
    await upkeep.erase();
    expect((await tables.source.query('SELECT run_id FROM auto_run_log ORDER BY created_at')).map(({ run_id }: { run_id: string }) => run_id)).toEqual([kept, young]);
    expect(await count('system_error_log')).toBe(3); // those of the dead letters are young enough
    expect(await count('dead_letter')).toBe(1);
  });

  it('is done by one replica at a time', async () => {
    const kept = new KeptLogTables(tables.source, tables.partitions);
    const done: string[] = [];
    await kept.alone(async () => {
      done.push('first');
      await kept.alone(async () => void done.push('second'));
    });
    await kept.alone(async () => void done.push('third'));
    expect(done).toEqual(['first', 'third']);
  });
});
