import { PIPELINE, type StepName } from '@tank/contracts';
import pg from 'pg';
import { waitFor } from '../embedded/test/parts.ts';
import { DEMO_CUSTOMERS } from '../examples/monthly-statement/customers.ts';
import { runDemo } from '../examples/monthly-statement/run-demo.ts';
import type { TankApi } from '../examples/monthly-statement/tank-api.ts';
import { startOtlpReceiver, type ReceivedSpan } from './otlp-receiver.ts';
import { startTank, type RunningTank } from './running-tank.ts';

/** What stands in the rows whose queries fail: PostgreSQL quotes it in its message. */
const QUOTED = ['홍길동동', 'quoted.value@mail.example'];

/** One mail's way, each hop the child of the one before. */
const ROAD: (StepName | 'dispatch')[] = ['dispatch', 'map', 'attach', 'render', 'send', 'update', 'log', 'complete'];

describe('the trace of one mail', () => {
  let tank: RunningTank;
  let receiver: Awaited<ReturnType<typeof startOtlpReceiver>>;
  let runId: string;
  const spansOf = (mailId: string) => receiver.spans.filter(({ attributes }) => attributes['tank.mail_id'] === mailId);
  /** The mail's way back from its last hop: a step that asked for a later try has another span, which led nowhere. */
  const wayOf = (mailId: string): ReceivedSpan[] => {
    const way: ReceivedSpan[] = [];
    for (let span = spansOf(mailId).find(({ name }) => name === 'complete'); span; span = receiver.spans.find(({ spanId }) => spanId === span!.parentSpanId)) way.unshift(span);
    return way;
  };
  const hop = (mailId: string, name: string) => wayOf(mailId).find((span) => span.name === name)!;

  beforeAll(async () => {
    receiver = await startOtlpReceiver();
    tank = await startTank({ otlpUrl: receiver.url });
    await runDemo({ apiUrl: tank.apiUrl, account: tank.account, customerDbUrl: tank.customer.url, fileRootPath: tank.fileRootPath, report: () => undefined });
    const [demo] = await tank.api.all<{ runId: string }>('/run');
    runId = demo!.runId;
    await failQueries(tank.api, tank.customer.url);

    await waitFor(() => receiver.spans.filter(({ name }) => name === 'complete').length >= 202, { what: 'the last hop of all mails', timeoutMs: 30_000 });
    await waitFor(() => [1, 17, 91].every((row) => spansOf(`${runId}-${row}`).some(({ name }) => name === 'complete')), { what: 'the spans of the mails looked at' });
  }, 150_000);
  afterAll(async () => {
    await tank?.stop();
    await receiver?.close();
  });

  it('has every hop, in the service that owns it, as the child of the hop before', () => {
    const mailId = `${runId}-1`;
    const way = wayOf(mailId);
    expect(way.map(({ name, service }) => [name, service])).toEqual(ROAD.map((name) => [name, `tank-${name === 'dispatch' ? 'scheduler' : PIPELINE[name].service}`]));
    expect(way.map(({ parentSpanId }) => parentSpanId)).toEqual(['', ...way.slice(0, -1).map(({ spanId }) => spanId)]);
    expect(new Set(way.map(({ traceId }) => traceId)).size).toBe(1);
    expect(way.every(({ attributes }) => attributes['tank.mail_id'] === mailId)).toBe(true);
  });

  it('shows the call of SES and the query of the source as children of their hops', () => {
    const mailId = `${runId}-1`;
    const childrenOf = (name: string) => receiver.spans.filter(({ parentSpanId }) => parentSpanId === hop(mailId, name).spanId).map((span) => span.name);
    expect(childrenOf('send')).toContain('ses.SendEmail');
    expect(childrenOf('map').some((name) => name.startsWith('source.'))).toBe(true);
  });

  it('goes straight from the step that stopped a mail to the sender', () => {
    expect(spansOf(`${runId}-17`).map(({ name }) => name)).not.toContain('render');
    expect(hop(`${runId}-17`, 'send').parentSpanId).toBe(hop(`${runId}-17`, 'attach').spanId);
    expect(hop(`${runId}-91`, 'send').parentSpanId).toBe(hop(`${runId}-91`, 'render').spanId);
  });

  it('is a trace of its own, linked to the run\'s', () => {
    const [first, second] = [hop(`${runId}-1`, 'dispatch'), hop(`${runId}-2`, 'dispatch')];
    expect(first.traceId).not.toBe(second.traceId);
    const run = receiver.spans.find(({ name, attributes }) => name === 'run' && attributes['tank.run_id'] === runId)!;
    expect(first.links.map(({ traceId }) => traceId)).toContain(run.traceId);
    expect(receiver.spans.find(({ name }) => name === 'select')!.traceId).toBe(run.traceId);
  });

  it('links each mail\'s update and log to the batch that did them, with the SQL in the batch\'s own trace', () => {
    for (const step of ['update', 'log']) {
      const span = hop(`${runId}-1`, step);
      const batch = receiver.spans.find(({ name, spanId }) => name === `${step}.batch` && spanId === span.links[0]?.spanId)!;
      expect(batch.traceId).not.toBe(span.traceId);
      expect(receiver.spans.some(({ parentSpanId, traceId }) => parentSpanId !== '' && traceId === batch.traceId)).toBe(true);
    }
  });

  it('says nothing of the person: no address, key, name or amount in any span of any service', async () => {
    const failed = () => receiver.spans.filter(({ words, name }) => name.startsWith('pg.') && words.includes('"code":2'));
    await waitFor(() => failed().length >= 2, { what: 'the spans of the queries that failed' });
    const personal = [...QUOTED, ...DEMO_CUSTOMERS.flatMap(({ customerId, name, email, amount }) => [customerId, name, email, String(amount), new Intl.NumberFormat('ko-KR').format(amount)])];
    const everything = receiver.spans.map(({ words }: ReceivedSpan) => words).join('\n');
    expect(receiver.spans.length).toBeGreaterThan(1600);
    // As a word: five figures within a random id are nobody's amount.
    expect(personal.filter((word) => everything.includes(word) && new RegExp(`(?<![0-9A-Za-z])${word}(?![0-9A-Za-z])`).test(everything))).toEqual([]);
  });
});

