import { oddTexts, tooDeep } from './odd-text.js';

const fields = (value: unknown) => oddTexts(value).map(({ field }) => field);

describe('text that no database keeps', () => {
  it('is named with its field, however deep', () => {
    expect(fields({ name: 'a\0b', fileRules: [{ name: 'ok' }, { name: '\ud83d' }], nested: { text: 'x\udc00y' } })).toEqual(['name', 'fileRules[1].name', 'nested.text']);
    expect(fields({ 'a\0': 1 })).toEqual(['body']);
  });

  it('is not any other text', () => {
    expect(fields({ name: '홍길동 😀 \n\t', n: 1, none: null, list: ['é'] })).toEqual([]);
  });
});

describe('a body that is too deep', () => {
  const nested = (levels: number, open: string, shut: string): unknown => JSON.parse(open.repeat(levels) + '1' + shut.repeat(levels));

  it.each([['[', ']'], ['{"a":', '}'], ['[{"a":', '}]'], ['[1,[],', ']']])('is one of a hundred thousand %s, not of a few', (open, shut) => {
    expect(tooDeep(nested(100_000, open, shut))).toMatchObject([{ field: 'body', message: [expect.stringContaining('100 levels'), expect.stringContaining('100단계')] }]);
    expect(tooDeep(nested(50, open, shut))).toEqual([]);
  });

  it('begins at 101 levels', () => {
    expect([100, 101].map((levels) => tooDeep(nested(levels, '[', ']')).length)).toEqual([0, 1]);
    expect([undefined, null, 'text', 1, {}, []].flatMap(tooDeep)).toEqual([]);
  });
});
