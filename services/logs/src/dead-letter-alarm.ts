import { mailIdSchema, MESSAGE_VERSION, type DeadLettered, type SystemErrorRaised } from '@tank/contracts';

/**
 * What tells people that a message was set aside: nobody looks into the dead letters unasked. It has the dead letter's id,
 * so that the same letter raises it once. What the reason may quote of a customer's row stays behind, in the dead letter.
 */
export function alarmOf({ deadLetterId, step, messageType, reason, runId, mailId, payload, occurredAt }: DeadLettered): SystemErrorRaised {
  return {
    v: MESSAGE_VERSION,
    type: 'SystemErrorRaised',
    errorId: deadLetterId,
    module: 'WORKER',
    code: 'DEAD_LETTER',
    message: `The step "${step}" set a ${messageType} aside, which kept failing: ${withoutValues(reason, payload)}`,
    remedy: `Report it: the table dead_letter has the message and the whole reason (dead_letter_id ${deadLetterId}). See how the mail or the run of it ended; where the step comes after the sending, the mail may have been sent.`,
    runId,
    mailId: mailIdSchema.safeParse(mailId).success ? mailId : null,
    occurredAt,
  };
}

/** Databases quote values in double quotes, and nobody knows which: what is quoted goes, and what is known to be a value. */
function withoutValues(reason: string, payload: unknown): string {
  const values = [...new Set(valuesIn(payload))].sort((a, b) => b.length - a.length);
  const unquoted = reason.replace(/"[^"]*"/g, '"…"');
  const withoutKnown = values.reduce((text, value) => text.replace(asWord(value), '…'), unquoted);
  return withoutKnown.replace(/[^\s"'<>(),;]+@[^\s"'<>(),;]+/g, '…');
}

/** The row's values, its key and the recipient. One letter would be found in every other word. */
function valuesIn(payload: unknown): string[] {
  if (typeof payload !== 'object' || payload === null) return [];
  const { values, recipientKey, to, subject } = payload as Record<string, unknown>;
  return [...leavesOf(values), ...leavesOf(recipientKey), ...leavesOf(to), ...leavesOf(subject)].filter((text) => [...text].length > 1);
}

function leavesOf(value: unknown): string[] {
  if (typeof value === 'string' || typeof value === 'number') return [String(value).trim()];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : [];
}

function asWord(text: string): RegExp {
  const part = '[\\p{L}\\p{N}]';
  return new RegExp(`(?<!${part})${text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}(?!${part})`, 'gu');
}
