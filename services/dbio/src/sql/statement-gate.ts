import type { QueryPurpose } from '@tank/contracts';
import { refuseQuery } from './query-problem.js';
import {
  DATA_CHANGED_WITHIN, EMPTY_QUERY, NOT_AN_UPDATE, notASelect, positionalBind, ROW_LOCK, SELECT_INTO, SEVERAL_STATEMENTS, UNCLOSED, UPDATE_WITHOUT_WHERE,
} from './refusals.js';
import { scanSql, type Dialect, type Token } from './scan-sql.js';

/** A query that passed: its text up to, and without, a closing semicolon, and its tokens. */
export interface GatedQuery {
  sql: string;
  tokens: Token[];
}

const UPDATE_VERBS = ['update', 'insert', 'merge'];
const VERBS = ['select', 'delete', ...UPDATE_VERBS];

/**
 * Lets through one SELECT as target or mapping and one UPDATE, INSERT or MERGE as update; everything else never reaches the
 * database, since some databases act on a statement while they parse it. The read-only transaction and the rights of the
 * database user stand behind this.
 * @throws QueryFailed that points at what is not allowed.
 */
export function passGate(purpose: QueryPurpose, sql: string, dialect: Dialect): GatedQuery {
  const gated = withoutClosingSemicolon(sql, scanSql(sql, dialect));
  const { tokens } = gated;
  refuseUnreadable(sql, tokens);
  const [verb, at] = mainVerb(tokens);
  if (purpose === 'update') {
    if (!UPDATE_VERBS.includes(verb)) throw refuseQuery(sql, NOT_AN_UPDATE, at);
    if (verb === 'update') refuseUpdateOfEverything(sql, tokens);
  } else {
    if (verb !== 'select') throw refuseQuery(sql, notASelect(purpose), at);
    refuseSideEffects(sql, tokens);
  }
  refuseChangingSubquery(sql, tokens);
  return gated;
}

function withoutClosingSemicolon(sql: string, tokens: Token[]): GatedQuery {
  let end = tokens.length;
  while (end > 0 && isSymbol(tokens[end - 1], ';')) end -= 1;
  return { sql: end < tokens.length ? sql.slice(0, tokens[end]!.start) : sql, tokens: tokens.slice(0, end) };
}

function refuseUnreadable(sql: string, tokens: Token[]): void {
  if (tokens.length === 0) throw refuseQuery(sql, EMPTY_QUERY, 0);
  const unclosed = tokens.find(({ kind }) => kind === 'unclosed');
  if (unclosed) throw refuseQuery(sql, UNCLOSED, unclosed.start);
  const next = tokens.find((token) => isSymbol(token, ';'));
  if (next) throw refuseQuery(sql, SEVERAL_STATEMENTS, next.start);
  const positional = tokens.find(({ kind }) => kind === 'positional');
  if (positional) throw refuseQuery(sql, positionalBind(positional.text), positional.start);
}

/** The statement's own verb: behind the parentheses of a set operation, or behind the WITH list. */
function mainVerb(tokens: Token[]): [string, number] {
  const first = tokens.find((token) => !isSymbol(token, '('))!;
  if (!isWord(first, 'with')) return [first.kind === 'word' ? first.text.toLowerCase() : '', first.start];
  let depth = 0;
  const start = tokens.indexOf(first);
  for (let at = start + 1; at < tokens.length; at += 1) {
    const token = tokens[at]!;
    depth += depthChange(token);
    if (depth > 0 || token.kind !== 'word' || !VERBS.includes(token.text.toLowerCase())) continue;
    if (!namesSubquery(tokens, at)) return [token.text.toLowerCase(), token.start];
  }
  return ['', first.start];
}

/** `WITH update AS (…)` names a subquery by a verb. */
function namesSubquery(tokens: Token[], at: number): boolean {
  const before = tokens[at - 1];
  return isWord(before, 'with', 'recursive') || isSymbol(before, ',');
}

function refuseSideEffects(sql: string, tokens: Token[]): void {
  tokens.forEach((token, at) => {
    const before = tokens[at - 1];
    if (isSymbol(before, '.') || isWord(before, 'as')) return;
    if (isWord(token, 'into')) throw refuseQuery(sql, SELECT_INTO, token.start);
    if (isRowLock(tokens, at)) throw refuseQuery(sql, ROW_LOCK, token.start);
  });
}

function isRowLock(tokens: Token[], at: number): boolean {
  if (!isWord(tokens[at], 'for')) return false;
  const [next, last] = [tokens[at + 1], tokens[at + 2]];
  return isWord(next, 'update', 'share') || (isWord(next, 'no') && isWord(last, 'key')) || (isWord(next, 'key') && isWord(last, 'share'));
}

/** `(DELETE FROM …)`: a data-changing WITH query, in any kind of statement. */
function refuseChangingSubquery(sql: string, tokens: Token[]): void {
  tokens.forEach((token, at) => {
    if (at === 0 || !isSymbol(tokens[at - 1], '(')) return;
    const next = tokens[at + 1];
    const changes =
      (isWord(token, 'insert', 'merge') && isWord(next, 'into')) ||
      (isWord(token, 'delete') && isWord(next, 'from')) ||
      (isWord(token, 'update') && (next?.kind === 'word' || next?.kind === 'quoted'));
    if (changes) throw refuseQuery(sql, DATA_CHANGED_WITHIN, token.start);
  });
}

/** Without a WHERE every customer would be marked by each mail. */
function refuseUpdateOfEverything(sql: string, tokens: Token[]): void {
  let depth = 0;
  const hasWhere = tokens.some((token) => {
    depth += depthChange(token);
    return depth === 0 && isWord(token, 'where');
  });
  if (!hasWhere) throw refuseQuery(sql, UPDATE_WITHOUT_WHERE, tokens[0]!.start);
}

function depthChange(token: Token): number {
  if (isSymbol(token, '(')) return 1;
  return isSymbol(token, ')') ? -1 : 0;
}

function isSymbol(token: Token | undefined, text: string): boolean {
  return token?.kind === 'symbol' && token.text === text;
}

function isWord(token: Token | undefined, ...words: string[]): boolean {
  return token?.kind === 'word' && words.includes(token.text.toLowerCase());
}
