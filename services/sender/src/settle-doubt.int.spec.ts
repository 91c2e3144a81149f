import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mailOf, Refused, type Mail, type MailRendered, type MailSettled } from '@tank/contracts';
import { startSesSimulator, type SesSimulator } from '../../../embedded/ses-simulator/ses-simulator.ts';
import { createDatabase, roleUrl, type TestDatabase } from '../../../embedded/test/parts.ts';
import { renderedMail, SenderUnderTest } from '../test/sender-under-test.js';
import { SettleDoubt } from './settle-doubt.js';
import { SettleFromLedger } from './settle-from-ledger.js';

const DEADLINE_MS = 20_000;
let database: TestDatabase;
let simulator: SesSimulator;
let sender: SenderUnderTest;
let doubts: SettleDoubt;
const manifest = new Map<string, Mail>();
const published: MailSettled[] = [];
let publishError: Error | undefined;

beforeAll(async () => {
  database = await createDatabase('settle_doubt');
  simulator = await startSesSimulator();
});
/** One for each test: a breaker that has met many doubts opens. */
beforeEach(async () => {
  sender = await SenderUnderTest.start({ dbUrl: roleUrl(database, 'sender'), sesUrl: simulator.url, account: randomUUID(), deadlineMs: DEADLINE_MS });
  const mail = async (mailId: string) => manifest.get(mailId) ?? Promise.reject(new Refused('NOT_FOUND', [`There is no mail ${mailId}.`, `(한국어) There is no mail ${mailId}.`], 'mailId'));
  doubts = new SettleDoubt(sender.ledger, new SettleFromLedger(sender.ledger, DEADLINE_MS), { mail }, { publish: async (message) => publishError ? Promise.reject(publishError) : void published.push(message) });
});
afterEach(async () => {
  await sender.close();
  simulator.reset();
  published.length = 0;
});
afterAll(async () => {
  await simulator.close();
  await database.drop();
});

/** A mail as it travels; its manifest keeps only the target row. */
function known(): MailRendered {
  const mail = renderedMail();
  manifest.set(mail.mailId, { ...mailOf(mail), values: { customer_id: 'C1' } });
  return mail;
}
async function inDoubt(): Promise<MailRendered> {
  const mail = known();
  simulator.inject({ kind: 'reset-after' });
  expect(await sender.send(mail)).toMatchObject([{ outcome: 'IN_DOUBT' }, { type: 'SystemErrorRaised' }]);
  return mail;
}
const age = (mailId: string, seconds: number) =>
  sender.db.query('UPDATE mail_ledger SET intent_at = intent_at - $2 * interval \'1 second\' WHERE mail_id = $1 RETURNING 1', [mailId, seconds]);
const settle = (mailId: string, outcome: 'SENT' | 'FAIL', over: { messageId?: string | null } = {}) => doubts.settle({ mailId, outcome, evidence: '수신자에게 확인함', messageId: null, ...over });
const refusal = (code: string, field: string, message: unknown = expect.any(String)) => ({ refusal: { code, field, message } });

