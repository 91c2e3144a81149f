import { z } from 'zod';
import {
  credentialsSchema, currentPasswordSchema, groupSchema, managedUserSchema, newSecondFactorSchema, passwordChangeSchema, passwordKeySchema, providerRedirectSchema, providerSchema,
  recoveryCodesSchema, secondFactorCodeSchema, secondFactorRemovalSchema, sessionSchema, signedInSchema, userChangeSchema, userInputSchema, userSchema,
} from './account.js';
import {
  automationDefinitionSchema, automationSchema, automationVersionSchema, EMPTY_QUERY, fileRuleSchema, queryDefinitionSchema, queryPurposeSchema, recipientSchema,
  senderSchema, templateSchema, updateDefinitionSchema, versionSummarySchema,
} from './automation.js';
import { auditItemSchema } from './audit.js';
import { automationFileSchema } from './automation-file.js';
import { columnSchema, rowSchema } from './columns.js';
import { connectionChangeSchema, connectionInputSchema, connectionSchema, connectTestSchema, sourceProblemSchema } from './connection.js';
import { mailStepSchema } from './mail-trail.js';
import { addressSchema, attachedFileSchema, attachmentCheckSchema, mailIdSchema, templateCheckSchema } from './messages.js';
import { attachmentStatusSchema, errorCodeSchema, moduleSchema, outcomeSchema, runStatusSchema } from './outcome.js';
import { says } from './own-words.js';
import { deadLetterSchema, failedFileSchema, failedTemplateSchema, healthSchema, mailLogSchema, mailWithTrailSchema, REFUSAL_CODES, REQUESTS, resendSchema, settleDoubtSchema, summarySchema, systemErrorSchema } from './requests.js';
import { encryptedPasswordSchema } from './password-field.js';
import { roleSchema } from './roles.js';
import { localDateTimeSchema, runCountsSchema, runSchema, scheduleChangeSchema, scheduleInputSchema, scheduleSchema, timeZoneSchema, timingSchema } from './run.js';
import { sentMailSchema } from './sent-mail.js';
import { settingChangeSchema, settingSchema, settingsChangeSchema as settingsChangeShape } from './settings.js';
import { strictly } from './strict-body.js';

/** The names of the schemas that OpenAPI lists under `components`. */
export const API_SCHEMAS = z.registry<{ id: string }>();
const named = <T extends z.ZodType>(id: string, schema: T): T => {
  API_SCHEMAS.add(schema, { id });
  return schema;
};

// ---- what people write: unknown fields are refused

const fileRulesSchema = z.array(named('FileRuleInput', strictly(fileRuleSchema))).max(20);
const basicsShape = {
  connectionId: z.uuid().nullable(),
  recipient: named('RecipientInput', strictly(recipientSchema)).nullable(),
  sender: named('SenderInput', strictly(senderSchema)).nullable(),
  fileRules: fileRulesSchema,
  serial: z.boolean(),
  priority: z.int().min(0).max(9),
  resendWhenInDoubt: z.boolean(),
  allowParallelRuns: z.boolean(),
};
export const createAutomationBody = named('AutomationInput', z.strictObject({
  name: automationSchema.shape.name,
  description: z.string().max(2000).default(''),
  /** Absent: that of the connection; without one the default group, or the only one that the caller is in. */
  groupId: z.uuid().optional(),
  ...z.strictObject(basicsShape).partial().shape,
}));
/** Absent fields stay. `mapping: null` and `update: null` take a query away; a query is put in by its own operation, which tests it. */
export const changeAutomationBody = named('AutomationChange', z.strictObject({
  ...z.strictObject(basicsShape).partial().shape,
  mapping: z.null().optional(),
  update: z.null().optional(),
  /** Of the automation, whatever version is active: with nothing but them the draft stays as it is. */
  name: automationSchema.shape.name.optional(),
  description: z.string().max(2000).optional(),
}));
export type AutomationBasics = z.output<typeof changeAutomationBody>;

