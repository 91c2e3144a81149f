import { Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import type { Answer, Asks, Given, RequestName, StepName, Taken, TryLater } from '@tank/contracts';

/** What a step may end in: nothing, one message, or several; each is stored before the message that caused it is acked. */
export type Ending<S extends StepName> = Given<S> | Given<S>[] | void;
export type StepHandler<S extends StepName> = (message: Taken<S>) => Promise<Ending<S>>;
/** What a batch handler may know of each message beside it, in the same order. */
export interface BatchContext {
  traceIds: (string | null)[];
  /** As written, this step with them as its last; empty where a message has none. */
  trails: string[];
}
/** One ending for each message, in the same order; a `TryLater` sends only its own message back, another `Error` is its own message's defect. */
export type BatchStepHandler<S extends StepName> = (messages: Taken<S>[], context: BatchContext) => Promise<(Ending<S> | TryLater | Error)[]>;
export type RequestHandler<N extends RequestName> = (asks: Asks<N>) => Promise<Answer<N>>;

export interface StepOptions {
  /** Messages handled at the same time by one process. */
  concurrency?: number;
}
export interface BatchOptions {
  /** Most messages in one batch. */
  size: number;
  /** How long a batch that is not full waits for more. */
  waitMs: number;
}

/** How the transport recognises what Nest found: kept as the `extras` of the pattern. */
export interface StepExtras {
  step?: StepName;
  request?: RequestName;
  concurrency?: number;
  batch?: BatchOptions;
}

type TypedMethod<F> = <T extends F>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<T>) => void;

/** Handles a step of the road. A method that takes or returns the wrong message does not compile. */
export function Step<S extends StepName>(step: S, options: StepOptions = {}): TypedMethod<StepHandler<S>> {
  return EventPattern<string>(`step.${step}`, { step, ...options } satisfies StepExtras) as TypedMethod<StepHandler<S>>;
}

/** Handles a step in batches: one trace for the batch with its SQL, and a linked span for each mail. */
export function BatchStep<S extends StepName>(step: S, batch: BatchOptions): TypedMethod<BatchStepHandler<S>> {
  const handle = EventPattern<string>(`step.${step}`, { step, batch } satisfies StepExtras);
  return (target, key, descriptor) => {
    // Nest hands a method without decorated parameters the message alone: the second one is what is known about the batch.
    Payload()(target, key, 0);
    Ctx()(target, key, 1);
    handle(target, key, descriptor);
  };
}

/** Answers a request of another service; throw `Refused` to say no. */
export function Answers<N extends RequestName>(request: N): TypedMethod<RequestHandler<N>> {
  return MessagePattern<string>(`request.${request}`, { request } satisfies StepExtras) as TypedMethod<RequestHandler<N>>;
}
