import type { Connection } from '@tank/contracts';

export type Dialect = Connection['kind'];
export type TokenKind = 'word' | 'quoted' | 'string' | 'number' | 'bind' | 'positional' | 'symbol' | 'unclosed';

/** A piece of SQL; white space and comments leave none. `start` and `end` count UTF-16 units of the text. */
export interface Token {
  kind: TokenKind;
  text: string;
  start: number;
  end: number;
}

type Rule = [TokenKind | 'skip', RegExp];

const QUOTED: Rule[] = [
  ['string', /'[^']*(?:''[^']*)*'/y],
  ['quoted', /"[^"]*(?:""[^"]*)*"/y],
];
const COMMON: Rule[] = [['skip', /\s+|--[^\r\n]*/y], ...QUOTED];
const TAIL: Rule[] = [
  ['number', /\d[\w.]*/y],
  ['symbol', /::|:=/y],
];

const RULES: Record<Dialect, Rule[]> = {
  postgres: [
    ['string', /e'[^'\\]*(?:(?:\\[\s\S]|'')[^'\\]*)*'/iy],
    ['unclosed', /e'/iy],
    ['string', /\$([\p{L}_][\p{L}\p{N}_]*)?\$[\s\S]*?\$\1\$/uy],
    ['unclosed', /\$([\p{L}_][\p{L}\p{N}_]*)?\$/uy],
    ['positional', /\$\d+/y],
    ['word', /[\p{L}_][\p{L}\p{M}\p{N}_$]*/uy],
    ...COMMON,
    ...TAIL,
    ['bind', /:(?:[\p{L}_][\p{L}\p{M}\p{N}_$#]*|"[^"]+")/uy],
  ],
  oracle: [
    ['string', /n?q'(?:\[[\s\S]*?\]'|\{[\s\S]*?\}'|\([\s\S]*?\)'|<[\s\S]*?>'|([^\s[{(<])[\s\S]*?\1')/iy],
    ['unclosed', /n?q'/iy],
    ['word', /[\p{L}_][\p{L}\p{M}\p{N}_$#]*/uy],
    ...COMMON,
    ...TAIL,
    // A blank may stand behind the colon, here and in the driver.
    ['bind', /:\s*(?:[\p{L}_][\p{L}\p{M}\p{N}_$#]*|"[^"]+")/uy],
    ['positional', /:\s*\d+/y],
  ],
};

/** Words after which an expression starts, so that a colon after them begins a bind even within `[ ]`. */
const BEFORE_EXPRESSION = /^(and|or|not|case|when|then|else|in|like|ilike|between|is|select|where|from|distinct)$/i;

/**
 * Splits SQL into tokens, so that a `:name` in a string, a comment, a quoted name, a `::cast`, a `:=`, a slice `a[1:n]` or
 * Oracle's JSON `{'key':name}` is not taken for a bind. A string, name or comment that never ends is one `unclosed` token to the end.
 */
export function scanSql(sql: string, dialect: Dialect): Token[] {
  const tokens: Token[] = [];
  const brackets: string[] = [];
  for (let at = 0; at < sql.length; ) {
    const [kind, end] = nextToken(sql, at, dialect);
    if (kind !== 'skip') {
      const token: Token = { kind, text: sql.slice(at, end), start: at, end };
      if (hasColonOnly(token, dialect, brackets.at(-1), tokens.at(-1))) Object.assign(token, { kind: 'symbol', text: ':', end: at + 1 });
      trackBrackets(brackets, token);
      tokens.push(token);
      at = token.end;
    } else at = end;
  }
  return tokens;
}

function nextToken(sql: string, at: number, dialect: Dialect): [TokenKind | 'skip', number] {
  if (sql.startsWith('/*', at)) {
    const end = endOfComment(sql, at, dialect === 'postgres');
    return end === undefined ? ['unclosed', sql.length] : ['skip', end];
  }
  for (const [kind, pattern] of RULES[dialect]) {
    pattern.lastIndex = at;
    const match = pattern.exec(sql);
    if (match) return [kind, kind === 'unclosed' ? sql.length : at + match[0].length];
  }
  if (sql[at] === "'" || sql[at] === '"') return ['unclosed', sql.length];
  return ['symbol', at + String.fromCodePoint(sql.codePointAt(at)!).length];
}

/** PostgreSQL's comments nest, Oracle's do not. */
function endOfComment(sql: string, start: number, nests: boolean): number | undefined {
  let depth = 0;
  for (const mark of sql.slice(start).matchAll(/\/\*|\*\//g)) {
    if (mark[0] === '/*') depth = nests ? depth + 1 : 1;
    else depth -= 1;
    if (depth === 0) return start + mark.index + 2;
  }
  return undefined;
}

/** The colon of a slice, or of JSON, and what is behind it is no bind. */
function hasColonOnly({ kind, text }: Token, dialect: Dialect, bracket: string | undefined, before: Token | undefined): boolean {
  if (!text.startsWith(':') || (kind !== 'bind' && kind !== 'positional')) return false;
  return dialect === 'oracle' ? before?.kind === 'string' : bracket === '[' && endsExpression(before);
}

function trackBrackets(brackets: string[], { kind, text }: Token): void {
  if (kind !== 'symbol') return;
  if (text === '(' || text === '[') brackets.push(text);
  else if (text === ')' || text === ']') brackets.pop();
}

/** After a value the colon in `a[1:n]` divides a slice; after `[`, a comma or an operator it begins a bind. */
function endsExpression(token: Token | undefined): boolean {
  if (!token) return false;
  if (token.kind === 'symbol') return token.text === ')' || token.text === ']';
  return token.kind !== 'word' || !BEFORE_EXPRESSION.test(token.text);
}

export function isSymbol(token: Token | undefined, text: string): boolean {
  return token?.kind === 'symbol' && token.text === text;
}

/** @param words in lower case. */
export function isWord(token: Token | undefined, ...words: string[]): boolean {
  return token?.kind === 'word' && words.includes(token.text.toLowerCase());
}

/** What a token adds to the depth of parentheses. */
export function depthChange(token: Token): number {
  if (isSymbol(token, '(')) return 1;
  return isSymbol(token, ')') ? -1 : 0;
}
