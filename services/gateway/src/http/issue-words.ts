import { inKorean } from '@tank/contracts';
import type { z } from 'zod';
import type { Fault } from '../problem.js';
import type { Words } from '../words.js';

type Issue = z.core.$ZodIssue;

/** What is wrong with a field, and the remedy. @param issue with its input, and its message in the reader's language */
export function wordsOf(issue: Issue): Pick<Fault, 'message' | 'remedy'> {
  if (isMissing(issue)) return { message: ['This field is required.', '필수 항목입니다.'], remedy: remedyOfMissing(issue) };
  return { message: messageOf(issue), remedy: remedyOf(issue) };
}

function isMissing(issue: Issue): boolean {
  return issue.input === undefined && (issue.code === 'invalid_type' || issue.code === 'invalid_value' || issue.code === 'invalid_union');
}

function remedyOfMissing(issue: Issue): Words {
  if (issue.code === 'invalid_value') return [`Give it: one of ${issue.values.join(', ')}.`, `이 항목을 추가하세요. 쓸 수 있는 값: ${issue.values.join(', ')}.`];
  if (issue.code !== 'invalid_type') return ['Give it, as /api/openapi.json describes it.', '/api/openapi.json의 설명에 맞게 이 항목을 추가하세요.'];
  const [english, korean] = typeWords(issue.expected);
  return [`Give it, a value of type ${english}.`, `이 항목을 추가하세요. 형식: ${korean}.`];
}

/** Zod's Korean leaves the names of types in English. */
function messageOf(issue: Issue): Words {
  const korean = inKorean(issue.message) ?? zodInKorean(issue);
  return korean === undefined ? issue.message : [issue.message, korean];
}

function zodInKorean(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type': return `값의 형식이 맞지 않습니다. 필요한 형식: ${typeWords(issue.expected)[1]}.`;
    case 'too_small': return isLength(issue.origin) ? '너무 짧거나 적습니다.' : '값이 너무 작습니다.';
    case 'too_big': return isLength(issue.origin) ? '너무 길거나 많습니다.' : '값이 너무 큽니다.';
    case 'invalid_union': return '값이 허용된 어느 형식에도 맞지 않습니다.';
    default: return undefined;
  }
}

function remedyOf(issue: Issue): Words {
  switch (issue.code) {
    case 'invalid_type': {
      const [english, korean] = typeWords(issue.expected);
      return [`Give a value of type ${english}.`, `다음 형식의 값을 쓰세요: ${korean}.`];
    }
    case 'invalid_value':
      return [`Use one of: ${issue.values.join(', ')}.`, `다음 중 하나를 쓰세요: ${issue.values.join(', ')}.`];
    case 'too_small':
      return remedyOfLimit(issue.origin, 'least', String(issue.minimum), issue.inclusive !== false);
    case 'too_big':
      return remedyOfLimit(issue.origin, 'most', String(issue.maximum), issue.inclusive !== false);
    default:
      return ['Correct it as /api/openapi.json describes it.', '/api/openapi.json의 설명에 맞게 고치세요.'];
  }
}

function remedyOfLimit(origin: string, limit: 'least' | 'most', value: string, isInclusive: boolean): Words {
  if (!isInclusive) return limit === 'least' ? [`Give more than ${value}.`, `${value}보다 큰 값을 쓰세요.`] : [`Give less than ${value}.`, `${value}보다 작은 값을 쓰세요.`];
  const [english, korean] = UNITS[origin] ?? ['', ''];
  return [`The ${limit} is ${value}${english}.`, `${limit === 'least' ? '최소' : '최대'} ${value}${korean}입니다.`];
}

const UNITS: Record<string, readonly [english: string, korean: string]> = { string: [' characters', '자'], array: [' items', '개'], set: [' items', '개'], map: [' items', '개'] };

function isLength(origin: string): boolean {
  return origin in UNITS;
}

function typeWords(type: string): readonly [english: string, korean: string] {
  return TYPES[type] ?? [type, type];
}

const TYPES: Record<string, readonly [english: string, korean: string]> = {
  string: ['string', '문자열'],
  number: ['number', '숫자'],
  int: ['integer', '정수'],
  boolean: ['boolean', 'true 또는 false'],
  object: ['object', '객체'],
  record: ['object', '객체'],
  array: ['array', '배열'],
  null: ['null', 'null'],
  date: ['date', '날짜'],
};
