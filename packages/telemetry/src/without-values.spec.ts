import { SpanStatusCode } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { WithoutValues } from './without-values.js';

describe('a span that fails', () => {
  const kept = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new WithoutValues(new SimpleSpanProcessor({ exporter: kept }))] });
  const fail = async (scope: string) => {
    kept.reset();
    const span = provider.getTracer(scope).startSpan('query', { attributes: { 'db.response.status_code': '22P02' } });
    span.recordException(new Error('invalid input: "홍길동"'));
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'invalid input: "홍길동"' });
    span.end();
    await provider.forceFlush();
    return kept.getFinishedSpans()[0]!;
  };

  it('leaves an instrumentation without the words of its error, and with everything else', async () => {
    const span = await fail('@opentelemetry/instrumentation-pg');
    expect(span).toMatchObject({ name: 'query', status: { code: SpanStatusCode.ERROR }, events: [], attributes: { 'db.response.status_code': '22P02' } });
    expect(JSON.stringify([span.status, span.events])).not.toContain('홍길동');
    expect(span.spanContext().traceId).toMatch(/^[0-9a-f]{32}$/);
  });

  it('keeps its status where it is ours, which names the class of an error and no more', async () => {
    expect((await fail('tank')).status.message).toBe('invalid input: "홍길동"');
  });
});
