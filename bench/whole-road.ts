import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import pg from 'pg';
import { SesSimulator } from '../embedded/ses-simulator/ses-simulator.ts';
import setUp, { endTestRun } from '../embedded/test/global-setup.ts';
import { startTank, type RunningTank } from '../e2e/running-tank.ts';
import type { TankApi } from '../examples/monthly-statement/tank-api.ts';
import type { Line, Part } from './measure.ts';

const MAILS = 3_000;
const CONCURRENCY = 32;

interface Run { runId: string; status: string; startAt: string; endAt: string | null; counts: { sent: number } }

/** Calls of SES a second by one bare program: the most that one sender could ever do. */
async function measureBareCalls(ses: SesSimulator): Promise<number> {
  const client = new SESv2Client({ region: 'ap-northeast-2', endpoint: ses.url, credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' }, maxAttempts: 1 });
  const raw = Buffer.from('From: a@bench.example\r\nTo: b@bench.example\r\nSubject: bench\r\n\r\nHello.\r\n');
  let left = MAILS;
  const call = () => client.send(new SendEmailCommand({ FromEmailAddress: 'a@bench.example', Destination: { ToAddresses: ['b@bench.example'] }, Content: { Raw: { Data: raw } } }));
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: CONCURRENCY }, async () => {
    while (left-- > 0) await call();
  }));
  client.destroy();
  return MAILS / ((performance.now() - startedAt) / 1000);
}

/** Mails a second from the start of the run to its end: select, map, render, send, update, log. */
async function measureRoad(tank: RunningTank): Promise<number> {
  await fillCustomers(tank.customer.url);
  const { api } = tank;
  const automationId = await buildAutomation(api);
  const { runId } = await api.post<Run>(`/automation/${automationId}/run`);
  for (;;) {
    const run = await api.get<Run>(`/run/${runId}`);
    if (run.endAt !== null) {
      if (run.counts.sent !== MAILS) throw new Error(`Only ${run.counts.sent} of ${MAILS} mails were sent: ${run.status}.`);
      return MAILS / ((new Date(run.endAt).getTime() - new Date(run.startAt).getTime()) / 1000);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function fillCustomers(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE TABLE bench AS SELECT n AS id, 'customer' || n || '@bench.example' AS email, '고객 ' || n AS name, n * 1000 AS amount, NULL::text AS status FROM generate_series(1, ${MAILS}) n`);
  await client.query('CREATE UNIQUE INDEX ON bench (id)');
  await client.end();
}

async function buildAutomation(api: TankApi): Promise<string> {
  const { items } = await api.get<{ items: { connectionId: string }[] }>('/connection');
  const { automationId } = await api.post<{ automationId: string }>('/automation', {
    name: 'bench', connectionId: items[0]!.connectionId, recipient: { keyColumn: 'id', addressColumn: 'email', nameColumn: 'name' }, sender: { address: 'a@bench.example' },
  });
  await api.post(`/automation/${automationId}/dbio/target`, { sql: 'SELECT id, email FROM bench ORDER BY id' });
  await api.post(`/automation/${automationId}/dbio/mapping`, { sql: 'SELECT name, amount FROM bench WHERE id = :id' });
  await api.post(`/automation/${automationId}/dbio/update`, { sql: 'UPDATE bench SET status = :SEND_STATUS WHERE id = :id' });
  await api.post(`/automation/${automationId}/template`, { format: 'html', subject: '{{name}}', body: '<p>{{name}} {{amount | won}}</p>', text: '{{name}} {{amount | won}}' });
  await api.post(`/automation/${automationId}/activate`);
  return automationId;
}

/** Mails through everything, against a program that does nothing but call SES. */
export const wholeRoad: Part = {
  name: 'road',
  about: `${MAILS.toLocaleString('en-US')} mails without attachments through the whole road (select, map, render, send, update, log) to our SES simulator, beside a bare program that does nothing but call the same simulator. All services, PostgreSQL, nats-server and the simulator share the machine.`,
  async run(progress) {
    await setUp();
    const ses = new SesSimulator({ maxSendRate: 5_000, burst: 5_000, max24HourSend: 10_000_000, keepBodies: 0 });
    await ses.listen(0, '127.0.0.1');
    try {
      progress('bare calls of SES');
      const bare = await measureBareCalls(ses);
      const lines: Line[] = [{ what: 'bare calls of SES, one program', perSecond: bare, unit: 'mails/s', ratio: 1 }];
      for (const senders of [1, 2]) {
        progress(`the whole road, ${senders} of sender`);
        const road = await measureWith(senders, ses);
        lines.push({ what: `whole road, ${senders} ${senders > 1 ? 'senders' : 'sender'}`, perSecond: road, unit: 'mails/s', ratio: road / bare });
      }
      return lines;
    } finally {
      await ses.close();
      await endTestRun();
    }
  },
};

async function measureWith(senders: number, ses: SesSimulator): Promise<number> {
  const tank = await startTank({ replicas: { sender: senders }, sesUrl: ses.url });
  try {
    return await measureRoad(tank);
  } finally {
    await tank.stop();
  }
}
