import { context, type Context } from '@opentelemetry/api';
import type { JsMsg } from '@nats-io/jetstream';
import { TryLater, type Message, type StepName } from '@tank/contracts';
import { failSpan, inSpan, traceIdOf, traceparentOf } from '@tank/telemetry';
import type { Bus } from './bus.js';
import type { Publisher } from './publisher.js';
import { Pull } from './pull.js';
import { handled, receive, startStepSpan, type Received } from './received.js';
import { Settlement } from './settle.js';
import type { BatchContext, BatchOptions } from './step.js';
import { trailWithin } from './trail.js';

export type BatchWork = (messages: Message[], about: BatchContext) => Promise<(Message | Message[] | void | TryLater)[]>;
type Read = Received & { read: Message };

interface Waiting {
  delivery: JsMsg;
  done: () => void;
}

/**
 * Runs a step in batches. The batch has a trace of its own with its SQL in it; each mail keeps its own trace, with a span
 * for this step that is linked to the batch's.
 */
export class BatchConsumer {
  private readonly pull: Pull;
  private readonly settlement: Settlement;
  private waiting: Waiting[] = [];
  private timer?: NodeJS.Timeout;

  constructor(bus: Bus, publisher: Publisher, private readonly step: StepName, private readonly work: BatchWork, private readonly options: BatchOptions) {
    this.settlement = new Settlement(step, publisher);
    // Two batches' worth of hands: one is written while the next gathers.
    this.pull = new Pull(bus, step, options.size * 2, (delivery, done) => this.gather({ delivery, done }));
  }

  start(): void {
    this.pull.start();
  }

  drain(): Promise<void> {
    this.flush();
    return this.pull.drain();
  }

  private gather(waiting: Waiting): void {
    this.waiting.push(waiting);
    if (this.waiting.length >= this.options.size) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), this.options.waitMs);
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const batch = this.waiting.splice(0);
    if (batch.length > 0) void this.handle(batch.map(({ delivery }) => delivery)).finally(() => batch.forEach(({ done }) => done()));
  }

  private async handle(deliveries: JsMsg[]): Promise<void> {
    const due = deliveries.filter((delivery) => {
      const wait = this.settlement.notBefore(delivery);
      if (wait > 0) this.settlement.tryLater(delivery, wait);
      return wait === 0;
    });
    const received = await this.readable(due.map((delivery) => receive(this.step, delivery)));
    if (received.length > 0) await inSpan(`${this.step}.batch`, { 'tank.batch_size': received.length }, () => this.handleBatch(received, context.active()), { root: true });
  }

  /** One unreadable message ends as a defect of its own and does not hold up its neighbours. */
  private async readable(received: Received[]): Promise<Read[]> {
    const read: Read[] = [];
    for (const one of received) {
      try {
        read.push({ ...one, read: one.message() });
      } catch (error) {
        await this.settlement.failure(one, error);
      }
    }
    return read;
  }

  private async handleBatch(batch: Read[], batchContext: Context): Promise<void> {
    const spans = batch.map((received) => startStepSpan(this.step, received, [batchContext]));
    const stop = handled.startTimer({ step: this.step });
    const endings = await this.endingsOf(batch);
    await Promise.all(
      batch.map((received, at) => {
        const { span, spanContext } = spans[at]!;
        const ending = endings[at];
        if (ending instanceof Error) failSpan(span, ending);
        return context.with(spanContext, () => this.settle(received, ending)).finally(() => span.end());
      }),
    );
    stop({ ending: 'batch' });
  }

  private settle(received: Read, ending: Message | Message[] | void | Error): Promise<void> {
    return ending instanceof Error ? this.settlement.failure(received, ending) : this.settlement.outcome(received, received.read, ending);
  }

  /** A throw of the handler is every message's own failure; each then counts its defects, or tries later, alone. */
  private async endingsOf(batch: Read[]): Promise<(Message | Message[] | void | Error)[]> {
    const traceIds = batch.map(({ traceContext }) => traceIdOf(traceparentOf(traceContext)));
    const trails = batch.map(({ delivery }) => trailWithin(this.step, delivery, null, null));
    try {
      const endings = await this.work(batch.map(({ read }) => read), { traceIds, trails });
      if (endings.length !== batch.length) throw new Error(`The handler of ${this.step} gave ${endings.length} endings for ${batch.length} messages.`);
      return endings;
    } catch (error) {
      return batch.map(() => (error instanceof Error ? error : new Error(String(error))));
    }
  }
}
