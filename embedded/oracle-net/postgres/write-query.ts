import { OracleError } from '../backend.ts';
import { takeRowLimit, type RowLimit } from './row-limit.ts';
import { isGroup, isName, isSymbol, isWord, splitAtCommas, type Node, type Token } from './scan-oracle.ts';
import { readSelectItem } from './select-item.ts';
import { notDone, writeAlias, writeExpression, type Writing } from './write-expression.ts';

/** A clause of one SELECT: its keyword, and what follows it. */
export interface Clause {
  word: string;
  start: number;
  /** Keyword included. */
  keyword: Node[];
  nodes: Node[];
}

const SET_OPERATORS = ['UNION', 'INTERSECT', 'MINUS', 'EXCEPT'];
/** What begins a clause, and the word that must follow where the first one could be a name. */
const CLAUSES: [first: string, next?: string[]][] = [
  ['SELECT'], ['FROM'], ['WHERE'], ['HAVING'], ['GROUP', ['BY']], ['ORDER', ['BY', 'SIBLINGS']], ['CONNECT', ['BY']], ['START', ['WITH']], ['FETCH', ['FIRST', 'NEXT']], ['FOR', ['UPDATE']],
];
const AGGREGATES = ['COUNT', 'SUM', 'AVG', 'MIN', 'MAX', 'STDDEV', 'VARIANCE'];

/** A SELECT with whatever belongs to it: WITH before, set operations between, ORDER BY and row limits behind. */
export function writeQuery(w: Writing, nodes: Node[]): void {
  const parts = splitAtSetOperators(writeWith(w, nodes));
  refuseMixedPrecedence(parts);
  for (const { operator, nodes: part } of parts) {
    for (const word of operator) w.out.put(word.value === 'MINUS' ? 'EXCEPT' : word.value, word.start);
    if (isGroup(part[0])) writeExpression(w, part);
    else writeSelect(w, part, parts.length > 1);
  }
}

/** The SELECT whose columns are those of the whole query. */
export function firstSelect(nodes: Node[]): Clause[] {
  const [first] = splitAtSetOperators(nodes.slice(startOfMain(nodes)));
  const inside = first!.nodes[0];
  return isGroup(inside) ? firstSelect(inside.children) : clausesOf(first!.nodes);
}

/** Writes `WITH name (columns) AS (query), …` and gives what comes behind it. */
function writeWith(w: Writing, nodes: Node[]): Node[] {
  const main = startOfMain(nodes);
  for (const node of nodes.slice(0, main)) writeExpression(w, [node]);
  return nodes.slice(main);
}

function startOfMain(nodes: Node[]): number {
  if (!isWord(nodes[0], 'WITH')) return 0;
  const main = nodes.findIndex((node, at) => at > 0 && (isWord(node, 'SELECT') || (isGroup(node) && isGroup(nodes[at - 1]))));
  if (main === -1) throw new OracleError(928, 'missing SELECT keyword', nodes.at(-1)!.end);
  return main;
}

function splitAtSetOperators(nodes: Node[]): { operator: Token[]; nodes: Node[] }[] {
  const parts: { operator: Token[]; nodes: Node[] }[] = [{ operator: [], nodes: [] }];
  nodes.forEach((node, at) => {
    if (isWord(node, ...SET_OPERATORS) && !isSymbol(nodes[at - 1], '.')) parts.push({ operator: [node], nodes: [] });
    else if (isWord(node, 'ALL') && parts.length > 1 && parts.at(-1)!.nodes.length === 0) parts.at(-1)!.operator.push(node);
    else parts.at(-1)!.nodes.push(node);
  });
  return parts;
}

/** Oracle takes all set operators from left to right, PostgreSQL takes INTERSECT first. */
function refuseMixedPrecedence(parts: { operator: Token[] }[]): void {
  const words = parts.slice(1).map(({ operator }) => operator[0]!);
  const intersect = words.find(({ value }) => value === 'INTERSECT');
  if (intersect && words.some(({ value }) => value !== 'INTERSECT')) throw notDone('INTERSECT beside other set operators', intersect.start);
}

