import type { Part } from './name-pattern.js';

const LETTER_OR_DIGIT = '\\p{L}\\p{N}\\p{M}';

/**
 * The source of a regular expression for a text at `at`. A value right beside a wildcard must end there: no letter or digit
 * follows, nor a sign that the value has in it, since a value like `110-123` may go on as `110-123-456`. Such a sign may
 * follow only where the wildcard stands for nothing and fixed text makes up the rest: `a.b` and `*.pdf` take `a.b.pdf`.
 */
export function boundedText(parts: Part[], at: number): string {
  const part = parts[at];
  if (!part || !('text' in part)) return '';
  const text = escaped(part.text);
  if (!part.isValue) return text;
  const signs = signsIn(part.text);
  const start = isWildcard(parts[at - 1]) ? guard('<', signs, fixedText(parts.slice(0, at - 1))) : '';
  const end = isWildcard(parts[at + 1]) ? guard('', signs, fixedText(parts.slice(at + 2))) : '';
  return `${start}${text}${end}`;
}

/** @param rest the text of the name on that side of the wildcard, undefined where it is not fixed. */
function guard(side: '<' | '', signs: string, rest: string | undefined): string {
  const noWord = `(?${side}![${LETTER_OR_DIGIT}])`;
  if (signs === '') return noWord;
  const noSign = `(?${side}![${signs}])`;
  if (rest === undefined) return `${noWord}${noSign}`;
  const isRest = side === '<' ? `(?<=^${escaped(rest)})` : `(?=${escaped(rest)}$)`;
  return `${noWord}(?:${noSign}|${isRest})`;
}

/** What a class of a regular expression needs to match the value's own characters that are no letters or digits. */
function signsIn(value: string): string {
  const signs = new Set(value.replace(new RegExp(`[${LETTER_OR_DIGIT}]`, 'gu'), ''));
  return [...signs].map((sign) => `\\u{${sign.codePointAt(0)!.toString(16)}}`).join('');
}

function fixedText(parts: Part[]): string | undefined {
  return parts.every((part) => 'text' in part) ? parts.map((part) => ('text' in part ? part.text : '')).join('') : undefined;
}

function isWildcard(part: Part | undefined): boolean {
  return part !== undefined && 'wildcard' in part;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
