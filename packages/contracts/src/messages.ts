import { z } from 'zod';
import { says } from './own-words.js';
import { rowSchema } from './columns.js';
import { koreanProblemSchema } from './connection.js';
import { attachmentStatusSchema, errorCodeSchema, moduleSchema, outcomeSchema } from './outcome.js';
import { localDateTimeSchema, runSchema } from './run.js';

/** Version of every message below. A reader ignores fields it does not know and tries later on a version it does not know. */
export const MESSAGE_VERSION = 1;

const message = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.object({ v: z.literal(MESSAGE_VERSION), type: z.literal(type), ...shape });

/** Run id and row number of the closed manifest: stable after any restart, and it says nothing about the person. */
export function mailIdOf(runId: string, row: number): string {
  return `${runId}-${row}`;
}
export const mailIdSchema = z.string().regex(/^[0-9a-f-]{36}-\d+$/, says('Not the id of a mail: it is the run\'s id, "-" and a number.', '메일 ID가 아닙니다. 메일 ID는 실행 ID, "-", 번호로 이루어집니다.'));

/** What every message about a mail carries. */
export const mailShape = {
  mailId: mailIdSchema,
  runId: z.uuid(),
  row: z.int().positive(),
  automationId: z.uuid(),
  versionId: z.uuid(),
  /** How often the scheduler dispatched this row; an answer to an older dispatch moves no window. */
  dispatch: z.int().positive(),
  businessDate: localDateTimeSchema,
  recipientKey: z.string(),
  /** The target row's columns; from `map` on, with the Mapping Query's columns over them. */
  values: rowSchema,
  /** Of a mail that is sent again: the one that it was first. What belongs to one recipient belongs to both of them. */
  origin: z.object({ runId: z.uuid(), mailId: mailIdSchema }).optional(),
};
export const mailSchema = z.object(mailShape);
export type Mail = z.infer<typeof mailSchema>;

/** A file to attach. It travels as a name and what it looked like; the sender reads it once and checks it is that file. */
export const attachedFileSchema = z.object({
  rule: z.string(),
  /** Relative to the file root, with `/`, as the file system spells it. */
  path: z.string(),
  displayName: z.string(),
  contentType: z.string(),
  size: z.int().positive(),
  modifiedMs: z.number(),
  inode: z.string(),
  /** Common to all recipients by its rule. */
  common: z.boolean(),
  sha256: z.string().optional(),
});
export type AttachedFile = z.infer<typeof attachedFileSchema>;

/** A row of ATTACHMENT_LOG: what one rule found for one mail. */
export const attachmentCheckSchema = z.object({
  rule: z.string(),
  status: attachmentStatusSchema,
  path: z.string().nullable(),
  size: z.number().nullable(),
  sha256: z.string().nullable().default(null),
  detail: z.string().nullable(),
});
export type AttachmentCheck = z.infer<typeof attachmentCheckSchema>;

/** A row of TEMPLATE_LOG: how the template went for one mail. */
export const templateCheckSchema = z.object({
  status: z.enum(['OK', 'FAIL']),
  detail: z.string().nullable(),
});
export type TemplateCheck = z.infer<typeof templateCheckSchema>;

const checksShape = {
  attachmentChecks: z.array(attachmentCheckSchema),
  templateCheck: templateCheckSchema.nullable(),
};

export const addressSchema = z.object({ address: z.string(), name: z.string().optional() });

// ---- the road of one mail

export const runStartedSchema = message('RunStarted', { runId: z.uuid(), automationId: z.uuid(), versionId: z.uuid() });
export const mailDueSchema = message('MailDue', mailShape);
export const mailMappedSchema = message('MailMapped', mailShape);
export const mailAttachedSchema = message('MailAttached', { ...mailShape, files: z.array(attachedFileSchema), attachmentChecks: checksShape.attachmentChecks });
export const mailRenderedSchema = message('MailRendered', {
  ...mailShape,
  files: z.array(attachedFileSchema),
  ...checksShape,
  /** As the row has it: the sender validates it. */
  to: addressSchema,
  subject: z.string(),
  html: z.string(),
  text: z.string(),
});
/** A skip or failure decided before the sender; only the sender settles, so it goes straight there. */
export const mailStoppedSchema = message('MailStopped', {
  ...mailShape,
  ...checksShape,
  outcome: z.enum(['SKIPPED', 'FAIL']),
  errorCode: errorCodeSchema,
  /** For the operator; names columns, rules and files, never values. */
  errorDetail: z.string(),
});
const settledShape = {
  ...mailShape,
  ...checksShape,
  outcome: outcomeSchema,
  errorCode: errorCodeSchema.nullable(),
  errorDetail: z.string().nullable(),
  to: addressSchema.nullable(),
  subject: z.string().nullable(),
  messageId: z.string().nullable(),
  sentAt: z.iso.datetime().nullable(),
  settledAt: z.iso.datetime(),
  /** Calls made to SES. */
  attempts: z.int().nonnegative(),
  /** `values` are those of the target row alone, for a mail that was settled long after its way: the Update Query needs the others looked up. */
  isUnmapped: z.boolean().optional(),
};
export const mailSettledSchema = message('MailSettled', settledShape);
export const mailRecordedSchema = message('MailRecorded', {
  ...settledShape,
  /** Y: the Update Query changed this recipient's row. N: it failed. null: it does not run for this outcome. */
  updateQueryOk: z.enum(['Y', 'N']).nullable(),
  updateError: z.string().nullable(),
});
const refShape = { mailId: mailIdSchema, runId: z.uuid(), row: z.int().positive(), dispatch: z.int().positive() };
export const mailLoggedSchema = message('MailLogged', { ...refShape, outcome: outcomeSchema });

