import { SesSimulator } from '../embedded/ses-simulator/ses-simulator.ts';
import { waitFor } from '../embedded/test/parts.ts';
import { AUTOMATION } from '../examples/monthly-statement/automation.ts';
import { billAgain, readSendStatus } from '../examples/monthly-statement/customer-database.ts';
import { ApiRefused, type TankApi } from '../examples/monthly-statement/tank-api.ts';
import { startTank, type RunningTank } from './running-tank.ts';

interface Run { runId: string; status: string; reasonCode: string | null; reason: string | null; endAt: string | null; counts: Record<'total' | 'waiting' | 'dispatched' | 'sent' | 'failed' | 'skipped' | 'inDoubt' | 'canceled', number> }
interface SentMail { outcome: string; to: { address: string }; html: string; text: string }
interface Mail { mailId: string; outcome: string; errorCode: string | null }

/** What a sender's call may take, with a margin: the run of a test need not wait half a minute for its end. */
const STOP_GRACE_MS = '6000';

describe('an operator who', () => {
  const ses = new SesSimulator({ maxSendRate: 25, burst: 25, latencyMs: 60 });
  let tank: RunningTank;
  let api: TankApi;
  let automationId: string;

  beforeAll(async () => {
    await ses.listen(0, '127.0.0.1');
    tank = await startTank({ replicas: { sender: 2 }, sesUrl: ses.url, tuning: { STOP_GRACE_MS, SES_CALL_TIMEOUT_MS: '2000' } });
    api = tank.api;
    automationId = await buildAutomation(api);
  }, 120_000);
  afterAll(async () => {
    await tank?.stop();
    await ses.close();
  });

  /** Everybody is due again. */
  const runNow = async () => {
    await billAgain(tank.customer.url);
    return startRun();
  };
  const startRun = () => api.post<Run>(`/automation/${automationId}/run`);
  const run = (runId: string) => api.get<Run>(`/run/${runId}`);
  const accepted = () => ses.mails.all().length;
  const until = (runId: string, what: string, isSo: (run: Run) => boolean) => (
    waitFor(async () => { const now = await run(runId); return isSo(now) ? now : undefined; }, { what, timeoutMs: 60_000, everyMs: 100 }));

  it('pauses a run sees nothing leave any more, and resumed it sends the rest, each mail once', async () => {
    const { runId } = await runNow();
    await waitFor(() => accepted() >= 30, { what: '30 accepted mails', timeoutMs: 60_000 });
    expect(await api.post<Run>(`/run/${runId}/pause`, { reason: '금액 확인' })).toMatchObject({ status: 'PAUSED', reasonCode: 'PAUSED_BY_OPERATOR', reason: '금액 확인' });
    const paused = await until(runId, 'the road to be empty', ({ counts }) => counts.dispatched === 0);
    expect(paused.status).toBe('PAUSED');
    expect(paused.counts.waiting).toBeGreaterThan(0);
    expect(accepted()).toBe(paused.counts.sent);
    const refused = await api.post(`/automation/${automationId}/run`).catch((error: unknown) => error);
    expect(refused).toMatchObject({ status: 409, message: expect.stringContaining(`/api/run/${runId}/resume`) });
    expect(refused).toBeInstanceOf(ApiRefused);
    expect(await api.post<Run>(`/run/${runId}/resume`)).toMatchObject({ status: 'RUNNING', reason: null });
    const { counts } = await until(runId, 'the run to complete', ({ status }) => status === 'COMPLETED');
    expect(counts).toMatchObject({ canceled: 0, inDoubt: 0, waiting: 0, dispatched: 0 });
    expect(ses.mails.duplicates()).toEqual({});
    expect(accepted()).toBe(counts.sent);
  }, 180_000);

  it('cancels a run keeps what had left, and sees the rest end as CANCELED, in the log, too', async () => {
    const before = accepted();
    const { runId } = await runNow();
    await waitFor(() => accepted() >= before + 30, { what: '30 more accepted mails', timeoutMs: 60_000 });
    expect(await api.post<Run>(`/run/${runId}/cancel`)).toMatchObject({ status: 'CANCELED', reasonCode: 'CANCELED_BY_OPERATOR' });
    const { counts } = await until(runId, 'the end of the run', ({ endAt }) => endAt !== null);
    expect(counts).toMatchObject({ waiting: 0, dispatched: 0, inDoubt: 0 });
    expect(counts.canceled).toBeGreaterThan(0);
    expect(accepted() - before).toBe(counts.sent);
    const mails = await waitFor(async () => {
      const logged = await api.all<Mail>(`/run/${runId}/mails?limit=1000`);
      return logged.length === counts.total ? logged : undefined;
    }, { what: 'every mail in the log', timeoutMs: 30_000, everyMs: 100 });
    expect(mails.filter(({ outcome }) => outcome === 'CANCELED').map(({ errorCode }) => errorCode)).toEqual(Array(counts.canceled).fill('RUN_CANCELED'));
    expect(mails.filter(({ outcome }) => outcome === 'SENT')).toHaveLength(counts.sent);
    expect(await api.post(`/run/${runId}/resume`).catch((error: unknown) => error)).toMatchObject({ status: 409 });
  }, 180_000);

  it('finds a mail in doubt and knows that it arrived settles it, in the log, the run and the customer\'s table', async () => {
    ses.inject({ kind: 'reset-after' });
    const { runId } = await runNow();
    await until(runId, 'the run to complete', ({ status }) => status === 'COMPLETED');
    const [doubt, ...others] = await api.all<Mail>(`/mail?outcome=IN_DOUBT&runId=${runId}`);
    expect(others).toEqual([]);
    expect(doubt).toMatchObject({ errorCode: 'SES_UNKNOWN' });
    const { messageId, raw, to } = ses.mails.all().find(({ mailId }) => mailId === doubt!.mailId)!;
    const sent = await api.get<SentMail>(`/mail/${doubt!.mailId}/sent?reason=${encodeURIComponent('수신자 문의')}`);
    expect(sent).toMatchObject({ outcome: 'IN_DOUBT', to: { address: to[0] } });
    for (const words of [sent.html, sent.text]) expect(textParts(raw)).toContain(words.replaceAll('\r\n', '\n').trim());
    expect(await api.post(`/mail/${doubt!.mailId}/settle`, { outcome: 'SENT', evidence: '발송 이벤트에서 확인', messageId })).toMatchObject({ outcome: 'SENT' });
    const settled = await until(runId, 'the run to know it', ({ counts }) => counts.inDoubt === 0);
    expect(settled).toMatchObject({ status: 'COMPLETED', counts: { sent: ses.mails.all().filter(({ mailId }) => mailId?.startsWith(runId)).length } });
    const mail = await api.get<{ steps: { step: string; note: string | null }[] }>(`/mail/${doubt!.mailId}`);
    expect(mail).toMatchObject({ outcome: 'SENT', messageId, updateQueryOk: 'Y', errorDetail: expect.stringContaining('발송 이벤트에서 확인') });
    expect(mail.steps.map(({ step }) => step)).toEqual(['dispatch', 'map', 'attach', 'render', 'send', 'update', 'log', 'settle', 'update', 'log']);
    expect(mail.steps.filter(({ note }) => note !== null)).toMatchObject([{ step: 'send', note: 'SES_UNKNOWN' }]);
    expect((await readSendStatus(tank.customer.url)).find(({ mailId }) => mailId === doubt!.mailId)).toMatchObject({ sendStatus: 'SENT', messageId });
    expect(ses.mails.duplicates()).toEqual({});
  }, 180_000);

  it('corrects the template and sends again what had failed for it, in a new run, and nothing else', async () => {
    const { runId: first } = await runNow();
    await until(first, 'the run to complete', ({ status }) => status === 'COMPLETED');
    const failed = await api.all<Mail>(`/run/${first}/mails?outcome=FAIL&errorCode=TEMPLATE_VALUE_MISSING`);
    expect(failed).toHaveLength(2);
    await api.post(`/automation/${automationId}/template`, { ...AUTOMATION.template, defaults: { due_date: '2026-11-25' } });
    await api.post(`/automation/${automationId}/activate`);
    const mailIds = failed.map(({ mailId }) => mailId);
    const again = await api.post<Run & { resendOf: string }>(`/run/${first}/resend`, { mailIds });
    expect(again).toMatchObject({ resendOf: first, counts: { total: 2 } });
    expect(await api.post(`/run/${first}/resend`, { mailIds }).catch((error: unknown) => error)).toMatchObject({ status: 409 });
    await until(again.runId, 'the resend to complete', ({ status }) => status === 'COMPLETED');
    expect((await run(again.runId)).counts).toMatchObject({ sent: 2, failed: 0 });
    const mails = await api.all<Mail & { recipientKey: string }>(`/run/${again.runId}/mails`);
    const sent = ses.mails.all().filter(({ mailId }) => mailId?.startsWith(again.runId));
    expect(sent.map(({ mailId }) => mailId).sort()).toEqual(mails.map(({ mailId }) => mailId).sort());
    const inTable = (await readSendStatus(tank.customer.url)).filter(({ customerId }) => mails.some(({ recipientKey }) => recipientKey === customerId));
    expect(inTable.map(({ sendStatus }) => sendStatus)).toEqual(['SENT', 'SENT']);
    expect(await api.post(`/run/${first}/resend`, { mailIds }).catch((error: unknown) => error)).toMatchObject({ status: 409, message: expect.stringContaining(again.runId) });
  }, 180_000);
});

/** The base64 parts of a MIME message, read. */
function textParts(raw: Buffer): string[] {
  return raw.toString().split('\r\n\r\n').map((part) => Buffer.from(part.split('\r\n--')[0]!, 'base64').toString().replaceAll('\r\n', '\n').trim());
}

async function buildAutomation(api: TankApi): Promise<string> {
  const { items } = await api.get<{ items: { connectionId: string }[] }>('/connection');
  const { automationId } = await api.post<{ automationId: string }>('/automation', { ...AUTOMATION.basics, fileRules: [], connectionId: items[0]!.connectionId });
  await api.post(`/automation/${automationId}/dbio/target`, AUTOMATION.target);
  await api.post(`/automation/${automationId}/dbio/mapping`, AUTOMATION.mapping);
  await api.post(`/automation/${automationId}/dbio/update`, AUTOMATION.update);
  await api.post(`/automation/${automationId}/template`, AUTOMATION.template);
  await api.post(`/automation/${automationId}/activate`);
  return automationId;
}
