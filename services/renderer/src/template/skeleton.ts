import { findPlaces } from './html-places.js';
import type { Place } from './place-value.js';
import { positionAt, type Position, type Problem } from './text-position.js';

interface Chunk {
  at: number;
  text: string;
  position: Position;
  /** The chunk is the author's own text, so that positions inside it can be counted. */
  isVerbatim: boolean;
}

/** A template's HTML with a mark where each value will stand: read once to learn what surrounds every value. */
export class Skeleton {
  private html = '';
  private readonly chunks: Chunk[] = [];
  private readonly marks: number[] = [];

  add(text: string, position: Position, isVerbatim = false): void {
    this.chunks.push({ at: this.html.length, text, position, isVerbatim });
    this.html += text;
  }

  /** @returns the index of the value, for the places that `read` returns. */
  mark(position: Position): number {
    this.marks.push(this.html.length);
    this.add('x', position);
    return this.marks.length - 1;
  }

  read(): { places: (Place | null)[]; problems: Problem[]; positions: Position[] } {
    const { places, problems } = findPlaces(this.html, this.marks);
    return {
      places,
      problems: problems.map(({ message, at }) => ({ message, ...this.positionOf(at) })),
      positions: this.marks.map((at) => this.positionOf(at)),
    };
  }

  private positionOf(at: number): Position {
    const chunk = this.chunks.findLast((candidate) => candidate.at <= at);
    if (!chunk) return { line: 1, column: 1 };
    if (!chunk.isVerbatim) return chunk.position;
    const inside = positionAt(chunk.text, at - chunk.at);
    return inside.line === 1
      ? { line: chunk.position.line, column: chunk.position.column + inside.column - 1 }
      : { line: chunk.position.line + inside.line - 1, column: inside.column };
  }
}
