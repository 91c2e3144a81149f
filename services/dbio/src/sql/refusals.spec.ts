import { describe, expect, it } from '@jest/globals';
import { refuseQuery, unitOfCharacter, type QueryRefusal } from './query-problem.js';
import * as refusals from './refusals.js';
import { refuseRepeatedNames } from './repeated-names.js';

const all: QueryRefusal[] = Object.values(refusals).flatMap((one) => (typeof one === 'function' ? [] : [one]));
all.push(refusals.notASelect('target'), refusals.notASelect('mapping'), refusals.positionalBind('$1'), refusals.unknownBindRefusal('이름', []),
  refusals.unknownBindRefusal('x', ['a', 'b']), refusals.duplicateColumn('A'), refusals.columnType('Column A is of type BFILE.'));

describe('what Tank refuses about a query', () => {
  it.each(all.map((refusal) => [refusal.code, refusal] as const))('%s is said in English and Korean, with what to do', (code, refusal) => {
    const { error, summary, summaryKo, blame } = refuseQuery('SELECT\n x', refusal, 8);
    expect(error).toMatchObject({ code, position: 8, line: 2, column: 2, cause: null });
    expect([error.message, error.remedy].join(' ').replace('이름', '')).not.toMatch(/[가-힣]/);
    expect([error.ko?.message, error.ko?.remedy].every((said) => /[가-힣]/.test(said ?? ''))).toBe(true);
    expect([summary, summaryKo, blame]).toEqual([error.message, error.ko?.message, 'query']);
  });

  it('names the column that is there twice', () => {
    expect(() => refuseRepeatedNames('', [{ name: 'A' }, { name: 'a' }])).not.toThrow();
    expect(() => refuseRepeatedNames('', [{ name: 'A' }, { name: 'B' }, { name: 'A' }])).toThrow('Two columns of the result are called A.');
  });
});

it('a place counted in letters is found in a text of UTF-16', () => {
  expect([0, 1, 2, 3, 9].map((character) => unitOfCharacter('a😀b', character))).toEqual([0, 1, 3, 4, 4]);
});
