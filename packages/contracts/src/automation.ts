import { z } from 'zod';
import { actorSchema } from './account.js';
import { columnSchema } from './columns.js';
import { outcomeSchema } from './outcome.js';
import { says } from './own-words.js';
import { revisionSchema } from './revision.js';

export const QUERY_PURPOSES = ['target', 'mapping', 'update'] as const;
export const queryPurposeSchema = z.enum(QUERY_PURPOSES);
export type QueryPurpose = z.infer<typeof queryPurposeSchema>;

export const EMPTY_QUERY = says(
  'The query is empty: write one SELECT (target, mapping) or one UPDATE.', '쿼리가 비어 있습니다. SELECT 하나(대상, 매핑) 또는 UPDATE 하나를 쓰세요.',
);
const sqlText = z.string().trim().min(1, EMPTY_QUERY).max(100_000);

/** A query of a version. `checkedAt` is null while the source could not be asked: such a version cannot be activated. */
export const queryDefinitionSchema = z.object({
  sql: sqlText,
  columns: z.array(columnSchema).default([]),
  checkedAt: z.iso.datetime().nullable().default(null),
});
export type QueryDefinition = z.infer<typeof queryDefinitionSchema>;

/** The Update Query also says after which outcomes it runs. */
export const updateDefinitionSchema = queryDefinitionSchema.extend({
  after: z.array(outcomeSchema).default(['SENT', 'FAIL', 'SKIPPED']),
});
export type UpdateDefinition = z.infer<typeof updateDefinitionSchema>;

/**
 * Which file a recipient gets. `directory` and `file` are patterns below the file root: literal text, `{{column}}` (with
 * filters, such as `{{businessDate|date:YYYYMMDD}}`) and, in `file` and single directory names, `*` and `?`.
 */
export const fileRuleSchema = z.object({
  name: z.string().trim().min(1).max(100),
  directory: z.string().max(1000).default(''),
  file: z.string().trim().min(1, says(
    'The file name pattern is empty, e.g. "{{customer_id}}_*.pdf".', '파일 이름 패턴이 비어 있습니다. 예: "{{customer_id}}_*.pdf".',
  )).max(500),
  /** The name the recipient sees, a pattern too; absent: the file's own name. */
  displayName: z.string().max(300).optional(),
  /** NOT_FOUND: skip this mail, stop the whole run, or send without the file. INVALID and DUPLICATED never send. */
  onMissing: z.enum(['skip', 'stop', 'send']).default('skip'),
  /** Several matching files are all attached, instead of being DUPLICATED. */
  several: z.boolean().default(false),
  /** The same file may go to every recipient (terms, a leaflet); otherwise two recipients claiming one file is DUPLICATED. */
  common: z.boolean().default(false),
  maxBytes: z.int().positive().max(28_000_000).default(10_000_000),
});
export type FileRule = z.infer<typeof fileRuleSchema>;

export const templateSchema = z.object({
  format: z.enum(['html', 'pug']),
  subject: z.string().trim().min(1, says('The subject is empty.', '제목이 비어 있습니다.')).max(500),
  body: z.string().min(1, says('The body is empty.', '본문이 비어 있습니다.')).max(500_000),
  /** Text alternative; absent: made from the HTML. */
  text: z.string().max(500_000).optional(),
  /** Values for columns that are missing or empty; a column without one fails the mail. */
  defaults: z.record(z.string(), z.string()).default({}),
  /** Columns whose value is HTML and goes in unescaped. Everything else is escaped. */
  htmlColumns: z.array(z.string()).default([]),
});
export type Template = z.infer<typeof templateSchema>;

export const recipientSchema = z.object({
  /** Identifies the recipient among the target rows (customer number); empty or repeated keys are not sent. */
  keyColumn: z.string().trim().min(1),
  addressColumn: z.string().trim().min(1),
  nameColumn: z.string().trim().min(1).optional(),
});

export const senderSchema = z.object({
  address: z.email(),
  name: z.string().trim().max(100).optional(),
  replyTo: z.email().optional(),
  configurationSet: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, says(
    'A configuration set has 1 to 64 ASCII letters, figures, "_" or "-".', 'Configuration set 이름은 영문자, 숫자, "_", "-" 1~64자입니다.',
  )).optional(),
});

