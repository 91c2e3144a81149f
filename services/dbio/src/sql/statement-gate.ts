import type { QueryPurpose } from '@tank/contracts';
import { refuseQuery } from './query-problem.js';
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
    if (!UPDATE_VERBS.includes(verb)) throw refuseQuery(sql, 'NOT_AN_UPDATE', 'The Update Query is not one UPDATE, INSERT or MERGE.', 'Write one UPDATE, INSERT or MERGE statement.', at);
    if (verb === 'update') refuseUpdateOfEverything(sql, tokens);
  } else {
    if (verb !== 'select') throw refuseQuery(sql, 'NOT_A_SELECT', `The ${purpose === 'target' ? 'Target' : 'Mapping'} Query is not one SELECT.`, 'Write one SELECT, or WITH … SELECT.', at);
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
  if (tokens.length === 0) throw refuseQuery(sql, 'EMPTY_QUERY', 'The query is empty.', 'Write a statement.', 0);
  const unclosed = tokens.find(({ kind }) => kind === 'unclosed');
  if (unclosed) throw refuseQuery(sql, 'UNCLOSED', 'A string, a quoted name or a comment that begins here is not closed.', 'Close it.', unclosed.start);
  const next = tokens.find((token) => isSymbol(token, ';'));
  if (next) throw refuseQuery(sql, 'SEVERAL_STATEMENTS', 'There is more than one statement.', 'Keep one statement; only its end may have a semicolon.', next.start);
  const positional = tokens.find(({ kind }) => kind === 'positional');
  if (positional) throw refuseQuery(sql, 'POSITIONAL_BIND', `${positional.text} is not a bind that Tank knows.`, 'Name a column instead, such as :customer_id.', positional.start);
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
    if (isWord(token, 'into')) throw refuseQuery(sql, 'SELECT_INTO', 'SELECT … INTO would make a table.', 'Remove the INTO.', token.start);
    if (isRowLock(tokens, at)) throw refuseQuery(sql, 'ROW_LOCK', 'FOR UPDATE and FOR SHARE would lock the rows.', 'Remove the locking clause.', token.start);
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
    if (changes) throw refuseQuery(sql, 'DATA_CHANGED_WITHIN', 'A subquery changes data.', 'Only the Update Query changes data, in its main statement.', token.start);
  });
}

/** Without a WHERE every customer would be marked by each mail. */
function refuseUpdateOfEverything(sql: string, tokens: Token[]): void {
  let depth = 0;
  const hasWhere = tokens.some((token) => {
    depth += depthChange(token);
    return depth === 0 && isWord(token, 'where');
  });
  if (!hasWhere) throw refuseQuery(sql, 'UPDATE_WITHOUT_WHERE', 'This UPDATE has no WHERE: each mail would change every row.', 'Name the recipient\'s row, such as WHERE customer_id = :customer_id.', tokens[0]!.start);
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
