import { isPassingName, namesPassingFiles } from './passing-name.js';
import { boundedText } from './value-boundaries.js';

/** Text as it must stand in a name, or a wildcard. `isValue`: it came from a column of the recipient's row. */
export type Part = { text: string; isValue: boolean; column?: string } | { wildcard: '*' | '?' };

/**
 * One name of a path (a directory's or a file's), with the row's values in it. Names are compared in NFC.
 *
 * Customer 12 must never get the file of customer 123. So where a wildcard stands right beside a value, the value must end
 * there: `{{customer_id}}*.pdf` takes `12.pdf`, `12_3.pdf` and `12 (1).pdf`, and neither `123.pdf` nor `12가.pdf`; and for 1-2
 * not `1-2-3.pdf`.
 */
export class NamePattern {
  /** The only name that matches, where there is no wildcard. */
  readonly exact: string | undefined;
  /** Every matching name starts and ends so: by these a sorted list finds its few candidates. */
  readonly prefix: string;
  readonly suffix: string;
  readonly hasWildcard: boolean;
  /** Stands somewhere in every matching name, and tells recipients apart where that is possible: a quick first sieve. */
  readonly #telling: string;
  readonly #parts: Part[];
  #matcher: ((name: string) => boolean) | undefined;

  constructor(parts: Part[]) {
    this.#parts = parts;
    this.hasWildcard = parts.some((part) => 'wildcard' in part);
    this.prefix = textUntilWildcard(parts).join('').normalize('NFC');
    this.suffix = textUntilWildcard(parts.toReversed()).reverse().join('').normalize('NFC');
    this.exact = this.hasWildcard ? undefined : this.prefix;
    this.#telling = tellingText(parts);
  }

  /**
   * The file system cannot take another name for this one. It could otherwise: NFD for NFC, and on a Windows server `AB` for
   * `ab` and `12` for `12.`, which may be two customers.
   */
  get hasOneSpelling(): boolean {
    const isAscii = /^[\x20-\x7e]*$/.test(this.exact ?? '');
    return this.exact !== undefined && isAscii && this.#parts.every((part) => 'text' in part && (!part.isValue || /^[\d_-]*$/.test(part.text)));
  }

  /** Equal patterns have equal keys. */
  get key(): string {
    return JSON.stringify(this.#parts);
  }

  /** @param name in NFC */
  matches(name: string): boolean {
    if (!name.includes(this.#telling)) return false;
    if (isPassingName(name) && !namesPassingFiles(name, this.#parts)) return false;
    if (this.exact !== undefined) return name === this.exact;
    this.#matcher ??= compile(this.#parts);
    return this.#matcher(name);
  }
}

/**
 * Stretches between stars, each found at the first place where it fits: no backtracking over stars, so a pattern with many
 * of them costs no more than its length times the name's.
 */
function compile(parts: Part[]): (name: string) => boolean {
  const stretches = stretchesOf(parts);
  if (stretches.length === 1) {
    const whole = new RegExp(`^(?:${stretches[0]})$`, 'su');
    return (name) => whole.test(name);
  }
  const middle = stretches.slice(1, -1).map((source) => new RegExp(source, 'gsu'));
  const first = new RegExp(stretches[0] ?? '', 'ysu');
  const last = new RegExp(`(?:${stretches.at(-1)})$`, 'gsu');
  return (name) => {
    let at: number | undefined = 0;
    for (const stretch of [first, ...middle, last]) {
      at = endOfMatch(stretch, name, at);
      if (at === undefined) return false;
    }
    return true;
  };
}

function endOfMatch(stretch: RegExp, name: string, from: number): number | undefined {
  stretch.lastIndex = from;
  const found = stretch.exec(name);
  return found ? found.index + found[0].length : undefined;
}

/** The source of a regular expression for each stretch between stars. */
function stretchesOf(parts: Part[]): string[] {
  const stretches = [''];
  parts.forEach((part, at) => {
    if ('wildcard' in part) {
      if (part.wildcard === '*') stretches.push('');
      else stretches[stretches.length - 1] += '.';
      return;
    }
    stretches[stretches.length - 1] += boundedText(parts, at);
  });
  return stretches;
}

/** The longest text between wildcards, one with a value before one without. */
function tellingText(parts: Part[]): string {
  const runs = [{ text: '', hasValue: false }];
  for (const part of parts) {
    const run = runs.at(-1);
    if ('wildcard' in part || !run) runs.push({ text: '', hasValue: false });
    else Object.assign(run, { text: run.text + part.text, hasValue: run.hasValue || part.isValue });
  }
  const [best] = runs.toSorted((a, b) => Number(b.hasValue) - Number(a.hasValue) || b.text.length - a.text.length);
  return best?.text.normalize('NFC') ?? '';
}

function textUntilWildcard(parts: Part[]): string[] {
  const end = parts.findIndex((part) => 'wildcard' in part);
  return parts.slice(0, end < 0 ? parts.length : end).map((part) => ('text' in part ? part.text : ''));
}
