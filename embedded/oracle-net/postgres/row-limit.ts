import { isSymbol, isWord, type Node } from './scan-oracle.ts';
import { notDone } from './write-expression.ts';
import type { Clause } from './write-query.ts';

/** `ROWNUM <= n` among the conditions of a WHERE. */
export interface RowLimit {
  /** n. */
  nodes: Node[];
  /** Written as `ROWNUM < n`. */
  isExclusive: boolean;
  /** The other conditions. */
  rest: Node[];
  at: number;
}

/** Takes the simple forms `ROWNUM <= n`, `ROWNUM < n` and `ROWNUM = 1` out of a WHERE; ROWNUM anywhere else is refused when it is written. */
export function takeRowLimit(where: Clause | undefined): RowLimit | undefined {
  const rownum = where?.nodes.find((node) => isWord(node, 'ROWNUM'));
  if (!where || !rownum) return undefined;
  const conditions = splitAtAnds(where.nodes);
  const limits = conditions.filter((condition) => condition.includes(rownum));
  const [first, operator, ...nodes] = limits[0]!;
  const isLimit = first === rownum && nodes.length === 1 && (isSymbol(operator, '<=', '<') || (isSymbol(operator, '=') && isOne(nodes[0])));
  if (!isLimit || where.nodes.some((node) => isWord(node, 'OR'))) throw notDone('ROWNUM in any other form than AND ROWNUM <= n', rownum.start);
  const others = conditions.filter((condition) => condition !== limits[0]);
  const rest = others.flatMap((condition, at) => (at === 0 ? condition : [and(where, condition), ...condition]));
  return { nodes, isExclusive: isSymbol(operator, '<'), rest, at: rownum.start };
}

/** The AND of BETWEEN does not divide conditions. */
function splitAtAnds(nodes: Node[]): Node[][] {
  const conditions: Node[][] = [[]];
  let isBetween = false;
  for (const node of nodes) {
    if (isWord(node, 'AND') && !isBetween) conditions.push([]);
    else {
      if (isWord(node, 'AND')) isBetween = false;
      else if (isWord(node, 'BETWEEN')) isBetween = true;
      conditions.at(-1)!.push(node);
    }
  }
  return conditions;
}

function and({ start }: Clause, condition: Node[]): Node {
  const at = condition[0]?.start ?? start;
  return { kind: 'word', text: 'AND', value: 'AND', start: at, end: at };
}

function isOne(node: Node | undefined): boolean {
  return node?.kind === 'number' && node.value === '1';
}
