import type { InBoth } from '@tank/contracts';

export const VOID_TAGS: ReadonlySet<string> = new Set(['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'param', 'source', 'track', 'wbr']);

const XHTML = 'http://www.w3.org/TR/xhtml1/DTD';
/** Those that mail still uses. */
export const DOCTYPES: Record<string, string> = {
  html: '<!DOCTYPE html>',
  transitional: `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "${XHTML}/xhtml1-transitional.dtd">`,
  strict: `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "${XHTML}/xhtml1-strict.dtd">`,
};

const FROM_FILES: InBoth = ['A template stands alone, no other file is read: write everything in it.', '템플릿은 다른 파일을 읽지 않습니다. 필요한 내용을 모두 템플릿 안에 쓰세요.'];
const FILTER: InBoth = [
  'Filters (":markdown" and the like) run code and are not taken: write HTML or pug.', '필터(":markdown" 등)는 코드를 실행하므로 쓸 수 없습니다. HTML이나 pug로 쓰세요.',
];
const REFUSED: Record<string, InBoth> = {
  While: [
    '"while" is not taken, it might never end: write "each line in [1, 2, 3]" or "if".', '"while"은 끝나지 않을 수 있어 쓸 수 없습니다. "each line in [1, 2, 3]"이나 "if"를 쓰세요.',
  ],
  InterpolatedTag: ['A tag has a fixed name: write it out.', '태그 이름은 고정되어야 합니다. 이름을 그대로 쓰세요.'],
  Filter: FILTER,
  IncludeFilter: FILTER,
  Include: FROM_FILES,
  RawInclude: FROM_FILES,
  Extends: FROM_FILES,
  NamedBlock: FROM_FILES,
  FileReference: FROM_FILES,
  YieldBlock: FROM_FILES,
};

export function refusalOfNode(type: string): InBoth {
  return REFUSED[type] ?? [`${type} is not taken in a mail template.`, `${type}은(는) 메일 템플릿에서 쓸 수 없습니다.`];
}
