import { API, type Operation, type OperationId, type OperationInput } from '@tank/contracts';
import { z } from 'zod';
import { en, ko } from 'zod/locales';
import { ApiProblem, type Fault } from '../problem.js';
import { askedRevision } from './entity-tag.js';
import { wordsOf } from './issue-words.js';
import type { Language } from './language.js';
import { nearest } from './nearest-name.js';
import { oddTexts, tooDeep } from './odd-text.js';
import { inLanguage } from '../words.js';

export interface RawInput {
  params: Record<string, string>;
  query: URLSearchParams;
  headers: Record<string, unknown>;
  body: unknown;
}

const LOCALES = { en: en().localeError, ko: ko().localeError };
const NOTHING = z.strictObject({});
/** Nobody reads more at a time, and a body may have a hundred thousand. */
const MOST_FAULTS = 50;

/**
 * What a handler may rely on.
 * @throws ApiProblem 422 with everything that is wrong, each with its field, the cause and the remedy; 428 where it is not said what a change was decided by.
 */
export function checkInput<Id extends OperationId>(id: Id, raw: RawInput, language: Language): OperationInput<Id> {
  const operation: Operation = API[id];
  const deep = tooDeep(raw.body);
  if (deep.length > 0) throw invalid(deep, language);
  const query = queryObject(raw.query);
  const faults: Fault[] = [raw.params, query, raw.body].flatMap((part) => oddTexts(part)).slice(0, MOST_FAULTS);
  const check = (schema: z.ZodType, value: unknown) => {
    const { data, faults: found } = parse(schema, value, language);
    faults.push(...found);
    return data;
  };
  const input = {
    params: check(operation.params ?? NOTHING, raw.params),
    query: check(operation.query ?? NOTHING, query),
    headers: operation.headers ? check(operation.headers, raw.headers) : {},
    body: check(operation.body ?? NOTHING, raw.body === undefined && (!operation.body || operation.optionalBody) ? {} : raw.body),
  };
  if (faults.length > 0) throw invalid(faults.slice(0, MOST_FAULTS), language);
  const revision = operation.ifMatch ? askedRevision(raw.headers['if-match'] as string | undefined) : null;
  return { ...input, revision } as OperationInput<Id>;
}

function parse(schema: z.ZodType, value: unknown, language: Language): { data: unknown; faults: Fault[] } {
  const known = new Map<string, string[]>();
  const { data, error } = schema.safeParse(value, {
    reportInput: true,
    error: (issue) => {
      if (issue.code === 'unrecognized_keys' && issue.inst instanceof z.ZodObject) known.set(issue.keys.join(), Object.keys(issue.inst.shape));
      return LOCALES[language](issue);
    },
  });
  return { data, faults: (error?.issues ?? []).slice(0, MOST_FAULTS).flatMap((issue) => faultsOf(issue, known)) };
}

/** A parameter given twice becomes an array, which no parameter takes. */
function queryObject(query: URLSearchParams): Record<string, unknown> {
  const names = [...new Set(query.keys())];
  return Object.fromEntries(names.map((name) => [name, query.getAll(name).length > 1 ? query.getAll(name) : query.get(name)]));
}

function faultsOf(issue: z.core.$ZodIssue, known: Map<string, string[]>): Fault[] {
  if (issue.code === 'unrecognized_keys') {
    const fields = known.get(issue.keys.join()) ?? [];
    return issue.keys.slice(0, MOST_FAULTS).map((key) => unknownField(fieldOf([...issue.path, key]), key, fields));
  }
  return [{ field: fieldOf(issue.path), ...wordsOf(issue) }];
}

function unknownField(field: string, key: string, known: string[]): Fault {
  const meant = nearest(key, known);
  return {
    field,
    message: [`Unknown field "${key}".`, `알 수 없는 항목 "${key}"입니다.`],
    remedy: meant !== undefined
      ? [`Did you mean "${meant}"?`, `"${meant}"을(를) 쓰려고 하셨나요?`]
      : [`Leave it out. Known: ${known.join(', ') || 'none'}.`, `삭제하세요. 사용할 수 있는 항목: ${known.join(', ') || '없음'}.`],
  };
}

function invalid(faults: Fault[], language: Language): ApiProblem {
  const [first] = faults;
  const told = faults.map(({ field, message }) => (field ? `${field}: ${inLanguage(message, language)}` : inLanguage(message, language))).join(' ');
  return new ApiProblem({ status: 422, code: 'INVALID', detail: told, field: first?.field ?? null, remedy: first?.remedy, faults });
}

function fieldOf(path: PropertyKey[]): string {
  return path.map((part, at) => (typeof part === 'number' ? `[${part}]` : at === 0 ? String(part) : `.${String(part)}`)).join('') || 'body';
}
