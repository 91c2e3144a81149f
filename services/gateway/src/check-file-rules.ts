import { parsePlaceholders, PlaceholderError, type FileRule } from '@tank/contracts';
import { ApiProblem, type Fault } from './problem.js';

const CORRECT_IT = [
  'Correct the pattern at that position: columns stand as {{ column }} or {{ column | format }}.', '해당 위치의 패턴을 고치세요. 컬럼은 {{ 컬럼 }} 또는 {{ 컬럼 | 형식 }}으로 씁니다.',
] as const;

/** @param place of the rules among what was sent, such as `definition.` @throws ApiProblem 422 with every pattern that cannot be read, and where in it. */
export function checkFileRules(rules: readonly FileRule[] = [], place = ''): void {
  const faults = rules.flatMap((rule, at) => (['directory', 'file', 'displayName'] as const).flatMap((field) => faultOf(rule[field] ?? '', `${place}fileRules[${at}].${field}`)));
  const [first] = faults;
  if (first) throw new ApiProblem({ ...first, status: 422, code: 'INVALID', detail: first.message, faults });
}

function faultOf(pattern: string, field: string): Fault[] {
  try {
    parsePlaceholders(pattern);
    return [];
  } catch (error) {
    if (!(error instanceof PlaceholderError)) throw error;
    return [{ field, message: error.words, remedy: CORRECT_IT, position: error.position }];
  }
}
