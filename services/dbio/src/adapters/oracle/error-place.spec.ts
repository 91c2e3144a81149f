import { describe, expect, it } from '@jest/globals';
import { placeInText } from './error-place.js';

const sql = "SELECT '한글 𝒳' AS a, nope FROM customer WHERE 이름 = wrong";
const unknown = (name: string) => `ORA-00904: "${name}": invalid identifier`;

describe('the place of an error', () => {
  it.each([
    ['characters', (before: string) => [...before].length],
    ['bytes of UTF-8', (before: string) => Buffer.byteLength(before)],
    ['bytes of KO16MSWIN949', (before: string) => [...before].reduce((sum, one) => sum + (one < '\x80' ? 1 : 2), 0)],
    ['units of UTF-16', (before: string) => before.length],
  ])('is found when the database counts in %s', (_, count) => {
    for (const [word, message] of [['nope', unknown('NOPE')], ['wrong', unknown('WRONG')], ['customer', 'ORA-00942: table or view does not exist']] as const) {
      expect(placeInText(sql, count(sql.slice(0, sql.indexOf(word))), message)).toBe(sql.indexOf(word));
    }
  });

  it('is the offset itself where all count alike, also at the end', () => {
    expect(placeInText('SELECT * FRM customer', 9, 'ORA-00923: FROM keyword not found where expected')).toBe(9);
    expect(placeInText('SELECT', 6, 'ORA-00936: missing expression')).toBe(6);
    expect(placeInText('SELECT', 60, 'ORA-00936: missing expression')).toBe(6);
  });
});
