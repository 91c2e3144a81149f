import type { JsMsg } from '@nats-io/jetstream';
import { extendTrail, PIPELINE, TRAIL_STEPS, writeStep, type MailStep, type Message, type MessageType, type StepName } from '@tank/contracts';

/*
 * The trail of a mail: each step's mark, in a header beside the message. The first is made where a mail begins its way, and every message
 * about the mail that a step returns takes it along with that step's own.
 */
export const TRAIL = 'Tank-Steps';
/** When a message that failed may be tried again; before that it is delivered once, in vain. */
export const NOT_BEFORE = 'Tank-Not-Before';

const isTrailStep = (step: StepName): step is StepName & MailStep['step'] => (TRAIL_STEPS as readonly string[]).includes(step);
const carriers = new Set<MessageType>((Object.keys(PIPELINE) as StepName[]).filter(isTrailStep).flatMap((step) => [...PIPELINE[step].takes]));

/** The trail of a message that no step returned: the scheduler dispatches a mail, or somebody settles one beside the road. Empty for any other. */
export function firstTrail(message: Message): string {
  switch (message.type) {
    case 'MailDue':
    case 'MailStopped':
      return writeStep({ step: 'dispatch', at: Date.now(), durationMs: null, tries: message.dispatch, note: noteOf(message) });
    case 'MailSettled':
    case 'MailRecorded':
      return writeStep({ step: 'settle', at: Date.parse(message.settledAt), durationMs: null, tries: 1, note: noteOf(message) });
    default:
      return '';
  }
}

/**
 * The trail of what a step returns, ended now; empty for what is not about the mail's way.
 * @param taken what the step was given: a code that it came with is noted where it arose, and not here again
 * @param beganAt by `performance.now()`
 */
export function trailAfter(step: StepName, delivery: JsMsg, taken: unknown, given: Message, beganAt: number): string {
  return carriers.has(given.type) ? trailWithin(step, delivery, beganAt, noteOf(given, taken)) : '';
}

/** The trail with a try of this step that failed, or, where `beganAt` is null, that is being made. */
export function trailWithin(step: StepName, delivery: JsMsg, beganAt: number | null, note: string | null): string {
  if (!isTrailStep(step)) return '';
  const durationMs = beganAt === null ? null : performance.now() - beganAt;
  return extendTrail(delivery.headers?.get(TRAIL), { step, at: Date.now(), durationMs, tries: triesOf(delivery), note });
}

function triesOf(delivery: JsMsg): number {
  const inVain = delivery.headers?.has(NOT_BEFORE) ? 1 : 0;
  return Math.max(1, delivery.info.deliveryCount - inVain);
}

function noteOf(given: Message, taken?: unknown): string | null {
  const { errorCode, updateQueryOk } = given as { errorCode?: string | null; updateQueryOk?: string | null };
  if (errorCode && errorCode !== (taken as { errorCode?: unknown } | undefined)?.errorCode) return errorCode;
  return updateQueryOk === 'N' ? 'NOT_WRITTEN_BACK' : null;
}
