import { fillPlaceholder, parsePlaceholders, PlaceholderError, type Placeholder } from './placeholders.js';
import type { Row } from './columns.js';

const only = (text: string): Placeholder => {
  const [segment] = parsePlaceholders(text);
  if (!segment || !('placeholder' in segment)) throw new Error(`no placeholder in ${text}`);
  return segment.placeholder;
};
const fill = (text: string, row: Row) => fillPlaceholder(only(text), row);
const errorOf = (text: string): PlaceholderError => {
  try {
    parsePlaceholders(text);
  } catch (error) {
    if (error instanceof PlaceholderError) return error;
  }
  throw new Error(`"${text}" was accepted`);
};

describe('parsePlaceholders', () => {
  it('splits a text into what stays and what is filled in, with the position of each placeholder', () => {
    expect(parsePlaceholders('안녕 {{ name }}님, {{businessDate|date:M월}}')).toEqual([
      { literal: '안녕 ' },
      { placeholder: { column: 'name', filters: [] }, position: 3 },
      { literal: '님, ' },
      { placeholder: { column: 'businessDate', filters: [{ name: 'date', argument: 'M월' }] }, position: 16 },
    ]);
  });

  it('leaves a text without placeholders alone, single braces and CSS included', () => {
    expect(parsePlaceholders('')).toEqual([]);
    expect(parsePlaceholders('@media print { .a { color: red }}')).toEqual([{ literal: '@media print { .a { color: red }}' }]);
  });

  it('takes everything after the first colon as the argument', () => {
    expect(only('{{ at | date:YYYY-MM-DD HH:mm }}').filters).toEqual([{ name: 'date', argument: 'YYYY-MM-DD HH:mm' }]);
  });

  it('takes quotes off an argument, and a bar in quotes for text', () => {
    expect(only(`{{ note | default:'a|b' | upper }}`).filters).toEqual([{ name: 'default', argument: 'a|b' }, { name: 'upper', argument: '' }]);
    expect(only('{{ note | default:"" }}').filters).toEqual([{ name: 'default', argument: '' }]);
  });

  it('names the position of what it cannot read', () => {
    expect(errorOf('ab {{ name').position).toBe(3);
    expect(errorOf('ab {{ }}').position).toBe(3);
    expect(errorOf('abcd {{{ name }}}').position).toBe(5);
    expect(errorOf('{{ a }} {{ b | nosuch }}').position).toBe(8);
  });

  it('says which formats there are when one is unknown, inherited names included', () => {
    expect(errorOf('{{ a | comma }}').message).toMatch(/Unknown format "comma": known are number, won, date, shift, upper, lower, default/);
    expect(errorOf('{{ a | constructor }}').message).toMatch(/Unknown format "constructor"/);
  });
});

describe('fillPlaceholder', () => {
  it('fills a column in, whatever its case', () => {
    expect(fill('{{ Name }}', { NAME: '김민수' })).toBe('김민수');
    expect(fill('{{ n }}', { n: 0 })).toBe('0');
    expect(fill('{{ n }}', { n: false })).toBe('false');
  });

  it('has no text for a missing, NULL or blank value, also behind a format', () => {
    for (const row of [{}, { a: null }, { a: '' }, { a: '  ' }] as Row[]) {
      expect(fill('{{ a }}', row)).toBeUndefined();
      expect(fill('{{ a | number | upper }}', row)).toBeUndefined();
    }
  });

  it('lets a default stand in for each of them, and applies what follows to it', () => {
    for (const row of [{}, { a: null }, { a: ' ' }] as Row[]) {
      expect(fill('{{ a | default:고객 }}', row)).toBe('고객');
      expect(fill('{{ a | default:1000 | won }}', row)).toBe('1,000원');
    }
    expect(fill('{{ a | default:고객 }}', { a: '김민수' })).toBe('김민수');
  });

  it('chains formats from left to right', () => {
    expect(fill('{{ d | shift:-1M | date:YYYY년 M월 }}', { d: '2026-01-31T09:00:00' })).toBe('2025년 12월');
  });
});
