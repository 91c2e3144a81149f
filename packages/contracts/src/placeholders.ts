import { findColumn, isPresent, type ColumnValue, type Row } from './columns.js';
import type { InBoth } from './endings.js';
import { FORMATS, type Format } from './formats.js';

/** `{{ column | filter:argument }}` in templates, subjects, file patterns and display names: one syntax for all of them. */
export interface Placeholder {
  column: string;
  filters: { name: Format; argument: string }[];
}
/** `position`: where its `{{` stands in the text, in characters from 0. */
export type Segment = { literal: string } | { placeholder: Placeholder; position: number };

/** Bad syntax in a text an author wrote. `position` counts characters from 0. */
export class PlaceholderError extends Error {
  constructor(readonly words: InBoth, readonly position: number) {
    super(words[0]);
    this.name = 'PlaceholderError';
  }
}

/** Every text knows the run's business date, next to the row's columns. */
export const BUSINESS_DATE = 'businessDate';

const OPEN = '{{';
const CLOSE = '}}';

/**
 * Splits a text into literals and placeholders.
 * @throws PlaceholderError on an unclosed `{{`, an empty placeholder or an unknown filter.
 */
export function parsePlaceholders(text: string): Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf(OPEN, at);
    if (open < 0) break;
    const close = text.indexOf(CLOSE, open);
    if (close < 0) throw new PlaceholderError(['A "{{" is not closed: write "{{ column }}".', '"{{"가 닫히지 않았습니다. "{{ 컬럼 }}"처럼 쓰세요.'], open);
    if (open > at) segments.push({ literal: text.slice(at, open) });
    segments.push({ placeholder: parsePlaceholder(text.slice(open + OPEN.length, close), open), position: open });
    at = close + CLOSE.length;
  }
  if (at < text.length) segments.push({ literal: text.slice(at) });
  return segments;
}

/**
 * The text of a placeholder for a row, after its filters.
 * @returns undefined when the row has no such column, or no value in it (a `default` filter answers for both).
 */
export function fillPlaceholder({ column, filters }: Placeholder, values: Row): string | undefined {
  const name = findColumn(values, column);
  let value: ColumnValue | undefined = name === undefined ? undefined : values[name];
  for (const { name: format, argument } of filters) value = FORMATS[format](value, argument);
  return isPresent(value) ? String(value) : undefined;
}

function parsePlaceholder(inside: string, position: number): Placeholder {
  const [column = '', ...filters] = splitOutsideQuotes(inside).map((part) => part.trim());
  if (column === '') throw new PlaceholderError(['An empty "{{ }}": name a column in it.', '"{{ }}"가 비어 있습니다. 그 안에 컬럼 이름을 쓰세요.'], position);
  if (/[{}]/.test(column)) throw new PlaceholderError([`"${column}" is not a column name.`, `"${column}"은(는) 컬럼 이름이 아닙니다. 중괄호 없이 쓰세요.`], position);
  return { column, filters: filters.map((filter) => parseFilter(filter, position)) };
}

function parseFilter(filter: string, position: number): { name: Format; argument: string } {
  const colon = filter.indexOf(':');
  const name = (colon < 0 ? filter : filter.slice(0, colon)).trim();
  if (!Object.hasOwn(FORMATS, name)) {
    const known = Object.keys(FORMATS).join(', ');
    throw new PlaceholderError([`Unknown format "${name}": known are ${known}.`, `알 수 없는 형식 "${name}"입니다. 쓸 수 있는 형식: ${known}.`], position);
  }
  const argument = colon < 0 ? '' : filter.slice(colon + 1).trim();
  return { name: name as Format, argument: argument.replace(/^(['"])(.*)\1$/s, '$2') };
}

/** A `|` in quotes is text: `{{ note | default:'a|b' }}`. */
function splitOutsideQuotes(text: string): string[] {
  const parts = [''];
  let quote = '';
  for (const char of text) {
    if (quote) quote = char === quote ? '' : quote;
    else if (char === '"' || char === "'") quote = char;
    if (char === '|' && !quote) parts.push('');
    else parts[parts.length - 1] += char;
  }
  return parts;
}
