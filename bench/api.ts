import { fork } from 'node:child_process';
import { join } from 'node:path';
import pg from 'pg';
import setUp, { endTestRun } from '../embedded/test/global-setup.ts';
import { roleUrl } from '../embedded/test/parts.ts';
import { startTank, type RunningTank } from '../e2e/running-tank.ts';
import { TankApi } from '../examples/monthly-statement/tank-api.ts';
import type { Line, Part } from './measure.ts';
import { idOf, idSql } from './sample-ids.ts';
import { fireSteadily, percentile, type Fired, type Shot } from './steady-load.ts';

const PER_SECOND = 200;
const SECONDS = 30;
const WARM_UP_SECONDS = 10;
const GOAL_MS = 100;
const MAILS = 300_000;
const RUN_SIZE = 1_000;
const RUNS = MAILS / RUN_SIZE;
const AUTOMATIONS = 20;
const CUSTOMERS = 50_000;
const USERS = 10;
/** In hundredths of all calls. */
const MIX = { health: 10, 'runs listed': 20, 'one run': 20, 'mails of a run': 20, 'mails searched': 10, summary: 10, 'one automation': 8, 'automation changed': 2 } as const;

type Progress = (text: string) => void;
type What = keyof typeof MIX;

/** A usual mix of calls at a steady rate, against the real services. */
export const api: Part = {
  name: 'api',
  about: `${PER_SECOND} calls/s of a usual mix for ${SECONDS} s, of ${USERS} users, against a whole Tank (gateway, scheduler and logs answer) with ${MAILS.toLocaleString('en-US')} mails of ${RUNS} runs in its log; beside bare node:http that answers one fixed JSON, at the same rate. The client, all services, PostgreSQL and nats-server share the machine; a call counts from the moment when it was due. The ratio is that of the 95th percentiles. Goal: below ${GOAL_MS} ms over all, without an error.`,
  async run(progress) {
    await setUp();
    try {
      const bare = await fireAtBareServer(progress);
      const tank = await startTank({ tuning: { SIGN_IN_ATTEMPTS: String(3 * USERS) } });
      try {
        const shotsFor = await prepare(tank, progress);
        const { port } = new URL(tank.apiUrl);
        await fireSteadily(Number(port), shotsFor(WARM_UP_SECONDS), PER_SECOND, progress);
        return linesOf(bare, await fireSteadily(Number(port), shotsFor(SECONDS), PER_SECOND, progress));
      } finally {
        await tank.stop();
      }
    } finally {
      await endTestRun();
    }
  },
};

async function fireAtBareServer(progress: Progress): Promise<Fired[]> {
  const server = fork(join(import.meta.dirname, 'bare-server.ts'));
  const port = await new Promise<number>((resolve, reject) => void server.once('message', resolve).once('error', reject));
  const shots = (seconds: number): Shot[] => Array.from({ length: PER_SECOND * seconds }, () => ({ what: 'bare', method: 'GET', path: '/' }));
  await fireSteadily(port, shots(WARM_UP_SECONDS), PER_SECOND, progress);
  const fired = await fireSteadily(port, shots(SECONDS), PER_SECOND, progress);
  server.disconnect();
  return fired;
}

/** @returns what makes the calls for so many seconds */
async function prepare(tank: RunningTank, progress: Progress): Promise<(seconds: number) => Shot[]> {
  progress('filling');
  await tank.api.patch('/setting', { callsPerMinuteOfAddress: 1_000_000, callsPerMinuteOfUser: 1_000_000, reason: 'bench' });
  const automations: { automationId: string; draftVersion: { versionId: string } }[] = [];
  for (let at = 0; at < AUTOMATIONS; at += 1) automations.push(await tank.api.post('/automation', { name: `명세서 ${at}` }));
  await onDatabase(roleUrl(tank.logsDb, 'scheduler'), (client) => fillRuns(client, automations.map(({ automationId }) => automationId), automations.map(({ draftVersion }) => draftVersion.versionId)));
  await onDatabase(roleUrl(tank.logsDb, 'logs'), (client) => fillMails(client, automations.map(({ automationId }) => automationId), progress));
  const tokens = await signInPeople(tank);
  return (seconds) => mixedShots(PER_SECOND * seconds, automations.map(({ automationId }) => automationId), tokens);
}

async function onDatabase(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
    await client.query('ANALYZE');
  } finally {
    await client.end();
  }
}

/** Runs that have ended and are written down everywhere, so that nobody works on them. */
async function fillRuns(client: pg.Client, automationIds: string[], versionIds: string[]): Promise<void> {
  await client.query(`
    INSERT INTO run (run_id, automation_id, version_id, status, trigger, business_date, time_zone, key_column, priority, serial, allow_parallel,
      created_at, start_at, end_at, stopped_at, values_erased_at, manifest_at, manifest_closed_at, total, sent, published_revision, published_at)
    SELECT ${idSql('run', 'n')}, ($1::uuid[])[n % ${AUTOMATIONS} + 1], ($2::uuid[])[n % ${AUTOMATIONS} + 1], 'COMPLETED', 'manual', '2026-11-20T09:00:00', 'Asia/Seoul', 'id', 5, false, false,
      at, at, at, at, at, at, at, ${RUN_SIZE}, ${RUN_SIZE}, 1, at
    FROM generate_series(0, ${RUNS - 1}) n CROSS JOIN LATERAL (SELECT now() - (n + 1) * interval '2 hours' AS at) moment`, [automationIds, versionIds]);
}

