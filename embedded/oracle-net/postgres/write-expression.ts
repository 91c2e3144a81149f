import { OracleError } from '../backend.ts';
import type { DialectName } from '../dialects.ts';
import { isFunctionCall, writeCall } from './write-call.ts';
import { isGroup, isSymbol, isWord, type Node, type Token } from './scan-oracle.ts';
import { writeQuery } from './write-query.ts';
import { postgresName, type WrittenSql } from './written-sql.ts';

export interface Writing {
  out: WrittenSql;
  dialect: DialectName;
  /** A function that PostgreSQL brings along. */
  isOfPostgres: (name: string) => boolean;
}

/** Words that stand for a value. */
const VALUES: Record<string, string> = {
  SYSDATE: 'oracle_net.sysdate()',
  SYSTIMESTAMP: 'statement_timestamp()',
  CURRENT_DATE: 'oracle_net.current_date_time()',
  SESSIONTIMEZONE: 'oracle_net.session_time_zone()',
  DBTIMEZONE: 'oracle_net.db_time_zone()',
  USER: 'oracle_net.session_user_name()',
};
/** What PostgreSQL would understand, and Oracle does not. */
const UNKNOWN_TO_ORACLE: Record<string, [number, string]> = {
  ILIKE: [920, 'invalid relational operator'],
  SIMILAR: [920, 'invalid relational operator'],
  RETURNING: [925, 'missing INTO keyword'],
};
/** Newer than the dialects before 23ai. */
const NEW_IN_23AI: Record<string, [number, string]> = {
  TRUE: [904, '"TRUE": invalid identifier'],
  FALSE: [904, '"FALSE": invalid identifier'],
  EXCEPT: [933, 'SQL command not properly ended'],
};
const NOT_DONE = ['ROWNUM', 'ROWID', 'ORA_ROWSCN', 'LEVEL', 'PRIOR', 'CONNECT_BY_ROOT', 'UID'];
/** Names like any other in Oracle, keywords in PostgreSQL. */
const RESERVED_BY_POSTGRES = [
  'ANALYSE', 'ANALYZE', 'ARRAY', 'ASYMMETRIC', 'COLLATION', 'CONCURRENTLY', 'DEFERRABLE', 'DO', 'FREEZE', 'INITIALLY', 'LIMIT', 'PLACING', 'SYMMETRIC', 'VARIADIC', 'VERBOSE', 'WINDOW',
];
const BEFORE_STRING = [
  'AND', 'OR', 'NOT', 'LIKE', 'BETWEEN', 'IN', 'THEN', 'ELSE', 'WHEN', 'CASE', 'SELECT', 'DISTINCT', 'UNIQUE', 'ALL', 'ESCAPE', 'BY', 'WHERE', 'HAVING', 'ON', 'DATE', 'TIMESTAMP',
  'INTERVAL', 'BOTH', 'LEADING', 'TRAILING', 'FROM',
];

export function notDone(what: string, at: number): OracleError {
  return new OracleError(3001, `unimplemented feature: ${what} (this server stands in for Oracle in tests)`, at);
}

/** A list of nodes: the query that it is, or else an expression, a condition or a list of them. */
export function writeLevel(w: Writing, nodes: Node[]): void {
  if (isWord(nodes[0], 'SELECT', 'WITH')) writeQuery(w, nodes);
  else writeExpression(w, nodes);
}

export function writeExpression(w: Writing, nodes: Node[]): void {
  for (let at = 0; at < nodes.length; ) at = writeNext(w, nodes, at);
}

/** Writes what begins at a node, and gives the place of what comes after it. */
function writeNext(w: Writing, nodes: Node[], at: number): number {
  const node = nodes[at]!;
  if (isGroup(node)) return writeGroup(w, node, at);
  switch (node.kind) {
    case 'bind':
      w.out.putBind(node);
      return at + 1;
    case 'string':
      return writeString(w, nodes, at);
    case 'number':
      return writeNumber(w, nodes, at);
    case 'symbol':
      return writeSymbol(w, node, at);
    default:
      return writeName(w, nodes, at, node);
  }
}

function writeGroup(w: Writing, group: Node & { kind: 'group' }, at: number): number {
  if (group.children.length === 1 && isSymbol(group.children[0], '+')) throw notDone('the outer join (+)', group.start);
  w.out.put('(', group.start);
  writeLevel(w, group.children);
  w.out.put(')', group.end - 1);
  return at + 1;
}

/** An empty string is NULL. */
function writeString(w: Writing, nodes: Node[], at: number): number {
  const { value, start } = nodes[at] as Token;
  const before = nodes[at - 1];
  if (before && before.kind !== 'symbol' && !isWord(before, ...BEFORE_STRING)) throw new OracleError(923, 'FROM keyword not found where expected', start);
  if (value === '') w.out.put('NULL', start);
  else w.out.putString(value, start);
  return at + 1;
}

function writeNumber(w: Writing, nodes: Node[], at: number): number {
  const number = nodes[at] as Token;
  const next = nodes[at + 1];
  if (isWord(next, 'D', 'F') && next.start === number.end) throw notDone('a literal of BINARY_DOUBLE or BINARY_FLOAT', number.start);
  w.out.put(number.text, number.start);
  return at + 1;
}

function writeSymbol(w: Writing, { text, start }: Token, at: number): number {
  if (text === ';') throw ['12.1', '11.2'].includes(w.dialect) ? new OracleError(911, 'invalid character', start) : new OracleError(933, 'SQL command not properly ended', start);
  if (text === ':=' || text === '=>') throw new OracleError(936, 'missing expression', start);
  w.out.put(text === '!=' || text === '^=' ? '<>' : text, start);
  return at + 1;
}