export const automationFileBody = named('AutomationFileInput', strictly(automationFileSchema));
export const duplicateBody = named('DuplicateInput', z.strictObject({ name: automationSchema.shape.name }));

/** As the author wrote it, untrimmed: positions of errors count from its first character. */
const sqlBody = z.string().max(100_000).refine((sql) => sql.trim() !== '', EMPTY_QUERY);
export const queryBody = named('QueryInput', z.strictObject({ sql: sqlBody }));
export const updateQueryBody = named('UpdateQueryInput', z.strictObject({
  sql: sqlBody,
  /** After which outcomes it runs; absent: as it was, at first SENT, FAIL and SKIPPED. */
  after: z.array(outcomeSchema).min(1, says('Name at least one outcome, or take the Update Query away.', '결과를 하나 이상 지정하거나 업데이트 쿼리를 삭제하세요.')).optional(),
}));
export const checkQueryBody = named('QueryCheckInput', z.strictObject({ purpose: queryPurposeSchema, sql: sqlBody }));
export const sampleBody = named('SampleInput', z.strictObject({ limit: z.int().min(1).max(100).default(10) }));
export const matchFilesBody = named('FileMatchInput', z.strictObject({
  /** How many of the first rows of the Target Query. */
  rows: z.int().min(1).max(20).default(5),
  /** Not saved; absent: the automation's own. */
  fileRules: fileRulesSchema.optional(),
  /** Absent: now, in Asia/Seoul. */
  businessDate: localDateTimeSchema.optional(),
}));
export const templateBody = named('TemplateInput', strictly(templateSchema));
export const previewBody = named('PreviewInput', z.strictObject({
  /** Not saved; absent: the automation's own. */
  template: templateBody.optional(),
  /** Which row of the Target Query, from 1. */
  row: z.int().min(1).max(100).default(1),
  /** Absent: now, in Asia/Seoul. */
  businessDate: localDateTimeSchema.optional(),
}));
/** The same as for the preview. */
export const testMailBody = named('TestMailInput', z.strictObject(previewBody.shape));
export const scheduleBody = named('ScheduleInput', strictly(scheduleInputSchema));
export const scheduleChangeBody = named('ScheduleChange', strictly(scheduleChangeSchema));
export const timingBody = named('Timing', strictly(timingSchema));
export const runBody = named('RunInput', z.strictObject({
  /** What the run takes for its date and time; absent: now, in the time zone. */
  businessDate: localDateTimeSchema.optional(),
  timeZone: timeZoneSchema.optional(),
}));
export const stopRunBody = named('RunStop', z.strictObject({
  /** Why, for whoever reads the run later. */
  reason: z.string().trim().min(1).max(500).optional(),
}));
export const settleMailBody = named('MailSettlementInput', strictly(settleDoubtSchema));
export const resendBody = named('ResendInput', strictly(resendSchema));
export const settingsChangeBody = named('SettingsChange', z.strictObject({
  ...settingsChangeShape.shape,
  /** For whoever reads the history later. */
  reason: z.string().trim().min(1).max(500).optional(),
}));
export const connectionBody = named('ConnectionInput', strictly(connectionInputSchema));
export const connectionChangeBody = named('ConnectionChange', strictly(connectionChangeSchema));
export const credentialsBody = named('Credentials', strictly(credentialsSchema));
named('EncryptedPassword', encryptedPasswordSchema);
export const currentPasswordBody = named('CurrentPassword', strictly(currentPasswordSchema));
export const secondFactorCodeBody = named('SecondFactorCode', strictly(secondFactorCodeSchema));
export const secondFactorRemovalBody = named('SecondFactorRemoval', strictly(secondFactorRemovalSchema));
export const passwordChangeBody = named('PasswordChange', strictly(passwordChangeSchema));
export const userBody = named('UserInput', strictly(userInputSchema));
/** Into which group. */
export const moveBody = named('Move', z.strictObject({ groupId: z.uuid() }));
export const groupBody = named('GroupInput', z.strictObject({ name: groupSchema.shape.name, folders: groupSchema.shape.folders.default([]) }));
/** Absent fields stay; `folders` are all of them. */
export const groupChangeBody = named('GroupChange', groupBody.partial().extend({ folders: groupSchema.shape.folders.optional() }));
export const userChangeBody = named('UserChange', strictly(userChangeSchema));

