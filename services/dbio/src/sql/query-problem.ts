import type { KoreanProblem, QueryError } from '@tank/contracts';
import type { Sentence } from '../problem.js';
import { QueryFailed } from '../source.js';

/** Line and column, both from 1, of a position that counts from 0. */
export function lineAndColumn(text: string, position: number): { line: number; column: number } {
  const before = text.slice(0, position);
  const lines = before.split(/\r\n|\r|\n/);
  return { line: lines.length, column: lines.at(-1)!.length + 1 };
}

/** Databases count characters, JavaScript's strings UTF-16 units; both from 0 here. */
export function unitOfCharacter(text: string, character: number): number {
  let unit = 0;
  for (let seen = 0; seen < character && unit < text.length; seen += 1) unit += text.codePointAt(unit)! > 0xffff ? 2 : 1;
  return unit;
}

interface About {
  code: string;
  /** Where a database speaks, its own words, which are the same in both languages. */
  message: Sentence | string;
  cause?: Sentence | null;
  remedy?: Sentence | string | null;
  position?: number | null;
}

/** A complete QueryError about the author's text; `position` counts from 0, null when there is no place to point at. */
export function queryError(sql: string, { code, message, cause = null, remedy = null, position = null }: About): QueryError {
  const place = position === null ? { line: null, column: null } : lineAndColumn(sql, position);
  const [english, korean] = ([0, 1] as const).map((language) => ({
    message: spoken(message, language), cause: cause && spoken(cause, language), remedy: remedy && spoken(remedy, language),
  })) as [KoreanProblem, KoreanProblem];
  return { code, ...english, ko: korean, position, ...place };
}

/** What Tank refuses about a query, before the database sees it. Its words quote names of the query, never values. */
export interface QueryRefusal {
  code: string;
  message: Sentence;
  remedy: Sentence;
}

export function refuseQuery(sql: string, refusal: QueryRefusal, position: number | null = null): QueryFailed {
  const [english, korean] = refusal.message;
  return new QueryFailed(queryError(sql, { ...refusal, position }), 'query', english, undefined, korean);
}

function spoken(words: Sentence | string, language: 0 | 1): string {
  return typeof words === 'string' ? words : words[language];
}
