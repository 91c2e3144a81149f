import { OUTCOMES, type Summary } from '@tank/contracts';
import type { Words } from '../words.js';
import type { ExportColumn } from './export-table.js';

interface SummaryRow {
  of: string;
  what: string;
  mails: Record<string, number>;
  total: number;
}

export const SUMMARY_COLUMNS: readonly ExportColumn<SummaryRow>[] = [
  { header: ['By', '구분'], width: 14, cell: ({ of }) => of },
  { header: ['What', '항목'], width: 40, cell: ({ what }) => what },
  ...OUTCOMES.map((outcome): ExportColumn<SummaryRow> => ({ header: outcome, width: 11, cell: ({ mails }) => mails[outcome] ?? 0 })),
  { header: ['Mails', '합계'], width: 11, cell: ({ total }) => total },
];

/** The whole period, its days, its automations and its errors; an error is counted without its outcomes. */
export function summaryRows({ from, to, mails, days, automations, errors }: Summary, say: (words: Words) => string): SummaryRow[] {
  const row = (of: Words, what: string, counts: Record<string, number>): SummaryRow => ({ of: say(of), what, mails: counts, total: Object.values(counts).reduce((sum, count) => sum + count, 0) });
  return [
    row(['Period', '기간'], `${from} ~ ${to}`, mails),
    ...days.map((day) => row(['Day', '일자'], day.date, day.mails)),
    ...automations.map(({ automationName, automationId, mails: counts }) => row(['Automation', '자동화'], automationName ?? automationId, counts)),
    ...errors.map(({ errorCode, count }) => ({ ...row(['Error', '오류'], errorCode, {}), total: count })),
  ];
}