// ---- what is answered

named('Outcome', outcomeSchema);
named('RunStatus', runStatusSchema);
named('ErrorCode', errorCodeSchema);
named('AttachmentStatus', attachmentStatusSchema);
named('Module', moduleSchema);
named('MailId', mailIdSchema);
named('LocalDateTime', localDateTimeSchema);
named('Row', rowSchema);
named('Column', columnSchema);
named('Address', addressSchema);
named('AutomationDefinition', automationDefinitionSchema);
named('AutomationVersion', automationVersionSchema);
named('Automation', automationSchema);
named('Recipient', recipientSchema);
named('Sender', senderSchema);
named('QueryDefinition', queryDefinitionSchema);
named('UpdateDefinition', updateDefinitionSchema);
named('FileRule', fileRuleSchema);
named('Template', templateSchema);
named('RunCounts', runCountsSchema);
named('Schedule', scheduleSchema);
named('Connection', connectionSchema);
named('SourceProblem', sourceProblemSchema);
named('ConnectTest', connectTestSchema);
named('AttachedFile', attachedFileSchema);
named('AttachmentCheck', attachmentCheckSchema);
named('TemplateCheck', templateCheckSchema);
named('MailStep', mailStepSchema);
named('SentMail', sentMailSchema);
export const testMailSentSchema = named('TestMailSent', z.object({
  outcome: z.literal('SENT'),
  /** The caller's own address. */
  to: z.string(),
  /** Null where SES took the mail and its answer broke off. */
  messageId: z.string().nullable(),
}));
/** Nobody knows whether it was sent, and it is not sent again by itself: look into the mailbox. */
export const testMailInDoubtSchema = named('TestMailInDoubt', z.object({ outcome: z.literal('IN_DOUBT'), to: z.string(), detail: z.string() }));
export const settledMailSchema = named('MailSettlement', REQUESTS['sender.settle-doubt'].answers);
named('FailedFile', failedFileSchema);
named('FailedTemplate', failedTemplateSchema);
named('SystemError', systemErrorSchema);
named('DeadLetter', deadLetterSchema);
named('Summary', summarySchema);
named('ServiceHealth', healthSchema);
named('Role', roleSchema);
named('User', userSchema);
named('ManagedUser', managedUserSchema);
named('Group', groupSchema);
named('Session', sessionSchema);
named('SignedIn', signedInSchema);
named('NewSecondFactor', newSecondFactorSchema);
named('RecoveryCodes', recoveryCodesSchema);
named('PasswordKey', passwordKeySchema);
named('ProviderRedirect', providerRedirectSchema);
named('Provider', providerSchema);
export const auditPage = named('AuditPage', z.object({ items: z.array(named('AuditItem', auditItemSchema)), next: z.string().nullable() }));
/** `revision` goes up with each change of any of them. */
export const settingsAnswer = named('Settings', z.object({ revision: z.int().nonnegative(), items: z.array(named('Setting', settingSchema)) }));
export const settingChangePage = named('SettingChangePage', z.object({ items: z.array(named('SettingHistoryItem', settingChangeSchema)), next: z.string().nullable() }));

