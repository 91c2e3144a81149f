import type { MailLog } from '@tank/contracts';
import { wallTimeOf } from '../local-clock.js';
import type { ExportColumn } from './export-table.js';

/** A mail as the API answers it, in the order in which people read it. */
export const MAIL_COLUMNS: readonly ExportColumn<MailLog>[] = [
  { header: ['Outcome', '결과'], width: 11, cell: ({ outcome }) => outcome },
  { header: ['Error code', '오류 코드'], width: 24, cell: ({ errorCode }) => errorCode },
  { header: ['Automation', '자동화'], width: 24, cell: ({ automationName, automationId }) => automationName ?? automationId },
  { header: ['Business date', '기준 일시'], width: 19, cell: ({ businessDate }) => wallTimeOf(businessDate) },
  { header: ['Row', '행'], width: 9, cell: ({ row }) => row },
  { header: ['Recipient key', '수신자 키'], width: 18, cell: ({ recipientKey }) => recipientKey },
  { header: ['Name', '이름'], width: 14, cell: ({ to }) => to?.name ?? null },
  { header: ['Address', '주소'], width: 28, cell: ({ to }) => to?.address ?? null },
  { header: ['Subject', '제목'], width: 40, cell: ({ subject }) => subject },
  { header: ['Sent at', '발송 시각'], width: 19, cell: ({ sentAt }, clock) => (sentAt === null ? null : clock.at(sentAt)) },
  { header: ['Settled at', '확정 시각'], width: 19, cell: ({ settledAt }, clock) => clock.at(settledAt) },
  { header: ['Attempts', '시도 횟수'], width: 9, cell: ({ attempts }) => attempts },
  { header: ['Error', '오류 내용'], width: 40, cell: ({ errorDetail }) => errorDetail },
  { header: ['Files', '첨부파일'], width: 40, cell: ({ attachmentChecks }) => lines(attachmentChecks.map(({ path, rule, status }) => `${path ?? rule} (${status})`)) },
  { header: ['Template', '템플릿'], width: 24, cell: ({ templateCheck }) => templateCheck && (templateCheck.detail ?? templateCheck.status) },
  { header: ['Update query', '업데이트 쿼리'], width: 13, cell: ({ updateQueryOk }) => updateQueryOk },
  { header: ['Update error', '업데이트 오류'], width: 40, cell: ({ updateError }) => updateError },
  { header: ['Message-ID', '메시지 ID'], width: 30, cell: ({ messageId }) => messageId },
  { header: ['Run', '실행'], width: 37, cell: ({ runId }) => runId },
  { header: ['Mail', '메일'], width: 41, cell: ({ mailId }) => mailId },
];

function lines(texts: string[]): string | null {
  return texts.length === 0 ? null : texts.join('\n');
}
