import { createHash } from 'node:crypto';
import { BUSINESS_DATE, fillPlaceholder, FormatError, parsePlaceholders, PlaceholderError, type AutomationDefinition, type Placeholder, type Row, type Segment } from '@tank/contracts';

/** A file rule whose files belong to one recipient each, and whose pattern the target row alone fills in. */
export interface ClaimedFile {
  name: string;
  directory: string;
  file: string;
  /** Two recipients with one file stop the whole run. */
  stopsRun: boolean;
}

/**
 * The rules by which two rows of a manifest can be seen to point at one file before any mail leaves. Rules that are common
 * to all are none of them, nor those that need a column of the Mapping Query, which is asked just before the send.
 */
export function claimedFiles({ fileRules, mapping }: Pick<AutomationDefinition, 'fileRules' | 'mapping'>): ClaimedFile[] {
  const mapped = new Set((mapping?.columns ?? []).map(({ name }) => name.toLowerCase()));
  return fileRules
    .filter(({ common, directory, file }) => !common && !columnsOf(`${directory}/${file}`).some((column) => mapped.has(column)))
    .map(({ name, directory, file, onMissing }) => ({ name, directory, file, stopsRun: onMissing === 'stop' }));
}

/** One key per rule, the same for two rows that the rule sends to the same file; empty where a row does not fill the pattern. */
export function fileKeysOf(rules: ClaimedFile[], row: Row, businessDate: string): string[] {
  const values = { ...row, [BUSINESS_DATE]: businessDate };
  return rules.map(({ directory, file }) => keyOf(`${directory}/${file}`, values));
}

/** A hash, so that a million long paths take little room and say nothing about anybody. */
function keyOf(pattern: string, values: Row): string {
  const path = fill(pattern, values);
  return path === undefined ? '' : createHash('sha256').update(path.replaceAll('\\', '/').normalize('NFC')).digest('base64url').slice(0, 24);
}

function fill(pattern: string, values: Row): string | undefined {
  let path = '';
  for (const segment of segmentsOf(pattern)) {
    const text = 'literal' in segment ? segment.literal : filled(segment.placeholder, values);
    if (text === undefined) return undefined;
    path += text;
  }
  return path;
}

/** Undefined where the row does not fill it. */
export function filled(placeholder: Placeholder, values: Row): string | undefined {
  try {
    return fillPlaceholder(placeholder, values);
  } catch (error) {
    // The row's own file is INVALID then, which attachment says.
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

function columnsOf(pattern: string): string[] {
  return segmentsOf(pattern).flatMap((segment) => ('placeholder' in segment ? [segment.placeholder.column.toLowerCase()] : []));
}

/** None of a pattern with bad syntax, which attachment refuses. */
export function segmentsOf(pattern: string): Segment[] {
  try {
    return parsePlaceholders(pattern);
  } catch (error) {
    if (error instanceof PlaceholderError) return [];
    throw error;
  }
}
