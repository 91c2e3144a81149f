import { FIRST_DAY } from '@tank/contracts';
import { localDateTime } from './local-time.js';
import { fieldProblem } from './problem.js';

const DAY_MS = 86_400_000;
const LONGEST_DAYS = 366;

/**
 * The days of a report, both inclusive: what is left out makes it the last 30 days in the zone.
 * @throws ApiProblem 422 when it ends before it starts, or is longer than a year.
 */
export function reportPeriod({ from, to, timeZone }: { from?: string; to?: string; timeZone: string }, now: Date): { from: string; to: string } {
  const last = to ?? (from === undefined ? today(now, timeZone) : later(from, today(now, timeZone)));
  const first = from ?? later(addDays(last, -29), FIRST_DAY);
  const days = (Date.parse(last) - Date.parse(first)) / DAY_MS + 1;
  if (days < 1) throw fieldProblem('to', [`${last} is before ${first}.`, `${last}은(는) ${first}보다 이전입니다.`], ['Swap from and to.', 'from과 to를 바꾸세요.']);
  if (days > LONGEST_DAYS) throw fieldProblem('from', [`The period has ${days} days: a report takes ${LONGEST_DAYS}.`, `기간이 ${days}일입니다. 최대 ${LONGEST_DAYS}일까지 조회할 수 있습니다.`], ['Ask year by year.', '1년 단위로 조회하세요.']);
  return { from: first, to: last };
}

function today(now: Date, timeZone: string): string {
  return localDateTime(now, timeZone).slice(0, 10);
}

function later(one: string, other: string): string {
  return one > other ? one : other;
}

function addDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10);
}
