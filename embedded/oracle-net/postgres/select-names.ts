import { isGroup, isWord, splitAtCommas, type Node, type Token } from './scan-oracle.ts';
import { isColumn, readSelectItem } from './select-item.ts';
import { firstSelect } from './write-query.ts';

/** The columns' names as Oracle reports them; `*` for a place that stands for any number of columns. */
export function selectNames(nodes: Node[]): string[] {
  const list = firstSelect(nodes)[0]!.nodes;
  const items = splitAtCommas(isWord(list[0], 'DISTINCT', 'UNIQUE', 'ALL') ? list.slice(1) : list);
  return items.map(nameOf);
}

/** Lays the author's names over those of the database, from both ends towards the first and the last `*`. */
export function layNames(names: string[], found: string[]): string[] {
  const stars = names.flatMap((name, at) => (name === '*' ? [at] : []));
  if (stars.length === 0) return found.map((name, at) => names[at] ?? name);
  const behind = names.length - 1 - stars.at(-1)!;
  return found.map((name, at) => {
    if (at < stars[0]!) return names[at]!;
    return at >= found.length - behind ? names[names.length - (found.length - at)]! : name;
  });
}

function nameOf(nodes: Node[]): string {
  const { expression, alias, isStar } = readSelectItem(nodes);
  if (isStar) return '*';
  if (alias) return alias.value;
  return isColumn(expression) ? (expression.at(-1) as Token).value : textOf(expression);
}

/** An expression is called by its own text, in upper case and without white space. */
function textOf(nodes: Node[]): string {
  return nodes.map((node) => (isGroup(node) ? `(${textOf(node.children)})` : tokenText(node))).join('');
}

function tokenText({ kind, text }: Token): string {
  return kind === 'string' || kind === 'quoted' ? text : text.toUpperCase();
}
