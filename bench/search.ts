import { createHash, randomUUID } from 'node:crypto';
import setUp, { endTestRun } from '../embedded/test/global-setup.ts';
import { createDatabase, roleUrl } from '../embedded/test/parts.ts';
import type * as Logs from '../services/logs/src/adapters/logs-database.ts';
import type * as Reader from '../services/logs/src/adapters/log-reader.ts';
import type { MailFilters } from '../services/logs/src/read-logs.ts';
import type { Line, Part } from './measure.ts';
import { idOf, idSql } from './sample-ids.ts';

const MAILS = 5_000_000;
const MONTHS = ['2026-06', '2026-07', '2026-08', '2026-09', '2026-10', '2026-11'];
const RUN_SIZE = 10_000;
const AUTOMATIONS = 30;
/** Of one group. */
const ITS_AUTOMATIONS = 3;
const CUSTOMERS = 200_000;
const QUESTIONS = 200;
const PAGE = 101;
/** What the API promises its users: the slowest of twenty searches. */
const GOAL_MS = 200;

const built = '../services/logs/dist/adapters/';
const { openLogsDatabase } = (await import(`${built}logs-database.js`)) as typeof Logs;
const { LogReader } = (await import(`${built}log-reader.js`)) as typeof Reader;

type Progress = (text: string) => void;
type Sql = { query(text: string, values?: unknown[]): Promise<Record<string, unknown>[]> };
type Question = [what: string, ask: (at: number) => Promise<unknown>];

/** Mails found among millions, by each filter that the API has. */
export const search: Part = {
  name: 'search',
  about: `The first page of 100 mails among ${MAILS.toLocaleString('en-US')} in ${MONTHS.length} monthly partitions, ${QUESTIONS} times with other values each, one after another, beside one mail by its id. Goal: the 95th percentile below ${GOAL_MS} ms for each filter.`,
  async run(progress) {
    await setUp();
    try {
      const database = await createDatabase('bench_search');
      const { dataSource } = await openLogsDatabase(roleUrl(database, 'logs'));
      try {
        const perMonth = Math.ceil(MAILS / MONTHS.length);
        for (const [at, month] of MONTHS.entries()) {
          progress(`filling ${month}`);
          await fill(dataSource as Sql, at * perMonth, Math.min(MAILS, (at + 1) * perMonth), month);
        }
        progress('analysing');
        await dataSource.query('ANALYZE');
        return await ask(new LogReader(dataSource), progress);
      } finally {
        await dataSource.destroy();
        await database.drop();
      }
    } finally {
      await endTestRun();
    }
  },
};

/** A partition is filled first and joined with its indexes then, which is how millions of rows come in minutes. */
async function fill(sql: Sql, from: number, to: number, month: string): Promise<void> {
  // Those of one group have rested since the first month.
  const automations = from === 0 ? AUTOMATIONS : AUTOMATIONS - ITS_AUTOMATIONS;
  const partition = `email_send_log_${month.replace('-', '')}`;
  const [year, number] = month.split('-').map(Number) as [number, number];
  const next = number === 12 ? `${year + 1}-01-01` : `${year}-${String(number + 1).padStart(2, '0')}-01`;
  await sql.query(`CREATE TABLE ${partition} (LIKE email_send_log INCLUDING DEFAULTS INCLUDING CONSTRAINTS)`);
  await sql.query(`
    INSERT INTO ${partition} (mail_id, run_id, row_no, automation_id, version_id, recipient_key, recipient_address, recipient_name, address_hash, subject, status, error_code,
      message_id, sent_at, settled_at, attempts, update_query_ok, business_date)
    SELECT ${idSql('run', `(n / ${RUN_SIZE})`)}::text || '-' || (n % ${RUN_SIZE} + 1), ${idSql('run', `(n / ${RUN_SIZE})`)}, (n % ${RUN_SIZE} + 1)::integer, ${idSql('automation', `(n / ${RUN_SIZE} % ${automations})`)},
      ${idSql('version', `(n / ${RUN_SIZE} % ${automations})`)}, 'C' || (n * 7919 % ${CUSTOMERS}), 'customer' || (n * 7919 % ${CUSTOMERS}) || '@mail.example', '고객 ' || (n * 7919 % ${CUSTOMERS}),
      md5('address' || (n * 7919 % ${CUSTOMERS})), '10월 이용대금 명세서 안내',
      CASE WHEN n % 1000 = 0 THEN 'IN_DOUBT' WHEN n % 50 = 1 THEN 'FAIL' WHEN n % 100 = 2 THEN 'SKIPPED' ELSE 'SENT' END,
      CASE WHEN n % 1000 = 0 THEN 'SES_UNKNOWN' WHEN n % 50 = 1 THEN 'BAD_ADDRESS' WHEN n % 100 = 2 THEN 'NOT_FOUND' END,
      'message-' || n, at, at, 1, 'Y', date_trunc('day', at)
    FROM generate_series(${from}::bigint, ${to - 1}) n
    CROSS JOIN LATERAL (SELECT '${month}-01'::timestamptz + (n - ${from}) * interval '28 days' / ${to - from} AS at) moment`);
  await sql.query(`ALTER TABLE email_send_log ATTACH PARTITION ${partition} FOR VALUES FROM ('${month}-01') TO ('${next}')`);
  for (const table of ['attachment_log', 'template_log']) {
    await sql.query(`CREATE TABLE ${table}_${month.replace('-', '')} PARTITION OF ${table} FOR VALUES FROM ('${month}-01') TO ('${next}')`);
  }
}

