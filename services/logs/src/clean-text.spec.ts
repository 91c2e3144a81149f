import { expect, it } from '@jest/globals';
import { cleanText } from './clean-text.js';

it('removes what PostgreSQL does not take', () => {
  expect(cleanText('a\u0000b\u0000', 10)).toBe('ab');
  expect(cleanText('a\uD83Db', 10)).toBe('a\uFFFDb');
});

it('cuts a long text and does not cut a letter in two', () => {
  expect(cleanText('가나다라마', 4)).toBe('가나다…');
  expect(cleanText('ab😀cd', 4)).toBe('ab…');
  expect(cleanText('가나다라', 4)).toBe('가나다라');
});
