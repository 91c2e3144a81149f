import { context, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import type { MailDue, MailRecorded, MailStopped, RunChanged, RunStarted, SystemErrorRaised } from '@tank/contracts';
import { MessageTooLarge, type Publisher } from '@tank/messaging';
import { contextOf, failSpan, metrics, startSpan, traceparentOf } from '@tank/telemetry';
import type { AnnouncementRoad } from '../announce.js';
import type { MailRoad } from '../dispatch-mails.js';
import type { RunTraces, WaitingRun } from '../start-waiting-runs.js';

const dispatched = metrics.counter('tank_mails_dispatched_total', 'Mails put on the road, by whether it was the first time.', ['time']);

/** Publishes with the right trace: a run has one, and each mail one of its own, linked to its run's. */
export class Road implements MailRoad, AnnouncementRoad, RunTraces {
  constructor(private readonly publisher: Pick<Publisher, 'publish'>) {}

  open({ runId, automationId, versionId }: WaitingRun): string | null {
    const attributes = { 'tank.run_id': runId, 'tank.automation_id': automationId, 'tank.version_id': versionId };
    const span = startSpan('run', attributes, { root: true, parent: ROOT_CONTEXT });
    span.end();
    return traceparentOf(trace.setSpan(ROOT_CONTEXT, span)) ?? null;
  }

  publish(message: RunStarted | RunChanged | MailRecorded | SystemErrorRaised, traceparent: string | null): Promise<void> {
    return context.with(contextOf(traceparent) ?? ROOT_CONTEXT, () => this.publisher.publish(message));
  }

  async dispatch(message: MailDue | MailStopped, runTraceparent: string | null): Promise<'stored' | 'too-large'> {
    const { mailId, runId, row, dispatch } = message;
    const attributes = { 'tank.mail_id': mailId, 'tank.run_id': runId, 'tank.row': row, 'tank.dispatch': dispatch };
    const span = startSpan('dispatch', attributes, { kind: SpanKind.PRODUCER, root: true, parent: ROOT_CONTEXT, links: [contextOf(runTraceparent)] });
    try {
      await context.with(trace.setSpan(ROOT_CONTEXT, span), () => this.publisher.publish(message));
      dispatched.inc({ time: dispatch === 1 ? 'first' : 'again' });
      return 'stored';
    } catch (error) {
      failSpan(span, error);
      if (error instanceof MessageTooLarge) return 'too-large';
      throw error;
    } finally {
      span.end();
    }
  }
}
