import type { Token } from './scan-oracle.ts';

/** How one place of a bind, or one string of the author, is written: around `$n`, or around the string. */
export type Wrap = (written: string) => string;

interface Piece {
  text: string;
  /** Where it comes from in the author's SQL. */
  at: number;
  /** Places of binds and strings are numbered from 0, each kind by itself. */
  bind?: number;
  literal?: number;
}

export type Numbering = 'places' | 'names';

interface Rendering {
  numbering?: Numbering;
  /** By parameter, from 0. */
  bind?: Map<number, Wrap>;
  literal?: Map<number, Wrap>;
  /** Strings become parameters too, numbered from there, so that the database says what it takes them for. */
  literalsFrom?: number;
}

export interface Rendered {
  text: string;
  /** Index in the author's SQL of a character of `text`; PostgreSQL counts characters from 1. */
  authorIndex: (position: number) => number;
}

/** PostgreSQL's SQL piece by piece, each knowing where it comes from. */
export class WrittenSql {
  /** Names of the binds by place. */
  readonly binds: string[];
  readonly #places: Map<Token, number>;
  readonly #pieces: Piece[] = [];
  /** Where the author's SQL ends. */
  readonly #end: number;
  #literals = 0;

  constructor(tokens: Token[]) {
    const binds = tokens.filter(({ kind }) => kind === 'bind');
    this.#end = tokens.at(-1)?.end ?? 0;
    this.binds = binds.map(({ value }) => value);
    this.#places = new Map(binds.map((token, place) => [token, place]));
  }

  put(text: string, at: number): void {
    this.#pieces.push({ text, at });
  }

  putBind(token: Token): void {
    const place = this.#places.get(token)!;
    this.#pieces.push({ text: '', at: token.start, bind: place });
  }

  putString(value: string, at: number): void {
    this.#pieces.push({ text: quoted(value), at, literal: this.#literals });
    this.#literals += 1;
  }

  /** The place of each parameter. Each place has one of its own, since each has a type of its own; or each name has one. */
  parameters(numbering: Numbering): number[] {
    const places = this.binds.map((_, place) => place);
    return numbering === 'places' ? places : places.filter((place) => this.binds.indexOf(this.binds[place]!) === place);
  }

  render({ numbering = 'places', ...wraps }: Rendering = {}): Rendered {
    const parameters = this.parameters(numbering);
    const numbers = this.binds.map((name, place) => (numbering === 'places' ? place : parameters.findIndex((first) => this.binds[first] === name)));
    let text = '';
    const starts: { index: number; at: number }[] = [];
    for (const piece of this.#pieces) {
      starts.push({ index: text.length, at: piece.at });
      text += `${wrapped(piece, numbers, wraps)} `;
    }
    return { text, authorIndex: (position) => authorIndex(text, starts, position, this.#end) };
  }

  get literals(): number {
    return this.#literals;
  }
}

export function quoted(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/**
 * Oracle keeps unquoted names in upper case, PostgreSQL in lower case: names of one case swap it, those of both stay. So an
 * author's "abc" and abc are two names here, too.
 */
export function postgresName(name: string): string {
  if (name === name.toUpperCase()) return name.toLowerCase();
  return name === name.toLowerCase() ? name.toUpperCase() : name;
}

/** The way back: what Oracle calls a column that PostgreSQL named. */
export const oracleName = postgresName;

function wrapped({ text, bind, literal }: Piece, numbers: number[], { bind: binds, literal: literals, literalsFrom }: Rendering): string {
  if (bind !== undefined) {
    const number = numbers[bind]!;
    return binds?.get(number)?.(`$${number + 1}`) ?? `$${number + 1}`;
  }
  if (literal === undefined) return text;
  return literalsFrom !== undefined ? `$${literalsFrom + literal + 1}` : (literals?.get(literal)?.(text) ?? text);
}

function authorIndex(text: string, starts: { index: number; at: number }[], position: number, end: number): number {
  const index = [...text].slice(0, position - 1).join('').length;
  if (index >= text.trimEnd().length) return end;
  return starts.findLast((piece) => piece.index <= index)?.at ?? 0;
}