export const automationPage = named('AutomationPage', REQUESTS['scheduler.list-automations'].answers);
/** What the code of a mail or a run means and what to do, in the reader's language; null where there is none to explain. Details stay in the words of whoever met them. */
const explanation = named('Explanation', z.object({ message: z.string(), remedy: z.string() })).nullable();
export type Explanation = z.infer<typeof explanation>;
export const explainedRunSchema = named('Run', runSchema.extend({ explanation }));
export type ExplainedRun = z.infer<typeof explainedRunSchema>;
export const explainedMailSchema = named('MailLog', mailLogSchema.extend({ explanation }));
export const explainedMailWithTrailSchema = named('MailWithTrail', mailWithTrailSchema.extend({ explanation }));
export const runPage = named('RunPage', z.object({ items: z.array(explainedRunSchema), next: z.string().nullable() }));
export const mailPage = named('MailPage', z.object({ items: z.array(explainedMailSchema), next: z.string().nullable() }));
export const versionPage = named('AutomationVersionPage', REQUESTS['scheduler.list-versions'].answers);
/** What one version says otherwise than another: a path such as `template.body` or `fileRules[statement].file`, and both values; absent ones are null. */
export const versionDifferenceSchema = named('VersionDifference', z.object({
  from: named('AutomationVersionSummary', versionSummarySchema),
  to: versionSummarySchema,
  differences: z.array(z.object({ path: z.string(), before: z.json(), after: z.json() })),
}));
export const firingsSchema = named('Firings', REQUESTS['scheduler.preview-firings'].answers);
export const deadLetterPage = named('DeadLetterPage', REQUESTS['logs.list-dead-letters'].answers);
export const failedFilePage = named('FailedFilePage', REQUESTS['logs.list-failed-files'].answers);
export const failedTemplatePage = named('FailedTemplatePage', REQUESTS['logs.list-failed-templates'].answers);
export const systemErrorPage = named('SystemErrorPage', REQUESTS['logs.list-system-errors'].answers);
export const schedulePage = named('SchedulePage', REQUESTS['scheduler.list-schedules'].answers);
export const connectionPage = named('ConnectionPage', REQUESTS['dbio.list-connections'].answers);

export const userPage = named('UserPage', z.object({ items: z.array(managedUserSchema), next: z.string().nullable() }));
export const groupPage = named('GroupPage', z.object({ items: z.array(groupSchema), next: z.string().nullable() }));
export const sessionPage = named('SessionPage', z.object({ items: z.array(sessionSchema), next: z.string().nullable() }));
export const whoAmISchema = named('WhoAmI', z.object({ user: userSchema, session: sessionSchema }));
export const endedSessionSchema = named('EndedSession', z.object({ sessionId: z.uuid(), ended: z.literal(true) }));

/** Saved, but worth a look: the field or column, and why. */
export const warningSchema = named('Warning', z.object({ field: z.string(), message: z.string() }));
export type Warning = z.infer<typeof warningSchema>;

named('AutomationFile', automationFileSchema);
export const importedAutomationSchema = named('ImportedAutomation', automationSchema.extend({ warnings: z.array(warningSchema) }));

