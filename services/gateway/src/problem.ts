import type { ProblemCode, SourceProblem } from '@tank/contracts';
import type { Words } from './words.js';

/** Where in the author's text: `position` from 0, `line` and `column` from 1. */
export interface Where {
  position?: number | null;
  line?: number | null;
  column?: number | null;
}
export interface Fault extends Where {
  field: string | null;
  code?: string;
  message: Words;
  remedy?: Words | null;
}
interface ProblemParts extends Where {
  status: number;
  code: ProblemCode;
  detail: Words;
  field?: string | null;
  remedy?: Words | null;
  faults?: Fault[];
  source?: SourceProblem;
  /** Of the answer, such as Retry-After. */
  headers?: Record<string, string>;
}

/** Thrown to answer a request with no: what is wrong, where, and what to do, in the reader's language by then. */
export class ApiProblem extends Error {
  constructor(readonly parts: ProblemParts, options?: ErrorOptions) {
    super(typeof parts.detail === 'string' ? parts.detail : parts.detail[0], options);
    this.name = 'ApiProblem';
  }
}

/** One field is wrong. */
export function fieldProblem(field: string, detail: Words, remedy?: Words): ApiProblem {
  return new ApiProblem({ status: 422, code: 'INVALID', detail, field, remedy, faults: [{ field, message: detail, remedy }] });
}

/** Something else has to be done first. */
export function notYet(field: string, detail: Words, remedy: Words): ApiProblem {
  return new ApiProblem({ status: 409, code: 'CONFLICT', detail, field, remedy, faults: [{ field, message: detail, remedy }] });
}