/** A mail whose Mapping Query fails for its values, and one whose Update Query does. */
async function failQueries(api: TankApi, customerDbUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: customerDbUrl });
  await client.connect();
  await client.query('CREATE TABLE quoted AS SELECT 1 AS id, $1::text AS word, $2::text AS email', QUOTED);
  await client.end();
  const { items } = await api.get<{ items: { connectionId: string }[] }>('/connection');
  for (const purpose of ['mapping', 'update']) {
    const { automationId } = await api.post<{ automationId: string }>('/automation', {
      name: purpose, connectionId: items[0]!.connectionId, recipient: { keyColumn: 'id', addressColumn: 'email' }, sender: { address: 'a@mail.example' },
    });
    await api.post(`/automation/${automationId}/dbio/target`, { sql: 'SELECT id, word, email FROM quoted' });
    const failing = purpose === 'mapping' ? 'SELECT CAST(:word AS int) AS number' : 'UPDATE quoted SET id = CAST(:email AS int) WHERE id = :id';
    await api.post(`/automation/${automationId}/dbio/${purpose}`, { sql: failing });
    await api.post(`/automation/${automationId}/template`, { format: 'html', subject: 'x', body: '<p>x</p>' });
    await api.post(`/automation/${automationId}/activate`);
    const { runId } = await api.post<{ runId: string }>(`/automation/${automationId}/run`);
    const [mail] = await waitFor(async () => nonEmpty(await api.all<{ errorCode: string | null; updateQueryOk: string | null }>(`/run/${runId}/mails`)), { what: `the mail whose ${purpose} query fails` });
    expect(purpose === 'mapping' ? mail!.errorCode : mail!.updateQueryOk).toBe(purpose === 'mapping' ? 'MAPPING_FAILED' : 'N');
  }
}

const nonEmpty = <T>(items: T[]): T[] | undefined => (items.length > 0 ? items : undefined);
