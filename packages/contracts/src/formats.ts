import { isPresent, type ColumnValue } from './columns.js';

/** Formats of Korean mail. Each takes a column's value and the text after the colon; an absent value stays absent. */
export const FORMATS = {
  /** `1234567.5` → `1,234,567.5`; `number:2` → always two decimals. Digits are never rounded away by a double. */
  number: (value, argument) => whenPresent(value, (present) => groupDigits(String(present), argument)),
  /** `1234567` → `1,234,567원` */
  won: (value) => whenPresent(value, (present) => `${groupDigits(String(present), '')}원`),
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
  constructor(message: string) {
    super(message);
    this.name = 'FormatError';
  }
}

const TOKENS = /YYYY|YY|MM|M|DD|D|HH|H|mm|ss|ddd|\[[^\]]*\]/g;
const WEEKDAYS = '일월화수목금토';

/**
 * Writes a date by pattern: `YYYY YY MM M DD D HH H mm ss ddd` (요일), anything else literally, `[…]` literally in any case.
 * @param value `YYYY-MM-DD`, `YYYYMMDD`, or with a time after `T` or a blank.
 * @throws FormatError when the value is not such a date.
 */
export function formatDate(value: string, pattern: string): string {
  const at = parseDate(value);
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

function shiftDate(value: string, argument: string): string {
  const match = /^([+-]?\d{1,4})([YMD])$/.exec(argument);
  if (!match) throw new FormatError(`shift:${argument} is not a shift: write one such as shift:-1M, shift:+3D or shift:-1Y.`);
  const at = parseDate(value);
  const by = Number(match[1]);
  if (match[2] === 'D') at.setUTCDate(at.getUTCDate() + by);
  else shiftMonths(at, match[2] === 'Y' ? by * 12 : by);
  return at.toISOString().slice(0, 19);
}

/** 31 March minus one month is the last day of February, not 3 March. */
function shiftMonths(at: Date, months: number): void {
  const day = at.getUTCDate();
  at.setUTCDate(1);
  at.setUTCMonth(at.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate();
  at.setUTCDate(Math.min(day, lastDay));
}

/** Local time as if it were UTC: no zone is applied, so nothing shifts by a day. */
function parseDate(value: string): Date {
  const match = /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?.*)?$/.exec(value.trim());
  if (!match) throw new FormatError('The value is not a date such as 2026-11-20 or 20261120.');
  const [year, month, day, hour, minute, second] = match.slice(1).map((part) => Number(part ?? 0)) as [number, number, number, number, number, number];
  const at = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  if (at.getUTCMonth() !== month - 1 || at.getUTCDate() !== day) throw new FormatError('The value is not a day of the calendar.');
  return at;
}

function groupDigits(value: string, decimals: string): string {
  const match = /^\s*([+-]?)0*(\d+)(?:\.(\d*))?\s*$/.exec(value);
  if (!match) throw new FormatError('The value is not a number.');
  const [, sign = '', whole = '0', fraction = ''] = match;
  const [roundedWhole, roundedFraction] = decimals === '' ? [whole, fraction] : roundTo(whole, fraction, Number(decimals));
  const grouped = roundedWhole.replace(/\B(?=(\d{3})+$)/g, ',');
  const isZero = !/[1-9]/.test(roundedWhole + roundedFraction);
  return `${sign === '-' && !isZero ? '-' : ''}${grouped}${roundedFraction ? `.${roundedFraction}` : ''}`;
}

/** Half up on the digits themselves: an amount of twenty digits keeps all of them. */
function roundTo(whole: string, fraction: string, decimals: number): [string, string] {
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > 10) throw new FormatError('number takes 0 to 10 decimals, such as number:2.');
  const kept = fraction.slice(0, decimals).padEnd(decimals, '0');
  const up = (fraction[decimals] ?? '0') >= '5' ? 1n : 0n;
  const digits = (BigInt(whole + kept) + up).toString().padStart(decimals + 1, '0');
  return decimals === 0 ? [digits, ''] : [digits.slice(0, -decimals), digits.slice(-decimals)];
}

function whenPresent(value: ColumnValue | undefined, format: (present: string | number | boolean) => ColumnValue): ColumnValue | undefined {
  return isPresent(value) ? format(value) : undefined;
}
