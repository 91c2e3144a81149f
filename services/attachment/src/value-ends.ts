import { BadPattern } from './bad-pattern.js';
import type { Part } from './name-pattern.js';

type Text = Extract<Part, { text: string }>;

/**
 * Refuses a row whose value cannot be told from what follows: with `{{id}}_*.pdf`, nobody knows whether `1_2_x.pdf` is the
 * file of 1_2 or of 1. Only text between a value and a wildcard matters; right beside one, the value's own guard stands.
 * @throws BadPattern naming the column.
 */
export function refuseHiddenEnds(parts: Part[]): void {
  parts.forEach((part, at) => {
    if (!isText(part) || !part.isValue) return;
    const after = textUntilWildcard(parts.slice(at + 1));
    const before = textUntilWildcard(parts.slice(0, at).reverse(), 'backward');
    // Looked for with the separator itself: `1_` hides its end from `__`, too.
    if (after && `${part.text}${after}`.indexOf(after) < part.text.length) throw hiddenEnd(part, after, 'ends');
    if (before && `${before}${part.text}`.lastIndexOf(before) > 0) throw hiddenEnd(part, before, 'begins');
  });
}

/** Undefined where another value comes first, or the name's end. */
function textUntilWildcard(parts: Part[], direction: 'forward' | 'backward' = 'forward'): string | undefined {
  const end = parts.findIndex((part) => !isText(part) || part.isValue);
  if (end < 0 || !('wildcard' in parts[end]!)) return undefined;
  const texts = parts.slice(0, end).filter(isText).map(({ text }) => text);
  return (direction === 'forward' ? texts : texts.reverse()).join('').normalize('NFC');
}

function hiddenEnd({ column }: Text, separator: string, where: 'ends' | 'begins'): BadPattern {
  return new BadPattern(`The value of column "${column}" has the text "${separator}" in it, which separates it from a wildcard in the pattern: nobody can tell where the value ${where}. Write a separator between them that no value contains, or no wildcard.`);
}

function isText(part: Part): part is Text {
  return 'text' in part;
}
