import { describe, expect, it } from '@jest/globals';
import { queryFailed } from '../test/fakes.js';
import { queryAlarm, sourceAlarm, sourceFailed, sourceProblem, storyOf, wholeStoryOf, type SourceTrouble } from './problem.js';
import { QueryFailed } from './source.js';
import { queryError } from './sql/query-problem.js';

const TROUBLE: SourceTrouble = {
  code: 'SOURCE_UNKNOWN_SERVICE', message: ['No such service.', '그런 서비스가 없습니다.'], cause: ['A typo.', '오타입니다.'], remedy: ['Correct it.', '고치세요.'],
};

describe('a problem of a source', () => {
  it('is the same in both languages, with the codes of the database', () => {
    const problem = sourceProblem(TROUBLE, ['ORA-12514', 'NJS-518']);
    expect(problem).toEqual({
      code: 'SOURCE_UNKNOWN_SERVICE', message: 'No such service.', cause: 'A typo.', remedy: 'Correct it.',
      ko: { message: '그런 서비스가 없습니다.', cause: '오타입니다.', remedy: '고치세요.' }, databaseCodes: ['ORA-12514', 'NJS-518'],
    });
    expect(storyOf(problem)).toEqual(['No such service. A typo (ORA-12514, NJS-518).', '그런 서비스가 없습니다. 오타입니다 (ORA-12514, NJS-518).']);
    expect(wholeStoryOf(sourceProblem(TROUBLE))).toEqual(['No such service. A typo. Correct it.', '그런 서비스가 없습니다. 오타입니다. 고치세요.']);
  });

  it('passes by itself unless it is said to last', () => {
    expect(sourceFailed(TROUBLE).isLasting).toBe(false);
    expect(sourceFailed({ ...TROUBLE, isLasting: true }).isLasting).toBe(true);
  });

  it('tells a system error its cause and the codes', () => {
    expect(sourceAlarm(sourceProblem(TROUBLE, ['ORA-12514']))).toEqual({
      message: 'No such service. A typo (ORA-12514).', remedy: 'Correct it.', ko: { message: '그런 서비스가 없습니다. 오타입니다 (ORA-12514).', cause: null, remedy: '고치세요.' },
    });
  });
});

describe('a system error about a query', () => {
  const WHAT = ['It failed', '실패했습니다'] as const;
  const OTHERWISE = ['Look at it.', '확인하세요.'] as const;

  it('has the summary and its meaning, and never the words for the author', () => {
    expect(queryAlarm(WHAT, queryFailed('query'), OTHERWISE)).toEqual({
      message: 'It failed: invalid: "…" (22P02). A value does not fit.', remedy: 'Correct it.',
      ko: { message: '실패했습니다: invalid: "…" (22P02). 값이 맞지 않습니다.', cause: null, remedy: '고치세요.' },
    });
  });

  it('does not say its meaning twice, and has a remedy where nobody knows one', () => {
    const error = queryError('', { code: 'X', message: 'secret', cause: ['Why.', '이유.'] });
    expect(queryAlarm(WHAT, new QueryFailed(error, 'query', 'X: Why.', undefined, 'X: 이유.'), OTHERWISE)).toMatchObject({
      message: 'It failed: X: Why.', remedy: 'Look at it.', ko: { message: '실패했습니다: X: 이유.', remedy: '확인하세요.' },
    });
  });
});
