import type { Fault } from '../problem.js';

/** Text that no database keeps as it came: a NUL character, or half of a surrogate pair. */
const ODD = /\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/** Far deeper than anything the API takes, and far from what this recursion and those behind it can stand. */
const MOST_LEVELS = 100;

/** A fault for lists and objects that stand in each other too deep to be looked at any further. */
export function tooDeep(value: unknown): Fault[] {
  return isDeeper(value, MOST_LEVELS) ? [TOO_DEEP] : [];
}

const TOO_DEEP: Fault = {
  field: 'body',
  message: [`Lists and objects stand in each other more than ${MOST_LEVELS} levels deep.`, `목록과 객체가 ${MOST_LEVELS}단계 넘게 중첩되어 있습니다.`],
  remedy: ['Send it as /api/openapi.json describes it: nothing there is nearly as deep.', '/api/openapi.json의 설명에 맞게 보내세요. 그만큼 깊은 항목은 없습니다.'],
};

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isDeeper(item, levels - 1));
}

/** A fault for every text, and every name of a field, that holds such a character. It is not {@link tooDeep}. */
export function oddTexts(value: unknown, field = ''): Fault[] {
  if (typeof value === 'string') return ODD.test(value) ? [fault(field)] : [];
  if (Array.isArray(value)) return value.flatMap((item, at) => oddTexts(item, `${field}[${at}]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => [...(ODD.test(name) ? [fault(field)] : []), ...oddTexts(item, field === '' ? name : `${field}.${name}`)]);
}

function fault(field: string): Fault {
  return {
    field: field || 'body',
    message: ['The text holds a NUL character or half of a character.', '텍스트에 NUL 문자나 깨진 문자가 있습니다.'],
    remedy: ['Remove it: it often comes from copying out of another program.', '지우세요. 다른 프로그램에서 복사할 때 섞여 들어오곤 합니다.'],
  };
}
