import { BUSINESS_DATE, fillPlaceholder, findColumn, FormatError, parsePlaceholders, PlaceholderError, type FileRule, type Placeholder, type Row, type Segment } from '@tank/contracts';
import { BadPattern } from './bad-pattern.js';
import { NamePattern, type Part } from './name-pattern.js';
import { refuseHiddenEnds } from './value-ends.js';

/** Where a rule looks for one recipient's file, below the file root. */
export interface PathPattern {
  directories: NamePattern[];
  file: NamePattern;
  /** A column of the row is in it; otherwise every recipient's pattern is the same. */
  namesRecipient: boolean;
  /**
   * What the rule would take for any recipient: `file` with a wildcard for each value. Undefined where no column of the row is
   * in the file's name: then whatever lies in the directory is this recipient's.
   */
  others: NamePattern | undefined;
}

/**
 * Puts a row into a rule's patterns. Values are text: their `*` and `?` match only themselves, and a value that could change
 * the directory is refused. A missing value is refused too, and one that hides where it ends, since the pattern would then
 * match other people's files.
 * @param values the row's columns and the business date.
 * @throws BadPattern saying which pattern or column is wrong.
 */
export function fillPathPattern(rule: Pick<FileRule, 'directory' | 'file'>, values: Row): PathPattern {
  const directory = partsOf(rule.directory, 'directory', values);
  const file = partsOf(rule.file, 'file', values);
  if (file.includes('/')) throw new BadPattern('The file pattern has a path separator: write folders in the directory pattern.');
  const directories = splitPath(directory).filter((name) => name.length > 0 && !isText(name, '.'));
  if (directories.some(climbs) || climbs(file as Part[]) || isText(file as Part[], '.')) {
    throw new BadPattern('The pattern leaves the file root: write it without "..".');
  }
  for (const name of [...directories, file as Part[]]) refuseHiddenEnds(name);
  return {
    directories: directories.map((parts) => new NamePattern(parts)),
    file: new NamePattern(file as Part[]),
    namesRecipient: [...directory, ...file].some(isValue),
    others: file.some(isValue) ? new NamePattern((file as Part[]).flatMap(forAnybody)) : undefined,
  };
}

/**
 * A value of the row as it may stand in a name.
 * @throws BadPattern naming the column.
 */
export function filledValue(placeholder: Placeholder, values: Row): string {
  const { column } = placeholder;
  try {
    const text = fillPlaceholder(placeholder, values);
    if (text !== undefined) return text.normalize('NFC');
  } catch (error) {
    if (error instanceof FormatError) throw new BadPattern(`Column "${column}": ${error.message}`, { cause: error });
    throw error;
  }
  throw new BadPattern(findColumn(values, column) === undefined ? `The row has no column "${column}".` : `The column "${column}" has no value in this row.`);
}

/** @throws BadPattern for a pattern with bad syntax. */
export function parsePattern(text: string): Segment[] {
  try {
    return parsePlaceholders(text);
  } catch (error) {
    if (error instanceof PlaceholderError) throw new BadPattern(error.message, { cause: error });
    throw error;
  }
}

function partsOf(text: string, field: 'directory' | 'file', values: Row): (Part | '/')[] {
  return parsePattern(text).flatMap((segment, at) => ('literal' in segment ? literalParts(segment.literal, field, at === 0) : [valuePart(segment.placeholder, values)]));
}

/** Authors on Windows write `\` for `/`. */
function literalParts(literal: string, field: 'directory' | 'file', isFirst: boolean): (Part | '/')[] {
  const text = literal.replaceAll('\\', '/').normalize('NFC');
  if (text.includes('**')) throw new BadPattern('"**" is not known: "*" stands for any text within one name.');
  if (/\p{Cc}/u.test(text)) throw new BadPattern(`The ${field} pattern has a control character in it.`);
  if (field === 'directory' && isFirst && /^(\/\/|[A-Za-z]:)/.test(text)) {
    throw new BadPattern('The directory is written with a server or a drive: write it as it is below the file root.');
  }
  return text.split(/([*?/])/).filter((piece) => piece !== '').map((piece) => {
    if (piece === '/') return '/';
    return piece === '*' || piece === '?' ? { wildcard: piece } : { text: piece, isValue: false };
  });
}

/**
 * The business date is the author's own text, not something that tells recipients apart: `{{businessDate|date:YYYYMM}}*`
 * means any day of the month, so a digit may follow it.
 */
function valuePart(placeholder: Placeholder, values: Row): Part {
  const text = filledValue(placeholder, values);
  if (/[/\\\p{Cc}\u2028\u2029]/u.test(text) || text === '.' || text === '..') {
    throw new BadPattern(`The value of column "${placeholder.column}" cannot be part of a file name: it has a path separator or a control character in it, or is "." or "..".`);
  }
  const isValue = findColumn(values, placeholder.column) !== BUSINESS_DATE;
  return isValue ? { text, isValue, column: placeholder.column } : { text, isValue };
}

function isValue(part: Part | '/'): boolean {
  return part !== '/' && 'text' in part && part.isValue;
}

/** A value is never empty. */
function forAnybody(part: Part): Part[] {
  return isValue(part) ? [{ wildcard: '?' }, { wildcard: '*' }] : [part];
}

function splitPath(parts: (Part | '/')[]): Part[][] {
  const names: Part[][] = [[]];
  for (const part of parts) {
    if (part === '/') names.push([]);
    else names.at(-1)?.push(part);
  }
  return names;
}

/** A server may leave trailing dots and spaces off a name, and so take `.. ` for `..`. */
function climbs(parts: Part[]): boolean {
  return /^ *\.[. ]*\.[. ]*$/.test(textOf(parts) ?? '');
}

function isText(parts: Part[], text: string): boolean {
  return textOf(parts) === text;
}

/** Undefined where a wildcard is in it. */
function textOf(parts: Part[]): string | undefined {
  return parts.every((part) => 'text' in part) ? parts.map(({ text }) => text).join('') : undefined;
}
