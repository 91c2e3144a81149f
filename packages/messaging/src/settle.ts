import type { JsMsg } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import { stopMail, TryLater, type Mail, type Message, type StepName } from '@tank/contracts';
import { createLog } from '@tank/telemetry';
import { deadLetters, isKeptTrying, MAX_DEFECTS } from './dead-letters.js';
import { MessageTooLarge, type Publisher } from './publisher.js';
import type { Received } from './received.js';
import { NOT_BEFORE, TRAIL, trailAfter, trailWithin } from './trail.js';

/*
 * How a delivery ends. This is the only file that acks.
 *
 *   outcome     every returned message is stored, then the message is acked
 *   try later   the message stays and comes back after a while
 *   defect      stored again with its count in a header; the third time it becomes a dead letter, and what it was about moves on
 *
 * (A give-back is an outcome: a message to the scheduler.) A crash before the ack brings the message back, so every
 * handler may see a message twice.
 */
const DEFECTS = 'Tank-Defects';
const PUBLISH_AGAIN_MS = 1000;
const KEEP_TRYING_MS = 60_000;

const log = createLog('messaging');

export class Settlement {
  constructor(private readonly step: StepName, private readonly publisher: Publisher) {}

  /** Milliseconds this delivery must still wait after a defect; 0 when it is due. */
  notBefore(message: JsMsg): number {
    return Math.max(0, Number(message.headers?.get(NOT_BEFORE) ?? 0) - Date.now());
  }

  tryLater(message: JsMsg, afterMs: number): void {
    message.nak(Math.max(1, Math.round(afterMs)));
  }

  /** Stores what the handler returned, then acks. What cannot be stored now is tried later, whole. */
  async outcome(received: Received, taken: Message, given: Message | Message[] | void): Promise<void> {
    try {
      await this.publishAll(received, taken, given === undefined ? [] : [given].flat());
      received.delivery.ack();
    } catch (error) {
      log.warn('publish.later', { step: this.step, reason: (error as Error).message });
      this.tryLater(received.delivery, PUBLISH_AGAIN_MS);
    }
  }

  /** A throw: `TryLater` sends the message back, anything else is a defect. */
  async failure(received: Received, error: unknown): Promise<void> {
    const { delivery: message, raw } = received;
    if (error instanceof TryLater) return this.tryLater(message, error.retryAfterMs);
    const count = Number(message.headers?.get(DEFECTS) || 0) + 1;
    log.error('step.defect', error, { step: this.step, defects: count, mailId: (raw as Partial<Mail>)?.mailId });
    try {
      if (count < MAX_DEFECTS) await this.countDefect(received, count);
      else if (isKeptTrying(this.step, String((raw as Message)?.type))) return this.tryLater(message, KEEP_TRYING_MS);
      else for (const letter of deadLetters(this.step, raw, reasonOf(error))) await this.publish(received, raw, letter);
      message.ack();
    } catch (publishError) {
      log.warn('publish.later', { step: this.step, reason: (publishError as Error).message });
      this.tryLater(message, PUBLISH_AGAIN_MS);
    }
  }

  private async countDefect({ delivery: message, beganAt }: Received, count: number): Promise<void> {
    const carried = headers();
    for (const key of message.headers?.keys() ?? []) if (!key.startsWith('Nats-')) carried.set(key, message.headers!.get(key));
    carried.set(DEFECTS, String(count));
    carried.set(NOT_BEFORE, String(Date.now() + 1000 * count));
    const trail = trailWithin(this.step, message, beganAt, 'DEFECT');
    if (trail !== '') carried.set(TRAIL, trail);
    await this.publisher.store(this.step, message.data, carried);
  }

  private async publishAll(received: Received, taken: Message, given: Message[]): Promise<void> {
    await Promise.all(given.map((next) => this.publishOrStop(received, taken, next)));
  }

  private publish({ delivery, beganAt }: Received, taken: unknown, next: Message): Promise<void> {
    return this.publisher.publish(next, trailAfter(this.step, delivery, taken, next, beganAt));
  }

  /** A mail whose next message is too large fails as a mail; it does not stay on the road for ever. */
  private async publishOrStop(received: Received, taken: Message, next: Message): Promise<void> {
    try {
      await this.publish(received, taken, next);
    } catch (error) {
      if (!(error instanceof MessageTooLarge) || !('values' in taken)) throw error;
      await this.publish(received, taken, tooLarge(taken, next, error));
    }
  }
}

/** Before the sender the mail is stopped; after it the outcome stands and travels on without the row's values. */
function tooLarge(taken: Message & { values: Mail['values'] }, next: Message, error: MessageTooLarge): Message {
  if (next.type === 'MailSettled' || next.type === 'MailRecorded') return { ...next, values: {} };
  return stopMail(taken as Mail, { outcome: 'FAIL', errorCode: 'MESSAGE_TOO_LARGE', errorDetail: error.message });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

