import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
import type { Msg, Subscription } from '@nats-io/transport-node';
import { Refused, REQUESTS, TryLater, type Refusal, type RequestName } from '@tank/contracts';
import { createLog, inSpan } from '@tank/telemetry';
import { z } from 'zod';
import type { Bus } from './bus.js';

const log = createLog('messaging');

/** Answers one request of other services; replicas share the requests by a queue group. */
export class RequestServer {
  private subscription?: Subscription;
  private readonly inHand = new Set<Promise<void>>();

  constructor(private readonly bus: Bus, private readonly name: RequestName, private readonly answer: (asks: unknown) => Promise<unknown>) {}

  start(): void {
    this.subscription = this.bus.connection.subscribe(this.bus.subjectOfRequest(this.name), {
      queue: REQUESTS[this.name].service,
      callback: (_error, message) => this.take(message),
    });
  }

  async drain(): Promise<void> {
    await this.subscription?.drain();
    await Promise.all(this.inHand);
  }

  private take(message: Msg): void {
    const work = this.reply(message).finally(() => this.inHand.delete(work));
    this.inHand.add(work);
  }

  private async reply(message: Msg): Promise<void> {
    const asked = propagation.extract(context.active(), message.headers, {
      get: (from, key) => from?.get(key) || undefined,
      keys: (from) => from?.keys() ?? [],
    });
    const work = () => this.answerTo(message);
    // A request within a mail's trace is part of it; one from a timer is not worth a trace of its own.
    const body = trace.getSpanContext(asked) ? await inSpan(this.name, {}, work, { kind: SpanKind.SERVER, parent: asked }) : await work();
    message.respond(JSON.stringify(body));
  }

  private async answerTo(message: Msg): Promise<{ answer: unknown } | { refused: Refusal }> {
    try {
      const asks = REQUESTS[this.name].asks.parse(message.json());
      return { answer: await this.answer(asks) };
    } catch (error) {
      return { refused: this.refusalOf(error) };
    }
  }

  private refusalOf(error: unknown): Refusal {
    if (error instanceof Refused) return error.refusal;
    if (error instanceof TryLater) return { code: 'UNAVAILABLE', message: error.message, ko: '지금은 처리할 수 없습니다. 잠시 후 다시 시도하세요.', field: null };
    if (error instanceof z.ZodError) {
      const [first] = error.issues;
      return { code: 'INVALID', message: z.prettifyError(error), ko: null, field: first?.path.join('.') || null };
    }
    log.error('request.defect', error, { request: this.name });
    return { code: 'DEFECT', message: `${this.name} failed inside Tank; the log of ${REQUESTS[this.name].service} says why.`, ko: null, field: null };
  }
}
