import type { InBoth } from '@tank/contracts';

/** A place in a text an author wrote; both count from 1. */
export interface Position {
  line: number;
  column: number;
}

/** Finds lines and columns in one text; its lines are counted once. */
export class Positions {
  private readonly starts: number[] = [0];

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1);
  }

  /** @param offset characters from 0. */
  at(offset: number): Position {
    const line = lastNotAfter(this.starts, offset);
    return { line: line + 1, column: offset - (this.starts[line] ?? 0) + 1 };
  }
}

/** @returns the index of the last of ascending numbers that is not greater than `value`, or -1 */
export function lastNotAfter(ascending: number[], value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Something an author has to change, with the sentence that says to what. */
export interface Problem extends Partial<Position> {
  message: InBoth;
}
