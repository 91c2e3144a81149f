import { parseArgs } from 'node:util';
import type { Verdict } from './audit/verify-trail.js';

export const VERIFY_USAGE = `npm run audit:verify [-- --remembered <entry>:<hash>]

Reads the whole audit trail and tells whether any entry was changed, taken out or put in. --remembered: an entry that the gateway's log
names ("audit.entry"), which has to be there still: only so is a cut end seen. Run it with LOGS_DB_URL and TANK_SESSION_KEY (or …_FILE) of the gateway.
감사 기록 전체를 읽어 변경·삭제·추가된 항목이 있는지 확인합니다. --remembered 에는 게이트웨이 로그("audit.entry")에 남은 항목 번호와 해시를 주세요.
끝부분이 잘렸는지는 그래야만 알 수 있습니다. 게이트웨이의 LOGS_DB_URL, TANK_SESSION_KEY(또는 …_FILE)로 실행하세요.
`;

/** Undefined for whatever else was said. */
export function readRemembered(args: string[]): { remembered?: { entryNo: number; hash: string } } | undefined {
  const { values: { remembered, ...others }, positionals } = parseArgs({ args, options: { remembered: { type: 'string' } }, strict: false });
  if (Object.keys(others).length > 0 || positionals.length > 0) return undefined;
  if (remembered === undefined) return {};
  const [, entryNo, hash] = /^(\d{1,15}):([0-9a-f]{16,64})$/.exec(String(remembered)) ?? [];
  return entryNo === undefined || hash === undefined ? undefined : { remembered: { entryNo: Number(entryNo), hash } };
}

export function tellVerdict(verdict: Verdict): string {
  if (verdict.isWhole) {
    const { entries, first, last, head } = verdict;
    return `The audit trail is whole: ${entries} entries, ${first} to ${last}, the last one's hash begins with ${head.slice(0, 16)}. 감사 기록이 온전합니다 (${entries}건).\n`;
  }
  const [english, korean] = BROKEN[verdict.because];
  return `The audit trail is broken at entry ${verdict.entryNo}: ${english} 감사 기록의 ${verdict.entryNo}번 항목에서 문제를 발견했습니다: ${korean}\n`;
}

const BROKEN = {
  changed: ['it was changed, or put in, by somebody who has the database but not the key.', '키 없이 데이터베이스에서 변경되었거나 추가되었습니다.'],
  'missing before': ['the entry before it was taken out.', '그 앞의 항목이 삭제되었습니다.'],
  'beginning missing': ['entries before it were taken out, and not by the retention.', '그 앞의 항목들이 보존 기간과 무관하게 삭제되었습니다.'],
  'not as remembered': ['it is missing, or another one than remembered: the end of the trail was cut off.', '기억된 항목이 없거나 다릅니다. 기록의 끝부분이 잘렸습니다.'],
} as const;
