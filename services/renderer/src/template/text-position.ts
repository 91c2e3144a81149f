/** A place in a text an author wrote; both count from 1. */
export interface Position {
  line: number;
  column: number;
}

/** @param offset characters from 0. */
export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** Something an author has to change, with the sentence that says to what. */
export interface Problem extends Partial<Position> {
  message: string;
}