async function ask(reader: Reader.LogReader, progress: Progress): Promise<Line[]> {
  const lines: Line[] = [];
  let baseline = 0;
  for (const [what, question] of questionsTo(reader)) {
    const times: number[] = [];
    const startedAt = performance.now();
    for (let at = 0; at < QUESTIONS; at += 1) {
      const askedAt = performance.now();
      await question(at);
      times.push(performance.now() - askedAt);
    }
    const perSecond = QUESTIONS / ((performance.now() - startedAt) / 1_000);
    baseline ||= perSecond;
    const p95 = times.sort((a, b) => a - b)[Math.floor(QUESTIONS * 0.95)]!;
    progress(`${what}: ${p95.toFixed(1)} ms`);
    lines.push({ what, perSecond, unit: 'searches/s', ratio: perSecond / baseline, note: `95th percentile ${p95.toFixed(1)} ms${p95 > GOAL_MS ? ', above the goal' : ''}` });
  }
  return lines;
}

const NONE: MailFilters = {
  runId: null, outcome: null, errorCode: null, recipientKey: null, recipientKeyHash: null, addressHashes: null, automationId: null, messageId: null, from: null, to: null, timeZone: 'Asia/Seoul', automationIds: null,
};

function questionsTo(reader: Reader.LogReader): Question[] {
  const customer = (at: number) => (at * 104_729) % CUSTOMERS;
  const automationId = (at: number) => idOf('automation', at % AUTOMATIONS);
  const group = (at: number) => Array.from({ length: ITS_AUTOMATIONS }, (_, other) => automationId(at + other * 10));
  const resting = Array.from({ length: ITS_AUTOMATIONS }, (_, other) => automationId(AUTOMATIONS - 1 - other));
  const runId = (at: number) => idOf('run', (at * 31) % (MAILS / RUN_SIZE));
  const day = (at: number) => `${MONTHS[at % MONTHS.length]!}-${String((at % 27) + 1).padStart(2, '0')}`;
  const byTime = (filters: Partial<MailFilters>, after: [at: string, id: string] | null = null) => reader.mailsByTime({ ...NONE, ...filters }, { after, isDescending: true, limit: PAGE });
  const oldest = (filters: Partial<MailFilters>, after: [at: string, id: string] | null = null) => reader.mailsByTime({ ...NONE, ...filters }, { after, isDescending: false, limit: PAGE });
  const ofRun = (filters: Partial<MailFilters>, after: [row: number] | null = null, isDescending = false) => reader.mailsOfRun({ ...NONE, ...filters }, { after, isDescending, limit: PAGE });
  return [
    ['one mail by its id', (at) => reader.mail(`${runId(at)}-${(at * 37) % RUN_SIZE + 1}`)],
    ['newest', () => byTime({})],
    ['recipient key', (at) => byTime({ recipientKey: `C${customer(at)}` })],
    ['address', (at) => byTime({ addressHashes: [createHash('md5').update(`address${customer(at)}`).digest('hex'), randomUUID()] })],
    ['Message-ID', (at) => byTime({ messageId: `message-${(at * 15_485_863) % MAILS}` })],
    ['outcome FAIL', () => byTime({ outcome: 'FAIL' })],
    ['outcome IN_DOUBT', () => byTime({ outcome: 'IN_DOUBT' })],
    ['error code', () => byTime({ errorCode: 'NOT_FOUND' })],
    ['automation', (at) => byTime({ automationId: automationId(at) })],
    ['automation and outcome', (at) => byTime({ automationId: automationId(at), outcome: 'IN_DOUBT' })],
    ['automation and error code', (at) => byTime({ automationId: automationId(at), errorCode: 'NOT_FOUND' })],
    ['one day', (at) => byTime({ from: day(at), to: day(at) })],
    ['one day and outcome', (at) => byTime({ from: day(at), to: day(at), outcome: 'IN_DOUBT' })],
    ['one day of one automation', (at) => byTime({ from: day(at), to: day(at), automationId: automationId(at) })],
    ['recipient key on one day', (at) => byTime({ from: day(at), to: day(at), recipientKey: `C${customer(at)}` })],
    ['a group of automations', (at) => byTime({ automationIds: group(at) })],
    ['a group that has sent nothing', () => byTime({ automationIds: [randomUUID(), randomUUID(), randomUUID()] })],
    ['a group and outcome', (at) => byTime({ automationIds: group(at), outcome: 'IN_DOUBT' })],
    ['a group and error code', (at) => byTime({ automationIds: group(at), errorCode: 'NOT_FOUND' })],
    ['a group and address', (at) => byTime({ automationIds: group(at), addressHashes: [createHash('md5').update(`address${customer(at)}`).digest('hex'), randomUUID()] })],
    ['a group that has rested for months', () => byTime({ automationIds: resting })],
    ['a group that has rested, and outcome', () => byTime({ automationIds: resting, outcome: 'FAIL' })],
    ['a group that has rested, and error code', () => byTime({ automationIds: resting, errorCode: 'BAD_ADDRESS' })],
    ['a group that has rested, and recipient key', (at) => byTime({ automationIds: resting, recipientKey: `C${customer(at)}` })],
    ['a group on one day', (at) => byTime({ automationIds: group(at), from: day(at), to: day(at) })],
    ['a group, a page far back', (at) => byTime({ automationIds: group(at) }, [`${day(at)}T12:00:00.000000Z`, 'x'])],
    ['oldest', () => oldest({})],
    ['oldest, recipient key', (at) => oldest({ recipientKey: `C${customer(at)}` })],
    ['oldest, outcome FAIL', () => oldest({ outcome: 'FAIL' })],
    ['oldest, error code', () => oldest({ errorCode: 'NOT_FOUND' })],
    ['oldest of an automation', (at) => oldest({ automationId: automationId(at) })],
    ['oldest of one day of one automation', (at) => oldest({ from: day(at), to: day(at), automationId: automationId(at) })],
    ['oldest of a group', (at) => oldest({ automationIds: group(at) })],
    ['oldest of a group on one day', (at) => oldest({ automationIds: group(at), from: day(at), to: day(at) })],
    ['oldest of a group and outcome', (at) => oldest({ automationIds: group(at), outcome: 'IN_DOUBT' })],
    ['oldest of a group, a page far on', (at) => oldest({ automationIds: group(at) }, [`${day(at)}T12:00:00.000000Z`, 'x'])],
    ['run', (at) => ofRun({ runId: runId(at) })],
    ['run, its last page', (at) => ofRun({ runId: runId(at) }, [RUN_SIZE - PAGE])],
    ['run from its end', (at) => ofRun({ runId: runId(at) }, null, true)],
    ['run and outcome from its end', (at) => ofRun({ runId: runId(at), outcome: 'FAIL' }, null, true)],
    ['run and outcome', (at) => ofRun({ runId: runId(at), outcome: 'FAIL' })],
    ['run and recipient key', (at) => ofRun({ runId: runId(at), recipientKey: `C${customer(at)}` })],
  ];
}
