import { NamePattern, type Part } from './name-pattern.js';
import { NameList } from './name-list.js';

const value = (text: string): Part => ({ text, isValue: true });
const text = (written: string): Part => ({ text: written, isValue: false });
const any: Part = { wildcard: '*' };
const one: Part = { wildcard: '?' };
const matching = (parts: Part[], names: string[]) => names.filter((name) => new NamePattern(parts).matches(name));

describe('a name pattern', () => {
  it('never takes the file of a customer whose number begins with this one', () => {
    expect(matching([value('12'), any, text('.pdf')], ['123_x.pdf', '12.pdf', '12_x.pdf', '12 (1).pdf', '120.pdf', '12가.pdf', '12a.pdf', '12-a.pdf'])).toEqual(['12.pdf', '12_x.pdf', '12 (1).pdf', '12-a.pdf']);
  });

  it('never takes the file of a customer whose number ends with this one', () => {
    expect(matching([any, value('12'), text('.pdf')], ['112.pdf', 'a12.pdf', '가12.pdf', 'a_12.pdf', '12.pdf'])).toEqual(['a_12.pdf', '12.pdf']);
  });

  it('guards both sides of a value between wildcards, and a single-letter wildcard too', () => {
    expect(matching([any, value('12'), any], ['112_', '_123', '_12_', '12', '112_12_3', '0120'])).toEqual(['_12_', '12', '112_12_3']);
    expect(matching([value('12'), one, any], ['123', '12_3', '12x'])).toEqual(['12_3']);
    expect(matching([value('홍길'), any], ['홍길동_1.pdf', '홍길_1.pdf'])).toEqual(['홍길_1.pdf']);
  });

  it('guards even where the wildcard stands for nothing', () => {
    expect(matching([value('12'), any, text('3.pdf')], ['123.pdf', '12_3.pdf'])).toEqual(['12_3.pdf']);
  });

  it('never takes the file of a customer whose number goes on with a sign that this one has, too', () => {
    expect(matching([value('110-123'), any, text('.pdf')], ['110-123-456_x.pdf', '110-123-456.pdf', '110-123_x.pdf', '110-123.pdf', '110-1234.pdf', '110-123 (1).pdf'])).toEqual(['110-123_x.pdf', '110-123.pdf', '110-123 (1).pdf']);
    expect(matching([any, value('123-456'), text('.pdf')], ['110-123-456.pdf', 'x_123-456.pdf', '123-456.pdf'])).toEqual(['x_123-456.pdf', '123-456.pdf']);
    expect(matching([any, value('1_2'), any], ['1_2_3', '0_1_2', '-1_2-', '1_2'])).toEqual(['-1_2-', '1_2']);
    expect(matching([value('홍 길동'), one, any], ['홍 길동 2.pdf', '홍 길동_2.pdf'])).toEqual(['홍 길동_2.pdf']);
    expect(matching([value('a^]\\b'), any], ['a^]\\b^1', 'a^]\\b]1', 'a^]\\b\\1', 'a^]\\b-1'])).toEqual(['a^]\\b-1']);
  });

  it('takes a sign of the value where the wildcard stands for nothing and only fixed text is left', () => {
    expect(matching([value('a.b'), any, text('.pdf')], ['a.b.pdf', 'a.b.c.pdf', 'a.b_1.pdf', 'a.b.pdf.pdf'])).toEqual(['a.b.pdf', 'a.b_1.pdf']);
    expect(matching([text('x-'), any, value('1-2'), text('.pdf')], ['x-1-2.pdf', 'x-0-1-2.pdf', 'x-_1-2.pdf'])).toEqual(['x-1-2.pdf', 'x-_1-2.pdf']);
    expect(matching([value('1-2'), any, text('-'), any, text('.pdf')], ['1-2-3_x.pdf', '1-2_-x.pdf'])).toEqual(['1-2_-x.pdf']);
  });

  it('guards a value that ends in a sign, and leaves text of the author alone', () => {
    expect(matching([value('A-'), any], ['A-1.pdf', 'A--1.pdf', 'A-_1.pdf'])).toEqual(['A-_1.pdf']);
    expect(matching([text('20261'), any], ['202611.pdf'])).toEqual(['202611.pdf']);
    expect(matching([text('2026-1'), any], ['2026-1-1.pdf'])).toEqual(['2026-1-1.pdf']);
  });

  it('takes glob and other signs in a value as they are', () => {
    expect(matching([value('*'), text('.pdf')], ['a.pdf', '*.pdf'])).toEqual(['*.pdf']);
    expect(matching([value('?[a](1)+$^{x}|.'), any], ['?[a](1)+$^{x}|._1', 'xa1'])).toEqual(['?[a](1)+$^{x}|._1']);
  });

  it('lets a star stand for any text and a question mark for one letter, whatever its script', () => {
    expect(matching([text('a'), any, text('b'), any, text('c')], ['abc', 'axxbyyc', 'acb', 'a\nbc', 'abcb'])).toEqual(['abc', 'axxbyyc', 'a\nbc']);
    expect(matching([text('a'), one, text('c')], ['abc', 'a한c', 'a😀c', 'ac', 'abbc'])).toEqual(['abc', 'a한c', 'a😀c']);
    expect(matching([any, text('ab'), any, text('ab')], ['ab', 'abab', 'xabab'])).toEqual(['abab', 'xabab']);
  });

  it('is quick with many stars on a name made to resist', () => {
    const pattern = new NamePattern([...Array.from({ length: 40 }, (): Part[] => [any, text('a')]).flat(), text('b')]);
    const start = performance.now();
    expect(pattern.matches('a'.repeat(255))).toBe(false);
    expect(performance.now() - start).toBeLessThan(200);
  });

  it('passes over hidden, locked and half-copied files', () => {
    const passing = ['.a.pdf', '~$a.pdf', 'a.tmp', 'a.pdf.part', 'a.pdf~', 'Thumbs.db'];
    expect(matching([any], [...passing, 'a.pdf'])).toEqual(['a.pdf']);
    expect(matching([text('.'), any], passing)).toEqual(['.a.pdf']);
    expect(matching([any, text('.tmp')], passing)).toEqual(['a.tmp']);
    expect(matching([value('.a.pdf')], passing)).toEqual([]);
    expect(matching([text('.a.pdf')], passing)).toEqual(['.a.pdf']);
  });
});

