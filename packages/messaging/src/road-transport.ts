import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { REQUESTS, stepsOf, type Message, type RequestName, type Service } from '@tank/contracts';
import { lastValueFrom } from 'rxjs';
import { BatchConsumer } from './batch-consumer.js';
import type { Bus } from './bus.js';
import type { Publisher } from './publisher.js';
import { RequestServer } from './request-server.js';
import { StepConsumer } from './step-consumer.js';
import type { BatchContext, StepExtras } from './step.js';

interface Part {
  start(): void;
  drain(): Promise<void>;
}

/**
 * Nest's transport for the road: steps on JetStream, requests on request/reply. (Nest's own NATS transport is core NATS
 * only, where a message without a listener is gone.)
 */
export class RoadTransport extends Server implements CustomTransportStrategy {
  private parts: Part[] = [];

  constructor(private readonly service: Service, private readonly bus: Bus, private readonly publisher: Publisher, private readonly builtIn: RequestName[]) {
    super();
  }

  /** Nest would chain a second event handler and let a second request handler replace the first: both are mistakes here. */
  override addHandler(pattern: unknown, callback: MessageHandler, isEventHandler = false, extras: Record<string, unknown> = {}): void {
    const key = this.normalizePattern(pattern as string);
    if (this.messageHandlers.has(key)) throw new Error(`${key} has two handlers in ${this.service}: exactly one must handle it.`);
    super.addHandler(pattern, callback, isEventHandler, extras);
  }

  listen(callback: (error?: unknown) => void): void {
    checkRoad(this.service, [...this.messageHandlers.values()].map((handler) => handler.extras as StepExtras), this.builtIn);
    this.parts = [...this.messageHandlers.values()].map((handler) => this.partFor(handler, handler.extras as StepExtras));
    this.parts.forEach((part) => part.start());
    callback();
  }

  async close(): Promise<void> {
    await Promise.all(this.parts.map((part) => part.drain()));
    this.parts = [];
  }

  on(): void {
    throw new Error('The road has no transport events to listen to.');
  }

  unwrap<T>(): T {
    return this.bus as T;
  }

  private partFor(handler: MessageHandler, { step, request, batch, concurrency }: StepExtras): Part {
    const call = async (data: unknown, about?: unknown) => lastValueFrom(this.transformToObservable(await handler(data, about)), { defaultValue: undefined });
    if (request) return new RequestServer(this.bus, request, call);
    if (!step) throw new Error('A handler of the road is declared with @Step, @BatchStep or @Answers.');
    if (batch) return new BatchConsumer(this.bus, this.publisher, step, (messages: Message[], about: BatchContext) => call(messages, about) as never, batch);
    return new StepConsumer(this.bus, this.publisher, step, (message) => call(message) as never, concurrency);
  }
}

/** Refuses to start a service whose steps and requests are not each handled, exactly once. */
export function checkRoad(service: Service, handlers: StepExtras[], builtIn: RequestName[] = []): void {
  const requests = (Object.keys(REQUESTS) as RequestName[]).filter((name) => REQUESTS[name].service === service && !builtIn.includes(name));
  const wanted = [...stepsOf(service).map((step) => `step ${step}`), ...requests.map((name) => `request ${name}`)];
  const found = handlers.map(({ step, request }) => (step ? `step ${step}` : `request ${request}`));
  const missing = wanted.filter((name) => !found.includes(name));
  const foreign = found.filter((name) => !wanted.includes(name));
  const twice = found.filter((name, at) => found.indexOf(name) !== at);
  const problems = [
    ...missing.map((name) => `${name} has no handler`),
    ...foreign.map((name) => `${name} belongs to another service`),
    ...twice.map((name) => `${name} has two handlers`),
  ];
  if (problems.length > 0) throw new Error(`The service ${service} does not handle its part of the road: ${problems.join('; ')}.`);
}
