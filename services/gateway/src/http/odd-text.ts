import type { Fault } from '../problem.js';

/** Text that no database keeps as it came: a NUL character, or half of a surrogate pair. */
const ODD = /\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/** A fault for every text, and every name of a field, that holds such a character. */
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
