import type { Message, MessageType } from './messages.js';

export const SERVICES = ['scheduler', 'dbio', 'attachment', 'renderer', 'sender', 'logs', 'gateway'] as const;
export type Service = (typeof SERVICES)[number];

interface StepDefinition {
  service: Service;
  takes: readonly MessageType[];
  gives: readonly MessageType[];
}

/**
 * The road, top to bottom, one line a step. Streams, consumers, handlers, the trace test, the UI's mail trail and the
 * README's table come from here. Each step is one JetStream work-queue stream with one durable pull consumer.
 */
export const PIPELINE = {
  select: { service: 'dbio', takes: ['RunStarted'], gives: ['RunHalted', 'SystemErrorRaised'] },
  map: { service: 'dbio', takes: ['MailDue'], gives: ['MailMapped', 'MailStopped', 'MailGivenBack', 'RunHalted', 'SystemErrorRaised'] },
  attach: { service: 'attachment', takes: ['MailMapped'], gives: ['MailAttached', 'MailStopped', 'MailGivenBack', 'RunHalted', 'SystemErrorRaised'] },
  render: { service: 'renderer', takes: ['MailAttached'], gives: ['MailRendered', 'MailStopped', 'SystemErrorRaised'] },
  send: { service: 'sender', takes: ['MailRendered', 'MailStopped'], gives: ['MailSettled', 'MailGivenBack', 'RunHalted', 'SystemErrorRaised'] },
  update: { service: 'dbio', takes: ['MailSettled'], gives: ['MailRecorded', 'SystemErrorRaised'] },
  log: { service: 'logs', takes: ['MailRecorded'], gives: ['MailLogged'] },
  complete: { service: 'scheduler', takes: ['MailLogged'], gives: [] },
  // beside the road
  'give-back': { service: 'scheduler', takes: ['MailGivenBack'], gives: [] },
  halt: { service: 'scheduler', takes: ['RunHalted'], gives: [] },
  'log-run': { service: 'logs', takes: ['RunChanged'], gives: [] },
  'log-error': { service: 'logs', takes: ['SystemErrorRaised'], gives: [] },
  'log-dead-letter': { service: 'logs', takes: ['DeadLettered'], gives: [] },
} as const satisfies Record<string, StepDefinition>;

export type StepName = keyof typeof PIPELINE;
export const STEP_NAMES = Object.keys(PIPELINE) as StepName[];

/** The messages a step receives, and those it may return. Returning is publishing. */
export type Taken<S extends StepName> = Message<(typeof PIPELINE)[S]['takes'][number]>;
export type Given<S extends StepName> = (typeof PIPELINE)[S]['gives'][number] extends infer T
  ? T extends MessageType ? Message<T> : never
  : never;

/** The one step that takes a message of this type. */
export function stepTaking(type: MessageType): StepName {
  const step = STEP_NAMES.find((name) => (PIPELINE[name].takes as readonly MessageType[]).includes(type));
  if (!step) throw new Error(`No step takes ${type}: add it to the road in pipeline.ts.`);
  return step;
}

export function stepsOf(service: Service): StepName[] {
  return STEP_NAMES.filter((name) => PIPELINE[name].service === service);
}