/** Settled within the last 25 days, which are within two months. */
async function fillMails(client: pg.Client, automationIds: string[], progress: Progress): Promise<void> {
  for (const table of ['email_send_log', 'attachment_log', 'template_log']) {
    for (const monthsAgo of [1, 0]) {
      const { rows: [month] } = await client.query(`SELECT to_char(at, 'YYYYMM') AS name, at::date::text AS "from", (at + interval '1 month')::date::text AS "to" FROM (SELECT date_trunc('month', now()) - $1::int * interval '1 month' AS at) month`, [monthsAgo]);
      await client.query(`CREATE TABLE IF NOT EXISTS ${table}_${month.name} PARTITION OF ${table} FOR VALUES FROM ('${month.from}') TO ('${month.to}')`);
    }
  }
  for (let from = 0; from < MAILS; from += 50_000) {
    progress(`${from.toLocaleString('en-US')} mails in the log`);
    await client.query(`
      INSERT INTO email_send_log (mail_id, run_id, row_no, automation_id, version_id, recipient_key, recipient_address, recipient_name, address_hash, subject, status, error_code,
        message_id, sent_at, settled_at, attempts, update_query_ok, business_date)
      SELECT run_id::text || '-' || (n % ${RUN_SIZE} + 1), run_id, (n % ${RUN_SIZE} + 1)::integer, automation_id, run_id, 'C' || (n * 7919 % ${CUSTOMERS}),
        'customer' || (n * 7919 % ${CUSTOMERS}) || '@mail.example', '고객 ' || (n * 7919 % ${CUSTOMERS}), md5('address' || (n * 7919 % ${CUSTOMERS})), '10월 이용대금 명세서 안내',
        CASE WHEN n % 50 = 1 THEN 'FAIL' ELSE 'SENT' END, CASE WHEN n % 50 = 1 THEN 'BAD_ADDRESS' END, 'message-' || n, at, at, 1, 'Y', date_trunc('day', at)
      FROM generate_series(${from}::bigint, ${from + 49_999}) n
      CROSS JOIN LATERAL (SELECT ${idSql('run', `(n / ${RUN_SIZE})`)} AS run_id, ($1::uuid[])[n / ${RUN_SIZE} % ${AUTOMATIONS} + 1] AS automation_id, now() - (n / ${RUN_SIZE} + 1) * interval '2 hours' AS at) of_run`, [automationIds]);
  }
}

/** Access tokens, which hold longer than the bench lasts. */
async function signInPeople({ api, apiUrl }: RunningTank): Promise<string[]> {
  const tokens: string[] = [];
  for (let at = 0; at < USERS; at += 1) {
    const [name, temporaryPassword, newPassword] = [`person${at}`, 'only for this moment', 'only for this bench'];
    await api.post('/user', { name, role: 'author', temporaryPassword });
    await new TankApi(apiUrl, { name, password: temporaryPassword }).post('/session/password', { currentPassword: temporaryPassword, newPassword });
    const signedIn = await fetch(`${apiUrl}/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name, password: newPassword }) });
    tokens.push(((await signedIn.json()) as { accessToken: string }).accessToken);
  }
  return tokens;
}

/** In one order each time, with other values each. */
function mixedShots(count: number, automationIds: string[], tokens: string[]): Shot[] {
  const cycle = Object.entries(MIX).flatMap(([what, share]) => Array.from({ length: share }, (_, at) => ({ what: what as What, order: ((at + 0.5) / share) * 100 })));
  const order = cycle.sort((one, other) => one.order - other.order).map(({ what }) => what);
  return Array.from({ length: count }, (_, at) => {
    const what = order[at % order.length]!;
    return { what, headers: { authorization: `Bearer ${tokens[at % tokens.length]!}`, 'accept-language': 'ko', 'if-match': '*' }, ...callOf(what, at, automationIds[at % automationIds.length]!) };
  });
}

function callOf(what: What, at: number, automationId: string): Pick<Shot, 'method' | 'path' | 'body'> {
  const runId = idOf('run', (at * 31) % RUNS);
  const paths: Record<What, string> = {
    health: '/health',
    'runs listed': at % 3 === 0 ? `/run?limit=50&automationId=${automationId}` : '/run?limit=50',
    'one run': `/run/${runId}`,
    'mails of a run': `/run/${runId}/mails?limit=50${at % 4 === 0 ? '&outcome=FAIL' : ''}`,
    'mails searched': at % 2 === 0 ? `/mail?recipientKey=C${(at * 104_729) % CUSTOMERS}` : `/mail?messageId=message-${(at * 15_485_863) % MAILS}`,
    summary: at % 4 === 0 ? `/report/summary?automationId=${automationId}` : '/report/summary',
    'one automation': `/automation/${automationId}`,
    'automation changed': `/automation/${automationId}`,
  };
  const isChange = what === 'automation changed';
  return { method: isChange ? 'PATCH' : 'GET', path: `/api${paths[what]}`, ...(isChange && { body: { priority: (at % 9) + 1 } }) };
}

function linesOf(bare: Fired[], fired: Fired[]): Line[] {
  const wrong = fired.filter(({ status }) => status !== 200);
  if (wrong.length > 0) throw new Error(`${wrong.length} calls went wrong, such as ${wrong[0]!.what}: ${wrong[0]!.status}.`);
  const base = percentile(bare.map(({ tookMs }) => tookMs), 0.95);
  const line = (what: string, of: Fired[]): Line => {
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => percentile(of.map(({ tookMs }) => tookMs), share)) as [number, number, number];
    return { what, perSecond: of.length / SECONDS, unit: 'calls/s', ratio: base / p95, note: `p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms${what === 'all' && p95 > GOAL_MS ? ', above the goal' : ''}` };
  };
  return [line('bare node:http', bare), line('all', fired), ...Object.keys(MIX).map((what) => line(what, fired.filter((one) => one.what === what)))];
}
