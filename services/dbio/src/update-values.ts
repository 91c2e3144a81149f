import type { MailSettled, Row } from '@tank/contracts';
import { offsetsOf } from './zone-offsets.js';

/** What an Update Query may bind beside the row's columns; these names win over columns of the same name. */
export const RESULT_BINDS = ['SEND_STATUS', 'MESSAGE_ID', 'SENT_AT', 'ERROR_CODE', 'MAIL_ID', 'RUN_ID'] as const;

/** The values of an Update Query's binds for one settled mail. `timeZone` is the source's. */
export function updateValues(mail: MailSettled, timeZone: string): Row {
  return {
    ...withoutResultNames(mail.values),
    SEND_STATUS: mail.outcome,
    MESSAGE_ID: mail.messageId,
    SENT_AT: mail.sentAt === null ? null : localTimestamp(new Date(mail.sentAt), timeZone),
    ERROR_CODE: mail.errorCode,
    MAIL_ID: mail.mailId,
    RUN_ID: mail.runId,
  };
}

/** The columns an Update Query may bind, given those of target and mapping. */
export function updateBindable(columns: string[]): string[] {
  return [...columns.filter((name) => !isResultName(name)), ...RESULT_BINDS];
}

/**
 * `2026-11-20T09:00:00.000+09:00`: the source's wall clock with its offset, so that a column without a zone gets local time
 * and one with a zone the right instant (of Oracle see bindValue, for hours that a change of the clocks repeats).
 */
export function localTimestamp(at: Date, timeZone: string): string {
  const minutes = offsetsOf(timeZone)(at.getTime());
  const wallClock = new Date(at.getTime() + minutes * 60_000).toISOString().slice(0, -'Z'.length);
  const [hour, minute] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60].map((part) => String(part).padStart(2, '0'));
  return `${wallClock}${minutes < 0 ? '-' : '+'}${hour}:${minute}`;
}

function withoutResultNames(values: Row): Row {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !isResultName(name)));
}

function isResultName(name: string): boolean {
  return (RESULT_BINDS as readonly string[]).includes(name.toUpperCase());
}
