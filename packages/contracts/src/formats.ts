import { isPresent, type ColumnValue } from './columns.js';
import type { InBoth } from './endings.js';

/** Formats of Korean mail. Each takes a column's value and the text after the colon; an absent value stays absent. */
export const FORMATS = {
  /** `1234567.5` → `1,234,567.5`; `number:2` → always two decimals. Digits are never rounded away by a double. */
  number: (value, argument) => whenPresent(value, (present) => groupDigits(present, argument)),
  /** `1234567` → `1,234,567원` */
  won: (value) => whenPresent(value, (present) => `${groupDigits(present, '')}원`),
  /** `date:YYYY년 M월 D일`, `date:YYYYMMDD`, `date:YYYY-MM-DD HH:mm` */
  date: (value, argument) => whenPresent(value, (present) => formatDate(String(present), argument || 'YYYY-MM-DD')),
  /** Moves a date: `shift:-1M` last month (end of month stays inside the month), `shift:+3D`, `shift:-1Y`. */
  shift: (value, argument) => whenPresent(value, (present) => shiftDate(String(present), argument)),
  upper: (value) => whenPresent(value, (present) => String(present).toUpperCase()),
  lower: (value) => whenPresent(value, (present) => String(present).toLowerCase()),
  /** `default:고객` stands in for a missing, NULL or blank value. */
  default: (value, argument) => (isPresent(value) ? value : argument),
} as const satisfies Record<string, (value: ColumnValue | undefined, argument: string) => ColumnValue | undefined>;

export type Format = keyof typeof FORMATS;

/** A value a format cannot take: the mail fails with the name of the format, never with the value. */
export class FormatError extends Error {
  constructor(readonly words: InBoth) {
    super(words[0]);
    this.name = 'FormatError';
  }
}

const TOKENS = /YYYY|YY|MM|M|DD|D|HH|H|mm|ss|ddd|\[[^\]]*\]/g;
const WEEKDAYS = '일월화수목금토';

/**
 * Writes a date by pattern: `YYYY YY MM M DD D HH H mm ss ddd` (요일), anything else literally, `[…]` literally in any case.
 * @param value `YYYY-MM-DD`, `YYYYMMDD`, `YYYYMMDDHHmmss`, or with a time after `T` or a blank; an offset is ignored.
 * @throws FormatError when the value is not such a date.
 */
export function formatDate(value: string, pattern: string): string {
  const { at } = parseDate(value);
  const two = (n: number) => String(n).padStart(2, '0');
  const written: Record<string, () => string> = {
    YYYY: () => String(at.getUTCFullYear()).padStart(4, '0'),
    YY: () => two(at.getUTCFullYear() % 100),
    MM: () => two(at.getUTCMonth() + 1),
    M: () => String(at.getUTCMonth() + 1),
    DD: () => two(at.getUTCDate()),
    D: () => String(at.getUTCDate()),
    HH: () => two(at.getUTCHours()),
    H: () => String(at.getUTCHours()),
    mm: () => two(at.getUTCMinutes()),
    ss: () => two(at.getUTCSeconds()),
    ddd: () => WEEKDAYS[at.getUTCDay()] ?? '',
  };
  return pattern.replace(TOKENS, (token) => written[token]?.() ?? token.slice(1, -1));
}

/** A date stays a date, a date with a time keeps its time. */
function shiftDate(value: string, argument: string): string {
  const match = /^([+-]?\d{1,4})([YMD])$/.exec(argument);
  if (!match) {
    throw new FormatError([
      `shift:${argument} is not a shift: write one such as shift:-1M, shift:+3D or shift:-1Y.`,
      `shift:${argument} 은(는) 날짜 이동 형식이 아닙니다. shift:-1M, shift:+3D, shift:-1Y 처럼 쓰세요.`,
    ]);
  }
  const { at, hasTime } = parseDate(value);
  const by = Number(match[1]);
  if (match[2] === 'D') at.setUTCDate(at.getUTCDate() + by);
  else shiftMonths(at, match[2] === 'Y' ? by * 12 : by);
  if (at.getUTCFullYear() < 1 || at.getUTCFullYear() > 9999) {
    throw new FormatError([`shift:${argument} leads out of the years 1 to 9999.`, `shift:${argument} 을(를) 적용하면 1~9999년을 벗어납니다.`]);
  }
  return at.toISOString().slice(0, hasTime ? 19 : 10);
}

