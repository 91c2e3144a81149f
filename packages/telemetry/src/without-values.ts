import { SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';

/** Events of this name quote an error's message. */
const EXCEPTION = 'exception';

/**
 * Takes the words of errors out of spans before they leave. An instrumentation writes the server's message into the status
 * of its span, and PostgreSQL quotes the value it could not use there: an address, a name, an amount. The SQLSTATE, as a
 * span attribute, and our own spans' statuses say enough.
 */
export class WithoutValues implements SpanProcessor {
  constructor(private readonly next: SpanProcessor) {}

  onStart(...started: Parameters<SpanProcessor['onStart']>): void {
    this.next.onStart(...started);
  }

  onEnd(span: ReadableSpan): void {
    this.next.onEnd(isOurs(span) ? span : withoutWords(span));
  }

  forceFlush(): Promise<void> {
    return this.next.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.next.shutdown();
  }
}

/** Ours name the error's class only (`failSpan`). */
function isOurs({ instrumentationScope }: ReadableSpan): boolean {
  return instrumentationScope.name === 'tank';
}

/** A copy: the span itself belongs to who made it. */
function withoutWords(span: ReadableSpan): ReadableSpan {
  const { name, kind, parentSpanContext, startTime, endTime, attributes, links, duration, ended, resource, instrumentationScope } = span;
  const { droppedAttributesCount, droppedEventsCount, droppedLinksCount } = span;
  return {
    name, kind, parentSpanContext, startTime, endTime, attributes, links, duration, ended, resource, instrumentationScope,
    droppedAttributesCount, droppedEventsCount, droppedLinksCount,
    spanContext: () => span.spanContext(),
    status: span.status.code === SpanStatusCode.ERROR ? { code: SpanStatusCode.ERROR } : span.status,
    events: span.events.filter((event) => event.name !== EXCEPTION),
  };
}