function writeName(w: Writing, nodes: Node[], at: number, name: Token): number {
  const next = nodes[at + 1];
  if (isSymbol(nodes[at - 1], '.')) return writeIdentifier(w, name, at);
  if (isWord(nodes[at + 2], 'NEXTVAL', 'CURRVAL') && isSymbol(next, '.')) return writeSequence(w, nodes, at, name);
  if (name.kind === 'quoted' || isSymbol(next, '.')) return writeIdentifier(w, name, at);
  if (next?.kind === 'string' && ['DATE', 'TIMESTAMP', 'INTERVAL'].includes(name.value)) return writeTypedLiteral(w, nodes, at, name);
  refuse(w, nodes, at, name);
  if (isFunctionCall(nodes, at)) {
    writeCall(w, name, (next as Node & { kind: 'group' }));
    return at + 2;
  }
  if (name.value === 'LIKE') return writeLike(w, nodes, at, name);
  const value = VALUES[name.value];
  if (value === undefined) return writeIdentifier(w, name, at);
  w.out.put(value, name.start);
  return at + 1;
}

function refuse(w: Writing, nodes: Node[], at: number, { value, start }: Token): void {
  const [before, next] = [nodes[at - 1], nodes[at + 1]];
  if (value === 'LIMIT' && (next?.kind === 'number' || next?.kind === 'bind')) throw new OracleError(933, 'SQL command not properly ended', start);
  if (value === 'DISTINCT' && isWord(before, 'IS', 'NOT') && w.dialect !== '23ai') throw new OracleError(908, 'missing NULL keyword', start);
  const unknown = UNKNOWN_TO_ORACLE[value] ?? (w.dialect === '23ai' ? undefined : NEW_IN_23AI[value]);
  if (unknown) throw new OracleError(...unknown, start);
  if (NOT_DONE.includes(value)) throw notDone(value, start);
  if (value === 'AT' && isWord(next, 'TIME', 'LOCAL')) throw notDone('AT TIME ZONE', start);
  if (/^PG_|^INFORMATION_SCHEMA$/.test(value) && !isGroup(next)) throw new OracleError(942, 'table or view does not exist', start);
}

/** A keyword as much as a name: PostgreSQL folds both. */
function writeIdentifier(w: Writing, { kind, text, value, start }: Token, at: number): number {
  if (/^PG_|^INFORMATION_SCHEMA$/.test(value)) throw new OracleError(942, 'table or view does not exist', start);
  const mustBeQuoted = kind === 'quoted' || value.includes('#') || RESERVED_BY_POSTGRES.includes(value);
  w.out.put(mustBeQuoted ? quotedName(value) : text, start);
  return at + 1;
}

/** Of a column: any word may stand there. */
export function writeAlias(w: Writing, { value, start }: Token): void {
  w.out.put(`AS ${quotedName(value)}`, start);
}

function quotedName(value: string): string {
  return `"${postgresName(value).replaceAll('"', '""')}"`;
}

function writeSequence(w: Writing, nodes: Node[], at: number, sequence: Token): number {
  const { value, start } = nodes[at + 2] as Token;
  w.out.put(`${value.toLowerCase()}('${postgresName(sequence.value).replaceAll("'", "''")}')`, start);
  return at + 3;
}

/** DATE '2026-11-25' has a time, midnight. */
function writeTypedLiteral(w: Writing, nodes: Node[], at: number, type: Token): number {
  const { value, start } = nodes[at + 1] as Token;
  if (type.value === 'INTERVAL') return writeInterval(w, nodes, at, type, value);
  const pattern = type.value === 'DATE' ? /^\s*\d{4}-\d{1,2}-\d{1,2}\s*$/ : /^\s*\d{4}-\d{1,2}-\d{1,2} \d{1,2}:\d{1,2}:\d{1,2}(\.\d{1,9})?( ?[+-]\d{1,2}:\d{2}| [A-Z]\w+(\/\w+)*)?\s*$/i;
  const match = pattern.exec(value);
  if (!match) throw new OracleError(1861, 'literal does not match format string', start);
  const zoned = type.value === 'TIMESTAMP' && match[2] !== undefined;
  w.out.put(`${type.value === 'DATE' ? 'oracle_types.odate' : zoned ? 'timestamptz' : 'timestamp'} '${value.trim()}'`, type.start);
  return at + 2;
}

/** INTERVAL '1' DAY means the same to both; without a unit it is PostgreSQL's own. */
function writeInterval(w: Writing, nodes: Node[], at: number, { start }: Token, value: string): number {
  const unit = nodes[at + 2];
  if (!isWord(unit, 'YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND')) throw new OracleError(30089, 'missing or invalid <datetime field>', start);
  w.out.put(`INTERVAL '${value.replaceAll("'", "''")}'`, start);
  return at + 2;
}

/** In Oracle a backslash in a pattern is a backslash, unless ESCAPE says otherwise. */
function writeLike(w: Writing, nodes: Node[], at: number, { start }: Token): number {
  w.out.put('LIKE', start);
  const end = nodes.findIndex((node, index) => index > at && (isWord(node, 'AND', 'OR', 'ESCAPE', 'THEN', 'WHEN', 'ORDER', 'GROUP', 'HAVING', 'FETCH', 'OFFSET', 'FOR', 'CONNECT', 'START') || isSymbol(node, ',')));
  const pattern = nodes.slice(at + 1, end === -1 ? undefined : end);
  for (let index = 0; index < pattern.length; ) index = writeNext(w, pattern, index);
  if (!isWord(nodes[end], 'ESCAPE')) w.out.put(`ESCAPE ''`, start);
  return end === -1 ? nodes.length : end;
}