/** All that a run needs to know, pinned to the run: a version never changes once a run has used it. */
export const automationDefinitionSchema = z.object({
  connectionId: z.uuid().nullable().default(null),
  recipient: recipientSchema.nullable().default(null),
  sender: senderSchema.nullable().default(null),
  target: queryDefinitionSchema.nullable().default(null),
  mapping: queryDefinitionSchema.nullable().default(null),
  update: updateDefinitionSchema.nullable().default(null),
  fileRules: z.array(fileRuleSchema).max(20).default([]),
  template: templateSchema.nullable().default(null),
  /** Serial mode: query order, the next mail leaves after the last one is logged. */
  serial: z.boolean().default(false),
  /** Higher goes first when several runs share the rate. */
  priority: z.int().min(0).max(9).default(5),
  /** A mail whose fate is unknown is sent again, at the risk of sending it twice. */
  resendWhenInDoubt: z.boolean().default(false),
  allowParallelRuns: z.boolean().default(false),
});
export type AutomationDefinition = z.infer<typeof automationDefinitionSchema>;

/** A change of what is APPROVED, and not active yet, makes it DRAFT again. */
export const VERSION_STATUSES = ['DRAFT', 'APPROVED', 'ACTIVE', 'RETIRED'] as const;
export const automationVersionSchema = z.object({
  versionId: z.uuid(),
  automationId: z.uuid(),
  automationName: z.string(),
  number: z.int().positive(),
  status: z.enum(VERSION_STATUSES),
  definition: automationDefinitionSchema,
  createdAt: z.iso.datetime(),
  /** Everybody who has changed it since it was made, the first one first. */
  writtenBy: z.array(actorSchema).default([]),
  /** Of an active version null where none was asked for. */
  approvedBy: actorSchema.nullable().default(null),
  approvedAt: z.iso.datetime().nullable().default(null),
  activatedAt: z.iso.datetime().nullable(),
});
export type AutomationVersion = z.infer<typeof automationVersionSchema>;

/** A version without what it says. */
export const versionSummarySchema = automationVersionSchema.omit({ definition: true, automationName: true });
export type VersionSummary = z.infer<typeof versionSummarySchema>;

export const automationSchema = z.object({
  automationId: z.uuid(),
  name: z.string().trim().min(1, says('Give the automation a name.', '자동화의 이름을 쓰세요.')).max(200),
  description: z.string().max(2000).default(''),
  groupId: z.uuid(),
  activeVersion: automationVersionSchema.nullable(),
  /** What is worked on: DRAFT, or APPROVED and not yet active. */
  draftVersion: automationVersionSchema.nullable(),
  createdAt: z.iso.datetime(),
  /** Of the automation with its draft. */
  revision: revisionSchema,
});
export type Automation = z.infer<typeof automationSchema>;

/** What a change has made: the version, and the revision of its automation. */
export const changedVersionSchema = z.object({ version: automationVersionSchema, revision: revisionSchema });
export type ChangedVersion = z.infer<typeof changedVersionSchema>;

type WithoutDefaults<S extends z.ZodRawShape> = { [K in keyof S]: S[K] extends z.ZodDefault<infer T extends z.ZodType> ? T : S[K] };

/**
 * A change of a definition: what is absent stays as it is. Not `automationDefinitionSchema.partial()`: zod fills the default
 * of an absent field in even there, and a change of the priority would empty the queries.
 */
export const automationChangeSchema = withoutDefaults(automationDefinitionSchema).partial();
export type AutomationChange = z.infer<typeof automationChangeSchema>;

function withoutDefaults<S extends z.ZodRawShape>(schema: z.ZodObject<S>): z.ZodObject<WithoutDefaults<S>> {
  const fields = Object.entries(schema.shape).map(([name, field]) => [name, field instanceof z.ZodDefault ? field.removeDefault() : field]);
  return z.object(Object.fromEntries(fields) as WithoutDefaults<S>);
}
