import { randomUUID } from 'node:crypto';
import { MESSAGE_VERSION, mailIdOf, type MailRecorded, type Run } from '@tank/contracts';

/** A mail of a test: sent, with one file, unless told otherwise. */
export function recordedMail(changes: Partial<MailRecorded> & { runId: string; row: number }): MailRecorded {
  return {
    v: MESSAGE_VERSION,
    type: 'MailRecorded',
    mailId: mailIdOf(changes.runId, changes.row),
    automationId: AUTOMATION,
    versionId: VERSION,
    dispatch: 1,
    businessDate: '2026-11-20T09:00:00',
    recipientKey: `C${changes.row}`,
    values: { name: '김철수', amount: 1000 },
    attachmentChecks: [{ rule: '명세서', status: 'FOUND', path: `statements/C${changes.row}.pdf`, size: 1234, sha256: 'ab'.repeat(32), detail: null }],
    templateCheck: { status: 'OK', detail: null },
    outcome: 'SENT',
    errorCode: null,
    errorDetail: null,
    to: { address: `c${changes.row}@bank.example`, name: '김철수' },
    subject: '김철수 고객님 11월 명세서',
    messageId: `ses-${changes.row}`,
    sentAt: '2026-11-20T00:00:01.000Z',
    settledAt: '2026-11-20T00:00:01.500Z',
    attempts: 1,
    updateQueryOk: 'Y',
    updateError: null,
    ...changes,
  };
}

export function recordedMails(runId: string, count: number, changes: Partial<MailRecorded> = {}): MailRecorded[] {
  return Array.from({ length: count }, (_, at) => recordedMail({ runId, row: at + 1, ...changes }));
}

export function runOf(changes: Partial<Run> = {}): Run {
  return {
    runId: randomUUID(), automationId: AUTOMATION, automationName: '월 명세서', versionId: VERSION, status: 'RUNNING', trigger: 'schedule', resendOf: null,
    scheduleId: null, businessDate: '2026-11-20T09:00:00', timeZone: 'Asia/Seoul', createdAt: '2026-11-20T00:00:00.000Z',
    startAt: '2026-11-20T00:00:00.500Z', endAt: null, reasonCode: null, reason: null,
    counts: { total: 3, waiting: 0, dispatched: 1, sent: 2, failed: 0, skipped: 0, inDoubt: 0, canceled: 0 },
    ...changes,
  };
}

export const AUTOMATION = '0b1c4e52-6d0c-4a39-9d4b-0d6f9a1f3c11';
export const VERSION = '7e8a7c10-11a4-4c1b-8f51-2a8e1f0e4b22';
