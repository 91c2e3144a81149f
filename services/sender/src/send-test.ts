import { randomUUID } from 'node:crypto';
import type { Answer, Asks } from '@tank/contracts';
import type { SesAnswer } from './classify-ses-error.js';
import { markTest } from './mark-test.js';
import { FilesUnreachable, Unsendable, type PrepareMail, type WrittenMail } from './prepare-mail.js';
import type { Channel, Rate, Slot } from './send-mail.js';
import { notAllowed, notNow, refusedBySes, unsendable, unusableFiles } from './why-no-test.js';

/** Each has its files in memory. */
const MOST_AT_A_TIME = 4;
/** Whoever asked waits for the answer: what has no turn by then is not sent. */
export const TEST_TURN_WITHIN_MS = 10_000;

/**
 * Sends the mail of a sample row to the one who asked for it: with the rate, the breaker and the verified files of a real mail, and without ledger and
 * claims, since it is no mail of any run. One call: what is not known to be sent or not is told so, and never tried again.
 */
export class SendTest {
  private inHand = 0;

  constructor(
    private readonly mails: PrepareMail,
    private readonly rate: Rate,
    private readonly channel: Channel,
    private readonly clock: { monotonicMs(): number; sleep(ms: number): Promise<void> },
  ) {}

  /** @throws Refused where SES certainly took nothing */
  async send(test: Asks<'sender.send-test'>): Promise<Answer<'sender.send-test'>> {
    if (this.inHand >= MOST_AT_A_TIME) throw notNow('busy');
    this.inHand += 1;
    try {
      return await this.sendOnce(test);
    } finally {
      this.inHand -= 1;
    }
  }

  private async sendOnce(test: Asks<'sender.send-test'>): Promise<Answer<'sender.send-test'>> {
    const { automationId, from } = test;
    const { to, mime } = await this.write(test);
    await this.waitForTurn();
    const answer = await this.channel.call({ tags: { test_id: randomUUID(), automation_id: automationId }, attempt: 1, from, to, mime });
    return this.endOf(answer);
  }

  private async write(test: Asks<'sender.send-test'>): Promise<WrittenMail> {
    try {
      return await this.mails.write({ to: { address: test.to }, files: test.files, ...markTest(test) }, test.from);
    } catch (error) {
      if (error instanceof Unsendable) throw unsendable(error);
      if (error instanceof FilesUnreachable) throw unusableFiles(error);
      throw error;
    }
  }

  private async waitForTurn(): Promise<void> {
    const until = this.clock.monotonicMs() + TEST_TURN_WITHIN_MS;
    for (;;) {
      if (this.channel.closedForMs() > 0) throw notNow('unreachable');
      const slot = await this.slotBy(until);
      if (slot === null) throw notNow('busy');
      if (slot.kind === 'held') throw notNow('quota');
      if (!slot.isTooLate()) return;
      this.rate.returnSlot();
    }
  }

  /** Null when there was none in time; one that comes later is given back. */
  private async slotBy(untilMs: number): Promise<Slot | null> {
    const leftMs = untilMs - this.clock.monotonicMs();
    if (leftMs <= 0) return null;
    const taken = this.rate.takeSlot();
    const slot = await Promise.race([taken, this.clock.sleep(leftMs).then(() => null)]);
    if (slot === null) void taken.then(({ kind }) => kind === 'slot' && this.rate.returnSlot(), () => undefined);
    return slot;
  }

  private async endOf(answer: SesAnswer | { kind: 'not-called' }): Promise<Answer<'sender.send-test'>> {
    switch (answer.kind) {
      case 'accepted': return { outcome: 'SENT', messageId: answer.messageId };
      case 'unknown': return { outcome: 'IN_DOUBT', messageId: null };
      case 'mail-refused': throw refusedBySes(answer.detail);
    }
    this.rate.returnSlot();
    if (answer.kind === 'throttled') await this.rate.slowDown();
    if (answer.kind === 'quota') await this.rate.hold();
    if (answer.kind === 'run-refused') throw notAllowed(answer.reasonCode, answer.detail);
    throw notNow(answer.kind === 'not-called' ? 'unreachable' : answer.kind);
  }
}
