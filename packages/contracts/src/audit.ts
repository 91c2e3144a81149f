import { z } from 'zod';

/** What somebody asked for, and how that ended. */
export const auditItemSchema = z.object({
  entryNo: z.int().positive(),
  at: z.iso.datetime(),
  /** Null for what nobody asked for, such as the retention. */
  userId: z.uuid().nullable(),
  /** As it was then. */
  userName: z.string().nullable(),
  address: z.string().nullable(),
  /** The operation's id, such as `startRun`; or `retention`. */
  operation: z.string(),
  objectKind: z.string().nullable(),
  objectId: z.string().nullable(),
  /** What was asked: without secrets, and with long texts cut. */
  detail: z.json(),
  /** Null of a reading, and of a change whose end nobody wrote down: the gateway died meanwhile, so it may have been made. */
  answer: z.object({ entryNo: z.int().positive(), at: z.iso.datetime(), status: z.int(), code: z.string().nullable(), objectId: z.string().nullable() }).nullable(),
  traceId: z.string().nullable(),
  /** HMAC-SHA-256 over this entry and the hash of the one before it, hexadecimal. */
  hash: z.string(),
});
export type AuditItem = z.infer<typeof auditItemSchema>;
