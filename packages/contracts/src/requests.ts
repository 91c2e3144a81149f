import { z } from 'zod';
import { actorSchema } from './account.js';
import {
  automationChangeSchema, automationDefinitionSchema, automationSchema, automationVersionSchema, changedVersionSchema, fileRuleSchema, queryPurposeSchema, templateSchema,
  versionSummarySchema,
} from './automation.js';
import { automationFileSchema } from './automation-file.js';
import { columnSchema, rowSchema } from './columns.js';
import { connectionChangeSchema, connectionInputSchema, connectionSchema, connectTestSchema, koreanProblemSchema, queryErrorSchema, sourceProblemSchema } from './connection.js';
import { mailStepSchema } from './mail-trail.js';
import { attachmentCheckSchema, attachedFileSchema, deadLetteredSchema, mailIdSchema, mailRecordedSchema, mailSchema, templateCheckSchema } from './messages.js';
import { attachmentStatusSchema, moduleSchema, outcomeSchema, runStatusSchema } from './outcome.js';
import type { Service } from './pipeline.js';
import { daySchema, localDateTimeSchema, runCountsSchema, runSchema, scheduleChangeSchema, scheduleInputSchema, scheduleSchema, timeZoneSchema, timingSchema } from './run.js';
import { askSentAttachmentSchema, askSentMailSchema, sentAttachmentPartSchema, sentMailSchema, testMailEndSchema, testMailSchema } from './sent-mail.js';
import { SORTS } from './sorts.js';

/** What one service asks of another, and the answer. Over NATS request/reply; a refusal is a `Refusal`. */
const request = <Q extends z.ZodType, A extends z.ZodType>(service: Service, asks: Q, answers: A) => ({ service, asks, answers });

export const REFUSAL_CODES = ['INVALID', 'NOT_FOUND', 'CONFLICT', 'CHANGED_MEANWHILE', 'STALE', 'UNAVAILABLE', 'DEFECT'] as const;
/** Why a service did not do what it was asked: the field, the cause and the remedy. */
export const refusalSchema = z.object({
  code: z.enum(REFUSAL_CODES),
  message: z.string(),
  /** The same in Korean. */
  ko: z.string().nullable().default(null),
  field: z.string().nullable().default(null),
});
export type Refusal = z.infer<typeof refusalSchema>;

const paged = <S extends z.ZodType>(sort: S) => ({ limit: z.int().min(1).max(1000).default(100), after: z.string().nullable().default(null), sort });
/** Whose things are listed; null: everybody's. */
const groupIds = z.array(z.uuid()).nullable().default(null);
/** The same for whoever knows automations by their id alone. */
const automationIds = z.array(z.uuid()).nullable().default(null);
const pageSchemaOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next: z.string().nullable() });

// ---- connections and queries (dbio)

export const queryCheckSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('valid'), columns: z.array(columnSchema), binds: z.array(z.string()) }),
  z.object({ status: z.literal('invalid'), error: queryErrorSchema }),
  z.object({ status: z.literal('unreachable'), problem: sourceProblemSchema }),
]);
export type QueryCheck = z.infer<typeof queryCheckSchema>;

export const checkQuerySchema = z.object({
  connectionId: z.uuid(),
  purpose: queryPurposeSchema,
  sql: z.string(),
  /** Columns that may be bound: the target's for mapping; target's and mapping's for update. Unknown binds are an error. */
  bindable: z.array(z.string()).default([]),
});
/** Target rows, each with its mapping values over it, as a mail would have them. */
export const sampleSchema = z.object({
  connectionId: z.uuid(),
  targetSql: z.string(),
  mappingSql: z.string().nullable().default(null),
  limit: z.int().min(1).max(100).default(10),
});

// ---- manifests (scheduler)

/** Rows of the target query, at most 256 KB, in order; `sequence` from 0. Chunks of an older attempt are refused as STALE. */
export const manifestChunkSchema = z.object({
  runId: z.uuid(),
  attempt: z.int().positive(),
  sequence: z.int().nonnegative(),
  rows: z.array(rowSchema),
});

export const automationInputSchema = automationSchema
  .pick({ name: true })
  .extend({
    /** Absent: the default group. */
    groupId: z.uuid().optional(),
    description: z.string().max(2000).default(''),
    definition: automationDefinitionSchema.partial().default({}),
    /** Made with it, switched off; also those that would not fire any more. */
    schedules: automationFileSchema.shape.schedules.default([]),
    by: actorSchema,
    /** Who has written what it says, besides; absent: nobody else that is known. */
    writtenBy: z.array(actorSchema).optional(),
  });
