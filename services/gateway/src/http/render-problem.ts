import { STATUS_CODES } from 'node:http';
import { Refused, type Problem, type ProblemCode, type ProblemError, type Refusal } from '@tank/contracts';
import { ApiProblem, type Fault, type Where } from '../problem.js';
import { inLanguage } from '../words.js';
import type { Language } from './language.js';

const STATUS_OF_REFUSAL: Record<Refusal['code'], number> = { INVALID: 422, NOT_FOUND: 404, CONFLICT: 409, CHANGED_MEANWHILE: 412, STALE: 409, UNAVAILABLE: 503, DEFECT: 500 };

/** What `application/problem+json` says of an error. Only our own sentences get out: a stack or a driver's text never does. */
export function renderProblem(error: unknown, language: Language, traceId: string | null): Problem {
  const { parts } = asProblem(error);
  const say = (words: Fault['message']) => inLanguage(words, language);
  const errors = (parts.faults ?? []).map((fault): ProblemError => ({
    field: fault.field,
    ...(fault.code !== undefined && { code: fault.code }),
    message: say(fault.message),
    ...(fault.remedy && { remedy: say(fault.remedy) }),
    ...whereOf(fault),
  }));
  return {
    type: typeOf(parts.code),
    title: STATUS_CODES[parts.status] ?? 'Error',
    status: parts.status,
    code: parts.code,
    detail: say(parts.detail),
    field: parts.field ?? null,
    ...(parts.remedy && { remedy: say(parts.remedy) }),
    ...whereOf(parts),
    errors,
    ...(parts.source && { source: parts.source }),
    traceId,
  };
}

function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (error instanceof Refused && error.refusal.code !== 'DEFECT') {
    const { code, message: english, ko, field } = error.refusal;
    const message = [english, ko ?? english] as const;
    return new ApiProblem({ status: STATUS_OF_REFUSAL[code], code, detail: message, field, faults: [{ field, message }] });
  }
  return new ApiProblem({
    status: 500,
    code: 'DEFECT',
    detail: [
      'Something in Tank is broken; the log of the gateway has the cause under this trace id.',
      'Tank 내부 오류입니다. 게이트웨이 로그에서 이 traceId로 원인을 찾을 수 있습니다.',
    ],
  });
}

function typeOf(code: ProblemCode): string {
  return `urn:tank:problem:${code.toLowerCase().replaceAll('_', '-')}`;
}

function whereOf({ position, line, column }: Where): { position?: number; line?: number; column?: number } {
  return { ...(position != null && { position }), ...(line != null && { line }), ...(column != null && { column }) };
}