/** 31 March minus one month is the last day of February, not 3 March. */
function shiftMonths(at: Date, months: number): void {
  const day = at.getUTCDate();
  at.setUTCDate(1);
  at.setUTCMonth(at.getUTCMonth() + months);
  const firstOfNext = new Date(at);
  firstOfNext.setUTCMonth(at.getUTCMonth() + 1);
  const lastDay = new Date(firstOfNext.getTime() - DAY_MS).getUTCDate();
  at.setUTCDate(Math.min(day, lastDay));
}

const DAY_MS = 86_400_000;
const DATE = /^(?:(\d{4})-(\d{2})-(\d{2})|(\d{4})(\d{2})(\d{2}))/;
const TIME = /^(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?|(\d{2})(\d{2})(\d{2}))(?: ?(?:Z|[+-]\d{2}(?::?\d{2})?))?$/;

/** Local time as if it were UTC: no zone is applied, so nothing shifts by a day. */
function parseDate(value: string): { at: Date; hasTime: boolean } {
  const text = value.trim();
  const date = DATE.exec(text);
  const rest = date ? text.slice(date[0].length) : '';
  const time = rest === '' ? [] : TIME.exec(rest);
  if (!date || !time) throw new FormatError(['The value is not a date such as 2026-11-20 or 20261120.', '값이 2026-11-20, 20261120 같은 날짜가 아닙니다.']);
  const [year = 0, month = 0, day = 0] = date.slice(1).filter((part) => part !== undefined).map(Number);
  const [hour = 0, minute = 0, second = 0] = time.slice(1).filter((part) => part !== undefined).map(Number);
  const at = new Date(0);
  at.setUTCFullYear(year, month - 1, day);
  at.setUTCHours(hour, minute, second);
  const isReal = year > 0 && at.getUTCMonth() === month - 1 && at.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  if (!isReal) throw new FormatError(['The value is not a day of the calendar with a time of the day.', '값이 실제로 있는 날짜와 시각이 아닙니다.']);
  return { at, hasTime: rest !== '' };
}

/** More digits than any amount; also the end of what the grouping below does quickly. */
const MOST_DIGITS = 100;

function groupDigits(value: string | number | boolean, decimals: string): string {
  const text = typeof value === 'number' ? withoutExponent(value) : String(value).trim();
  const match = text.length > MOST_DIGITS ? null : /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text);
  if (!match || !/\d/.test(text)) throw new FormatError(['The value is not a number.', '값이 숫자가 아닙니다.']);
  const [, sign = '', digits = '', fraction = ''] = match;
  const whole = digits.replace(/^0+(?=\d)/, '') || '0';
  const [roundedWhole, roundedFraction] = decimals === '' ? [whole, fraction] : roundTo(whole, fraction, Number(decimals));
  const grouped = roundedWhole.replace(/\B(?=(\d{3})+$)/g, ',');
  const isZero = !/[1-9]/.test(roundedWhole + roundedFraction);
  return `${sign === '-' && !isZero ? '-' : ''}${grouped}${roundedFraction ? `.${roundedFraction}` : ''}`;
}

/** JavaScript writes very large and very small numbers as 1e+21 and 1e-7. */
function withoutExponent(value: number): string {
  const text = String(value);
  if (!/e/.test(text)) return text;
  return Math.abs(value) >= 1 ? BigInt(value).toString() : value.toFixed(20).replace(/0+$/, '');
}

/** Half up on the digits themselves: an amount of twenty digits keeps all of them. */
function roundTo(whole: string, fraction: string, decimals: number): [string, string] {
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > 10) {
    throw new FormatError(['number takes 0 to 10 decimals, such as number:2.', 'number의 소수 자릿수는 0~10입니다. number:2 처럼 쓰세요.']);
  }
  const kept = fraction.slice(0, decimals).padEnd(decimals, '0');
  const up = (fraction[decimals] ?? '0') >= '5' ? 1n : 0n;
  const digits = (BigInt(whole + kept) + up).toString().padStart(decimals + 1, '0');
  return decimals === 0 ? [digits, ''] : [digits.slice(0, -decimals), digits.slice(-decimals)];
}

function whenPresent(value: ColumnValue | undefined, format: (present: string | number | boolean) => ColumnValue): ColumnValue | undefined {
  return isPresent(value) ? format(value) : undefined;
}
