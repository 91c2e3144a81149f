import { z } from 'zod';
import { runStatusSchema } from './outcome.js';
import { says } from './own-words.js';
import { revisionSchema } from './revision.js';

/** A wall-clock time in a schedule's zone, without offset: `2026-11-20T09:00:00`. */
export const localDateTimeSchema = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/, says('Expected local time such as 2026-11-20T09:00:00.', '2026-11-20T09:00:00 같은 현지 시각을 쓰세요.'))
  .refine(isOfTheCalendar, says(
    'There is no such day or time: expected one of the calendar from 1900 to 2199, such as 2026-11-20T09:00:00.',
    '없는 날짜나 시각입니다. 1900년부터 2199년까지의 시각을 2026-11-20T09:00:00처럼 쓰세요.',
  ));

export const FIRST_DAY = '1900-01-01';
const LAST_DAY = '2199-12-31';
/** A day that any database and any time zone can reckon with. */
export const daySchema = z.iso.date({ abort: true }).refine((day) => day >= FIRST_DAY && day <= LAST_DAY, says(
  'Out of the calendar: expected a day from 1900 to 2199, such as 2026-11-20.', '범위를 벗어난 날짜입니다. 1900년부터 2199년까지의 날짜를 2026-11-20처럼 쓰세요.',
));

export const timeZoneSchema = z.string().refine(isTimeZone, says('Not a time zone name: use one such as Asia/Seoul.', '시간대 이름이 아닙니다. Asia/Seoul 같은 이름을 쓰세요.'));

export const runCountsSchema = z.object({
  total: z.int().nonnegative(),
  waiting: z.int().nonnegative(),
  dispatched: z.int().nonnegative(),
  sent: z.int().nonnegative(),
  failed: z.int().nonnegative(),
  skipped: z.int().nonnegative(),
  inDoubt: z.int().nonnegative(),
  canceled: z.int().nonnegative(),
});
export type RunCounts = z.infer<typeof runCountsSchema>;

/** One execution of an automation: the seeds' AUTO_RUN_LOG row, and what it counts. */
export const runSchema = z.object({
  runId: z.uuid(),
  automationId: z.uuid(),
  automationName: z.string(),
  versionId: z.uuid(),
  status: runStatusSchema,
  trigger: z.enum(['schedule', 'manual', 'resend']),
  /** The run whose mails it sends again. */
  resendOf: z.uuid().nullable().default(null),
  scheduleId: z.uuid().nullable(),
  /** The time it was due, in the schedule's zone; a late or repeated run keeps it. */
  businessDate: localDateTimeSchema,
  timeZone: timeZoneSchema,
  createdAt: z.iso.datetime(),
  startAt: z.iso.datetime().nullable(),
  endAt: z.iso.datetime().nullable(),
  /** Why it is PAUSED, FAIL or CANCELED: a code and a sentence for the operator. */
  reasonCode: z.string().nullable(),
  reason: z.string().nullable(),
  counts: runCountsSchema,
});
export type Run = z.infer<typeof runSchema>;

export const MISFIRE_POLICIES = ['run-once', 'skip'] as const;

/** When it fires. */
export const timingSchema = z.object({
  /** Five fields, minute first: `0 9 25 * *` is 09:00 on the 25th of each month. */
  cron: z.string().trim().min(1),
  timeZone: timeZoneSchema.default('Asia/Seoul'),
  startAt: z.iso.datetime({ offset: true }).nullable().default(null),
  endAt: z.iso.datetime({ offset: true }).nullable().default(null),
});

export const scheduleInputSchema = timingSchema.extend({
  automationId: z.uuid(),
  /** A firing missed while the system was down: run once when it is back, or skip it. */
  misfire: z.enum(MISFIRE_POLICIES).default('run-once'),
  enabled: z.boolean().default(true),
});
export type ScheduleInput = z.infer<typeof scheduleInputSchema>;

/** What is to become of it; absent fields stay. Without `.default`, which would fill them in. */
export const scheduleChangeSchema = z.object({
  cron: timingSchema.shape.cron.optional(),
  timeZone: timeZoneSchema.optional(),
  startAt: z.iso.datetime({ offset: true }).nullable().optional(),
  endAt: z.iso.datetime({ offset: true }).nullable().optional(),
  misfire: z.enum(MISFIRE_POLICIES).optional(),
  enabled: z.boolean().optional(),
});
export type ScheduleChange = z.infer<typeof scheduleChangeSchema>;

export const scheduleSchema = scheduleInputSchema.extend({
  scheduleId: z.uuid(),
  createdAt: z.iso.datetime(),
  /** The next firings, soonest first, as instants (UTC). */
  nextFirings: z.array(z.iso.datetime()),
  revision: revisionSchema,
});
export type Schedule = z.infer<typeof scheduleSchema>;

/** 30 February would name no month's partition and no file, and be found out only after the mails have left. */
function isOfTheCalendar(local: string): boolean {
  const at = new Date(`${local}Z`);
  const year = at.getUTCFullYear();
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(local) && year >= 1900 && year <= 2199;
}

/** Names that are known to be right: asking Intl takes half a millisecond. There are fewer than a thousand, but each in many spellings. */
const timeZones = new Set<string>();
const MOST_TIME_ZONES = 1_000;

function isTimeZone(name: string): boolean {
  if (timeZones.has(name)) return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
  if (timeZones.size < MOST_TIME_ZONES) timeZones.add(name);
  return true;
}
