export const VOID_TAGS: ReadonlySet<string> = new Set(['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'param', 'source', 'track', 'wbr']);

const XHTML = 'http://www.w3.org/TR/xhtml1/DTD';
/** Those that mail still uses. */
export const DOCTYPES: Record<string, string> = {
  html: '<!DOCTYPE html>',
  transitional: `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "${XHTML}/xhtml1-transitional.dtd">`,
  strict: `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "${XHTML}/xhtml1-strict.dtd">`,
};

const FROM_FILES = 'A template stands alone, no other file is read: write everything in it.';
const REFUSED: Record<string, string> = {
  While: '"while" is not taken, it might never end: write "each line in [1, 2, 3]" or "if".',
  InterpolatedTag: 'A tag has a fixed name: write it out.',
  Filter: 'Filters (":markdown" and the like) run code and are not taken: write HTML or pug.',
  IncludeFilter: 'Filters (":markdown" and the like) run code and are not taken: write HTML or pug.',
  Include: FROM_FILES,
  RawInclude: FROM_FILES,
  Extends: FROM_FILES,
  NamedBlock: FROM_FILES,
  FileReference: FROM_FILES,
  YieldBlock: FROM_FILES,
};

export function refusalOfNode(type: string): string {
  return REFUSED[type] ?? `${type} is not taken in a mail template.`;
}
