import type { QueryError, SourceProblem } from '@tank/contracts';
import { ApiProblem } from './problem.js';

/** A query that the database refuses: its own code and words, and where in the author's text. */
export function queryProblem(field: string, { code, message, remedy, position, line, column }: QueryError): ApiProblem {
  const where = { position, line, column };
  return new ApiProblem({
    status: 422, code: 'QUERY_INVALID', detail: message, field, remedy, ...where, faults: [{ field, code, message, remedy, ...where }],
  });
}

/** The customer's database cannot be asked now. */
export function sourceProblem(source: SourceProblem): ApiProblem {
  const { code, message, remedy } = source;
  return new ApiProblem({ status: 503, code: 'SOURCE_UNREACHABLE', detail: message, remedy, source, faults: [{ field: null, code, message, remedy }] });
}
