import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mailIdOf, TryLater, type MailRecorded } from '@tank/contracts';
import { createDatabase, roleUrl, waitFor } from '../../../../embedded/test/parts.js';
import { AddressPrivacy } from '../address-privacy.js';
import { LogMails, RowRefused } from '../log-mails.js';
import { recordedMail, recordedMails } from '../recorded-mail.fixture.js';
import { openLogsDatabase } from './logs-database.js';
import { LogReader } from './log-reader.js';
import { openLogTables, type LogTablesOfTest } from './log-tables.fixture.js';
import { MailLog } from './mail-log.js';
import { MailPartitions } from './mail-partitions.js';

describe('the mail log', () => {
  let tables: LogTablesOfTest;

  beforeAll(async () => (tables = await openLogTables('mail_log')));
  afterAll(() => tables.close());

  const log = (...mails: MailRecorded[]) => tables.logMails.log(mails);
  const all = async (runId: string) => ({
    mails: await tables.source.query('SELECT * FROM email_send_log WHERE run_id = $1 ORDER BY row_no', [runId]),
    attachments: await tables.source.query('SELECT * FROM attachment_log WHERE run_id = $1 ORDER BY mail_id, position', [runId]),
    templates: await tables.source.query('SELECT * FROM template_log WHERE run_id = $1 ORDER BY mail_id', [runId]),
  });

  it('keeps a mail with what each rule and the template did', async () => {
    const runId = randomUUID();
    const check = { rule: '약관', status: 'NOT_FOUND' as const, path: null, size: null, sha256: null, detail: 'statements/C1*.pdf' };
    const mail = recordedMail({ runId, row: 1 });
    await log({ ...mail, attachmentChecks: [...mail.attachmentChecks, check] });
    const { mails, attachments, templates } = await all(runId);
    expect(mails).toMatchObject([{
      mail_id: `${runId}-1`, row_no: 1, status: 'SENT', recipient_key: 'C1', recipient_address: 'c1@bank.example', recipient_name: '김철수',
      subject: '김철수 고객님 11월 명세서', message_id: 'ses-1', attempts: 1, update_query_ok: 'Y', sent_at: new Date('2026-11-20T00:00:01Z'),
    }]);
    expect(attachments).toMatchObject([{ position: 0, rule: '명세서', status: 'FOUND', file_size: '1234' }, { position: 1, rule: '약관', status: 'NOT_FOUND' }]);
    expect(templates).toMatchObject([{ status: 'OK' }]);
  });

  it('does not change by a byte when the same messages come again, in other batches', async () => {
    const runId = randomUUID();
    const mails = recordedMails(runId, 50);
    const first = await tables.logMails.log(mails);
    const before = await all(runId);
    const again = await tables.logMails.log(mails.slice(0, 20));
    again.push(...(await tables.logMails.log(mails.slice(20).reverse())).reverse());
    expect(again).toEqual(first);
    expect(await all(runId)).toEqual(before);
  });

  it('lets IN_DOUBT become SENT or FAIL, and nothing else become anything', async () => {
    const runId = randomUUID();
    const outcomes = ['SENT', 'FAIL', 'SKIPPED', 'IN_DOUBT', 'CANCELED'] as const;
    const pairs = outcomes.flatMap((from) => outcomes.map((to) => ({ from, to })));
    await log(...pairs.map(({ from }, at) => recordedMail({ runId, row: at + 1, outcome: from })));
    const given = await log(...pairs.map(({ to }, at) => recordedMail({ runId, row: at + 1, outcome: to })));
    const expected = pairs.map(({ from, to }) => (from === 'IN_DOUBT' && (to === 'SENT' || to === 'FAIL') ? to : from));
    expect((await all(runId)).mails.map(({ status }: { status: string }) => status)).toEqual(expected);
    expect(given).toMatchObject(expected.map((outcome) => ({ outcome })));
  });

  it('keeps of a settled doubt what only the first message knew', async () => {
    const runId = randomUUID();
    await log(recordedMail({ runId, row: 1, outcome: 'IN_DOUBT', errorCode: 'SES_UNKNOWN', messageId: null, sentAt: null, updateQueryOk: null }));
    await log(recordedMail({ runId, row: 1, outcome: 'SENT', to: null, subject: null, attachmentChecks: [], templateCheck: null, messageId: 'ses-late', attempts: 0 }));
    const { mails, attachments } = await all(runId);
    expect(mails).toMatchObject([{ status: 'SENT', error_code: null, message_id: 'ses-late', recipient_address: 'c1@bank.example', subject: '김철수 고객님 11월 명세서', attempts: 1, update_query_ok: 'Y' }]);
    expect(attachments).toHaveLength(1);
  });

  it('makes the partition of a month nobody expected, and puts each mail in its own', async () => {
    const runId = randomUUID();
    await log(
      recordedMail({ runId, row: 1, businessDate: '2026-12-31T23:59:59' }),
      recordedMail({ runId: randomUUID(), row: 1, businessDate: '2027-01-01T00:00:00' }),
      recordedMail({ runId, row: 2, businessDate: '1999-02-28T12:00:00' }),
    );
    expect(await tables.source.query('SELECT tableoid::regclass::text AS partition FROM email_send_log WHERE run_id = $1 ORDER BY row_no', [runId]))
      .toEqual([{ partition: 'email_send_log_202612' }, { partition: 'email_send_log_199902' }]);
  });

  it('makes a partition again that another replica dropped', async () => {
    await log(recordedMail({ runId: randomUUID(), row: 1, businessDate: '2001-03-01T00:00:00' }));
    for (const table of ['email_send_log', 'attachment_log', 'template_log']) await tables.source.query(`DROP TABLE ${table}_200103`);
    expect(await log(recordedMail({ runId: randomUUID(), row: 1, businessDate: '2001-03-01T00:00:00' }))).toMatchObject([{ type: 'MailLogged' }]);
  });

  it('takes the same new month from several replicas at once', async () => {
    const replicas = [1, 2, 3, 4].map(() => new LogMails(new MailLog(tables.source, new MailPartitions(tables.source)), new AddressPrivacy('plain', undefined), { logged: () => undefined, contradicted: () => undefined }));
    const runId = randomUUID();
    const given = await Promise.all(replicas.map((replica) => replica.log(recordedMails(runId, 100, { businessDate: '2035-06-01T00:00:00' }))));
    expect(given.flat().every((ending) => !(ending instanceof Error))).toBe(true);
    expect((await all(runId)).mails).toHaveLength(100);
  });

  it('makes each partition once, however many replicas make it', async () => {
    const months = ['2036-01', '2036-02', '2036-03', '2036-04'];
    await Promise.all([1, 2, 3, 4, 5, 6].map(() => new MailPartitions(tables.source).prepare(months)));
    const [{ count }] = await tables.source.query(`SELECT count(*)::integer FROM pg_class WHERE relispartition AND relkind = 'r' AND relname ~ '_2036'`);
    expect(count).toBe(months.length * 3);
  });

  it('takes its neighbours when one row can never be written', async () => {
    const runId = randomUUID();
    const mails = [...recordedMails(runId, 20), recordedMail({ runId, row: 3_000_000_000 }), recordedMail({ runId, row: 99, businessDate: '2026-13-45T00:00:00' })];
    const given = await tables.logMails.log(mails);
    expect(given.slice(0, 20).every((ending) => !(ending instanceof Error))).toBe(true);
    expect(given[20]).toBeInstanceOf(RowRefused);
    expect((given[20] as Error).message).toContain('SQLSTATE 22003');
    expect(given[21]).toBeInstanceOf(RowRefused);
    expect((await all(runId)).mails).toHaveLength(20);
  });

  it('takes text that PostgreSQL would refuse, cleaned and cut', async () => {
    const runId = randomUUID();
    const mail = recordedMail({ runId, row: 1, recipientKey: `K\u0000${'키'.repeat(5_000)}`, errorDetail: '반쪽 \uD83D 글자', subject: '제목\u0000' });
    mail.attachmentChecks[0]!.path = 'a\u0000b';
    mail.templateCheck = { status: 'FAIL', detail: '\u0000' };
    expect(await log(mail)).toMatchObject([{ type: 'MailLogged' }]);
    const { mails, attachments } = await all(runId);
    expect(mails).toMatchObject([{ subject: '제목', error_detail: '반쪽 \uFFFD 글자' }]);
    expect(mails[0].recipient_key).toHaveLength(500);
    expect(attachments).toMatchObject([{ file_path: 'ab' }]);
  });

  it('keeps no plain address anywhere where addresses are masked', async () => {
    const runId = randomUUID();
    const masked = tables.logMailsWith(new AddressPrivacy('masked', 'k'.repeat(32)));
    await masked.log([recordedMail({ runId, row: 1, updateError: 'Key (email)=(c1@bank.example) already exists.' })]);
    const { mails, attachments, templates } = await all(runId);
    expect(mails).toMatchObject([{ recipient_address: 'c***@bank.example', recipient_name: '김*수', subject: '김*수 고객님 11월 명세서' }]);
    expect(JSON.stringify([mails, attachments, templates])).not.toMatch(/c1@bank|김철수/);
  });

  it('keeps the trace id of each mail', async () => {
    const runId = randomUUID();
    const traceIds = ['a'.repeat(32), null];
    await tables.logMails.log(recordedMails(runId, 2), traceIds);
    expect((await all(runId)).mails.map(({ trace_id }: { trace_id: string }) => trace_id)).toEqual(traceIds);
  });

  it('keeps the way of each mail, and after a doubt was settled both of them', async () => {
    const runId = randomUUID();
    const doubted = { outcome: 'IN_DOUBT', errorCode: 'SES_UNKNOWN' } as const;
    const [first, second] = ['send,1763596800000,40,1,SES_UNKNOWN;log,1763596801000,,1,', 'settle,1763596900000,,1,;log,1763596901000,,1,'];
    const mail = (row: number, changes: Partial<MailRecorded> = {}) => recordedMail({ runId, row, ...changes });
    await tables.logMails.log([mail(1, doubted), mail(2, doubted), mail(3), mail(4)], ['a'.repeat(32)], [first, '', first, '']);
    await tables.logMails.log([mail(1), mail(2), mail(3), mail(4)], ['b'.repeat(32)], [second, second, second, second]);
    // A doubt and its settlement in one batch.
    await tables.logMails.log([mail(5, doubted), mail(5)], ['a'.repeat(32), 'b'.repeat(32)], [first, second]);
    expect((await all(runId)).mails.map(({ steps }: { steps: string | null }) => steps)).toEqual([`${first};${second}`, second, first, null, `${first};${second}`]);
    const shown = await new LogReader(tables.source).mail(`${runId}-5`);
    expect(shown).toMatchObject({ outcome: 'SENT', traceId: 'a'.repeat(32) });
    expect(shown!.steps.map(({ step, note }) => [step, note])).toEqual([['send', 'SES_UNKNOWN'], ['log', null], ['settle', null], ['log', null]]);
    expect((await new LogReader(tables.source).mail(`${runId}-4`))!.steps).toEqual([]);
  });

  it('writes 10,000 mails in batches of 500 well within the pace of the road', async () => {
    const mails = recordedMails(randomUUID(), 10_000);
    const began = performance.now();
    for (let at = 0; at < mails.length; at += 500) await tables.logMails.log(mails.slice(at, at + 500));
    const perSecond = Math.round(10_000 / ((performance.now() - began) / 1000));
    process.stderr.write(`mail log: ${perSecond} mails/s (one connection, each with an attachment and a template row)\n`);
    const [{ count }] = await tables.source.query('SELECT count(*)::integer FROM attachment_log WHERE run_id = $1', [mails[0]!.runId]);
    expect(count).toBe(10_000);
    expect(perSecond).toBeGreaterThan(500);
  });
});

describe('a mail log whose database goes away', () => {
  it('asks for the message again and blames no mail', async () => {
    const database = await createDatabase('mail_log_away');
    const { dataSource: source } = await openLogsDatabase(roleUrl(database, 'logs'));
    const logMails = new LogMails(new MailLog(source, new MailPartitions(source)), new AddressPrivacy('plain', undefined), { logged: () => undefined, contradicted: () => undefined });
    const mail = recordedMail({ runId: randomUUID(), row: 1 });
    await logMails.log([mail]);
    const admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
    await admin.query(`ALTER DATABASE ${database.name} ALLOW_CONNECTIONS false`);
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [database.name]);
    await expect(logMails.log([mail])).rejects.toThrow(TryLater);
    await admin.query(`ALTER DATABASE ${database.name} ALLOW_CONNECTIONS true`);
    await admin.end();
    const [logged] = await waitFor(() => logMails.log([mail]), { what: 'the message to be tried again' });
    expect(logged).toMatchObject({ mailId: mailIdOf(mail.runId, 1), outcome: 'SENT' });
    await source.destroy();
    await database.drop();
  });
});
