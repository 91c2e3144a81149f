import { FillError, MOST_CHARACTERS, tooLarge } from '../template/fill-error.js';

/**
 * What expressions compute with. Amounts may come as numbers or, when a double cannot hold them, as strings of digits; a sum
 * must not turn into a row of digits without anybody noticing, so what is doubtful fails the mail instead.
 */
export type Scalar = string | number | boolean | null | undefined;

const NUMERIC = /^[+-]?(\d+)(?:\.(\d+))?$/;

export function isTrue(value: Scalar): boolean {
  return typeof value === 'string' ? value.trim() !== '' : Boolean(value);
}

export function add(left: Scalar, right: Scalar): Scalar {
  if (typeof left === 'number' && typeof right === 'number') return exact(left + right);
  if (isNumeric(left) && isNumeric(right)) {
    throw new FillError([
      'A "+" between digits that are text can mean a sum or one text after the other: write `${a}${b}` to join, or add in the query.',
      '텍스트로 된 숫자 사이의 "+"는 합인지 이어 붙이기인지 알 수 없습니다. 이어 붙이려면 `${a}${b}`로 쓰고, 더하려면 쿼리에서 더하세요.',
    ]);
  }
  const joined = textOf(left) + textOf(right);
  if (joined.length > MOST_CHARACTERS) throw tooLarge();
  return joined;
}

export function calculate(operator: '-' | '*' | '/' | '%', left: Scalar, right: Scalar): number {
  const [a, b] = [toNumber(left, operator), toNumber(right, operator)];
  if ((operator === '/' || operator === '%') && b === 0) throw new FillError([`A "${operator}" divides by zero.`, `"${operator}" 계산에서 0으로 나눕니다.`]);
  if (operator === '-') return exact(a - b);
  if (operator === '*') return exact(a * b);
  return exact(operator === '/' ? a / b : a % b);
}

/** As in Oracle, the empty text and no value are the same. */
export function isEqual(left: Scalar, right: Scalar): boolean {
  if (isEmpty(left) || isEmpty(right)) return isEmpty(left) && isEmpty(right);
  if (typeof left !== typeof right && isNumeric(left) && isNumeric(right)) return compareNumbers(left, right) === 0;
  return left === right;
}

/** @returns below 0, 0 or above 0: numbers by size however they travel, other texts (dates) by their characters. */
export function compare(left: Scalar, right: Scalar, operator: string): number {
  if (isNumeric(left) && isNumeric(right)) return compareNumbers(left, right);
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : Number(left > right);
  throw new FillError([`A "${operator}" compares what is no number with a number.`, `"${operator}" 비교에서 숫자가 아닌 값을 숫자와 비교합니다.`]);
}

export function toNumber(value: Scalar, operator: string): number {
  if (typeof value === 'number') return value;
  if (!isNumeric(value)) throw new FillError([`A "${operator}" needs numbers.`, `"${operator}" 계산에는 숫자가 필요합니다.`]);
  if (String(value).replace(/\D/g, '').replace(/^0+/, '').length > 15) {
    throw new FillError([
      `A "${operator}" keeps 15 digits and the value has more: calculate in the query.`, `"${operator}" 계산은 15자리까지 정확하지만 값이 더 깁니다. 쿼리에서 계산하세요.`,
    ]);
  }
  return Number(value);
}

export function textOf(value: Scalar): string {
  return value === null || value === undefined ? '' : String(value);
}

function isEmpty(value: Scalar): boolean {
  return value === null || value === undefined || (typeof value === 'string' && value.trim() === '');
}

/** 0.1 + 0.2 is 0.3 for whoever reads the mail. */
function exact(value: number): number {
  return Number.isSafeInteger(value) ? value : Number(value.toPrecision(15));
}

function isNumeric(value: Scalar): value is string | number {
  return typeof value === 'number' || (typeof value === 'string' && value.length <= 100 && NUMERIC.test(value.trim()));
}

function compareNumbers(left: string | number, right: string | number): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const [a, b] = [scaled(left), scaled(right)];
  return a < b ? -1 : Number(a > b);
}

/** All digits of a number, its decimals included, as one integer: twenty digits compare exactly. */
function scaled(value: string | number): bigint {
  const match = NUMERIC.exec(String(value).trim());
  if (!match) return BigInt(Math.trunc(Number(value))) * 10n ** 100n;
  const [, whole = '', fraction = ''] = match;
  const digits = BigInt(whole + fraction.padEnd(100, '0').slice(0, 100));
  return String(value).trim().startsWith('-') ? -digits : digits;
}
