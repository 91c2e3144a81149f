import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { mailIdOf, type MailDue } from '@tank/contracts';
import { MessageTooLarge } from '@tank/messaging';
import { currentTraceparent } from '@tank/telemetry';
import { Road } from './road.js';

const RUN = '6b0f3a52-7a0c-4a5e-9f35-0a8a3f1f6f10';
const exporter = new InMemorySpanExporter();

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
});
afterAll(() => {
  trace.disable();
  propagation.disable();
  context.disable();
});
beforeEach(() => exporter.reset());

const due = (row: number): MailDue => ({
  v: 1, type: 'MailDue', mailId: mailIdOf(RUN, row), runId: RUN, row, automationId: RUN, versionId: RUN, dispatch: 2,
  businessDate: '2026-11-20T09:00:00', recipientKey: 'C-1', values: { email: 'a@customer.example', name: '홍길동' },
});
const published: (string | undefined)[] = [];
const road = new Road({ publish: async () => void published.push(currentTraceparent()) });

it('starts a trace for each mail, linked to the trace of its run, and publishes within it', async () => {
  const runTraceparent = road.open({ runId: RUN, automationId: RUN, versionId: RUN });
  await road.dispatch(due(1), runTraceparent);
  await road.dispatch(due(2), runTraceparent);
  const [run, first, second] = exporter.getFinishedSpans();
  expect(run).toMatchObject({ name: 'run', attributes: { 'tank.run_id': RUN } });
  expect(first).toMatchObject({ name: 'dispatch', kind: SpanKind.PRODUCER, attributes: { 'tank.mail_id': `${RUN}-1`, 'tank.run_id': RUN, 'tank.row': 1, 'tank.dispatch': 2 } });
  expect(first!.parentSpanContext).toBeUndefined();
  expect(first!.links.map((link) => link.context.spanId)).toEqual([run!.spanContext().spanId]);
  const traceIds = [run, first, second].map((span) => span!.spanContext().traceId);
  expect(new Set(traceIds).size).toBe(3);
  expect(published.splice(0)).toEqual([first, second].map((span) => `00-${span!.spanContext().traceId}-${span!.spanContext().spanId}-01`));
});

it('says nothing of a person in a span', async () => {
  await road.dispatch(due(1), null);
  published.splice(0);
  expect(JSON.stringify(exporter.getFinishedSpans().map(({ name, attributes, events, status }) => ({ name, attributes, events, status })))).not.toMatch(/customer|홍길동|C-1/);
});

it('tells of a run within the trace of the run', async () => {
  const runTraceparent = road.open({ runId: RUN, automationId: RUN, versionId: RUN });
  await road.publish({ v: 1, type: 'RunStarted', runId: RUN, automationId: RUN, versionId: RUN }, runTraceparent);
  expect(published.splice(0)).toEqual([runTraceparent]);
});

it('tells a message that is too large from one that could not be stored', async () => {
  const failing = (error: Error) => new Road({ publish: () => Promise.reject(error) }).dispatch(due(1), null);
  await expect(failing(new MessageTooLarge(2, 1))).resolves.toBe('too-large');
  await expect(failing(new Error('away'))).rejects.toThrow('away');
  expect(exporter.getFinishedSpans()).toHaveLength(2);
});