export const savedQuerySchema = named('SavedQuery', z.object({
  checked: z.literal(true),
  columns: z.array(columnSchema),
  binds: z.array(z.string()),
  warnings: z.array(warningSchema),
  version: automationVersionSchema,
}));
export const checkedQuerySchema = named('CheckedQuery', savedQuerySchema.pick({ columns: true, binds: true }));
/** The first rows of the Target Query, each with what the Mapping Query finds over it. */
export const sampleRowsSchema = named('SampleRows', z.object({ columns: z.array(columnSchema), rows: z.array(rowSchema) }));
export const fileMatchSchema = named('FileMatch', z.object({
  businessDate: localDateTimeSchema,
  /** `row` counts from 1. */
  rows: z.array(z.object({ row: z.int().positive(), recipientKey: z.string().nullable(), files: z.array(attachedFileSchema), checks: z.array(attachmentCheckSchema) })),
  /** One file, by place or content, that several rows would get: none of them would be sent it. */
  claimedBySeveral: z.array(z.object({ path: z.string(), rows: z.array(z.int().positive()) })),
}));
/** Kept as a draft, because the source could not be asked: it cannot be activated before it is saved again. */
export const uncheckedQuerySchema = named('UncheckedQuery', z.object({
  checked: z.literal(false),
  problem: sourceProblemSchema,
  warnings: z.array(warningSchema),
  version: automationVersionSchema,
}));
export const savedTemplateSchema = named('SavedTemplate', z.object({
  /** Columns that the template reads. */
  columns: z.array(z.string()),
  warnings: z.array(warningSchema),
  version: automationVersionSchema,
}));
export const previewSchema = named('Preview', z.object({
  subject: z.string(),
  html: z.string(),
  text: z.string(),
  businessDate: localDateTimeSchema,
  row: z.object({ number: z.int().positive(), values: rowSchema }),
  /** What the file rules find for this row; null when it could not be asked, with the reason. */
  files: z.object({ files: z.array(attachedFileSchema), checks: z.array(attachmentCheckSchema) }).nullable(),
  filesProblem: z.string().nullable(),
}));
export const healthOkSchema = named('HealthOk', z.object({ status: z.literal('ok') }));
export const healthDownSchema = named('HealthDown', z.object({ status: z.literal('down'), services: z.array(z.string()) }));
export const healthDetailSchema = named('HealthDetail', z.object({
  status: z.enum(['ok', 'degraded', 'down']),
  services: z.array(healthSchema),
}));

// ---- what went wrong (RFC 9457)

export const PROBLEM_CODES = [
  ...REFUSAL_CODES,
  'QUERY_INVALID', 'TEMPLATE_INVALID', 'PREVIEW_FAILED', 'SOURCE_UNREACHABLE',
  'PRECONDITION_REQUIRED', 'BAD_JSON', 'NOT_JSON', 'TOO_LARGE', 'CROSS_SITE', 'WRONG_HOST', 'NO_SUCH_PATH', 'METHOD_NOT_ALLOWED',
  'NETWORK_NOT_ALLOWED', 'TOO_MANY_REQUESTS', 'TOO_MANY_STREAMS', 'HEADERS_TOO_LARGE',
  'UNAUTHENTICATED', 'FORBIDDEN', 'PASSWORD_CHANGE_REQUIRED', 'SIGN_IN_FAILED', 'SIGN_IN_LOCKED', 'TOO_MANY_ATTEMPTS', 'SESSION_ENDED', 'NO_ADMINISTRATOR',
  'SECOND_FACTOR_REQUIRED', 'SECOND_FACTOR_WRONG', 'SECOND_FACTOR_UNREADABLE', 'SECOND_FACTOR_SETUP_REQUIRED', 'PASSWORD_NOT_READABLE', 'PASSWORD_NOT_ENCRYPTED',
  'PROVIDER_UNAVAILABLE', 'PROVIDER_REFUSED', 'PROVIDER_ANSWER_INVALID', 'PROVIDER_NO_ROLE',
] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

/** `position` counts characters of the author's text from 0, `line` and `column` from 1. */
const whereShape = { position: z.int().nonnegative().optional(), line: z.int().positive().optional(), column: z.int().positive().optional() };
export const problemErrorSchema = named('ProblemError', z.object({
  field: z.string().nullable(),
  /** The database's or the template's own code, e.g. ORA-00942 or TEMPLATE_VALUE_MISSING. */
  code: z.string().optional(),
  message: z.string(),
  remedy: z.string().optional(),
  ...whereShape,
}));
export type ProblemError = z.infer<typeof problemErrorSchema>;
export const problemSchema = named('Problem', z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.enum(PROBLEM_CODES),
  detail: z.string(),
  field: z.string().nullable(),
  remedy: z.string().optional(),
  ...whereShape,
  /** Everything that is wrong, at once. */
  errors: z.array(problemErrorSchema),
  source: sourceProblemSchema.optional(),
  traceId: z.string().nullable(),
}));
export type Problem = z.infer<typeof problemSchema>;
