import { describe, expect, it } from '@jest/globals';
import { PrepareMail } from './prepare-mail.js';
import type { Channel, Rate, Slot } from './send-mail.js';
import { SendTest, TEST_TURN_WITHIN_MS } from './send-test.js';

const TEST = { automationId: 'a', language: 'en' as const, from: { address: 'a@bank.example' }, to: 'author@bank.example', insteadOf: null, subject: 's', html: 'h', text: 't', files: [] };

function sendTestWith(takeSlot: Rate['takeSlot'], call: Channel['call'] = async () => ({ kind: 'accepted', messageId: '0100-1' })) {
  const log: string[] = [];
  const slept = Promise.withResolvers<void>();
  const rate: Rate = { takeSlot: () => (log.push('slot'), takeSlot()), returnSlot: () => void log.push('slot returned'), slowDown: async () => undefined, hold: async () => 0 };
  const channel: Channel = { closedForMs: () => 0, call: (letter) => (log.push('call'), call(letter)) };
  const mails = new PrepareMail({ read: () => Promise.reject(new Error('no files here')) }, async () => Buffer.from('x'));
  const clock = { monotonicMs: () => 0, sleep: (ms: number) => (log.push(`sleep ${ms}`), slept.promise) };
  return { sendTest: new SendTest(mails, rate, channel, clock), log, passTime: slept.resolve };
}

describe('a test mail that waits for its turn', () => {
  it('is not sent after its time, and gives back a slot that comes then', async () => {
    const late = Promise.withResolvers<Slot>();
    const { sendTest, log, passTime } = sendTestWith(() => late.promise);
    const sent = sendTest.send(TEST);
    passTime();
    await expect(sent).rejects.toMatchObject({ refusal: { code: 'UNAVAILABLE', message: expect.stringContaining('not sent') } });
    late.resolve({ kind: 'slot', isTooLate: () => false });
    await late.promise;
    await new Promise(setImmediate);
    expect(log).toEqual(['slot', `sleep ${TEST_TURN_WITHIN_MS}`, 'slot returned']);
  });

  it('drops a slot that comes too late and takes another', async () => {
    const slots = [true, false].map((isLate): Slot => ({ kind: 'slot', isTooLate: () => isLate }));
    const { sendTest, log } = sendTestWith(async () => slots.shift()!);
    expect(await sendTest.send(TEST)).toEqual({ outcome: 'SENT', messageId: '0100-1' });
    expect(log.filter((entry) => !entry.startsWith('sleep'))).toEqual(['slot', 'slot returned', 'slot', 'call']);
  });

  it('waits with few others: one too many is refused at once, and has taken nothing', async () => {
    const turn = Promise.withResolvers<Slot>();
    const { sendTest, log } = sendTestWith(() => turn.promise);
    const waiting = [1, 2, 3, 4].map(() => sendTest.send(TEST));
    await expect(sendTest.send(TEST)).rejects.toMatchObject({ refusal: { code: 'UNAVAILABLE' } });
    turn.resolve({ kind: 'slot', isTooLate: () => false });
    expect(await Promise.all(waiting)).toHaveLength(4);
    expect(log.filter((entry) => entry === 'slot')).toHaveLength(4);
    expect(await sendTest.send(TEST)).toMatchObject({ outcome: 'SENT' });
  });

  it('gives its slot back, uncalled, when the breaker opens in between', async () => {
    const { sendTest, log } = sendTestWith(async () => ({ kind: 'slot', isTooLate: () => false }), async () => ({ kind: 'not-called' }));
    await expect(sendTest.send(TEST)).rejects.toMatchObject({ refusal: { code: 'UNAVAILABLE' } });
    expect(log.at(-1)).toBe('slot returned');
  });
});
