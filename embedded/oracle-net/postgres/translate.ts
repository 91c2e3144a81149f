import { OracleError, type StatementKind } from '../backend.ts';
import type { DialectName } from '../dialects.ts';
import { isGroup, isWord, nest, scanOracle, type Node, type Token } from './scan-oracle.ts';
import { selectNames } from './select-names.ts';
import { readSessionStatement, type SessionStatement } from './session-statement.ts';
import { writeChange } from './write-change.ts';
import { notDone, writeLevel, type Writing } from './write-expression.ts';
import { WrittenSql } from './written-sql.ts';

/*
 * From Oracle's SQL to PostgreSQL's, for what authors of Target, Mapping and Update Queries write; token by token, so that
 * every character of the result is known to come from a place in the original.
 *
 * What is neither understood nor certain to mean the same is refused: with the error of Oracle where Oracle would refuse it,
 * too (LIMIT, ::, now(), AS before a table's alias …), with ORA-03001 where only this server cannot do it: (+), CONNECT BY
 * but for making rows, ROWNUM but for `AND ROWNUM <= n`, analytic KEEP, LISTAGG, GREATEST, AT TIME ZONE, RETURNING INTO,
 * PL/SQL but for a sleep, DDL, formats that are no literals.
 *
 * Where it answers and Oracle would answer otherwise:
 * - a column of text takes part in no implicit conversion (ORA-00932 here, often a number there); binds and literals do;
 * - text sorts and compares by the collation of the database, not by NLS_SORT; names of months and days are English;
 * - a TIMESTAMP WITH TIME ZONE is an instant, shown in the session's time zone, not in the one it was written with;
 * - a fraction of a second has six digits; a string '' that PostgreSQL itself stored is read as NULL but compares as text;
 * - GROUP BY takes the alias of a column, too (ORA-00904 before 23ai).
 */
export interface Translated {
  kind: StatementKind;
  /** Of everything that goes to the database. */
  out: WrittenSql;
  /** Of a query: the names of its columns, `*` where there are any number of them. */
  names: string[];
  /** A query that locks the rows it gives. */
  locksRows: boolean;
  session?: SessionStatement;
}

export interface TranslateOptions {
  dialect: DialectName;
  isOfPostgres: (name: string) => boolean;
}

const DDL = ['CREATE', 'ALTER', 'DROP', 'TRUNCATE', 'GRANT', 'REVOKE', 'RENAME', 'COMMENT', 'PURGE', 'ANALYZE', 'AUDIT', 'NOAUDIT', 'FLASHBACK'];
const CHANGES = ['INSERT', 'UPDATE', 'DELETE', 'MERGE'];

/** @throws OracleError with the offset of what is refused. */
export function translate(sql: string, options: TranslateOptions): Translated {
  const tokens = scanOracle(sql);
  const kind = kindOf(tokens);
  const out = new WrittenSql(tokens);
  const session = readSessionStatement(tokens);
  if (session) return { kind, out, names: [], locksRows: false, session };
  if (kind === 'plsql') throw undeclared(tokens);
  if (kind === 'ddl' || kind === 'other') throw notDone(tokens[0]!.value, tokens[0]!.start);
  const nodes = nest(tokens);
  const w: Writing = { out, ...options };
  if (kind === 'query') writeLevel(w, nodes);
  else writeChange(w, nodes);
  return { kind, out, names: kind === 'query' ? selectNames(nodes) : [], locksRows: locksRows(nodes) };
}

/** By its first word. @throws OracleError ORA-00900 for what begins no statement. */
function kindOf(tokens: Token[]): StatementKind {
  const first = tokens.find(({ text }) => text !== '(');
  const word = first?.kind === 'word' ? first.value : '';
  if (word === 'SELECT' || word === 'WITH') return 'query';
  if (tokens[0] !== first || !first) throw new OracleError(900, 'invalid SQL statement', 0);
  if (CHANGES.includes(word)) return word.toLowerCase() as StatementKind;
  if (['BEGIN', 'DECLARE', 'CALL'].includes(word)) return 'plsql';
  if (word === 'ALTER' && tokens[1]?.value === 'SESSION') return 'other';
  if (DDL.includes(word)) return 'ddl';
  if (['SET', 'COMMIT', 'ROLLBACK', 'SAVEPOINT', 'LOCK', 'EXPLAIN'].includes(word)) return 'other';
  throw new OracleError(900, 'invalid SQL statement', first.start);
}

/** Of all PL/SQL only a block that sleeps is known. */
function undeclared(tokens: Token[]): OracleError {
  const name = tokens.find(({ kind, value }) => kind === 'word' && !['BEGIN', 'DECLARE', 'CALL'].includes(value)) ?? tokens[0]!;
  return new OracleError(6550, `line 1, column ${name.start + 1}:\nPLS-00201: identifier '${name.value}' must be declared`, name.start);
}

function locksRows(nodes: Node[]): boolean {
  return nodes.some((node, at) => (isWord(node, 'FOR') && isWord(nodes[at + 1], 'UPDATE')) || (isGroup(node) && at === 0 && locksRows(node.children)));
}
