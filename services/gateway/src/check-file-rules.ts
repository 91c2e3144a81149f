import { parsePlaceholders, PlaceholderError, type FileRule } from '@tank/contracts';
import { ApiProblem, type Fault } from './problem.js';

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
    return [{ field, message: error.message, position: error.position }];
  }
}
