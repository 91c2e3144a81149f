import { context, propagation, SpanKind, trace, type Context } from '@opentelemetry/api';
import type { JsMsg } from '@nats-io/jetstream';
import { MESSAGE_VERSION, MESSAGES, PIPELINE, TryLater, type Message, type MessageType, type StepName } from '@tank/contracts';
import { metrics, startSpan, type SpanAttributes } from '@tank/telemetry';

/** A delivery, read: its message, and the trace it came in. */
export interface Received {
  delivery: JsMsg;
  raw: unknown;
  /** Throws when the bytes are not a message of this step. */
  message(): Message;
  traceContext: Context;
  /** By `performance.now()`. */
  beganAt: number;
}

/** How long a message of a newer Tank waits for a reader that knows it. */
const UNKNOWN_VERSION_MS = 10_000;

export const handled = metrics.histogram('tank_step_seconds', 'Time a step takes for a message', ['step', 'ending']);

/** Reads a delivery without judging it: the judgement is `message()`, inside the step's span. */
export function receive(step: StepName, delivery: JsMsg): Received {
  const raw = parseJson(delivery);
  return {
    delivery,
    raw,
    beganAt: performance.now(),
    message: () => readMessage(step, raw),
    traceContext: propagation.extract(context.active(), delivery.headers, {
      get: (from, key) => from?.get(key) || undefined,
      keys: (from) => from?.keys() ?? [],
    }),
  };
}

/** The step's span of one mail or run, child of the step before. */
export function startStepSpan(step: StepName, { raw, traceContext }: Received, links: Context[] = []) {
  const span = startSpan(step, attributesOf(step, raw), { kind: SpanKind.CONSUMER, parent: traceContext, links });
  return { span, spanContext: trace.setSpan(traceContext, span) };
}

function readMessage(step: StepName, raw: unknown): Message {
  const { v, type } = (raw ?? {}) as { v?: unknown; type?: unknown };
  if (typeof v === 'number' && v > MESSAGE_VERSION) throw new TryLater(`Message version ${v} is newer than this service.`, UNKNOWN_VERSION_MS);
  if (!(PIPELINE[step].takes as readonly unknown[]).includes(type)) throw new Error(`The step ${step} does not take a message of type "${String(type)}".`);
  return MESSAGES[type as MessageType].parse(raw) as Message;
}

function attributesOf(step: StepName, raw: unknown): SpanAttributes {
  const { mailId, runId, row, dispatch } = (raw ?? {}) as { mailId?: string; runId?: string; row?: number; dispatch?: number };
  const known = { 'tank.step': step, 'tank.mail_id': mailId, 'tank.run_id': runId, 'tank.row': row, 'tank.dispatch': dispatch };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
}

function parseJson(delivery: JsMsg): unknown {
  try {
    return delivery.json();
  } catch (error) {
    if (error instanceof SyntaxError) return { unreadable: delivery.string() };
    throw error;
  }
}
