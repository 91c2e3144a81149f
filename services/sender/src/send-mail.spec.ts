import { describe, expect, it } from '@jest/globals';
import { TryLater, type RunStatus } from '@tank/contracts';
import { renderedMail } from '../test/sender-under-test.js';
import type { SesAnswer } from './classify-ses-error.js';
import type { CallResult, IntentAnswer, Ledger, LedgerEntry } from './ledger.js';
import { PrepareMail } from './prepare-mail.js';
import { SendMail, type Channel, type Rate, type Slot } from './send-mail.js';
import { SettleAnswer } from './settle-answer.js';
import { SettleFromLedger } from './settle-from-ledger.js';
import type { Ending, MailRecord, Settlement } from './settlement.js';

interface Script {
  slots?: Slot[];
  intent?: IntentAnswer;
  intentTakesMs?: number;
  answer?: SesAnswer | { kind: 'not-called' };
  from?: { address: string } | null;
  runStatus?: RunStatus;
  closedForMs?: number;
  recordFails?: number;
}
const slot = (isLate = false): Slot => ({ kind: 'slot', isTooLate: () => isLate });

/** A SendMail whose ports write down what is asked of them. */
function sendMailWith(script: Script) {
  const log: string[] = [];
  const results: CallResult[] = [];
  let nowMs = 1_000;
  let record: MailRecord = { to: null, subject: null, files: [], attachmentChecks: [], templateCheck: null };
  const entry = (state: LedgerEntry['state'], ending: Partial<Ending> = {}): LedgerEntry =>
    ({ state, attempt: 1, calls: 1, failures: 0, resends: 0, intentAgeMs: 0, settlement: { ...record, ...ending } as Settlement });
  const ledger: Ledger = {
    find: async () => (log.push('find'), null),
    takeIntent: async (order) => {
      log.push('intent');
      nowMs += script.intentTakesMs ?? 5;
      record = order.record;
      return script.intent ?? { kind: 'taken', attempt: 1, failures: 0 };
    },
    record: async (_mailId, _attempt, result) => {
      log.push(result.state);
      if (script.recordFails && script.recordFails-- > 0) throw new TryLater('away', 1);
      results.push(result);
      return entry(result.state, 'ending' in result ? result.ending : {});
    },
    doubt: async () => null,
    markTold: async () => undefined,
    close: async (_mailId, _runId, settlement) => (log.push('close'), entry('CLOSED', settlement)),
  };
  const slots = [...(script.slots ?? [])];
  const rate: Rate = {
    takeSlot: async () => (log.push('slot'), slots.shift() ?? slot()),
    returnSlot: () => void log.push('slot returned'),
    slowDown: async () => void log.push('slow down'),
    hold: async () => (log.push('hold'), 300_000),
  };
  const channel: Channel = { closedForMs: () => script.closedForMs ?? 0, call: async () => (log.push('call'), script.answer ?? { kind: 'accepted', messageId: '0100-1' }) };
  const known = new SettleFromLedger(ledger, 60_000);
  const mails = new PrepareMail({ read: () => Promise.reject(new Error('no files here')) }, async () => (log.push('mime'), Buffer.from('x')));
  const automations = { sendingRules: async () => ({ from: script.from === undefined ? { address: 'a@bank.example' } : script.from, resendWhenInDoubt: false }) };
  const runs = { statusOf: async () => (log.push('run'), script.runStatus ?? 'RUNNING') };
  const answers = new SettleAnswer(ledger, known, rate, channel, { now: () => new Date(), sleep: async () => void log.push('sleep') });
  const sendMail = new SendMail(ledger, known, automations, mails, () => (log.push('seal'), null), rate, runs, channel, answers, { now: () => new Date(), monotonicMs: () => nowMs });
  return { sendMail, log, results };
}

