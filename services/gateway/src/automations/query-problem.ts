import type { KoreanProblem, QueryError, SourceProblem } from '@tank/contracts';
import { ApiProblem } from '../problem.js';
import type { Words } from '../words.js';

interface Said {
  message: string;
  cause: string | null;
  remedy: string | null;
  /** Absent from what is said in one language only. */
  ko: KoreanProblem | null;
}

/** A query that the database refuses: its own code and words, what they mean, and where in the author's text. */
export function queryProblem(field: string, error: QueryError): ApiProblem {
  const { code, position, line, column } = error;
  const [where, message, remedy] = [{ position, line, column }, storyOf(error), remedyOf(error)];
  return new ApiProblem({ status: 422, code: 'QUERY_INVALID', detail: message, field, remedy, ...where, faults: [{ field, code, message, remedy, ...where }] });
}

/** The customer's database cannot be asked now. */
export function sourceProblem(source: SourceProblem): ApiProblem {
  const [message, remedy] = [storyOf(source), remedyOf(source)];
  return new ApiProblem({ status: 503, code: 'SOURCE_UNREACHABLE', detail: message, remedy, source, faults: [{ field: null, code: source.code, message, remedy }] });
}

function storyOf({ message, cause, ko }: Said): Words {
  const english = joined(message, cause);
  return ko ? [english, joined(ko.message, ko.cause)] : english;
}

function remedyOf({ remedy, ko }: Said): Words | null {
  if (remedy === null) return ko?.remedy ?? null;
  return ko?.remedy ? [remedy, ko.remedy] : remedy;
}

/** A database ends its words without a full stop. */
function joined(message: string, cause: string | null): string {
  if (!cause) return message;
  return /[.!?…]$/.test(message) ? `${message} ${cause}` : `${message}. ${cause}`;
}
