import { BadPattern } from './bad-pattern.js';
import { fillPathPattern } from './path-pattern.js';

const values = { customer_id: '12', NAME: '홍길동', nothing: null, blank: ' ', businessDate: '2026-03-31T09:00:00' };
const fill = (file: string, directory = '', more = {}) => fillPathPattern({ file, directory }, { ...values, ...more });
const exact = (file: string, directory = '', more = {}) => {
  const { directories, file: name } = fill(file, directory, more);
  return [...directories, name].map((part) => part.exact).join('/');
};

describe('a path pattern', () => {
  it('puts columns and the business date in, in any usual format', () => {
    expect(exact('{{customer_id}}_{{name}}.pdf', 'statement/{{businessDate|date:YYYYMMDD}}')).toBe('statement/20260331/12_홍길동.pdf');
    expect(exact('a', '{{businessDate|date:YYYY-MM}}/{{businessDate|date:YYYY년 M월}}')).toBe('2026-03/2026년 3월/a');
    expect(exact('{{businessDate|shift:-1M|date:YYYYMMDD}}.pdf')).toBe('20260228.pdf');
  });

  it('takes the run\'s business date, and a column of nearly that name by its own spelling', () => {
    expect(exact('{{businessDate|date:YYYY}}_{{BUSINESSDATE}}', '', { BUSINESSDATE: 'x' })).toBe('2026_x');
  });

  it('reads a backslash of the author as a separator, and ignores a first slash, empty names and "."', () => {
    expect(exact('a', '\\report\\{{customer_id}}\\.\\x\\')).toBe('report/12/x/a');
  });

  it.each(['a/b', 'a\\b', '..', '.', 'a\0b', 'a\nb', '../../etc/passwd', '/etc'])('refuses the value %j, naming the column and not the value', (customer_id) => {
    for (const [file, directory] of [['{{customer_id}}', ''], ['a', '{{customer_id}}']]) {
      expect(() => fill(file ?? '', directory, { customer_id })).toThrow(/^The value of column "customer_id" cannot be part of a file name: it has a path separator or a control character in it, or is "\." or "\.\."\.$/);
    }
  });

  it('refuses a missing or empty value, which would match other people\'s files', () => {
    expect(() => fill('{{nothing}}*.pdf')).toThrow('column "nothing" has no value');
    expect(() => fill('{{blank}}*.pdf')).toThrow('column "blank" has no value');
    expect(() => fill('{{unknown}}*.pdf')).toThrow('no column "unknown"');
    expect(exact('{{nothing|default:x}}.pdf')).toBe('x.pdf');
  });

  it.each([['a', '../x'], ['a', 'x/../..'], ['..', ''], ['a', '{{customer_id}}/../b'], ['a', '{{dot}}{{dot}}']])('never leaves the root: %j in %j', (file, directory) => {
    expect(() => fill(file, directory, { dot: '.' })).toThrow();
  });

  it.each(['..', '../cards2', '..\\cards2', '.. ', '. .', '...', ' ..', '/cards2', '\\cards2', 'x/../../cards2', 'C:/cards2', '\u2025/x', '.'])('never leaves the literal beginning of its directory by the value %j', (value) => {
    for (const directory of ['cards/{{value}}', 'cards/{{value}}/{{value}}', 'cards/{{value|default:x}}', 'cards/.{{value}}', 'cards\\{{value}}']) {
      let names: (string | undefined)[] = ['cards'];
      try {
        names = fill('a.pdf', directory, { value }).directories.map(({ exact }) => exact);
      } catch (error) {
        expect(error).toBeInstanceOf(BadPattern);
      }
      expect([directory, names[0], names.filter((name) => /^[. ]*$/.test(name ?? '') || /[/\\]/.test(name ?? ''))]).toEqual([directory, 'cards', []]);
    }
  });

  it.each([
    ['a/b', '', 'separator'], ['a', '**', '**'], ['**.pdf', '', '**'], ['a', '//nas/x', 'server or a drive'], ['a', '\\\\nas\\x', 'server or a drive'],
    ['a', 'C:\\x', 'server or a drive'], ['{{a', '', 'not closed'], ['{{customer_id|date}}', '', 'not a date'], ['{{customer_id|nope}}', '', 'Unknown format'],
  ])('says what is wrong with %j in %j', (file, directory, message) => {
    expect(() => fill(file, directory)).toThrow(message);
  });

  it('guards values of columns, but not the business date, which tells no recipients apart', () => {
    expect(fill('{{customer_id}}*').file.matches('123')).toBe(false);
    expect(fill('{{businessDate|date:YYYYMM}}*_{{customer_id}}.pdf').file.matches('20260315_12.pdf')).toBe(true);
  });

  it.each([
    ['{{id}}_*.pdf', '', '1_2', '_'], ['*_{{id}}.pdf', '', '1_2', '_'], ['{{id}}__*.pdf', '', '1_', '__'], ['*__{{id}}', '', '_1', '__'], ['{{id}} - ?.pdf', '', '홍 - 길동', ' - '],
    ['a.pdf', 'x/{{id}}_*/y', '1_2', '_'], ['{{id}}_*_{{customer_id}}.pdf', '', '1_2', '_'], ['{{id}}가*', '', '1가2'.normalize('NFD'), '가'],
  ])('refuses %j in %j with the value %j, of which it cannot tell where it ends', (file, directory, id, separator) => {
    expect(() => fill(file, directory, { id })).toThrow(`The value of column "id" has the text "${separator}" in it, which separates it from a wildcard in the pattern: nobody can tell where the value`);
    expect(() => fill(file, directory, { id })).toThrow('Write a separator between them that no value contains, or no wildcard.');
  });

  it.each([
    ['{{id}}_*.pdf', '1-2'], ['{{id}}__*.pdf', '1_2'], ['{{id}}_x.pdf', '1_2'], ['{{id}}_{{customer_id}}_*.pdf', '1_2'], ['{{id}}_{{businessDate|date:YYYYMM}}*.pdf', '1_2'], ['*_{{customer_id}}_{{id}}.pdf', '1_2'],
    ['{{businessDate|date:YYYY_MM}}_*{{id}}.pdf', '1_2'], ['{{id}}*_x.pdf', '1_2'], ['{{id}}-_*', '1_2-'],
  ])('takes %j with the value %j, whose end it can tell', (file, id) => {
    expect(fill(file, '', { id }).namesRecipient).toBe(true);
  });

  it('knows whether it tells recipients apart', () => {
    expect(fill('*.pdf').namesRecipient).toBe(false);
    expect(fill('{{businessDate|date:YYYY}}.pdf').namesRecipient).toBe(false);
    expect(fill('*.pdf', '{{customer_id}}').namesRecipient).toBe(true);
  });

  it('knows what it would give to anybody, with the business date as it is', () => {
    const { others } = fill('{{businessDate|date:YYYYMM}}_{{customer_id}}_{{name}}.pdf');
    expect(['202603_12_홍길동.pdf', '202603_13_김_철수.pdf', '202604_13_x.pdf', '202603__x.pdf', '202603_13.pdf', '202603_13_x.pdf.part'].map((name) => others?.matches(name))).toEqual([true, true, false, false, false, false]);
    expect(fill('{{customer_id}}*.pdf').others?.matches('12가.pdf')).toBe(true);
    expect(fill('{{businessDate|date:YYYYMM}}.pdf', '{{customer_id}}').others).toBeUndefined();
  });

  it('takes glob signs in values for text', () => {
    const { file } = fill('{{customer_id}}.pdf', '', { customer_id: '*' });
    expect(file.hasWildcard).toBe(false);
    expect(file.exact).toBe('*.pdf');
  });

  it('compares in NFC', () => {
    expect(exact('{{name}}.pdf', '명세서'.normalize('NFD'), { NAME: '홍길동'.normalize('NFD') })).toBe('명세서/홍길동.pdf');
  });
});
