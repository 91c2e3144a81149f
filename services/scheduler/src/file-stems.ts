import { BUSINESS_DATE, type Placeholder, type Row } from '@tank/contracts';
import { filled, segmentsOf, type ClaimedFile } from './claimed-files.js';

/** What every path that a filled pattern matches begins with, and ends with, last letter first. Both null: the row does not fill it. */
export type FileStems = [begins: string | null, ends: string | null];

/** What of a wildcard pattern is known before it is filled. */
export interface Side {
  hasColumn: boolean;
  /** A column stands right beside the wildcard: attachment lets no letter or digit follow one of its value. */
  isGuarded: boolean;
}

type Piece = { text: string } | { placeholder: Placeholder };

/** Undefined for a pattern without a wildcard: it names one path, and equal paths are told by their keys. */
export function sidesOf(rule: ClaimedFile): { begins: Side; ends: Side } | undefined {
  const split = splitAtWildcards(rule);
  return split && { begins: sideOf(split.begins, split.begins.at(-1)), ends: sideOf(split.ends, split.ends[0]) };
}

/** Two texts for each rule with a wildcard, in the order of the rules. */
export function fileStemsOf(rules: ClaimedFile[], row: Row, businessDate: string): (string | null)[] {
  const values = { ...row, [BUSINESS_DATE]: businessDate };
  return rules.flatMap((rule) => {
    const split = splitAtWildcards(rule);
    return split ? stemsOf(split, values) : [];
  });
}

/** In one spelling for all that a file system may take for the same name: NFC, and in upper case, as shares of Windows compare. */
function stemsOf({ begins, ends }: { begins: Piece[]; ends: Piece[] }, values: Row): FileStems {
  const texts = [textOf(begins, values), textOf(ends, values)];
  if (texts.some((text) => text === undefined)) return [null, null];
  const [first, last] = texts.map((text) => text!.normalize('NFC').toUpperCase().normalize('NFC').toWellFormed());
  return [first!, [...last!].reverse().join('')];
}

function textOf(pieces: Piece[], values: Row): string | undefined {
  const texts = pieces.map((piece) => ('text' in piece ? piece.text : valueOf(piece.placeholder, values)));
  return texts.some((text) => text === undefined) ? undefined : texts.join('');
}

/** Undefined also for a value that attachment lets into no path: the row's own file is INVALID then. */
function valueOf(placeholder: Placeholder, values: Row): string | undefined {
  const text = filled(placeholder, values);
  return text === undefined || /[/\\\p{Cc}]/u.test(text) ? undefined : text;
}

/** A `*` in a value is no wildcard. */
function splitAtWildcards({ directory, file }: ClaimedFile): { begins: Piece[]; ends: Piece[] } | undefined {
  const pieces = segmentsOf(`${directory}/${file}`).flatMap((segment): (Piece | '*')[] =>
    'placeholder' in segment ? [{ placeholder: segment.placeholder }] : literalPieces(segment.literal));
  const first = pieces.indexOf('*');
  if (first < 0) return undefined;
  return { begins: pieces.slice(0, first) as Piece[], ends: pieces.slice(pieces.lastIndexOf('*') + 1) as Piece[] };
}

function literalPieces(literal: string): (Piece | '*')[] {
  const pieces = literal.replaceAll('\\', '/').split(/([*?])/).filter((piece) => piece !== '');
  return pieces.map((piece) => (piece === '*' || piece === '?' ? '*' : { text: piece }));
}

function sideOf(pieces: Piece[], besideWildcard: Piece | undefined): Side {
  return { hasColumn: pieces.some(isColumn), isGuarded: besideWildcard !== undefined && isColumn(besideWildcard) };
}

/** The business date is the same for all rows. */
function isColumn(piece: Piece): boolean {
  return 'placeholder' in piece && piece.placeholder.column.toLowerCase() !== BUSINESS_DATE.toLowerCase();
}
