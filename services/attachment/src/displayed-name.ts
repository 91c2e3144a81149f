import type { FileRule, Row } from '@tank/contracts';
import { extname } from 'node:path';
import { BadPattern } from './bad-pattern.js';
import { filledValue, parsePattern } from './path-pattern.js';

const MAX_LENGTH = 200;
/** No name on Windows, where most recipients save it; and signs that write `fdp.exe` backwards. */
const NOT_IN_A_NAME = /[/\\:*?"<>|\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * The name the recipient sees. It keeps the file's own extension, so that it opens with the right program.
 * @param fileName as the file system spells it.
 * @throws BadPattern when a column of the pattern has no value.
 */
export function displayedName(pattern: FileRule['displayName'], values: Row, fileName: string): string {
  const extension = extname(fileName);
  const written = pattern === undefined ? fileName : parsePattern(pattern).map((segment) => ('literal' in segment ? segment.literal : filledValue(segment.placeholder, values))).join('');
  const clean = written.normalize('NFC').replace(NOT_IN_A_NAME, '_').replace(/\s+/gu, ' ').replace(/^[. ]+|[. ]+$/g, '');
  const stem = clean.toLowerCase().endsWith(extension.toLowerCase()) ? clean.slice(0, clean.length - extension.length) : clean;
  if (stem === '') throw new BadPattern('The name that the recipient would see is empty.');
  return `${[...stem].slice(0, MAX_LENGTH).join('')}${extension.normalize('NFC').replace(NOT_IN_A_NAME, '_')}`;
}

/** Two files of one mail never have the same name: `명세서.pdf`, `명세서 (2).pdf`. */
export function tellApart<T extends { displayName: string }>(files: T[]): T[] {
  const taken = new Set<string>();
  return files.map((file) => {
    const extension = extname(file.displayName);
    const stem = file.displayName.slice(0, file.displayName.length - extension.length);
    let displayName = file.displayName;
    for (let n = 2; taken.has(displayName.toLowerCase()); n += 1) displayName = `${stem} (${n})${extension}`;
    taken.add(displayName.toLowerCase());
    return { ...file, displayName };
  });
}