export function clausesOf(nodes: Node[]): Clause[] {
  const clauses: Clause[] = [];
  nodes.forEach((node, at) => {
    if (beginsClause(nodes, at)) clauses.push({ word: (node as Token).value, start: node.start, keyword: [node], nodes: [] });
    else if (clauses.length === 0) throw new OracleError(900, 'invalid SQL statement', node.start);
    else clauses.at(-1)!.nodes.push(node);
  });
  return clauses;
}

function beginsClause(nodes: Node[], at: number): boolean {
  const node = nodes[at]!;
  if (node.kind !== 'word' || isSymbol(nodes[at - 1], '.')) return false;
  if (node.value === 'OFFSET') return isWord(nodes[at + 2], 'ROW', 'ROWS');
  return CLAUSES.some(([first, next]) => node.value === first && (!next || isWord(nodes[at + 1], ...next)));
}

function writeSelect(w: Writing, nodes: Node[], isPart: boolean): void {
  const clauses = clausesOf(nodes);
  const find = (word: string) => clauses.find((clause) => clause.word === word);
  const end = nodes.at(-1)?.end ?? 0;
  const from = find('FROM');
  if (clauses[0]?.word !== 'SELECT') throw new OracleError(928, 'missing SELECT keyword', clauses[0]?.start ?? end);
  if (clauses[0].nodes.length === 0) throw new OracleError(936, 'missing expression', from?.start ?? end);
  if (!from && (w.dialect !== '23ai' || behindStar(clauses[0].nodes))) throw new OracleError(923, 'FROM keyword not found where expected', behindStar(clauses[0].nodes)?.start ?? end);
  const limit = takeRowLimit(find('WHERE'));
  if (limit) refuseLateLimit(clauses, limit);
  if (limit && isPart) w.out.put('(', nodes[0]!.start);
  for (const clause of clauses) writeClause(w, clause, clauses, limit);
  if (limit) writeLimit(w, limit);
  if (limit && isPart) w.out.put(')', end);
}

/** `SELECT * FRM customer`: a star has no alias, so that FROM was due there. */
function behindStar(list: Node[]): Node | undefined {
  const star = list.findIndex((node, at) => isSymbol(node, '*') && (at === 0 || isSymbol(list[at - 1], ',') || isSymbol(list[at - 1], '.')));
  const next = star < 0 ? undefined : list[star + 1];
  return isSymbol(next, ',') ? undefined : next;
}

/** ROWNUM counts before rows are grouped and sorted, LIMIT afterwards. */
function refuseLateLimit(clauses: Clause[], { at }: RowLimit): void {
  const sorts = clauses.some(({ word }) => ['GROUP', 'ORDER', 'HAVING', 'FETCH', 'OFFSET'].includes(word));
  const list = clauses[0]!.nodes;
  const gathers = isWord(list[0], 'DISTINCT', 'UNIQUE') || list.some((node, index) => isWord(node, ...AGGREGATES) && isGroup(list[index + 1]));
  if (sorts || gathers) throw notDone('ROWNUM where rows are grouped or sorted in the same SELECT', at);
}

function writeLimit(w: Writing, { nodes, isExclusive, at }: RowLimit): void {
  w.out.put('LIMIT greatest(0, (', at);
  writeExpression(w, nodes);
  w.out.put(isExclusive ? ') - 1)' : '))', at);
}

