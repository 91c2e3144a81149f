import { z } from 'zod';

/** How a mail ends. A mail has exactly one; `IN_DOUBT` → `SENT` / `FAIL` is the only change ever made to one. */
export const OUTCOMES = ['SENT', 'FAIL', 'SKIPPED', 'IN_DOUBT', 'CANCELED'] as const;
export const outcomeSchema = z.enum(OUTCOMES);
export type Outcome = z.infer<typeof outcomeSchema>;

/** A run's life. `COMPLETED`, `FAIL` and `CANCELED` are final. */
export const RUN_STATUSES = ['WAITING', 'RUNNING', 'PAUSED', 'COMPLETED', 'FAIL', 'CANCELED'] as const;
export const runStatusSchema = z.enum(RUN_STATUSES);
export type RunStatus = z.infer<typeof runStatusSchema>;

/** What attachment says of one file rule for one mail. */
export const ATTACHMENT_STATUSES = ['FOUND', 'NOT_FOUND', 'INVALID', 'DUPLICATED'] as const;
export const attachmentStatusSchema = z.enum(ATTACHMENT_STATUSES);
export type AttachmentStatus = z.infer<typeof attachmentStatusSchema>;

/**
 * Why a mail did not simply go out, one word per cause; the road's own words, not a driver's.
 * The sentence an operator reads for each, with cause and remedy, is in docs/what-can-go-wrong.md.
 */
export const ERROR_CODES = [
  // target rows
  'RECIPIENT_KEY_EMPTY',
  'RECIPIENT_KEY_DUPLICATED',
  // mapping
  'MAPPING_NO_ROW',
  'MAPPING_MANY_ROWS',
  'MAPPING_FAILED',
  // attachment: the seeds' words
  'NOT_FOUND',
  'INVALID',
  'DUPLICATED',
  // template
  'TEMPLATE_VALUE_MISSING',
  'TEMPLATE_FAILED',
  // sending
  'BAD_ADDRESS',
  'FILE_CHANGED',
  'MAIL_TOO_LARGE',
  'SES_REJECTED',
  'SES_FAILED',
  'SES_UNKNOWN',
  'SES_NOT_TAKEN',
  // the road itself
  'MESSAGE_TOO_LARGE',
  'RUN_STOPPED',
  'RUN_CANCELED',
  'DEFECT',
] as const;
export const errorCodeSchema = z.enum(ERROR_CODES);
export type ErrorCode = z.infer<typeof errorCodeSchema>;

/** Where a system error comes from: the seeds' MODULE column of SYSTEM_ERROR_LOG. */
export const MODULES = ['SCHEDULER', 'DBIO', 'ATTACHMENT', 'TEMPLATE', 'SES', 'LOGS', 'GATEWAY', 'WORKER'] as const;
export const moduleSchema = z.enum(MODULES);
export type Module = z.infer<typeof moduleSchema>;