describe('sending a mail', () => {
  it('goes through ledger, MIME, slot, run, intent and call in this order, and calls once', async () => {
    const { sendMail, log } = sendMailWith({});
    expect(await sendMail.send(renderedMail())).toMatchObject([{ type: 'MailSettled', outcome: 'SENT', messageId: '0100-1' }]);
    expect(log).toEqual(['find', 'mime', 'seal', 'slot', 'run', 'intent', 'call', 'SENT']);
  });

  it('refuses to call when its intent is older than five seconds', async () => {
    const { sendMail, log, results } = sendMailWith({ intentTakesMs: 5_001 });
    await expect(sendMail.send(renderedMail())).rejects.toThrow(TryLater);
    expect(log.slice(-3)).toEqual(['intent', 'slot returned', 'NOT_SENT']);
    expect(results).toEqual([{ state: 'NOT_SENT', called: false, failed: false }]);
  });

  it('drops a slot that comes too late and takes another', async () => {
    const { sendMail, log } = sendMailWith({ slots: [slot(true), slot(true), slot()] });
    await sendMail.send(renderedMail());
    expect(log.filter((entry) => entry === 'slot returned')).toHaveLength(2);
    expect(log.filter((entry) => entry === 'call')).toHaveLength(1);
  });

  it('does not call for ever late slots: the mail comes back', async () => {
    const { sendMail, log } = sendMailWith({ slots: Array.from({ length: 9 }, () => slot(true)) });
    await expect(sendMail.send(renderedMail())).rejects.toThrow(TryLater);
    expect(log).not.toContain('intent');
  });

  it.each(['lost', 'claimed'] as const)('never calls on an intent that is %s', async (kind) => {
    const { sendMail, log } = sendMailWith({ intent: kind === 'lost' ? { kind } : { kind, claims: [{ kind: 'path', key: 'a.pdf' }] } });
    const sent = sendMail.send(renderedMail());
    if (kind === 'lost') await expect(sent).rejects.toThrow(TryLater);
    else expect(await sent).toMatchObject([{ outcome: 'SKIPPED', errorCode: 'DUPLICATED' }]);
    expect(log).not.toContain('call');
    expect(log).toContain('slot returned');
  });

  it('gives the mail back, uncalled, when the breaker opens after the intent', async () => {
    const { sendMail, results } = sendMailWith({ answer: { kind: 'not-called' } });
    expect(await sendMail.send(renderedMail())).toMatchObject([{ type: 'MailGivenBack', reasonCode: 'SES_BREAKER_OPEN' }]);
    expect(results).toEqual([{ state: 'NOT_SENT', called: false, failed: false }]);
  });

  it('takes no slot and no intent while the breaker is open', async () => {
    const { sendMail, log } = sendMailWith({ closedForMs: 7_000 });
    expect(await sendMail.send(renderedMail())).toMatchObject([{ type: 'MailGivenBack', retryAfterMs: 7_000 }]);
    expect(log).toEqual(['find', 'mime', 'seal']);
  });

  it('waits for the ledger when it knows the answer and cannot write it down', async () => {
    const { sendMail, log } = sendMailWith({ recordFails: 3 });
    expect(await sendMail.send(renderedMail())).toMatchObject([{ outcome: 'SENT' }]);
    expect(log.filter((entry) => entry === 'call')).toHaveLength(1);
    expect(log.filter((entry) => entry === 'sleep')).toHaveLength(3);
  });

  it('slows everybody down after a throttle answer', async () => {
    const { sendMail, log, results } = sendMailWith({ answer: { kind: 'throttled', detail: 'x' } });
    await expect(sendMail.send(renderedMail())).rejects.toThrow(TryLater);
    expect(log).toContain('slow down');
    expect(results).toEqual([{ state: 'NOT_SENT', called: true, failed: false }]);
  });

  it('ends a run whose version names no sender', async () => {
    const { sendMail, log } = sendMailWith({ from: null });
    expect(await sendMail.send(renderedMail())).toMatchObject([{ type: 'RunHalted', status: 'FAIL', reasonCode: 'SENDER_MISSING' }, { type: 'MailGivenBack' }]);
    expect(log).toEqual(['find']);
  });

  it('puts no address and no subject into what it throws', async () => {
    const { sendMail } = sendMailWith({ answer: { kind: 'failed', detail: 'HTTP 500' } });
    const mail = renderedMail();
    await expect(sendMail.send(mail)).rejects.toThrow(expect.objectContaining({ message: expect.not.stringMatching(/@|명세서/) }));
  });
});
