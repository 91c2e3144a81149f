import { oddTexts } from './odd-text.js';

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
