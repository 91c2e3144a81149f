/** One line of the table: how many mails ended this way. */
export interface OutcomeCount {
  outcome: string;
  errorCode: string | null;
  count: number;
}

const WORDS: Record<string, string> = {
  SENT: '발송 완료 · accepted by SES',
  NOT_FOUND: '파일 없음 · no file under the rule',
  INVALID: '파일 이상 · the file is empty, cut or not what its name says',
  DUPLICATED: '파일 중복 · more than one file, or one file for two recipients',
  BAD_ADDRESS: '주소 오류 · not an address',
  SES_NOT_TAKEN: '발송되지 않음을 확인 · in doubt, and found not to have been sent',
  SES_UNKNOWN: '발송 여부 불명 · it may have been sent: look before it is sent again',
  TEMPLATE_VALUE_MISSING: '템플릿 값 없음 · a column of the template is empty',
};

/** Counts mails by outcome and cause: SENT first, then the most frequent. */
export function countOutcomes(mails: { outcome: string; errorCode: string | null }[]): OutcomeCount[] {
  const counts = new Map<string, OutcomeCount>();
  for (const { outcome, errorCode } of mails) {
    const key = `${outcome} ${errorCode}`;
    const counted = counts.get(key) ?? { outcome, errorCode, count: 0 };
    counts.set(key, { ...counted, count: counted.count + 1 });
  }
  const rank = ({ outcome }: OutcomeCount) => (outcome === 'SENT' ? 0 : 1);
  return [...counts.values()].sort((a, b) => rank(a) - rank(b) || a.outcome.localeCompare(b.outcome) || b.count - a.count);
}

/** The table as lines of text. */
export function drawOutcomeTable(counts: OutcomeCount[]): string[] {
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  const rule = `  ${'─'.repeat(96)}`;
  const line = (outcome: string, code: string, count: string | number, words: string) =>
    `  ${outcome.padEnd(10)}${code.padEnd(25)}${String(count).padStart(6)}   ${words}`;
  return [
    line('OUTCOME', 'ERROR_CODE', 'MAILS', '결과 · what happened'),
    rule,
    ...counts.map(({ outcome, errorCode, count }) => line(outcome, errorCode ?? '', count, WORDS[errorCode ?? outcome] ?? '')),
    rule,
    line('', '', total, '명세 행 · rows of the manifest'),
  ];
}