// ---- beside the road

/** The row returns undispatched (paused run, open breaker, used-up quota): nothing was sent, nothing is settled. */
export const mailGivenBackSchema = message('MailGivenBack', {
  ...refShape,
  reasonCode: z.string(),
  reason: z.string(),
  retryAfterMs: z.int().nonnegative(),
});
/** A step found that the whole run cannot go on: it ends as FAIL (not dispatched: CANCELED), or pauses and says why. */
export const runHaltedSchema = message('RunHalted', {
  runId: z.uuid(),
  status: z.enum(['FAIL', 'PAUSED']),
  reasonCode: z.string(),
  reason: z.string(),
});
/** The run as it is now, for AUTO_RUN_LOG; an older revision never overwrites a newer one. */
export const runChangedSchema = message('RunChanged', { run: runSchema, revision: z.int().nonnegative() });
export const systemErrorRaisedSchema = message('SystemErrorRaised', {
  errorId: z.uuid(),
  module: moduleSchema,
  code: z.string(),
  message: z.string(),
  remedy: z.string().nullable(),
  /** Absent from services that speak English alone. */
  ko: koreanProblemSchema.optional(),
  runId: z.uuid().nullable(),
  mailId: mailIdSchema.nullable(),
  occurredAt: z.iso.datetime(),
});
/** A message that kept failing: kept whole, with the reason, and never in anybody's way. */
export const deadLetteredSchema = message('DeadLettered', {
  deadLetterId: z.uuid(),
  step: z.string(),
  messageType: z.string(),
  reason: z.string(),
  runId: z.uuid().nullable(),
  mailId: z.string().nullable(),
  payload: z.unknown(),
  occurredAt: z.iso.datetime(),
});

/** Every message that travels in JetStream, by its type. */
export const MESSAGES = {
  RunStarted: runStartedSchema,
  MailDue: mailDueSchema,
  MailMapped: mailMappedSchema,
  MailAttached: mailAttachedSchema,
  MailRendered: mailRenderedSchema,
  MailStopped: mailStoppedSchema,
  MailSettled: mailSettledSchema,
  MailRecorded: mailRecordedSchema,
  MailLogged: mailLoggedSchema,
  MailGivenBack: mailGivenBackSchema,
  RunHalted: runHaltedSchema,
  RunChanged: runChangedSchema,
  SystemErrorRaised: systemErrorRaisedSchema,
  DeadLettered: deadLetteredSchema,
} as const;

export type MessageType = keyof typeof MESSAGES;
export type Message<T extends MessageType = MessageType> = { [K in T]: z.infer<(typeof MESSAGES)[K]> }[T];

export type RunStarted = Message<'RunStarted'>;
export type MailDue = Message<'MailDue'>;
export type MailMapped = Message<'MailMapped'>;
export type MailAttached = Message<'MailAttached'>;
export type MailRendered = Message<'MailRendered'>;
export type MailStopped = Message<'MailStopped'>;
export type MailSettled = Message<'MailSettled'>;
export type MailRecorded = Message<'MailRecorded'>;
export type MailLogged = Message<'MailLogged'>;
export type MailGivenBack = Message<'MailGivenBack'>;
export type RunHalted = Message<'RunHalted'>;
export type RunChanged = Message<'RunChanged'>;
export type SystemErrorRaised = Message<'SystemErrorRaised'>;
export type DeadLettered = Message<'DeadLettered'>;

/** Picks the fields every mail message carries, so that a step passes on the mail and not what came with it. */
export function mailOf(from: Mail): Mail {
  const { mailId, runId, row, automationId, versionId, dispatch, businessDate, recipientKey, values, origin } = from;
  return { mailId, runId, row, automationId, versionId, dispatch, businessDate, recipientKey, values, ...(origin && { origin }) };
}

/** Ends a mail's way to the sender early, with its reason. */
export function stopMail(
  mail: Mail & { attachmentChecks?: AttachmentCheck[]; templateCheck?: TemplateCheck | null },
  why: Pick<MailStopped, 'outcome' | 'errorCode' | 'errorDetail'>,
): MailStopped {
  return {
    v: MESSAGE_VERSION,
    type: 'MailStopped',
    ...mailOf(mail),
    attachmentChecks: mail.attachmentChecks ?? [],
    templateCheck: mail.templateCheck ?? null,
    ...why,
  };
}

/** Hands the row back to the scheduler, undispatched. */
export function giveBack(
  mail: Pick<Mail, 'mailId' | 'runId' | 'row' | 'dispatch'>,
  why: Pick<MailGivenBack, 'reasonCode' | 'reason' | 'retryAfterMs'>,
): MailGivenBack {
  const { mailId, runId, row, dispatch } = mail;
  return { v: MESSAGE_VERSION, type: 'MailGivenBack', mailId, runId, row, dispatch, ...why };
}
