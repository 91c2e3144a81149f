import type { AuditItem } from '@tank/contracts';
import type { ExportColumn } from './export-table.js';

export const AUDIT_COLUMNS: readonly ExportColumn<AuditItem>[] = [
  { header: ['No.', '번호'], width: 10, cell: ({ entryNo }) => entryNo },
  { header: ['At', '시각'], width: 19, cell: ({ at }, clock) => clock.at(at) },
  { header: ['User', '사용자'], width: 16, cell: ({ userName }) => userName },
  { header: ['User id', '사용자 ID'], width: 37, cell: ({ userId }) => userId },
  { header: ['From', '접속 주소'], width: 16, cell: ({ address }) => address },
  { header: ['Operation', '작업'], width: 22, cell: ({ operation }) => operation },
  { header: ['Object', '대상'], width: 12, cell: ({ objectKind }) => objectKind },
  { header: ['Object id', '대상 ID'], width: 37, cell: ({ objectId }) => objectId },
  { header: ['Asked for', '요청 내용'], width: 60, cell: ({ detail }) => (detail === null ? null : JSON.stringify(detail)) },
  { header: ['Status', '응답 상태'], width: 9, cell: ({ answer }) => answer?.status ?? null },
  { header: ['Code', '코드'], width: 18, cell: ({ answer }) => answer?.code ?? null },
  { header: ['Ended at', '종료 시각'], width: 19, cell: ({ answer }, clock) => (answer ? clock.at(answer.at) : null) },
  { header: ['Made', '생성된 ID'], width: 37, cell: ({ answer }) => answer?.objectId ?? null },
  { header: ['Trace', '추적 ID'], width: 34, cell: ({ traceId }) => traceId },
  { header: ['Hash', '해시'], width: 66, cell: ({ hash }) => hash },
];