export type AutomationInput = z.infer<typeof automationInputSchema>;

// ---- logs

export const mailLogSchema = mailRecordedSchema
  .omit({ v: true, type: true, values: true, dispatch: true, isUnmapped: true, origin: true })
  .extend({ automationName: z.string().nullable(), updateQueryOk: z.enum(['Y', 'N']).nullable() });
export type MailLog = z.infer<typeof mailLogSchema>;
/** One mail, and the way it went. */
export const mailWithTrailSchema = mailLogSchema.extend({
  /** The trace with its spans, where traces are collected. */
  traceId: z.string().nullable(),
  /** What it did not come through is not among them. After a doubt was settled, the second way follows the first. */
  steps: z.array(mailStepSchema),
});
export type MailWithTrail = z.infer<typeof mailWithTrailSchema>;

export const systemErrorSchema = z.object({
  errorId: z.uuid(), module: moduleSchema, code: z.string(), message: z.string(), remedy: z.string().nullable(),
  ko: koreanProblemSchema.nullable().default(null), runId: z.uuid().nullable(), mailId: z.string().nullable(), occurredAt: z.iso.datetime(),
});
export type SystemError = z.infer<typeof systemErrorSchema>;

const failedShape = {
  ...mailLogSchema.pick({ mailId: true, runId: true, row: true, automationId: true, automationName: true, businessDate: true, recipientKey: true, to: true }).shape,
  detail: z.string().nullable(),
  loggedAt: z.iso.datetime(),
};
/** What a file rule did not find, or found and did not let out. */
export const failedFileSchema = z.object({ ...failedShape, rule: z.string(), status: attachmentStatusSchema.exclude(['FOUND']), path: z.string().nullable() });
export type FailedFile = z.infer<typeof failedFileSchema>;
/** A mail that its template could not be filled for. */
export const failedTemplateSchema = z.object({ ...failedShape, status: templateCheckSchema.shape.status.exclude(['OK']) });
export type FailedTemplate = z.infer<typeof failedTemplateSchema>;

export const deadLetterSchema = deadLetteredSchema.omit({ v: true, type: true, payload: true });
export type DeadLetter = z.infer<typeof deadLetterSchema>;

/** Outcomes by day (in the asked time zone) and automation. */
export const summarySchema = z.object({
  from: z.iso.date(), to: z.iso.date(), timeZone: timeZoneSchema,
  runs: z.record(runStatusSchema, z.int()).or(z.record(z.string(), z.int())),
  mails: z.record(z.string(), z.int()),
  errors: z.array(z.object({ errorCode: z.string(), count: z.int() })),
  days: z.array(z.object({ date: z.iso.date(), mails: z.record(z.string(), z.int()) })),
  automations: z.array(z.object({ automationId: z.uuid(), automationName: z.string().nullable(), mails: z.record(z.string(), z.int()) })),
});
export type Summary = z.infer<typeof summarySchema>;

export const healthSchema = z.object({
  service: z.string(),
  status: z.enum(['ok', 'degraded', 'down']),
  /** Parts this service needs, each with a sentence where it is not ok. */
  parts: z.array(z.object({ name: z.string(), status: z.enum(['ok', 'degraded', 'down']), detail: z.string().nullable(), detailKo: z.string().optional() })),
});
export type Health = z.infer<typeof healthSchema>;

/** What an operator found out of a mail in doubt. */
export const settleDoubtSchema = z.object({
  outcome: outcomeSchema.extract(['SENT', 'FAIL']),
  /** How it is known, for whoever reads the log later. */
  evidence: z.string().trim().min(1).max(500),
  /** Of the mail that SES took, where it is known. */
  messageId: z.string().trim().min(1).max(200).nullable().default(null),
});

/** Which mails of a run are sent again: those chosen, or all with one of these outcomes. */
export const resendSchema = z.object({
  outcomes: z.array(outcomeSchema.extract(['FAIL', 'SKIPPED', 'CANCELED'])).min(1).default(['FAIL']),
  mailIds: z.array(mailIdSchema).min(1).max(1000).nullable().default(null),
});
export type ResendInput = z.infer<typeof resendSchema>;

const none = z.object({});
/** Days on which they were logged, in the time zone. */
const failedFilters = {
  ...paged(SORTS.failedChecks),
  runId: z.uuid().nullable().default(null),
  automationId: z.uuid().nullable().default(null),
  automationIds,
  from: daySchema.nullable().default(null),
  to: daySchema.nullable().default(null),
  timeZone: timeZoneSchema.default('Asia/Seoul'),
};
/**
 * Who changes something, and the revision that the change was decided by: of another one it is refused CHANGED_MEANWHILE. null: whatever it is, for
 * those who say so.
 */
