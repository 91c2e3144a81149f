import { OracleError } from '../backend.ts';
import { isGroup, isName, isSymbol, isWord, splitAtCommas, type Group, type Node, type Token } from './scan-oracle.ts';
import { notDone, writeExpression, writeLevel, type Writing } from './write-expression.ts';
import { refuseAs } from './write-query.ts';

/** Writes INSERT, UPDATE, DELETE or MERGE. */
export function writeChange(w: Writing, nodes: Node[]): void {
  const returning = nodes.find((node) => isWord(node, 'RETURNING', 'RETURN'));
  if (returning && nodes.some((node) => isWord(node, 'INTO') && node.start > returning.start)) throw notDone('RETURNING INTO', returning.start);
  const verb = nodes[0] as Token;
  if (verb.value === 'INSERT') return writeInsert(w, nodes);
  if (verb.value === 'UPDATE') return writeUpdate(w, nodes);
  if (verb.value === 'DELETE') return writeDelete(w, nodes);
  writeMerge(w, nodes);
}

/** The columns in parentheses behind the table are no arguments of a function. */
function writeInsert(w: Writing, nodes: Node[]): void {
  if (!isWord(nodes[1], 'INTO')) throw isWord(nodes[1], 'ALL', 'FIRST') ? notDone('INSERT into several tables', nodes[1].start) : new OracleError(925, 'missing INTO keyword', endOf(nodes, 1));
  const after = nodes.findIndex((node, at) => at > 1 && !isName(node) && !isSymbol(node, '.'));
  const values = nodes.findIndex((node) => isWord(node, 'VALUES', 'SELECT', 'WITH'));
  if (values === -1 && !isGroup(nodes.at(-1))) throw new OracleError(926, 'missing VALUES keyword', endOf(nodes, nodes.length));
  const columns = after > 2 && isGroup(nodes[after]) && (values === -1 || after < values) ? (nodes[after] as Group) : undefined;
  const target = nodes.slice(0, columns ? after : values);
  refuseAs(target.slice(2));
  for (const node of target) writeExpression(w, [node]);
  if (columns) writeExpression(w, [columns]);
  const rest = nodes.slice(columns ? after + 1 : values);
  refuseConflictClause(rest);
  if (isWord(rest[0], 'VALUES') && isSymbol(rest[2], ',') && w.dialect !== '23ai') throw new OracleError(933, 'SQL command not properly ended', rest[2].start);
  writeLevel(w, rest);
}

function refuseConflictClause(nodes: Node[]): void {
  const on = nodes.find((node, at) => isWord(node, 'ON') && isWord(nodes[at + 1], 'CONFLICT'));
  if (on) throw new OracleError(933, 'SQL command not properly ended', on.start);
}

function writeUpdate(w: Writing, nodes: Node[]): void {
  const set = nodes.findIndex((node) => isWord(node, 'SET'));
  if (set === -1) throw new OracleError(971, 'missing SET keyword', endOf(nodes, nodes.length));
  const where = nodes.findIndex((node, at) => at > set && isWord(node, 'WHERE', 'FROM'));
  if (isWord(nodes[where], 'FROM') && w.dialect !== '23ai') throw new OracleError(933, 'SQL command not properly ended', nodes[where].start);
  const target = nodes.slice(1, set);
  refuseAs(target);
  writeExpression(w, nodes.slice(0, set + 1));
  writeAssignments(w, nodes.slice(set + 1, where === -1 ? undefined : where), namesOf(target));
  if (where !== -1) writeExpression(w, nodes.slice(where));
}

function writeDelete(w: Writing, nodes: Node[]): void {
  const target = nodes.slice(isWord(nodes[1], 'FROM') ? 2 : 1);
  const using = target.find((node) => isWord(node, 'USING'));
  if (using) throw new OracleError(933, 'SQL command not properly ended', using.start);
  const where = target.findIndex((node) => isWord(node, 'WHERE'));
  refuseAs(where === -1 ? target : target.slice(0, where));
  w.out.put('DELETE FROM', nodes[0]!.start);
  writeExpression(w, target);
}