describe('a list of names', () => {
  const nfd = '홍길동.pdf'.normalize('NFD');

  it('finds an NFD name by an NFC pattern and gives it as it is spelled', () => {
    expect(new NameList(['a', nfd]).matching(new NamePattern([value('홍길동'), any]))).toEqual([nfd]);
    expect(new NameList([nfd]).matching(new NamePattern([text('홍길동.pdf')]))).toEqual([nfd]);
  });

  it('knows two spellings of one name as two files, in whatever order they come', () => {
    const pattern = new NamePattern([text('홍길동.pdf')]);
    expect(new NameList(['홍길동.pdf', nfd]).matching(pattern).sort()).toEqual([nfd, '홍길동.pdf'].sort());
    expect(new NameList([nfd, '홍길동.pdf']).matching(pattern).sort()).toEqual([nfd, '홍길동.pdf'].sort());
  });

  it('finds the same by start, by end and by neither as by looking at every name', () => {
    const names = Array.from({ length: 3000 }, (_, n) => `${n % 7 === 0 ? '월간' : 'doc'}_${n}_${n % 13}.${n % 2 ? 'pdf' : 'xlsx'}`);
    const list = new NameList(names);
    const patterns: Part[][] = [
      [text('doc_'), value('12'), any], [any, value('7'), text('.pdf')], [any, text('_'), value('25'), text('_'), any], [any], [text('월간'), any, text('.pdf')],
      [text('doc_1_1.pdf')], [text('zzz'), any], [any, text('zzz')], [one, any],
    ];
    for (const parts of patterns) {
      const pattern = new NamePattern(parts);
      expect(list.matching(pattern).sort()).toEqual(names.filter((name) => pattern.matches(name)).sort());
    }
  });
});
