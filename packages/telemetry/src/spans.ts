import { SpanKind, SpanStatusCode, context, propagation, trace, type Attributes, type Context, type Span } from '@opentelemetry/api';

/** The only attributes a span of ours carries: ids and counts. An address, a name, a value or a recipient key never. */
export const SPAN_ATTRIBUTES = [
  'tank.run_id', 'tank.mail_id', 'tank.row', 'tank.automation_id', 'tank.version_id', 'tank.outcome', 'tank.error_code',
  'tank.message_id', 'tank.attempt', 'tank.step', 'tank.source_id', 'tank.batch_size', 'tank.dispatch', 'tank.duration_ms',
] as const;
export type SpanAttributes = Partial<Record<(typeof SPAN_ATTRIBUTES)[number], string | number>>;

export interface SpanOptions {
  kind?: SpanKind;
  /** The context the span is a child of; absent: the active one. */
  parent?: Context;
  /** Starts a new trace. */
  root?: boolean;
  /** Contexts whose spans this one is linked to. */
  links?: (Context | undefined)[];
}

/** The tracer, looked up each time: the SDK may be registered after this module is loaded. */
const tracer = () => trace.getTracer('tank');

/** Starts a span; the caller ends it. */
export function startSpan(name: string, attributes: SpanAttributes, { kind = SpanKind.INTERNAL, parent, root = false, links = [] }: SpanOptions = {}): Span {
  const linked = links.map((linkedTo) => linkedTo && trace.getSpanContext(linkedTo)).filter((span) => span !== undefined);
  return tracer().startSpan(name, { kind, root, attributes: attributes as Attributes, links: linked.map((span) => ({ context: span })) }, parent ?? context.active());
}

/** Runs work inside a child span of the active one; a throw marks the span as failed, by the error's name only. */
export async function inSpan<T>(name: string, attributes: SpanAttributes, work: (span: Span) => Promise<T>, options: SpanOptions = {}): Promise<T> {
  const span = startSpan(name, attributes, options);
  try {
    return await context.with(trace.setSpan(options.parent ?? context.active(), span), () => work(span));
  } catch (error) {
    failSpan(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** Marks a span as failed without its message, which may quote a value of a row. */
export function failSpan(span: Span, error: unknown): void {
  span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'Error' });
}

/** W3C `traceparent` of a context, for a header or a column. */
export function traceparentOf(of: Context): string | undefined {
  const carrier: Record<string, string> = {};
  propagation.inject(of, carrier);
  return carrier.traceparent;
}

export function currentTraceparent(): string | undefined {
  return traceparentOf(context.active());
}

/** The context a stored or received `traceparent` stands for. */
export function contextOf(traceparent: string | undefined | null): Context | undefined {
  return traceparent ? propagation.extract(context.active(), { traceparent }) : undefined;
}

/** The trace id within a `traceparent`. */
export function traceIdOf(traceparent: string | undefined | null): string | null {
  return /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(traceparent ?? '')?.[1] ?? null;
}
