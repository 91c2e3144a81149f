import { refuseQuery } from './query-problem.js';
import { LINE_ENDS, PLSQL_NOT_ONE_BLOCK, RETURNING_INTO } from './refusals.js';
import { isSymbol, isWord, type Token } from './scan-sql.js';

/** A block or a call of a procedure. */
export function isPlSqlStatement([first]: Token[]): boolean {
  return isWord(first, 'begin', 'declare', 'call');
}

/** Of `WITH FUNCTION f … END; SELECT …` what is behind the functions, with the WITH where a subquery follows; undefined where there are none. */
export function behindPlSqlInWith(tokens: Token[]): Token[] | undefined {
  const [first, second, third] = tokens;
  const isName = third?.kind === 'quoted' || (third?.kind === 'word' && !isWord(third, 'as'));
  if (!isWord(first, 'with') || !isWord(second, 'function', 'procedure') || !isName) return undefined;
  const lastEnd = tokens.findLastIndex((token, at) => isSymbol(token, ';') && endsBlock(tokens, at));
  const rest = lastEnd < 0 ? [] : tokens.slice(lastEnd + 1);
  return isWord(rest[0], 'select') || isSymbol(rest[0], '(') ? rest : [first!, ...rest];
}

/** SQL*Plus runs what is before a line with nothing but a slash: it is left out, as semicolons at the end are. */
export function withoutSlash(sql: string, tokens: Token[]): Token[] {
  let end = tokens.length;
  while (end > 0 && (isSymbol(tokens[end - 1], ';') || isAloneInItsLine(sql, tokens[end - 1]!))) end -= 1;
  const kept = tokens.slice(0, end);
  return isSymbol(tokens[end], ';') ? [...kept, tokens[end]!] : kept;
}

/** A block ends with END, perhaps with its name. */
export function refuseBrokenBlock(sql: string, tokens: Token[]): void {
  if (!endsBlock(tokens, tokens.length)) throw refuseQuery(sql, PLSQL_NOT_ONE_BLOCK, tokens.at(-1)!.start);
}

/** Its value would come back in a bind, which only has one to give. */
export function refuseReturning(sql: string, tokens: Token[]): void {
  const into = tokens.find((token, at) => isWord(token, 'into') && tokens[at + 1]?.kind === 'bind');
  if (into) throw refuseQuery(sql, RETURNING_INTO, into.start);
}

/**
 * A carriage return alone ends a line for some and not for others: what is a comment to one would be a statement to the
 * other. In strings it is a character like any other.
 */
export function refuseLoneReturn(sql: string, tokens: Token[]): void {
  let at = 0;
  for (const { start, end } of [...tokens, { start: sql.length, end: sql.length }]) {
    const lone = /\r(?!\n)/.exec(sql.slice(at, start));
    if (lone) throw refuseQuery(sql, LINE_ENDS, at + lone.index);
    at = end;
  }
}

/** Whether `END` or `END name` stands before a place. */
function endsBlock(tokens: Token[], at: number): boolean {
  const [before, last] = [tokens[at - 2], tokens[at - 1]];
  return isWord(last, 'end') || (isWord(before, 'end') && (last?.kind === 'quoted' || (last?.kind === 'word' && !isWord(last, 'if', 'loop', 'case'))));
}

function isAloneInItsLine(sql: string, token: Token): boolean {
  if (!isSymbol(token, '/')) return false;
  const before = sql.slice(sql.lastIndexOf('\n', token.start - 1) + 1, token.start);
  const [after = ''] = sql.slice(token.end).split('\n', 1);
  return before.trim() === '' && after.trim() === '';
}
