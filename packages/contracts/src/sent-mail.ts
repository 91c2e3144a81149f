import { z } from 'zod';
import { senderSchema } from './automation.js';
import { addressSchema, attachedFileSchema, mailIdSchema } from './messages.js';
import { outcomeSchema } from './outcome.js';

/** What SES was handed, word for word. */
export const sentMailSchema = z.object({
  mailId: mailIdSchema,
  /** Whether SES took it: SENT, FAIL (refused), IN_DOUBT; null while the call is under way. */
  outcome: outcomeSchema.nullable(),
  messageId: z.string().nullable(),
  /** Just before the call. */
  handedOverAt: z.iso.datetime(),
  /** Which of `copies`: a mail that was sent again while it was in doubt has two, and either may have arrived. */
  copy: z.int().positive(),
  copies: z.int().positive(),
  from: addressSchema,
  replyTo: z.string().nullable(),
  to: addressSchema,
  subject: z.string(),
  html: z.string(),
  text: z.string(),
  /** Their content is not kept: it is read again from the file root while it is still the same. */
  attachments: z.array(z.object({
    position: z.int().positive(),
    name: z.string(),
    contentType: z.string(),
    /** Below the file root. */
    path: z.string(),
    size: z.int().nonnegative(),
    sha256: z.string(),
  })),
});
export type SentMail = z.infer<typeof sentMailSchema>;

export const askSentMailSchema = z.object({
  mailId: mailIdSchema,
  /** Absent: the last. */
  copy: z.int().positive().nullable().default(null),
});

/** The first part is asked for without a stamp, and has one; every other with that of the first. */
export const askSentAttachmentSchema = askSentMailSchema.extend({
  /** From 1. */
  position: z.int().positive(),
  offset: z.int().nonnegative().default(0),
  /** In base64 it fits into a message of NATS. */
  limit: z.int().min(1).max(512 * 1024).default(512 * 1024),
  stamp: z.string().nullable().default(null),
});
export const sentAttachmentPartSchema = z.object({
  name: z.string(),
  /** Of the whole file. */
  size: z.int().nonnegative(),
  sha256: z.string(),
  offset: z.int().nonnegative(),
  base64: z.string(),
  /** Which file it was, and in which state: another stamp is another file. */
  stamp: z.string(),
});
export type SentAttachmentPart = z.infer<typeof sentAttachmentPartSchema>;

/** The mail of a sample row, for the one who asked for it and nobody else. */
export const testMailSchema = z.object({
  automationId: z.uuid(),
  /** Of mark and banner. */
  language: z.enum(['en', 'ko']),
  from: senderSchema,
  /** The caller's own address, as his account has it. */
  to: z.string(),
  /** To whom the row's mail would go, masked; null where the row has no address. */
  insteadOf: z.string().nullable(),
  subject: z.string(),
  html: z.string(),
  text: z.string(),
  files: z.array(attachedFileSchema),
});
export type TestMail = z.infer<typeof testMailSchema>;
/** IN_DOUBT: the answer of SES was lost, and the mail may have been sent. It is not sent again by itself. */
export const testMailEndSchema = z.object({
  outcome: outcomeSchema.extract(['SENT', 'IN_DOUBT']),
  /** Null also where SES took it and its answer broke off. */
  messageId: z.string().nullable(),
});
