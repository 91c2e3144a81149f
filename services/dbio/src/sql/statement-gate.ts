import type { QueryPurpose } from '@tank/contracts';
import { behindPlSqlInWith, isPlSqlStatement, refuseBrokenBlock, refuseLoneReturn, refuseReturning, withoutSlash } from './oracle-statements.js';
import { refuseQuery } from './query-problem.js';
import {
  DATA_CHANGED_WITHIN, EMPTY_QUERY, NOT_AN_UPDATE, notASelect, PLSQL_NOT_ALLOWED, positionalBind, ROW_LOCK, SELECT_INTO, SEVERAL_STATEMENTS, UNCLOSED, UPDATE_WITHOUT_WHERE,
} from './refusals.js';
import { depthChange, isSymbol, isWord, scanSql, type Dialect, type Token } from './scan-sql.js';

/** A query that passed: its text as the database gets it but for its binds, up to its end, and its tokens. */
export interface GatedQuery {
  /** Without a closing semicolon; a PL/SQL block has the one that belongs to it. */
  sql: string;
  tokens: Token[];
  /** A block or a CALL, in which a name is one bind wherever it stands. */
  isPlSql: boolean;
}

export interface Allowed {
  /** By an administrator, on the connection: a PL/SQL block or CALL as Update Query, and functions within WITH. */
  allowPlSql?: boolean;
}

const UPDATE_VERBS = ['update', 'insert', 'merge'];
const VERBS = ['select', 'delete', ...UPDATE_VERBS];

/**
 * Lets through one SELECT as target or mapping and one UPDATE, INSERT or MERGE as update, or PL/SQL where it is allowed;
 * everything else never reaches the database, since some databases act on a statement while they parse it. The read-only
 * transaction and the rights of the database user stand behind this.
 * @throws QueryFailed that points at what is not allowed.
 */
export function passGate(purpose: QueryPurpose, sql: string, dialect: Dialect, { allowPlSql = false }: Allowed = {}): GatedQuery {
  const tokens = dialect === 'oracle' ? withoutSlash(sql, scanSql(sql, dialect)) : scanSql(sql, dialect);
  refuseUnreadable(sql, tokens);
  if (dialect === 'oracle') refuseLoneReturn(sql, tokens);
  if (dialect === 'oracle' && isPlSqlStatement(tokens)) return passPlSql(purpose, sql, tokens, allowPlSql);
  const gated = withoutClosingSemicolon(sql, tokens);
  const withoutFunctions = dialect === 'oracle' ? behindPlSqlInWith(gated.tokens) : undefined;
  if (withoutFunctions && !allowPlSql) throw refuseQuery(sql, PLSQL_NOT_ALLOWED, tokens[1]!.start);
  passSql(purpose, sql, withoutFunctions ?? gated.tokens, dialect);
  return gated;
}

function passSql(purpose: QueryPurpose, sql: string, tokens: Token[], dialect: Dialect): void {
  const next = tokens.find((token) => isSymbol(token, ';'));
  if (next) throw refuseQuery(sql, SEVERAL_STATEMENTS, next.start);
  const [verb, at] = mainVerb(tokens);
  if (purpose === 'update') {
    if (!UPDATE_VERBS.includes(verb)) throw refuseQuery(sql, NOT_AN_UPDATE, at);
    if (verb === 'update') refuseUpdateOfEverything(sql, tokens);
    if (dialect === 'oracle') refuseReturning(sql, tokens);
  } else {
    if (verb !== 'select') throw refuseQuery(sql, notASelect(purpose), at);
    refuseSideEffects(sql, tokens);
  }
  refuseChangingSubquery(sql, tokens);
}

/** Its inner semicolons are its own; a block keeps its last one, which CALL must not have. */
function passPlSql(purpose: QueryPurpose, sql: string, tokens: Token[], allowPlSql: boolean): GatedQuery {
  const [first] = tokens as [Token, ...Token[]];
  if (purpose !== 'update') throw refuseQuery(sql, notASelect(purpose), first.start);
  if (!allowPlSql) throw refuseQuery(sql, PLSQL_NOT_ALLOWED, first.start);
  const gated = withoutClosingSemicolon(sql, tokens);
  if (isWord(first, 'call')) {
    const inner = gated.tokens.find((token) => isSymbol(token, ';'));
    if (inner) throw refuseQuery(sql, SEVERAL_STATEMENTS, inner.start);
    return { ...gated, isPlSql: true };
  }
  refuseBrokenBlock(sql, gated.tokens);
  return { ...gated, sql: `${sql.slice(0, gated.tokens.at(-1)!.end)};`, isPlSql: true };
}

function withoutClosingSemicolon(sql: string, tokens: Token[]): GatedQuery {
  const end = tokens.findLastIndex((token) => !isSymbol(token, ';')) + 1;
  // What is behind the last token is a comment, or was cut: neither needs to travel.
  return { sql: sql.slice(0, tokens[end - 1]!.end), tokens: tokens.slice(0, end), isPlSql: false };
}

function refuseUnreadable(sql: string, tokens: Token[]): void {
  if (tokens.every((token) => isSymbol(token, ';'))) throw refuseQuery(sql, EMPTY_QUERY, 0);
  const unclosed = tokens.find(({ kind }) => kind === 'unclosed');
  if (unclosed) throw refuseQuery(sql, UNCLOSED, unclosed.start);
  const positional = tokens.find(({ kind }) => kind === 'positional');
  if (positional) throw refuseQuery(sql, positionalBind(positional.text), positional.start);
}

/** The statement's own verb: behind the parentheses of a set operation, or behind the WITH list. */
function mainVerb(tokens: Token[]): [string, number] {
  const first = tokens.find((token) => !isSymbol(token, '('));
  if (!first) return ['', 0];
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