const changeShape = { revision: z.int().nonnegative().nullable(), by: actorSchema };
const byAutomation = z.object({ automationId: z.uuid() });
const ownTexts = { name: automationSchema.shape.name.optional(), description: z.string().max(2000).optional() };
/** An operator's own words, for whoever reads the run later. */
const stopRun = z.object({ runId: z.uuid(), reason: z.string().nullable().default(null) });

export const REQUESTS = {
  // scheduler: automations
  'scheduler.create-automation': request('scheduler', automationInputSchema, automationSchema),
  'scheduler.get-automation': request('scheduler', byAutomation, automationSchema),
  'scheduler.list-automations': request('scheduler', z.object({ ...paged(SORTS.automations), groupIds }), pageSchemaOf(automationSchema)),
  'scheduler.move-automation': request('scheduler', byAutomation.extend({ groupId: z.uuid() }), automationSchema),
  /** All automations of these groups. */
  'scheduler.automation-ids': request('scheduler', z.object({ groupIds: z.array(z.uuid()) }), z.object({ automationIds: z.array(z.uuid()) })),
  /** Whose it is; nulls where there is no such thing. */
  'scheduler.group-of': request('scheduler', z.union([byAutomation, z.object({ runId: z.uuid() }), z.object({ scheduleId: z.uuid() })]), z.object({
    automationId: z.uuid().nullable(), groupId: z.uuid().nullable(),
  })),
  /** Those of the group whose active version or draft names the connection. */
  'scheduler.connection-users': request('scheduler', z.object({ connectionId: z.uuid(), groupId: z.uuid() }), z.object({
    automations: z.array(automationSchema.pick({ automationId: true, name: true })),
  })),
  /**
   * Changes the draft, making one from the active version where there is none; what was approved is a draft again. Absent fields stay. Name and
   * description are the automation's own, of all its versions: with nothing but them the draft stays as it is, and so does its approval.
   */
  'scheduler.change-draft': request('scheduler', byAutomation.extend({ ...changeShape, ...ownTexts, change: automationChangeSchema }), changedVersionSchema),
  /** Makes a draft that says what that version says, in the place of the one that is there. */
  'scheduler.restore-version': request('scheduler', byAutomation.extend({ ...changeShape, number: z.int().positive() }), changedVersionSchema),
  /** The draft may go active as it stands; refused CONFLICT with what is missing or unchecked, and with `byOther` to everybody who has written in it. */
  'scheduler.approve': request('scheduler', byAutomation.extend({ ...changeShape, byOther: z.boolean() }), changedVersionSchema),
  /** Makes the draft the active version; refused with what is missing or unchecked, and with `requireApproval` what nobody but its writers has approved. */
  'scheduler.activate': request('scheduler', byAutomation.extend({ ...changeShape, requireApproval: z.boolean() }), changedVersionSchema),
  'scheduler.get-version': request('scheduler', z.object({ versionId: z.uuid() }), automationVersionSchema),
  'scheduler.list-versions': request('scheduler', byAutomation.extend(paged(SORTS.versions)), pageSchemaOf(versionSummarySchema)),
  'scheduler.get-numbered-version': request('scheduler', byAutomation.extend({ number: z.int().positive() }), automationVersionSchema),
  // scheduler: schedules
  'scheduler.create-schedule': request('scheduler', scheduleInputSchema, scheduleSchema),
  'scheduler.get-schedule': request('scheduler', z.object({ scheduleId: z.uuid() }), scheduleSchema),
  'scheduler.list-schedules': request('scheduler', z.object({ ...paged(SORTS.schedules), automationId: z.uuid().nullable().default(null), groupIds }), pageSchemaOf(scheduleSchema)),
  'scheduler.change-schedule': request('scheduler', z.object({ scheduleId: z.uuid(), ...changeShape, change: scheduleChangeSchema }), scheduleSchema),
  /** Runs that it has made stay. */
  'scheduler.remove-schedule': request('scheduler', z.object({ scheduleId: z.uuid(), revision: changeShape.revision }), scheduleSchema),
  'scheduler.preview-firings': request('scheduler', timingSchema, z.object({ nextFirings: z.array(z.iso.datetime()) })),
  // scheduler: runs
  'scheduler.start-run': request('scheduler', byAutomation.extend({
    idempotencyKey: z.string().min(1).max(200),
    /** Absent: now, in the time zone. */
    businessDate: localDateTimeSchema.nullable().default(null),
    timeZone: timeZoneSchema.default('Asia/Seoul'),
  }), runSchema),
  'scheduler.get-run': request('scheduler', z.object({ runId: z.uuid() }), runSchema),
  /** Of a run that has ended, or is being stopped, refused CONFLICT; what is as asked for already is answered as it is. */
  'scheduler.pause-run': request('scheduler', stopRun, runSchema),
  'scheduler.resume-run': request('scheduler', z.object({ runId: z.uuid() }), runSchema),
  'scheduler.cancel-run': request('scheduler', stopRun, runSchema),
  /**
   * A new run of the automation's active version for mails of a run that has ended and were certainly not sent; business date and rows are those of
   * that run. Refused CONFLICT where there is none, or a chosen one may not be sent again.
   */
  'scheduler.resend-mails': request('scheduler', resendSchema.extend({ runId: z.uuid(), idempotencyKey: z.string().min(1).max(200) }), runSchema),
  'scheduler.list-runs': request('scheduler', z.object({ ...paged(SORTS.runs), automationId: z.uuid().nullable().default(null), groupIds }), pageSchemaOf(runSchema)),
  /** Whether mails of this run may still leave the house; asked by the sender before each call (cached for a second). */
  'scheduler.run-status': request('scheduler', z.object({ runId: z.uuid() }), z.object({ status: runStatusSchema })),
  /** A mail as its manifest has it; without values where they have been erased. */
  'scheduler.get-mail': request('scheduler', z.object({ mailId: mailIdSchema }), mailSchema),
  // scheduler: the manifest of a run, written by dbio
  'scheduler.open-manifest': request('scheduler', z.object({ runId: z.uuid() }), z.object({ attempt: z.int().positive() })),
  'scheduler.append-manifest': request('scheduler', manifestChunkSchema, z.object({ accepted: z.literal(true) })),
  'scheduler.close-manifest': request('scheduler', z.object({ runId: z.uuid(), attempt: z.int().positive(), rowCount: z.int().nonnegative() }), z.object({ counts: runCountsSchema })),
  /** Why an attempt has no rows yet, such as a source that is away: the run shows it until the first rows come. Refused STALE for an older attempt. */
  'scheduler.explain-wait': request('scheduler', z.object({ runId: z.uuid(), attempt: z.int().positive(), reasonCode: z.string(), reason: z.string() }), z.object({ explained: z.literal(true) })),

  // dbio
  'dbio.create-connection': request('dbio', connectionInputSchema, connectionSchema),
  /** Takes effect within seconds in every replica, without a restart. */
  'dbio.change-connection': request('dbio', z.object({ connectionId: z.uuid(), ...changeShape, change: connectionChangeSchema }), connectionSchema),
  'dbio.get-connection': request('dbio', z.object({ connectionId: z.uuid() }), connectionSchema),
  'dbio.list-connections': request('dbio', z.object({ ...paged(SORTS.connections), groupIds }), pageSchemaOf(connectionSchema)),
  'dbio.move-connection': request('dbio', z.object({ connectionId: z.uuid(), groupId: z.uuid() }), connectionSchema),
  /** Null where there is no such connection. */
  'dbio.group-of': request('dbio', z.object({ connectionId: z.uuid() }), z.object({ groupId: z.uuid().nullable() })),
  'dbio.test-connection': request('dbio', z.object({ connectionId: z.uuid() }), connectTestSchema),
  'dbio.check-query': request('dbio', checkQuerySchema, queryCheckSchema),
  'dbio.sample': request('dbio', sampleSchema, z.discriminatedUnion('status', [
    z.object({ status: z.literal('ok'), columns: z.array(columnSchema), rows: z.array(rowSchema) }),
    z.object({ status: z.literal('invalid'), error: queryErrorSchema }),
    z.object({ status: z.literal('unreachable'), problem: sourceProblemSchema }),
  ])),

  // attachment
  /** What each rule would find for these values, without claiming anything. */
  'attachment.match-files': request('attachment', z.object({ rules: z.array(fileRuleSchema), values: rowSchema, businessDate: localDateTimeSchema }),
    z.object({ files: z.array(attachedFileSchema), checks: z.array(attachmentCheckSchema) })),

  // renderer
  'renderer.check-template': request('renderer', z.object({ template: templateSchema }), z.object({
    columns: z.array(z.string()),
    /** `ko`: the message in Korean. */
    problems: z.array(z.object({ field: z.enum(['subject', 'body', 'text']), message: z.string(), ko: z.string(), line: z.int().nullable(), column: z.int().nullable() })),
  })),
  'renderer.preview': request('renderer', z.object({ template: templateSchema, values: rowSchema, businessDate: localDateTimeSchema }), z.discriminatedUnion('ok', [
    z.object({ ok: z.literal(true), subject: z.string(), html: z.string(), text: z.string() }),
    z.object({ ok: z.literal(false), errorCode: z.string(), detail: z.string(), ko: z.string() }),
  ])),

  // sender
  'sender.account': request('sender', none, z.object({
    maxPerSecond: z.number(), quota24h: z.number(), sent24h: z.number(), sendingEnabled: z.boolean(), breaker: z.enum(['closed', 'open', 'half-open']),
  })),

  /**
   * A mail in doubt becomes SENT or FAIL by evidence from outside; the outcome travels on to the customer's database and the log. Asked again with the
   * same words it is answered as it is. Refused CONFLICT for any other mail, and for FAIL while AWS would still take the call in doubt.
   */
  'sender.settle-doubt': request('sender', settleDoubtSchema.extend({ mailId: mailIdSchema }), z.object({ mailId: mailIdSchema, outcome: outcomeSchema, settledAt: z.iso.datetime() })),
  /** The mail as it was handed to SES. Refused NOT_FOUND with which it is: never sent, kept no longer, or not kept at all. */
  'sender.sent-mail': request('sender', askSentMailSchema, sentMailSchema),
  /** A part of one of its files, from the file root. Refused CONFLICT where the file is not, or no longer, what was sent. */
  'sender.sent-attachment': request('sender', askSentAttachmentSchema, sentAttachmentPartSchema),
  /** One call of SES, never a second one. Refused where certainly nothing was sent: CONFLICT for what has to be put right first, UNAVAILABLE for what passes. */
  'sender.send-test': request('sender', testMailSchema, testMailEndSchema),

  // logs
  'logs.list-mails': request('logs', z.object({
    ...paged(SORTS.mails.nullable().default(null)),
    runId: z.uuid().nullable().default(null),
    outcome: outcomeSchema.nullable().default(null),
    errorCode: z.string().nullable().default(null),
    recipientKey: z.string().nullable().default(null),
    address: z.string().nullable().default(null),
    automationId: z.uuid().nullable().default(null),
    automationIds,
    messageId: z.string().nullable().default(null),
    /** Days on which they were settled, in the time zone. */
    from: daySchema.nullable().default(null),
    to: daySchema.nullable().default(null),
    timeZone: timeZoneSchema.default('Asia/Seoul'),
  }), pageSchemaOf(mailLogSchema)),
  'logs.get-mail': request('logs', z.object({ mailId: z.string() }), mailWithTrailSchema),
  'logs.list-failed-files': request('logs', z.object({ ...failedFilters, status: failedFileSchema.shape.status.nullable().default(null) }), pageSchemaOf(failedFileSchema)),
  'logs.list-failed-templates': request('logs', z.object(failedFilters), pageSchemaOf(failedTemplateSchema)),
  /** Those of no run belong to nobody, and are shown to everybody. */
  'logs.list-system-errors': request('logs', z.object({ ...paged(SORTS.systemErrors), runId: z.uuid().nullable().default(null), automationIds }), pageSchemaOf(systemErrorSchema)),
  /** Without what was in them: a whole message holds what a customer's row says. */
  'logs.list-dead-letters': request('logs', z.object({ ...paged(SORTS.deadLetters), runId: z.uuid().nullable().default(null), automationIds }), pageSchemaOf(deadLetterSchema)),
  'logs.summary': request('logs', z.object({
    from: daySchema, to: daySchema, timeZone: timeZoneSchema.default('Asia/Seoul'), automationId: z.uuid().nullable().default(null), automationIds,
  }), summarySchema),

  // every service
  'scheduler.health': request('scheduler', none, healthSchema),
  'dbio.health': request('dbio', none, healthSchema),
  'attachment.health': request('attachment', none, healthSchema),
  'renderer.health': request('renderer', none, healthSchema),
  'sender.health': request('sender', none, healthSchema),
  'logs.health': request('logs', none, healthSchema),
} as const;

export type RequestName = keyof typeof REQUESTS;
/** What the caller writes (defaults may be left out), what the service reads, and the answer. */
export type Asked<N extends RequestName> = z.input<(typeof REQUESTS)[N]['asks']>;
export type Asks<N extends RequestName> = z.output<(typeof REQUESTS)[N]['asks']>;
export type Answer<N extends RequestName> = z.output<(typeof REQUESTS)[N]['answers']>;