describe('a mail in doubt', () => {
  it('becomes SENT by evidence, and its outcome travels with what was known of it', async () => {
    const mail = await inDoubt();
    const answer = await settle(mail.mailId, 'SENT', { messageId: '0100-7' });
    expect(answer).toEqual({ mailId: mail.mailId, outcome: 'SENT', settledAt: expect.any(String) });
    expect(published).toEqual([expect.objectContaining({
      type: 'MailSettled', mailId: mail.mailId, outcome: 'SENT', errorCode: null, errorDetail: 'Settled by an operator: 수신자에게 확인함', messageId: '0100-7', sentAt: expect.any(String),
      to: mail.to, subject: mail.subject, attempts: 1, isUnmapped: true, values: { customer_id: 'C1' },
    })]);
  });

  it('that comes along its way again after that is told as it was settled, and never sent', async () => {
    const mail = await inDoubt();
    await settle(mail.mailId, 'SENT');
    const calls = simulator.calls;
    expect(await sender.send(mail)).toMatchObject([{ type: 'MailSettled', outcome: 'SENT', errorDetail: expect.stringContaining('operator') }]);
    expect(simulator.calls).toBe(calls);
  });

  it('becomes FAIL only when AWS refuses the call that is in doubt', async () => {
    const mail = await inDoubt();
    await expect(settle(mail.mailId, 'FAIL')).rejects.toMatchObject(refusal('CONFLICT', 'outcome', expect.stringMatching(/in 36\d seconds/)));
    expect(published).toEqual([]);
    await age(mail.mailId, 366);
    expect(await settle(mail.mailId, 'FAIL')).toMatchObject({ outcome: 'FAIL' });
    expect(published).toMatchObject([{ outcome: 'FAIL', errorCode: 'SES_NOT_TAKEN', messageId: null, sentAt: null }]);
  });

  it('is settled once: the same again changes nothing and tells nobody, another word is refused', async () => {
    const mail = await inDoubt();
    const answer = await settle(mail.mailId, 'SENT');
    expect(await settle(mail.mailId, 'SENT')).toEqual(answer);
    expect(published).toHaveLength(1);
    await expect(settle(mail.mailId, 'SENT', { messageId: '0100-8' })).rejects.toMatchObject(refusal('CONFLICT', 'mailId', expect.stringContaining('is SENT')));
    await age(mail.mailId, 366);
    await expect(settle(mail.mailId, 'FAIL')).rejects.toMatchObject(refusal('CONFLICT', 'mailId', expect.stringContaining('is SENT')));
  });

  it('is told by whoever asks again when it could not be told the first time', async () => {
    const mail = await inDoubt();
    publishError = new Error('NATS is away');
    await expect(settle(mail.mailId, 'SENT')).rejects.toThrow('NATS is away');
    publishError = undefined;
    for (let times = 0; times < 2; times += 1) expect(await settle(mail.mailId, 'SENT')).toMatchObject({ outcome: 'SENT' });
    expect(published).toMatchObject([{ outcome: 'SENT', isUnmapped: true }]);
  });

  it('is settled once when several say something at the same moment', async () => {
    const mail = await inDoubt();
    await age(mail.mailId, 366);
    const ends = await Promise.allSettled(['SENT', 'FAIL', 'SENT', 'FAIL'].map((outcome) => settle(mail.mailId, outcome as 'SENT' | 'FAIL')));
    const outcomes = new Set(ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value.outcome] : [])));
    expect(outcomes.size).toBe(1);
    expect(new Set(published.map(({ outcome }) => outcome))).toEqual(outcomes);
  });

  it('has no message id when SES did not take it', async () => {
    const mail = await inDoubt();
    await age(mail.mailId, 366);
    await expect(settle(mail.mailId, 'FAIL', { messageId: '0100-7' })).rejects.toMatchObject(refusal('INVALID', 'messageId'));
    expect(await sender.ledger.find(mail.mailId)).toMatchObject({ state: 'IN_DOUBT' });
  });
});

describe('a mail that is not in doubt', () => {
  it.each(['SENT', 'FAIL'] as const)('has been sent, whatever is said (%s)', async (outcome) => {
    const mail = known();
    await sender.send(mail);
    await expect(settle(mail.mailId, outcome)).rejects.toMatchObject(refusal('CONFLICT', 'mailId', expect.stringContaining('is SENT')));
    expect(published).toEqual([]);
  });

  it('has failed, and is told of nobody once more', async () => {
    const mail = known();
    simulator.inject({ kind: 'rejected' });
    await sender.send(mail);
    await expect(settle(mail.mailId, 'FAIL')).rejects.toMatchObject(refusal('CONFLICT', 'mailId', expect.stringContaining('is FAIL')));
    expect(published).toEqual([]);
  });

  it('is on its way, and may be in doubt once its call is over', async () => {
    const mail = known();
    await expect(settle(mail.mailId, 'SENT')).rejects.toMatchObject(refusal('CONFLICT', 'mailId', expect.stringContaining('has no mail')));
    const { mailId, runId } = mail;
    await sender.ledger.takeIntent({ mailId, runId, afterAttempt: 0, resends: 0, claims: [], claimant: { runId, mailId }, record: { to: mail.to, subject: mail.subject, files: [], attachmentChecks: [], templateCheck: null }, content: null });
    await expect(settle(mailId, 'SENT')).rejects.toMatchObject(refusal('CONFLICT', 'mailId', expect.stringContaining('on its way')));
    await age(mailId, DEADLINE_MS / 1_000 + 1);
    expect(await settle(mailId, 'SENT')).toMatchObject({ outcome: 'SENT' });
  });

  it('is none at all', async () => {
    await expect(settle(`${randomUUID()}-1`, 'SENT')).rejects.toMatchObject(refusal('NOT_FOUND', 'mailId'));
  });
});
