import type { QueryError } from '@tank/contracts';
import { QueryFailed } from '../source.js';

/** Line and column, both from 1, of a position that counts from 0. */
export function lineAndColumn(text: string, position: number): { line: number; column: number } {
  const before = text.slice(0, position);
  const lines = before.split(/\r\n|\r|\n/);
  return { line: lines.length, column: lines.at(-1)!.length + 1 };
}

/** A complete QueryError about the author's text; `position` counts from 0, null when there is no place to point at. */
export function queryError(sql: string, about: { code: string; message: string; remedy?: string | null; position?: number | null }): QueryError {
  const position = about.position ?? null;
  const place = position === null ? { line: null, column: null } : lineAndColumn(sql, position);
  return { code: about.code, message: about.message, remedy: about.remedy ?? null, position, ...place };
}

/** What Tank itself refuses about a query, before the database sees it. Its words quote names of the query, never values. */
export function refuseQuery(sql: string, code: string, message: string, remedy: string, position: number | null = null): QueryFailed {
  return new QueryFailed(queryError(sql, { code, message, remedy, position }), 'query', message);
}