/** Clauses: MERGE INTO t USING s ON (…) WHEN [NOT] MATCHED THEN … */
function writeMerge(w: Writing, nodes: Node[]): void {
  const using = nodes.findIndex((node) => isWord(node, 'USING'));
  if (!isWord(nodes[1], 'INTO')) throw new OracleError(925, 'missing INTO keyword', endOf(nodes, 1));
  if (using === -1) throw new OracleError(905, 'missing keyword', endOf(nodes, nodes.length));
  const branches = nodes.flatMap((node, at) => (at > using && isWord(node, 'WHEN') && isWord(nodes[at + 1], 'MATCHED', 'NOT') ? [at] : []));
  refuseAs(nodes.slice(2, using));
  const on = nodes.findIndex((node, at) => at > using && isWord(node, 'ON'));
  refuseAs(nodes.slice(using + 1, on === -1 ? undefined : on));
  writeExpression(w, nodes.slice(0, branches[0]));
  const names = namesOf(nodes.slice(2, using));
  branches.forEach((start, index) => writeBranch(w, nodes.slice(start, branches[index + 1]), names));
}

/** Oracle's WHERE of a branch is PostgreSQL's condition of its WHEN. */
function writeBranch(w: Writing, nodes: Node[], names: string[]): void {
  const then = nodes.findIndex((node) => isWord(node, 'THEN'));
  if (then === -1) throw new OracleError(905, 'missing keyword', endOf(nodes, nodes.length));
  const where = nodes.findIndex((node) => isWord(node, 'WHERE'));
  const remove = nodes.find((node) => isWord(node, 'DELETE', 'LOG'));
  if (remove) throw notDone(`${(remove as Token).value} in a MERGE`, remove.start);
  writeExpression(w, nodes.slice(0, then));
  if (where !== -1) {
    w.out.put('AND (', nodes[where]!.start);
    writeExpression(w, nodes.slice(where + 1));
    w.out.put(')', nodes[where]!.start);
  }
  writeAction(w, nodes.slice(then, where === -1 ? undefined : where), names);
}

function writeAction(w: Writing, nodes: Node[], names: string[]): void {
  const [then, verb, ...rest] = nodes;
  if (isWord(verb, 'UPDATE') && isWord(rest[0], 'SET')) {
    writeExpression(w, [then!, verb, rest[0]]);
    return writeAssignments(w, rest.slice(1), names);
  }
  if (!isWord(verb, 'INSERT')) throw new OracleError(905, 'missing keyword', endOf(nodes, 1));
  writeExpression(w, [then!, verb]);
  const [columns, ...values] = rest;
  if (!isGroup(columns)) return writeExpression(w, rest);
  const plain = splitAtCommas(columns.children).map((column) => withoutQualifier(column, names));
  writeExpression(w, [{ ...columns, children: plain.flatMap((column, at) => (at === 0 ? column : [comma(column), ...column])) }]);
  writeExpression(w, values);
}

/** `SET t.a = 1, t.b = 2`: PostgreSQL takes the t for a column. */
function writeAssignments(w: Writing, nodes: Node[], names: string[]): void {
  splitAtCommas(nodes).forEach((assignment, at) => {
    if (at > 0) w.out.put(',', assignment[0]?.start ?? 0);
    writeExpression(w, withoutQualifier(assignment, names));
  });
}

function withoutQualifier(nodes: Node[], names: string[]): Node[] {
  const [table, dot] = nodes;
  return isName(table) && names.includes(table.value) && isSymbol(dot, '.') ? nodes.slice(2) : nodes;
}

/** By which a table may be called: its alias and its own name. */
function namesOf(target: Node[]): string[] {
  return target.filter(isName).map(({ value }) => value);
}

function comma([first]: Node[]): Node {
  const at = first?.start ?? 0;
  return { kind: 'symbol', text: ',', value: ',', start: at, end: at };
}

function endOf(nodes: Node[], count: number): number {
  return nodes[count]?.start ?? nodes.at(-1)!.end;
}
