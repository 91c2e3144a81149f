import type { StatementKind } from './backend.ts';

/** A place of a bind in SQL. */
export interface BindPlace {
  /** Without colon and quotes, as written. */
  name: string;
  /** After RETURNING … INTO: the client sends nothing for it, and wants something back. */
  isReturned: boolean;
}

const KINDS: Record<string, StatementKind> = {
  SELECT: 'query', WITH: 'query', INSERT: 'insert', UPDATE: 'update', DELETE: 'delete', MERGE: 'merge', BEGIN: 'plsql', DECLARE: 'plsql', CALL: 'plsql',
  CREATE: 'ddl', ALTER: 'ddl', DROP: 'ddl', TRUNCATE: 'ddl', GRANT: 'ddl', REVOKE: 'ddl', COMMENT: 'ddl', ANALYZE: 'ddl', AUDIT: 'ddl', RENAME: 'ddl', PURGE: 'ddl',
};

const COMMENT = /--[^\n]*|\/\*[\s\S]*?\*\//;
/** `'…'`, or `q'[…]'` with any delimiter. */
const TEXT = /\b[qQ]'(?:\[[\s\S]*?\]|\{[\s\S]*?\}|\([\s\S]*?\)|<[\s\S]*?>|(\S)[\s\S]*?\1)'|'[^']*'/;
const BIND = /:\s*(?:"([^"]+)"|([\p{L}\p{N}][\p{L}\p{N}$_#]*))/u;
const NAME = /"[^"]*"|\p{L}[\p{L}\p{N}$_#]*/u;
// Whatever comes first hides what looks like something else inside of it.
const TOKENS = new RegExp([COMMENT, TEXT, BIND, NAME].map(({ source }) => source).join('|'), 'gu');

/** What the first word says. ALTER SESSION is no DDL: it ends no transaction. */
export function kindOf(sql: string): StatementKind {
  const words: string[] = [];
  for (const [token] of sql.matchAll(TOKENS)) {
    if (/^\p{L}/u.test(token) && !/^[qQ]'/.test(token)) words.push(token.toUpperCase());
    if (words.length === 2) break;
  }
  if (words[0] === 'ALTER' && words[1] === 'SESSION') return 'other';
  return KINDS[words[0] ?? ''] ?? 'other';
}

/** The places of binds in the order in which the client sends them: of PL/SQL each name once. DDL has none. */
export function bindPlaces(sql: string): BindPlace[] {
  const kind = kindOf(sql);
  if (kind === 'ddl') return [];
  const places: BindPlace[] = [];
  let returning: 'no' | 'returning' | 'into' = 'no';
  for (const [token, , quoted, plain] of sql.matchAll(TOKENS)) {
    const name = quoted ?? plain;
    if (name !== undefined) places.push({ name, isReturned: returning === 'into' });
    else if (kind !== 'query' && kind !== 'plsql' && /^return(ing)?$/i.test(token)) returning = 'returning';
    else if (returning === 'returning' && /^into$/i.test(token)) returning = 'into';
  }
  return kind === 'plsql' ? onceEach(places) : places;
}

/** `COMMIT` or `ROLLBACK` sent as SQL text. */
export function transactionEnd(sql: string): 'commit' | 'rollback' | null {
  const found = /^\s*(commit|rollback)(?:\s+work)?\s*;?\s*$/i.exec(sql);
  return found ? (found[1]!.toLowerCase() as 'commit' | 'rollback') : null;
}

function onceEach(places: BindPlace[]): BindPlace[] {
  const seen = new Set<string>();
  return places.filter(({ name }) => {
    const isNew = !seen.has(name.toUpperCase());
    seen.add(name.toUpperCase());
    return isNew;
  });
}
