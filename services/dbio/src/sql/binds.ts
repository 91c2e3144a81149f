import { findColumn, type ColumnValue, type Row } from '@tank/contracts';
import { refuseQuery } from './query-problem.js';
import { unknownBindRefusal } from './refusals.js';
import type { GatedQuery } from './statement-gate.js';
import type { Token } from './scan-sql.js';

/** `each`: a number for every place; `shared`: one number for all places of a name. */
export type Numbering = 'each' | 'shared';

/** SQL with `$1 …` or `:b1 …` in place of `:name`. */
export interface NumberedSql {
  text: string;
  /** The bind of number 1, 2 …, as the author wrote it. */
  parameters: string[];
  /** The place in the author's text that a place in `text` stands for; both count from 0. */
  authorPosition(position: number): number;
}

const IS_IN_NAME = /[\p{L}\p{N}_$#]$/u;
const STARTS_IN_NAME = /^[\p{L}\p{N}_$#]/u;

interface Replaced {
  token: Token;
  start: number;
  end: number;
}

/** The names of the binds as the author first wrote them, each once; their case does not tell them apart. */
export function bindNames({ tokens }: GatedQuery): string[] {
  const names = new Map<string, string>();
  for (const token of bindsOf(tokens)) {
    const name = nameOf(token);
    if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), name);
  }
  return [...names.values()];
}

/** For PostgreSQL. @param asText numbers whose type the database cannot infer: they are cast to text. */
export function numberBinds(query: GatedQuery, numbering: Numbering, asText: ReadonlySet<number> = new Set()): NumberedSql {
  return replaceBinds(query, numbering, (number) => (asText.has(number) ? `$${number}::text` : `$${number}`));
}

/**
 * For Oracle: `:b1 …` in place of what the author called them, which may be a word that Oracle reserves, or Korean.
 * `shared` suits all: bound by name, `{ b1: …, b2: … }`, a name may stand in several places and is the same expression in
 * each (GROUP BY). By position an array has one value for each place in SQL (`each`), and in PL/SQL one for each name (`shared`).
 */
export function nameBinds(query: GatedQuery, numbering: Numbering): NumberedSql {
  return replaceBinds(query, numbering, (number) => `:b${number}`);
}

/**
 * The values of binds for a row, in the order of `parameters`.
 * @throws QueryFailed for a bind that no column offers, at its place in the author's text.
 */
export function bindValues(parameters: string[], row: Row, refuse: (bind: string) => Error): ColumnValue[] {
  return bindColumns(parameters, row, refuse).map((column) => row[column]!);
}

/** The columns that binds take their values from; throws as bindValues does. */
export function bindColumns(parameters: string[], row: Row, refuse: (bind: string) => Error): string[] {
  return parameters.map((bind) => {
    const column = findColumn(row, bind);
    if (column === undefined) throw refuse(bind);
    return column;
  });
}

/** Refuses a bind that none of the columns offers, or that several offer which differ only by case. */
export function refuseUnknownBinds(query: GatedQuery, bindable: string[]): void {
  const columns = Object.fromEntries(bindable.map((name) => [name, null]));
  for (const token of bindsOf(query.tokens)) if (findColumn(columns, nameOf(token)) === undefined) throw unknownBind(query, nameOf(token), bindable);
}

export function unknownBind(query: GatedQuery, bind: string, bindable: string[]): Error {
  const token = bindsOf(query.tokens).find((one) => nameOf(one).toLowerCase() === bind.toLowerCase());
  return refuseQuery(query.sql, unknownBindRefusal(bind, bindable), token?.start ?? null);
}

function replaceBinds(query: GatedQuery, numbering: Numbering, write: (number: number) => string): NumberedSql {
  const parameters: string[] = [];
  const replaced: Replaced[] = [];
  let text = '';
  let at = 0;
  for (const token of bindsOf(query.tokens)) {
    text += query.sql.slice(at, token.start);
    if (IS_IN_NAME.test(text.slice(-2))) text += ' '; // "x$1" would be a name
    const start = text.length;
    text += write(numberOf(nameOf(token), parameters, numbering));
    if (STARTS_IN_NAME.test(query.sql.slice(token.end, token.end + 2))) text += ' '; // :"a"FROM
    replaced.push({ token, start, end: text.length });
    at = token.end;
  }
  text += query.sql.slice(at);
  return { text, parameters, authorPosition: (position) => mapBack(replaced, position) };
}

function bindsOf(tokens: Token[]): Token[] {
  return tokens.filter(({ kind }) => kind === 'bind');
}

function nameOf({ text }: Token): string {
  const name = text.slice(1).trimStart();
  return name.startsWith('"') ? name.slice(1, -1) : name;
}

function numberOf(name: string, parameters: string[], numbering: Numbering): number {
  const known = numbering === 'shared' ? parameters.findIndex((parameter) => parameter.toLowerCase() === name.toLowerCase()) : -1;
  return known >= 0 ? known + 1 : parameters.push(name);
}

function mapBack(replaced: Replaced[], position: number): number {
  const before = replaced.findLast(({ start }) => start <= position);
  if (!before) return position;
  return position < before.end ? before.token.start : before.token.end + position - before.end;
}
