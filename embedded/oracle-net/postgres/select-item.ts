import { isGroup, isName, isSymbol, isWord, type Node, type Token } from './scan-oracle.ts';

/** One column of a SELECT list, as an author wrote it. */
export interface SelectItem {
  /** What stands before the alias. */
  expression: Node[];
  alias?: Token;
  /** `*` or `t.*`. */
  isStar: boolean;
}

export function readSelectItem(nodes: Node[]): SelectItem {
  const [before, last] = [nodes.at(-2), nodes.at(-1)];
  if (isSymbol(last, '*') && (nodes.length === 1 || isSymbol(before, '.'))) return { expression: nodes, isStar: true };
  if (!isName(last) || !endsBeforeAlias(nodes)) return { expression: nodes, isStar: false };
  return { expression: nodes.slice(0, isWord(before, 'AS') ? -2 : -1), alias: last, isStar: false };
}

/** `column`, `table.column`, `schema.table.column`. */
export function isColumn(nodes: Node[]): boolean {
  return nodes.length % 2 === 1 && nodes.every((node, at) => (at % 2 === 0 ? isName(node) : isSymbol(node, '.')));
}

/** What follows a value without an operator can only be its alias, but for the words that end a CASE or an INTERVAL. */
function endsBeforeAlias(nodes: Node[]): boolean {
  const [before, last] = [nodes.at(-2), nodes.at(-1)];
  if (isWord(before, 'AS')) return true;
  if (isWord(last, 'END') && nodes.some((node) => isWord(node, 'CASE'))) return isWord(before, 'END');
  if (before?.kind === 'string' && isWord(nodes.at(-3), 'INTERVAL')) return false;
  return before !== undefined && (isGroup(before) || isName(before) || ['string', 'number', 'bind'].includes(before.kind));
}
