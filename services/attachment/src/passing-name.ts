import type { Part } from './name-pattern.js';

/** Hidden files, an editor's locks, copies that are still on their way: there today, gone or renamed in a moment. */
const STARTS = ['.', '~'];
const ENDS = ['~', '.tmp', '.temp', '.part', '.partial', '.filepart', '.crdownload', '.download', '.swp', '.lock'];
const NAMES = ['thumbs.db', 'desktop.ini'];

export function isPassingName(name: string): boolean {
  const lower = name.toLowerCase();
  return STARTS.some((start) => lower.startsWith(start)) || ENDS.some((end) => lower.endsWith(end)) || NAMES.includes(lower);
}

/** The author wrote the dot or the ending into the pattern, so such files are meant; a row's value never asks for them. */
export function namesPassingFiles(name: string, parts: Part[]): boolean {
  const lower = name.toLowerCase();
  const first = writtenByAuthor(parts[0]);
  const last = writtenByAuthor(parts.at(-1));
  if (NAMES.includes(lower)) return parts.length === 1 && first === lower;
  return STARTS.every((start) => !lower.startsWith(start) || first.startsWith(start))
    && ENDS.every((end) => !lower.endsWith(end) || last.endsWith(end));
}

function writtenByAuthor(part: Part | undefined): string {
  return part && 'text' in part && !part.isValue ? part.text.toLowerCase() : '';
}
