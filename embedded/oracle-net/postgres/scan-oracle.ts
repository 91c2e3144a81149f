import { OracleError } from '../backend.ts';

export interface Token {
  kind: 'word' | 'quoted' | 'string' | 'number' | 'bind' | 'symbol';
  /** As written. */
  text: string;
  /** What it stands for: a name as Oracle keeps it (a word in upper case), a string or a bind name without its quotes. */
  value: string;
  start: number;
  end: number;
}

/** What stands between parentheses. */
export interface Group {
  kind: 'group';
  children: Node[];
  start: number;
  end: number;
}

export type Node = Token | Group;

type Read = [kind: Token['kind'], pattern: RegExp, value: (match: RegExpExecArray) => string];

const SKIPPED = /\s+|--[^\r\n]*|\/\*[\s\S]*?\*\//y;
const READ: Read[] = [
  ['string', /n?q'(?:\[([\s\S]*?)\]'|\{([\s\S]*?)\}'|\(([\s\S]*?)\)'|<([\s\S]*?)>'|([^\s[{(<])([\s\S]*?)\5')/iy, ([, a, b, c, d, , e]) => (a ?? b ?? c ?? d ?? e)!],
  ['string', /n?'([^']*(?:''[^']*)*)'/iy, ([, body]) => body!.replaceAll("''", "'")],
  ['quoted', /"([^"]+)"/y, ([, name]) => name!],
  ['number', /(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?/iy, ([text]) => text],
  ['bind', /:\s*(?:(\p{L}[\p{L}\p{M}\p{N}_$#]*)|(\d+)|"([^"]+)")/uy, ([, word, number, quoted]) => word?.toUpperCase() ?? number ?? quoted!],
  ['word', /\p{L}[\p{L}\p{M}\p{N}_$#]*/uy, ([text]) => text.toUpperCase()],
  ['symbol', /\|\||<=|>=|<>|!=|\^=|:=|=>|[-+*/(),.=<>;]/y, ([text]) => text],
];

/**
 * Splits Oracle's SQL into tokens; white space, comments and hints leave none.
 * @throws OracleError where something never ends, or is no character of the language.
 */
export function scanOracle(sql: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < sql.length; ) {
    SKIPPED.lastIndex = at;
    const skipped = SKIPPED.exec(sql);
    if (skipped) at += skipped[0].length;
    else {
      const token = tokenAt(sql, at);
      tokens.push(token);
      at = token.end;
    }
  }
  return tokens;
}

function tokenAt(sql: string, at: number): Token {
  if (sql.startsWith('/*', at)) throw new OracleError(1742, 'comment not terminated properly', at);
  for (const [kind, pattern, value] of READ) {
    pattern.lastIndex = at;
    const match = pattern.exec(sql);
    if (match) return { kind, text: match[0], value: value(match), start: at, end: at + match[0].length };
  }
  throw unreadable(sql, at);
}

function unreadable(sql: string, at: number): OracleError {
  if (sql[at] === "'") return new OracleError(1756, 'quoted string not properly terminated', at);
  if (sql[at] === '"') return new OracleError(1740, 'missing double quote in identifier', at);
  if (sql[at] === ':') return new OracleError(1745, 'invalid host/bind variable name', at);
  return new OracleError(911, 'invalid character', at);
}

/** Puts what stands between parentheses into groups, so that a comma or a keyword within them is not seen from outside. */
export function nest(tokens: Token[]): Node[] {
  const levels: { start: number; nodes: Node[] }[] = [{ start: 0, nodes: [] }];
  for (const token of tokens) {
    const level = levels.at(-1)!;
    if (isSymbol(token, '(')) levels.push({ start: token.start, nodes: [] });
    else if (!isSymbol(token, ')')) level.nodes.push(token);
    else if (levels.length === 1) throw new OracleError(933, 'SQL command not properly ended', token.start);
    else {
      levels.pop();
      levels.at(-1)!.nodes.push({ kind: 'group', children: level.nodes, start: level.start, end: token.end });
    }
  }
  if (levels.length > 1) throw new OracleError(907, 'missing right parenthesis', tokens.at(-1)!.end);
  return levels[0]!.nodes;
}

export function isSymbol(node: Node | undefined, ...symbols: string[]): node is Token & { kind: 'symbol' } {
  return node?.kind === 'symbol' && symbols.includes(node.text);
}

export function isWord(node: Node | undefined, ...words: string[]): node is Token & { kind: 'word' } {
  return node?.kind === 'word' && words.includes(node.value);
}

export function isName(node: Node | undefined): node is Token & { kind: 'word' | 'quoted' } {
  return node?.kind === 'word' || node?.kind === 'quoted';
}

export function isGroup(node: Node | undefined): node is Group {
  return node?.kind === 'group';
}

/** Cuts a list at its commas. */
export function splitAtCommas(nodes: Node[]): Node[][] {
  const parts: Node[][] = [[]];
  for (const node of nodes) {
    if (isSymbol(node, ',')) parts.push([]);
    else parts.at(-1)!.push(node);
  }
  return parts;
}
