import { execFileSync } from 'node:child_process';
import pg from 'pg';
import setUp, { endTestRun } from '../embedded/test/global-setup.ts';
import { roleUrl } from '../embedded/test/parts.ts';
import { startTank, type RunningTank } from '../e2e/running-tank.ts';
import type { Line, Part } from './measure.ts';

const MAILS = 1_000_000;
/** Node takes what a machine has before it tidies up; with this it shows what an export needs. */
const HEAP_MIB = 128;
const RUN = '7b3f0c52-4a5d-4f35-9f35-0a8a3f1f6f10';
const SERVICES = ['gateway', 'logs'] as const;

type Progress = (text: string) => void;
interface Exported {
  perSecond: number;
  megabytes: number;
  /** Peak of resident memory of each service up to a tenth of the file, up to its half and up to its end, in MiB. */
  peaks: Record<string, number[]>;
}

/** A million mails of one run through the real gateway and logs into a file, beside the quickest that PostgreSQL can do. */
export const exportPart: Part = {
  name: 'export',
  about: `${MAILS.toLocaleString('en-US')} mails of one run, each with a file and a template, exported masked through gateway and logs over NATS, beside a bare loop that takes the rows of the mails alone with COPY … TO STDOUT. Memory is the peak of each process up to a tenth of the file, up to its half and up to its end; each has a heap of ${HEAP_MIB} MiB, which no export may outgrow.`,
  async run(progress) {
    await setUp();
    try {
      const tank = await startTank({ environment: { NODE_OPTIONS: `--max-old-space-size=${HEAP_MIB}` } });
      try {
        progress('filling');
        await fill(roleUrl(tank.logsDb, 'logs'));
        progress('COPY');
        const bare = await copy(roleUrl(tank.logsDb, 'logs'));
        const lines: Line[] = [{ what: 'COPY … TO STDOUT', perSecond: bare, unit: 'rows/s', ratio: 1 }];
        for (const format of ['csv', 'xlsx']) lines.push(lineOf(format, bare, await exported(tank, format, progress)));
        return lines;
      } finally {
        await tank.stop();
      }
    } finally {
      await endTestRun();
    }
  },
};

function lineOf(format: string, bare: number, { perSecond, megabytes, peaks }: Exported): Line {
  const memory = SERVICES.map((service) => `${service} ${peaks[service]!.map((peak) => peak.toFixed(0)).join(' → ')} MiB`).join(', ');
  return { what: `export as ${format}`, perSecond, unit: 'rows/s', ratio: perSecond / bare, note: `${megabytes.toFixed(0)} MB; ${memory}` };
}

async function fill(url: string): Promise<void> {
  await withClient(url, async (client) => {
    for (const table of ['email_send_log', 'attachment_log', 'template_log']) {
      await client.query(`CREATE TABLE IF NOT EXISTS ${table}_202611 PARTITION OF ${table} FOR VALUES FROM ('2026-11-01') TO ('2026-12-01')`);
    }
    const of = `'${RUN}-' || n, '2026-11-20T09:00:00'::timestamp, '${RUN}'::uuid`;
    const rows = `FROM generate_series(1, ${MAILS}) n`;
    await client.query(`
      INSERT INTO email_send_log (mail_id, business_date, run_id, row_no, automation_id, version_id, recipient_key, recipient_address, recipient_name, address_hash, subject, status,
        message_id, sent_at, settled_at, attempts, update_query_ok)
      SELECT ${of}, n, '${RUN}', '${RUN}', 'C' || n, 'customer' || n || '@mail.example', '김고객' || n, md5(n::text), '김고객' || n || '님의 10월 이용대금 명세서', 'SENT',
        'message-' || n, now() + n * interval '1 millisecond', now() + n * interval '1 millisecond', 1, 'Y' ${rows}`);
    await client.query(`INSERT INTO attachment_log (mail_id, business_date, run_id, position, rule, status, file_path, file_size, sha256) SELECT ${of}, 0, '명세서', 'FOUND', 'statements/2026-10/C' || n || '.pdf', 120000, md5(n::text) || md5(n::text) ${rows}`);
    await client.query(`INSERT INTO template_log (mail_id, business_date, run_id, status) SELECT ${of}, 'OK' ${rows}`);
    await client.query('ANALYZE');
  });
}

/** Rows a second. */
async function copy(url: string): Promise<number> {
  return withClient(url, async (client) => {
    const startedAt = performance.now();
    let bytes = 0;
    const question = Object.assign(new pg.Query(`COPY (SELECT * FROM email_send_log WHERE run_id = '${RUN}' ORDER BY row_no) TO STDOUT`), {
      handleCopyData: ({ chunk }: { chunk: Buffer }) => void (bytes += chunk.length),
    });
    await new Promise<void>((resolve, reject) => {
      question.on('end', () => resolve());
      question.on('error', reject);
      client.query(question);
    });
    if (bytes === 0) throw new Error('COPY gave nothing.');
    return MAILS / ((performance.now() - startedAt) / 1000);
  });
}

async function exported(tank: RunningTank, format: string, progress: Progress): Promise<Exported> {
  const startedAt = performance.now();
  const response = await fetch(`${tank.apiUrl}/run/${RUN}/mails/export?format=${format}&reason=bench`, { headers: { authorization: `Bearer ${await signIn(tank)}` } });
  if (!response.ok) throw new Error(await response.text());
  const samples: { bytes: number; resident: Record<string, number> }[] = [];
  let [bytes, nextSampleAt] = [0, 0];
  for await (const chunk of response.body!) {
    bytes += chunk.length;
    if (performance.now() < nextSampleAt) continue;
    nextSampleAt = performance.now() + SAMPLE_MS;
    samples.push({ bytes, resident: Object.fromEntries(SERVICES.map((service) => [service, residentMiB(tank.supervisor.pidOf(service)!)])) });
    progress(`${format}: ${Math.round(bytes / 1e6)} MB`);
  }
  const perSecond = MAILS / ((performance.now() - startedAt) / 1000);
  await checkTrail(tank);
  const peak = (service: string, share: number) => Math.max(...samples.filter((sample) => sample.bytes <= bytes * share).map(({ resident }) => resident[service]!));
  return { perSecond, megabytes: bytes / 1e6, peaks: Object.fromEntries(SERVICES.map((service) => [service, [0.1, 0.5, 1].map((share) => peak(service, share))])) };
}

const SAMPLE_MS = 250;

/** A file with rows missing would be quick. */
async function checkTrail(tank: RunningTank): Promise<void> {
  const { items } = await tank.api.get<{ items: { detail: { end?: string; rows?: number } }[] }>('/audit?operation=exportRunMails&limit=1');
  const { end, rows } = items[0]!.detail;
  if (end !== 'complete' || rows !== MAILS) throw new Error(`The export ended as ${end} after ${rows} of ${MAILS} rows.`);
}

async function signIn({ apiUrl, account }: RunningTank): Promise<string> {
  const response = await fetch(`${apiUrl}/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(account) });
  return ((await response.json()) as { accessToken: string }).accessToken;
}

function residentMiB(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;
}

async function withClient<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
