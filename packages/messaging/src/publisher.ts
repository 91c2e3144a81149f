import { context, propagation } from '@opentelemetry/api';
import { headers, type MsgHdrs } from '@nats-io/transport-node';
import { stepTaking, type Message, type StepName } from '@tank/contracts';
import type { Bus } from './bus.js';
import { firstTrail, TRAIL } from './trail.js';

/** The message does not fit through the server's limit: the mail fails, nothing is stuck. */
export class MessageTooLarge extends Error {
  constructor(readonly bytes: number, readonly limit: number) {
    super(`The message has ${bytes} bytes; the NATS server takes ${limit} (max_payload).`);
    this.name = 'MessageTooLarge';
  }
}

/** Room for headers and subject within the server's payload limit. */
const HEADROOM_BYTES = 4096;

/** Stores messages on the road. Resolves when JetStream has stored the message; rejects when it may not have. */
export class Publisher {
  constructor(private readonly bus: Bus) {}

  /**
   * Publishes to the one step that takes this type, in the trace that is active.
   * @param trail of the mail so far, as it is written; empty: none. Absent: its way begins here.
   * @throws MessageTooLarge, or the client's error when the stream is full or away: publish again later.
   */
  async publish(message: Message, trail = firstTrail(message)): Promise<void> {
    const carried = contextHeaders();
    if (trail !== '') carried.set(TRAIL, trail);
    await this.store(stepTaking(message.type), new TextEncoder().encode(JSON.stringify(message)), carried, dedupeId(message));
  }

  /** Publishes bytes that are a message already, with headers of its own (a counted defect). */
  async store(step: StepName, data: Uint8Array, carried: MsgHdrs, msgID?: string): Promise<void> {
    const limit = this.bus.connection.info?.max_payload ?? 1_048_576;
    if (data.length + HEADROOM_BYTES > limit) throw new MessageTooLarge(data.length, limit);
    await this.bus.jetstream.publish(this.bus.subjectOf(step), data, { headers: carried, msgID, timeout: 5000 });
  }
}

/** Saves the work of a second copy within the window; nothing relies on it. A new dispatch is a new message. */
function dedupeId(message: Message): string | undefined {
  if (!('mailId' in message) || !('dispatch' in message)) return undefined;
  // A doubt that was resolved travels the same way as the doubt did.
  const outcome = 'outcome' in message ? message.outcome : '';
  return `${message.type}:${message.mailId}:${message.dispatch}:${outcome}`;
}

/** W3C trace context of the active span, as NATS headers. */
export function contextHeaders(): MsgHdrs {
  const carried = headers();
  propagation.inject(context.active(), carried, { set: (to, key, value) => to.set(key, value) });
  return carried;
}