function writeClause(w: Writing, clause: Clause, clauses: Clause[], limit: RowLimit | undefined): void {
  const { word, start, nodes } = clause;
  if (word === 'CONNECT' || word === 'START') {
    if (!levelsOf(clauses)) throw notDone('CONNECT BY', start);
    return;
  }
  if (word === 'WHERE' && limit && limit.rest.length === 0) return;
  if (word === 'FOR' && nodes.some((node) => isWord(node, 'OF', 'WAIT'))) throw notDone('FOR UPDATE OF and WAIT', start);
  const place = word === 'GROUP' ? nodes.find((node, at) => node.kind === 'number' && (isWord(nodes[at - 1], 'BY') || isSymbol(nodes[at - 1], ','))) : undefined;
  if (place && w.dialect !== '23ai') throw new OracleError(979, 'not a GROUP BY expression', place.start);
  w.out.put(word, start);
  if (word === 'SELECT') return writeSelectList(w, nodes, levelsOf(clauses) !== undefined);
  if (word === 'FROM') return writeFrom(w, nodes, levelsOf(clauses), start);
  writeExpression(w, word === 'WHERE' && limit ? limit.rest : nodes);
}

function writeSelectList(w: Writing, nodes: Node[], hasLevel: boolean): void {
  const [first, second] = nodes;
  if (isWord(first, 'DISTINCT') && isWord(second, 'ON') && isGroup(nodes[2])) throw new OracleError(936, 'missing expression', second.start);
  const isQualified = isWord(first, 'DISTINCT', 'UNIQUE', 'ALL');
  if (isQualified) w.out.put(first.value === 'UNIQUE' ? 'DISTINCT' : first.value, first.start);
  const items = splitAtCommas(isQualified ? nodes.slice(1) : nodes);
  items.forEach((item, at) => writeSelectItem(w, hasLevel ? item.map(asLevelColumn) : item, at, items));
}

function writeSelectItem(w: Writing, nodes: Node[], at: number, items: Node[][]): void {
  const { expression, alias, isStar } = readSelectItem(nodes);
  const start = nodes[0]?.start ?? items[at - 1]?.at(-1)?.end ?? 0;
  // A * without a table before it stands alone in Oracle.
  if (isStar && nodes.length === 1 && items.length > 1) throw at === 0 ? new OracleError(923, 'FROM keyword not found where expected', nodes[0]!.end) : new OracleError(936, 'missing expression', start);
  if (at > 0) w.out.put(',', start);
  writeExpression(w, expression);
  if (alias) writeAlias(w, alias);
}

/** LEVEL and ROWNUM count the rows that CONNECT BY LEVEL makes. */
function asLevelColumn(node: Node): Node {
  if (isGroup(node)) return { ...node, children: node.children.map(asLevelColumn) };
  return isWord(node, 'LEVEL', 'ROWNUM') ? { ...node, kind: 'quoted', value: 'LEVEL' } : node;
}

/** `FROM dual CONNECT BY LEVEL <= n`, the usual way to make n rows: what n is. */
function levelsOf(clauses: Clause[]): Node[] | undefined {
  const connect = clauses.find(({ word }) => word === 'CONNECT')?.nodes;
  const from = clauses.find(({ word }) => word === 'FROM')?.nodes;
  const isRows = isWord(connect?.[0], 'BY') && isWord(connect[1], 'LEVEL', 'ROWNUM') && isSymbol(connect[2], '<=') && connect.length === 4;
  return isRows && from?.length === 1 && isWord(from[0], 'DUAL') ? connect.slice(3) : undefined;
}

function writeFrom(w: Writing, nodes: Node[], levels: Node[] | undefined, start: number): void {
  if (levels) {
    w.out.put('generate_series(1, (', start);
    writeExpression(w, levels);
    return w.out.put(')::integer) AS dual(level)', start);
  }
  refuseAs(nodes);
  writeExpression(w, nodes);
}

/** Oracle knows no AS before the alias of a table. */
export function refuseAs(nodes: Node[]): void {
  const as = nodes.find((node, at) => isWord(node, 'AS') && (isName(nodes[at - 1]) || isGroup(nodes[at - 1])) && isName(nodes[at + 1]) && !isWord(nodes[at + 1], 'OF'));
  if (as) throw new OracleError(933, 'SQL command not properly ended', as.start);
  if (nodes.length === 0) throw new OracleError(903, 'invalid table name', 0);
}
