import { displayedName, tellApart } from './displayed-name.js';

const values = { name: '홍길동', path: '../a/b', nothing: null, businessDate: '2026-11-20T09:00:00' };

describe('the name a recipient sees', () => {
  it('is the file\'s own without a pattern, in NFC', () => {
    expect(displayedName(undefined, values, '명세서.pdf'.normalize('NFD'))).toBe('명세서.pdf');
  });

  it('is filled from the row and the business date, and keeps the file\'s extension', () => {
    expect(displayedName('{{businessDate|date:YYYY년 M월}} {{name}}.pdf', values, '12.pdf')).toBe('2026년 11월 홍길동.pdf');
    expect(displayedName('{{name}}', values, '12.PDF')).toBe('홍길동.PDF');
    expect(displayedName('명세서 2026.11', values, '12.pdf')).toBe('명세서 2026.11.pdf');
    expect(displayedName('x.exe', values, '12.pdf')).toBe('x.exe.pdf');
  });

  it('has no separator, control character or sign that turns text around in it', () => {
    expect(displayedName('{{path}}\r\nX: 1\u202e', values, '12.pdf')).toBe('_a_b__X_ 1_.pdf');
  });

  it('is refused when a column has no value', () => {
    expect(() => displayedName('{{nothing}}.pdf', values, '12.pdf')).toThrow('column "nothing" has no value');
    expect(() => displayedName(' . ', values, '12.pdf')).toThrow('empty');
  });

  it('does not grow without end', () => {
    expect(displayedName('가'.repeat(300), values, '12.pdf')).toBe(`${'가'.repeat(200)}.pdf`);
  });

  it('is never the same twice in a mail', () => {
    const names = tellApart(['a.pdf', 'A.pdf', 'b', 'a.pdf', 'b'].map((displayName) => ({ displayName })));
    expect(names.map(({ displayName }) => displayName)).toEqual(['a.pdf', 'A (2).pdf', 'b', 'a (3).pdf', 'b (2)']);
  });
});
