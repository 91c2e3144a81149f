import type { MailSettled, Row } from '@tank/contracts';

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
 * and one with a zone the right instant.
 */
export function localTimestamp(at: Date, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, timeZoneName: 'longOffset',
  });
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const offset = part.timeZoneName === 'GMT' ? '+00:00' : part.timeZoneName!.slice('GMT'.length);
  return `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}:${part.second}.${part.fractionalSecond}${offset}`;
}

function withoutResultNames(values: Row): Row {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !isResultName(name)));
}

function isResultName(name: string): boolean {
  return (RESULT_BINDS as readonly string[]).includes(name.toUpperCase());
}
