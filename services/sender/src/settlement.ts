import {
  addressSchema, attachmentCheckSchema, errorCodeSchema, MESSAGE_VERSION, mailOf, outcomeSchema, templateCheckSchema,
  type ErrorCode, type Mail, type MailSettled, type Outcome,
} from '@tank/contracts';
import { z } from 'zod';

/** What is known of a mail before the call, kept with the intent: whoever has to settle it later has the words. */
export const mailRecordSchema = z.object({
  to: addressSchema.nullable(),
  subject: z.string().nullable(),
  files: z.array(z.object({ path: z.string(), sha256: z.string() })),
  attachmentChecks: z.array(attachmentCheckSchema),
  templateCheck: templateCheckSchema.nullable(),
});
export type MailRecord = z.infer<typeof mailRecordSchema>;

/** How it ended. */
export const endingSchema = z.object({
  outcome: outcomeSchema,
  errorCode: errorCodeSchema.nullable(),
  errorDetail: z.string().nullable(),
  messageId: z.string().nullable(),
  sentAt: z.string().nullable(),
  settledAt: z.string(),
  /** An operator's word, and whether others have been told of it. */
  byOperator: z.object({ isTold: z.boolean() }).optional(),
});
export type Ending = z.infer<typeof endingSchema>;

/** The ledger's `settlement` column of a settled mail. */
export const settlementSchema = mailRecordSchema.extend(endingSchema.shape);
export type Settlement = z.infer<typeof settlementSchema>;

export function sentEnding(messageId: string | null, at: Date): Ending {
  const errorDetail = messageId === null ? 'SES accepted the mail; its answer broke off before the Message-ID.' : null;
  return { outcome: 'SENT', errorCode: null, errorDetail, messageId, sentAt: at.toISOString(), settledAt: at.toISOString() };
}

export function unsentEnding(outcome: Exclude<Outcome, 'SENT'>, errorCode: ErrorCode, errorDetail: string, at: Date): Ending {
  return { outcome, errorCode, errorDetail, messageId: null, sentAt: null, settledAt: at.toISOString() };
}

/** An operator's word for what SES did not say. @param evidence how it is known @param calledAt of the call in doubt */
export function evidenceEnding(outcome: 'SENT' | 'FAIL', { messageId, evidence, calledAt, at }: { messageId: string | null; evidence: string; calledAt: Date; at: Date }): Ending {
  const errorDetail = `Settled by an operator: ${evidence}`;
  const byOperator = { isTold: false };
  if (outcome === 'FAIL') return { ...unsentEnding('FAIL', 'SES_NOT_TAKEN', errorDetail, at), byOperator };
  return { outcome, errorCode: null, errorDetail, messageId, sentAt: calledAt.toISOString(), settledAt: at.toISOString(), byOperator };
}

/** The same words each time a settled mail is asked about; only the dispatch is the one that asks. */
export function mailSettled(mail: Mail, settlement: Settlement, attempts: number): MailSettled {
  const { outcome, errorCode, errorDetail, messageId, sentAt, settledAt, to, subject, attachmentChecks, templateCheck } = settlement;
  return {
    v: MESSAGE_VERSION, type: 'MailSettled', ...mailOf(mail),
    attachmentChecks, templateCheck, outcome, errorCode, errorDetail, to, subject, messageId, sentAt, settledAt, attempts,
  };
}
