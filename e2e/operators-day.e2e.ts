import { TOTP } from 'otpauth';
import { SesSimulator } from '../embedded/ses-simulator/ses-simulator.ts';
import { waitFor } from '../embedded/test/parts.ts';
import { AUTOMATION } from '../examples/monthly-statement/automation.ts';
import { BUSINESS_DATE, DEMO_CUSTOMERS } from '../examples/monthly-statement/customers.ts';
import { parseMail } from '../services/sender/test/parse-mail.ts';
import { findLeaks } from './leaks.ts';
import { OpenApiClient } from './open-api-client.ts';
import { startOtlpReceiver } from './otlp-receiver.ts';
import { SECRETS, startTank, type RunningTank } from './running-tank.ts';

type Counts = Record<'total' | 'waiting' | 'dispatched' | 'sent' | 'failed' | 'skipped' | 'inDoubt' | 'canceled', number>;
interface Run { runId: string; status: string; resendOf: string | null; counts: Counts }
interface Mail { mailId: string; outcome: string; errorCode: string | null; recipientKey: string; to: { address: string; name?: string } | null; subject: string | null }
interface Page<T> { items: T[]; next: string | null }

const GROUP = '카드사업부';
const TEMPORARY = 'told on the telephone';

describe('a day of the people who send statements, through the API alone', () => {
  const ses = new SesSimulator({ maxSendRate: 40, burst: 40, latencyMs: 20, keepBodies: 1_000 });
  let tank: RunningTank;
  let receiver: Awaited<ReturnType<typeof startOtlpReceiver>>;
  const clients: OpenApiClient[] = [];
  /** The secret of an authenticator app, and what stands in for it. */
  const secondFactor: string[] = [];
  let [administrator, author, approver, operator] = [] as unknown as [OpenApiClient, OpenApiClient, OpenApiClient, OpenApiClient];
  let [groupId, connectionId, id, runId, againId] = ['', '', '', '', ''];

  beforeAll(async () => {
    await ses.listen(0, '127.0.0.1');
    receiver = await startOtlpReceiver();
    tank = await startTank({ sesUrl: ses.url, otlpUrl: receiver.url });
    administrator = await client();
    await administrator.signIn(tank.account);
  }, 120_000);
  afterAll(async () => {
    tank?.secrets.push(TEMPORARY, tank.customer.password, ...clients.flatMap(({ tokens }) => tokens), ...secondFactor);
    await tank?.stop();
    await receiver?.close();
    await ses.close();
  });

  const client = async () => {
    const one = await OpenApiClient.read(new URL(tank.apiUrl).origin, '/api/openapi.json');
    clients.push(one);
    return one;
  };
  /** Somebody of the group, with a password of his own. */
  const person = async (name: string, role: string, email?: string, groups = [groupId]) => {
    expect((await administrator.call('POST /api/user', { body: { name, role, groups, email, temporaryPassword: TEMPORARY } })).status).toBe(201);
    const one = await client();
    await one.signIn({ name, password: TEMPORARY });
    await one.call('POST /api/session/password', { body: { currentPassword: TEMPORARY, newPassword: `${name} has thought of one` } });
    return one;
  };
  const until = (run: string, isSo: (run: Run) => boolean, what: string) => waitFor(async () => {
    const { body } = await operator.call<Run>('GET /api/run/{id}', { path: { id: run } });
    return isSo(body) ? body : undefined;
  }, { what, timeoutMs: 60_000, everyMs: 100 });
  const mailsOf = async (run: string, query: Record<string, string>) => (await operator.call<Page<Mail>>('GET /api/run/{id}/mails', { path: { id: run }, query })).body.items;

  it('begins with a group, its people and the connection to its database', async () => {
    groupId = (await administrator.call<{ groupId: string }>('POST /api/group', { body: { name: GROUP, folders: ['tank-demo'] } })).body.groupId;
    [author, approver, operator] = [await person('author', 'author', 'author@hanbit-card.example'), await person('approver', 'author'), await person('operator', 'operator')];
    expect((await administrator.call('PATCH /api/setting', { body: { requireApproval: true, reason: '내부 통제' } })).status).toBe(200);
    const { host, port, name, user, password } = tank.customer;
    const made = await administrator.call<{ connectionId: string }>('POST /api/connection', { body: { name: '명세서 DB', kind: 'postgres', host, port, database: name, user, password, groupId } });
    expect(JSON.stringify(made.body)).not.toContain(password);
    ({ connectionId } = made.body);
    expect((await operator.call('POST /api/connection/{id}/test', { path: { id: connectionId } })).body).toMatchObject({ ok: true });
  });

  it('builds the automation from nothing, looking at every part with real data', async () => {
    id = (await author.call<{ automationId: string }>('POST /api/automation', { body: { ...AUTOMATION.basics, connectionId } })).body.automationId;
    const at = { path: { id } };
    expect((await author.call('POST /api/automation/{id}/dbio/check', { ...at, body: { purpose: 'target', sql: AUTOMATION.target.sql } })).status).toBe(200);
    for (const purpose of ['target', 'mapping', 'update'] as const) {
      expect((await author.call(`POST /api/automation/{id}/dbio/${purpose}`, { ...at, body: { sql: AUTOMATION[purpose].sql } })).status).toBe(200);
    }
    expect((await author.call<{ rows: unknown[] }>('POST /api/automation/{id}/dbio/sample', { ...at, body: { limit: 5 } })).body.rows).toHaveLength(5);
    const files = await author.call<{ rows: { checks: { status: string }[] }[] }>('POST /api/automation/{id}/files/match', { ...at, body: { rows: 20, businessDate: BUSINESS_DATE } });
    expect(files.body.rows.map(({ checks }) => checks[0]!.status)).toEqual(DEMO_CUSTOMERS.slice(0, 20).map(({ file }) => (file === 'missing' ? 'NOT_FOUND' : 'FOUND')));
    expect((await author.call('POST /api/automation/{id}/template', { ...at, body: AUTOMATION.template })).status).toBe(200);
    expect((await author.call('POST /api/automation/{id}/template/preview', { ...at, body: { row: 3, businessDate: BUSINESS_DATE } })).status).toBe(200);
    expect((await author.call('POST /api/automation/{id}/test', { ...at, body: { row: 3, businessDate: BUSINESS_DATE } })).body).toMatchObject({ outcome: 'SENT', to: 'author@hanbit-card.example' });
    expect(ses.mails.all().map(({ to }) => to)).toEqual([['author@hanbit-card.example']]);
  }, 60_000);

  it('keeps its files from another group, whatever rule is written there', async () => {
    const { body: other } = await administrator.call<{ groupId: string }>('POST /api/group', { body: { name: '보험', folders: ['insurance'] } });
    const stranger = await person('stranger', 'author', undefined, [other.groupId]);
    const refused = { status: 409, body: { code: 'CONFLICT', field: 'fileRules[0].directory' } };
    expect(await stranger.call('POST /api/automation', { body: { name: '남의 명세서', fileRules: AUTOMATION.basics.fileRules } })).toMatchObject(refused);
    const own = await stranger.call<{ automationId: string }>('POST /api/automation', { body: { name: '남의 명세서' } });
    expect(await stranger.call('POST /api/automation/{id}/files/match', { path: { id: own.body.automationId }, body: { fileRules: AUTOMATION.basics.fileRules } })).toMatchObject(refused);
  });

  it('has it approved by somebody else, on what that one saw', async () => {
    const seen = await approver.call<{ draftVersion: { status: string } }>('GET /api/automation/{id}', { path: { id } });
    expect((await author.call('POST /api/automation/{id}/approve', { path: { id }, ifMatch: seen.etag! })).status).toBe(409);
    expect((await author.call('POST /api/automation/{id}/activate', { path: { id }, ifMatch: seen.etag! })).status).toBe(409);
    const approved = await approver.call('POST /api/automation/{id}/approve', { path: { id }, ifMatch: seen.etag! });
    expect((await author.call('POST /api/automation/{id}/activate', { path: { id }, ifMatch: approved.etag! })).body).toMatchObject({ status: 'ACTIVE', approvedBy: { name: 'approver' } });
  });

  it('runs it, watches it live, pauses it so that nothing more leaves, and resumes it to its end', async () => {
    const started = await operator.call<Run>('POST /api/automation/{id}/run', { path: { id }, body: { businessDate: BUSINESS_DATE } });
    expect(started.status).toBe(202);
    ({ runId } = started.body);
    const sentOf = (event: { data: unknown }) => (event.data as Run).counts?.sent ?? 0;
    const seen = await operator.watch('GET /api/run/{id}/events', { path: { id: runId } }, (event) => sentOf(event) >= 20);
    expect(seen.length).toBeGreaterThan(1);
    expect((await operator.call('POST /api/run/{id}/pause', { path: { id: runId }, body: { reason: '금액 확인' } })).body).toMatchObject({ status: 'PAUSED', reason: '금액 확인' });
    const paused = await until(runId, ({ counts }) => counts.dispatched === 0, 'the road to be empty');
    expect(paused.counts.waiting).toBeGreaterThan(0);
    expect(ses.mails.all().filter(({ mailId }) => mailId?.startsWith(runId))).toHaveLength(paused.counts.sent);
    const watched = operator.watch('GET /api/run/{id}/events', { path: { id: runId } }, ({ name }) => name === 'end');
    expect((await operator.call('POST /api/run/{id}/resume', { path: { id: runId } })).status).toBe(200);
    const events = await watched;
    expect(events.at(-1)!.name).toBe('end');
    expect((events.at(-2)!.data as Run).counts).toEqual({ total: 200, waiting: 0, dispatched: 0, sent: 191, failed: 4, skipped: 5, inDoubt: 0, canceled: 0 });
    expect(ses.mails.duplicates()).toEqual({});
  }, 120_000);

  it('sees each mail masked, finds any by its address, and one as it was sent, for a reason', async () => {
    await waitFor(async () => (await mailsOf(runId, { limit: '1000' })).length === 200, { what: 'every mail in the log' });
    const masked = await mailsOf(runId, { outcome: 'SENT', limit: '1' });
    expect(masked[0]!.to!.address).toMatch(/^c\*\*\*@mail\.example$/);
    const address = DEMO_CUSTOMERS[4]!.email;
    const [found] = (await operator.call<Page<Mail>>('GET /api/mail', { query: { address, unmask: 'true', reason: '고객 문의' } })).body.items;
    expect(found).toMatchObject({ outcome: 'SENT', to: { address } });
    const sent = await operator.call<{ subject: string; html: string }>('GET /api/mail/{id}/sent', { path: { id: found!.mailId }, query: { reason: '고객 문의' } });
    const taken = await parseMail(ses.mails.all().find(({ mailId }) => mailId === found!.mailId)!.raw);
    expect(sent.body.subject).toBe(taken.subject);
    expect(String(taken.html).replace(/\s+/g, '')).toBe(sent.body.html.replace(/\s+/g, ''));
    const file = await operator.download('GET /api/mail/{id}/sent/attachment/{position}', { path: { id: found!.mailId, position: '1' }, query: { reason: '고객 문의' } });
    expect(file.bytes.equals(taken.attachments[0]!.content)).toBe(true);
  });

  it('sees where a mail was when, step by step, whether it was sent or stopped on its way', async () => {
    interface Way { traceId: string | null; steps: { step: string; at: string; durationMs: number | null; note: string | null; tries: number }[] }
    const wayOf = async ({ mailId }: Mail) => (await operator.call<Way>('GET /api/mail/{id}', { path: { id: mailId } })).body;
    const [sent] = await mailsOf(runId, { outcome: 'SENT', limit: '1' });
    const [skipped] = await mailsOf(runId, { errorCode: 'NOT_FOUND', limit: '1' });
    const [way, stopped] = [await wayOf(sent!), await wayOf(skipped!)];
    expect(way.steps.map(({ step, note }) => [step, note])).toEqual(['dispatch', 'map', 'attach', 'render', 'send', 'update', 'log'].map((step) => [step, null]));
    expect(stopped.steps.map(({ step, note }) => [step, note])).toEqual([['dispatch', null], ['map', null], ['attach', 'NOT_FOUND'], ['send', null], ['update', null], ['log', null]]);
    for (const { steps } of [way, stopped]) {
      const times = steps.map(({ at }) => Date.parse(at));
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(steps.filter(({ durationMs }) => durationMs === null).map(({ step }) => step)).toEqual(['dispatch', 'log']);
    }
    // SES took its 20 ms.
    expect(way.steps[4]!.durationMs).toBeGreaterThanOrEqual(20);
    expect(receiver.spans.filter(({ traceId }) => traceId === way.traceId).map(({ name }) => name)).toContain('send');
  });

  it('corrects what failed, has the correction approved, and sends those mails again, and no others', async () => {
    const failed = await mailsOf(runId, { outcome: 'FAIL', errorCode: 'TEMPLATE_VALUE_MISSING' });
    expect(failed).toHaveLength(2);
    await author.call('POST /api/automation/{id}/template', { path: { id }, body: { ...AUTOMATION.template, defaults: { due_date: '2026-11-25' } } });
    await approver.call('POST /api/automation/{id}/approve', { path: { id } });
    expect((await author.call('POST /api/automation/{id}/activate', { path: { id } })).status).toBe(200);
    const again = await operator.call<Run>('POST /api/run/{id}/resend', { path: { id: runId }, body: { mailIds: failed.map(({ mailId }) => mailId) } });
    expect(again).toMatchObject({ status: 202, body: { resendOf: runId } });
    againId = again.body.runId;
    expect((await until(againId, ({ status }) => status === 'COMPLETED', 'the resend to complete')).counts).toMatchObject({ total: 2, sent: 2, failed: 0 });
    expect(ses.mails.duplicates()).toEqual({});
  }, 90_000);

  it('takes the outcomes along as a file for the boss, masked unless there is a reason', async () => {
    await waitFor(async () => (await mailsOf(againId, {})).length === 2, { what: 'the mails that were sent again in the log' });
    const plain = await operator.download('GET /api/run/{id}/mails/export', { path: { id: runId }, query: { reason: '월간 보고' } });
    const text = plain.bytes.toString();
    expect(text.trimEnd().split('\r\n')).toHaveLength(201);
    expect(DEMO_CUSTOMERS.filter(({ email }) => text.includes(email))).toEqual([]);
    const whole = await operator.download('GET /api/run/{id}/mails/export', { path: { id: runId }, query: { reason: '고객센터 대조', unmask: 'true', format: 'xlsx' } });
    expect(whole.fileName).toMatch(/\.xlsx$/);
    expect(whole.bytes.subarray(0, 2).toString()).toBe('PK');
    const report = await operator.download('GET /api/report/summary/export', { query: { reason: '월간 보고' } });
    expect(report.bytes.length).toBeGreaterThan(100);
  });

  it('leaves a trail of who did and saw what, and why', async () => {
    const entries = async (operation: string) => (await administrator.call<Page<{ userName: string; detail: unknown; answer: { status: number } | null }>>('GET /api/audit', { query: { operation } })).body.items;
    expect((await entries('activateAutomation')).map(({ userName, answer }) => [userName, answer?.status])).toEqual([['author', 200], ['author', 200], ['author', 409]]);
    expect((await entries('pauseRun'))[0]).toMatchObject({ userName: 'operator', detail: { reason: '금액 확인' } });
    expect(JSON.stringify(await entries('getSentMail'))).toContain('고객 문의');
    expect(JSON.stringify(await entries('exportRunMails'))).toContain('고객센터 대조');
    expect((await operator.call('GET /api/audit')).status).toBe(403);
  });

  it('puts a second factor before the door of whoever may change everything', async () => {
    const currentPassword = tank.account.password;
    const { secret } = (await administrator.call<{ secret: string }>('POST /api/session/second-factor', { body: { currentPassword } })).body;
    const totp = new TOTP({ secret });
    const confirmed = await administrator.call<{ recoveryCodes: string[] }>('POST /api/session/second-factor/confirm', { body: { code: totp.generate() } });
    expect(confirmed.body.recoveryCodes).toHaveLength(10);
    secondFactor.push(secret, ...confirmed.body.recoveryCodes);
    const again = await client();
    expect((await again.signIn(tank.account)).body).toMatchObject({ code: 'SECOND_FACTOR_REQUIRED' });
    expect((await again.call('POST /api/session', { body: { ...tank.account, code: confirmed.body.recoveryCodes[0] } })).status).toBe(200);
  });

  it('is nobody else\'s to read: not in what was refused, not in any trace', async () => {
    const refusals = clients.flatMap((one) => one.refusals);
    expect(refusals.length).toBeGreaterThanOrEqual(3);
    await waitFor(() => receiver.spans.filter(({ name }) => name === 'complete').length >= 202, { what: 'the last hop of all mails', timeoutMs: 30_000 });
    expect(findLeaks([...refusals, ...receiver.spans.map(({ name, words }) => ({ where: `span ${name}`, text: words }))], [...SECRETS, TEMPORARY, tank.customer.password, ...clients.flatMap(({ tokens }) => tokens), ...secondFactor])).toEqual([]);
  });
});
