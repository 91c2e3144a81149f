/** Longest encoding: exponent, 20 pairs of digits, the mark of a negative number. */
export const NUMBER_BYTES = 22;
const MOST_DIGITS = 40;
const ZERO = 0x80;
const EXPONENT_BIAS = 192;
const NEGATIVE_MARK = 102;

// Digits of the number being written, without leading zeros. Shared: writing is never interrupted.
const digits = new Uint8Array(MOST_DIGITS + 2);

/**
 * Writes exact decimal text (`-12.50`, `1e10`) as Oracle keeps a NUMBER: an exponent to the base of 100, then pairs of digits,
 * for a negative number as complements. Digits beyond the fortieth are dropped.
 *
 * @returns the number of bytes written, at most NUMBER_BYTES. @throws RangeError when the text is no number, or too large
 */
export function writeOracleNumber(buffer: Buffer, at: number, text: string): number {
  const isNegative = text.charCodeAt(0) === 45;
  const { count, point } = readDigits(text, isNegative || text.charCodeAt(0) === 43 ? 1 : 0);
  if (count === 0) {
    buffer[at] = ZERO;
    return 1;
  }
  const exponent = Math.ceil(point / 2);
  if (exponent > 63) throw new RangeError(`A NUMBER cannot hold ${text.slice(0, 60)}.`);
  if (exponent < -64) {
    buffer[at] = ZERO;
    return 1;
  }
  buffer[at] = isNegative ? (exponent + EXPONENT_BIAS) ^ 0xff : exponent + EXPONENT_BIAS;
  return 1 + writePairs(buffer, at + 1, count, point, isNegative);
}

/** As exact decimal text: `0`, `-12.5`, `0.001`, never with an exponent. */
export function readOracleNumber(bytes: Buffer): string {
  const isPositive = (bytes[0]! & 0x80) !== 0;
  if (bytes.length === 1) return isPositive ? '0' : `-1${'0'.repeat(126)}`;
  const exponent = (isPositive ? bytes[0]! : bytes[0]! ^ 0xff) - EXPONENT_BIAS;
  const end = !isPositive && bytes[bytes.length - 1] === NEGATIVE_MARK ? bytes.length - 1 : bytes.length;
  let all = '';
  for (let i = 1; i < end; i += 1) {
    const pair = isPositive ? bytes[i]! - 1 : 101 - bytes[i]!;
    all += pair < 10 ? `0${pair}` : String(pair);
  }
  return (isPositive ? '' : '-') + withPoint(all, exponent * 2);
}

/** @returns the number of significant digits, and where the point is: the value is 0.DIGITS times ten to the power of it. */
function readDigits(text: string, start: number): { count: number; point: number } {
  let count = 0;
  let point = 0;
  let isAfterPoint = false;
  let hasDigit = false;
  for (let i = start; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code >= 48 && code <= 57) {
      hasDigit = true;
      if (count > 0 || code !== 48) {
        if (count < MOST_DIGITS) digits[count++] = code - 48;
        if (!isAfterPoint) point += 1;
      } else if (isAfterPoint) point -= 1;
    } else if (code === 46 && !isAfterPoint) isAfterPoint = true;
    else if ((code === 101 || code === 69) && hasDigit && /^[+-]?\d+$/.test(text.slice(i + 1))) {
      point += Number(text.slice(i + 1));
      break;
    } else throw new RangeError(`This is no NUMBER: ${text.slice(0, 60)}`);
  }
  if (!hasDigit) throw new RangeError(`This is no NUMBER: ${text.slice(0, 60)}`);
  while (count > 0 && digits[count - 1] === 0) count -= 1;
  return { count, point };
}

function writePairs(buffer: Buffer, start: number, count: number, point: number, isNegative: boolean): number {
  digits[count] = 0;
  digits[count + 1] = 0;
  let at = start;
  // With an odd point the first pair has one digit only.
  for (let i = point % 2 === 0 ? 0 : -1; i < count; i += 2) {
    const pair = (i < 0 ? 0 : digits[i]! * 10) + digits[i + 1]!;
    buffer[at] = isNegative ? 101 - pair : pair + 1;
    at += 1;
  }
  if (isNegative && at - start < MOST_DIGITS / 2) {
    buffer[at] = NEGATIVE_MARK;
    at += 1;
  }
  return at - start;
}

function withPoint(all: string, point: number): string {
  const whole = point <= 0 ? '' : all.slice(0, point).padEnd(point, '0');
  const fraction = (point < 0 ? '0'.repeat(-point) + all : all.slice(point)).replace(/0+$/, '');
  const significant = whole.replace(/^0+/, '') || '0';
  return fraction === '' ? significant : `${significant}.${fraction}`;
}
