import type { InBoth } from '@tank/contracts';
import { escapeHtml } from './escape-html.js';
import { FillError } from './fill-error.js';

/** Where in the HTML a value stands: each place has its own dangers. */
export type Place =
  | { kind: 'text' }
  | { kind: 'attribute' }
  /** In a href, src …; `before` is what the attribute says up to the value. */
  | { kind: 'url'; before: string }
  | { kind: 'style' };

const SCHEMES = new Set(['http', 'https', 'mailto', 'tel', 'cid']);

/**
 * Writes a value where it stands.
 * @param what names the value for the operator, e.g. "Column LINK"
 * @throws FillError when it is no value for that place
 */
export function placeValue(value: string, place: Place, what: InBoth, isHtml: boolean): string {
  if (isHtml && place.kind === 'text') return value;
  if (place.kind === 'url') assertWebAddress(place.before + value, what);
  if (place.kind === 'style') assertStyleValue(value, what);
  return escapeHtml(value);
}

/** A relative address, or one of the schemes that only lead somewhere: never `javascript:` or `data:`. */
export function assertWebAddress(url: string, what: InBoth): void {
  const scheme = schemeOf(url);
  if (scheme === null || SCHEMES.has(scheme)) return;
  const allowed = [...SCHEMES].join(':, ');
  throw new FillError([
    `${what[0]} is no address for a link or image: it has to start with ${allowed}: or https://…`,
    `${what[1]}의 값은 링크나 이미지의 주소가 아닙니다. ${allowed}: 또는 https://…로 시작해야 합니다.`,
  ]);
}

/** Browsers ignore white space and control characters in front of and inside a scheme, so these are taken out first. */
export function schemeOf(url: string): string | null {
  const bare = url.replace(/[\u0000-\u0020\u007f-\u00a0\u200b-\u200f\u2028\u2029\ufeff]/g, '');
  return /^([^/?#:]*):/.exec(bare)?.[1]?.toLowerCase() ?? null;
}

/** A colour, a width, a font: nothing that starts another property or loads something. */
export function assertStyleValue(value: string, what: InBoth): void {
  if (/^[\p{L}\p{N} .,#%+-]*$/u.test(value)) return;
  throw new FillError([
    `${what[0]} cannot stand in a style: there only letters, digits, blanks and . , # % + - are taken.`,
    `${what[1]}의 값은 style에 쓸 수 없습니다. 글자, 숫자, 공백과 . , # % + - 만 쓸 수 있습니다.`,
  ]);
}
