// Loaded before anything else: `node --import @tank/telemetry/register services/<name>/dist/main.js`.
// Without OTEL_EXPORTER_OTLP_ENDPOINT nothing leaves the process, but trace ids still connect log lines and log rows.
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace';
import { register as registerHooks } from 'import-in-the-middle/register-hooks.mjs';
import { WithoutValues } from './without-values.js';

// ESM imports are instrumented through a loader hook; only pg, so that nothing else pays for it.
registerHooks({ include: ['pg', 'pg-pool'] });

const processors: SpanProcessor[] = process.env.OTEL_EXPORTER_OTLP_ENDPOINT
  ? [new WithoutValues(new BatchSpanProcessor({ exporter: new OTLPTraceExporter(), scheduledDelayMillis: 1000, maxQueueSize: 20_000 }))]
  : [];

const sdk = new NodeSDK({
  serviceName: process.env.OTEL_SERVICE_NAME ?? 'tank',
  autoDetectResources: false,
  spanProcessors: processors,
  metricReaders: [],
  logRecordProcessors: [],
  // SQL text carries binds, never values; a statement outside a trace (polling) is not worth a trace of its own.
  instrumentations: [new PgInstrumentation({ requireParentSpan: true, enhancedDatabaseReporting: false })],
});
sdk.start();

// Spans of the last second leave before the process does. `beforeExit` fires when the service has drained.
process.once('beforeExit', () => void sdk.shutdown());
