import { context } from '@opentelemetry/api';
import type { JsMsg } from '@nats-io/jetstream';
import type { Message, StepName } from '@tank/contracts';
import { failSpan } from '@tank/telemetry';
import type { Bus } from './bus.js';
import type { Publisher } from './publisher.js';
import { Pull } from './pull.js';
import { handled, receive, startStepSpan } from './received.js';
import { Settlement } from './settle.js';

export type Work = (message: Message) => Promise<Message | Message[] | void>;

const DEFAULT_CONCURRENCY = 32;

/** Runs a step one message at a time per hand, each within its own mail's trace. */
export class StepConsumer {
  private readonly pull: Pull;
  private readonly settlement: Settlement;

  constructor(bus: Bus, publisher: Publisher, private readonly step: StepName, private readonly work: Work, concurrency = DEFAULT_CONCURRENCY) {
    this.settlement = new Settlement(step, publisher);
    this.pull = new Pull(bus, step, concurrency, (delivery, done) => void this.handle(delivery).finally(done));
  }

  start(): void {
    this.pull.start();
  }

  drain(): Promise<void> {
    return this.pull.drain();
  }

  private async handle(delivery: JsMsg): Promise<void> {
    const wait = this.settlement.notBefore(delivery);
    if (wait > 0) return this.settlement.tryLater(delivery, wait);
    const received = receive(this.step, delivery);
    const { span, spanContext } = startStepSpan(this.step, received);
    const stop = handled.startTimer({ step: this.step });
    await context.with(spanContext, async () => {
      try {
        const message = received.message();
        await this.settlement.outcome(received, message, await this.work(message));
        stop({ ending: 'outcome' });
      } catch (error) {
        failSpan(span, error);
        await this.settlement.failure(received, error);
        stop({ ending: 'failure' });
      }
    });
    span.end();
  }
}
