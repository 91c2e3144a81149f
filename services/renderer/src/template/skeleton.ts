import { findPlaces } from './html-places.js';
import type { Place } from './place-value.js';
import { lastNotAfter, Positions, type Position, type Problem } from './text-position.js';

interface Chunk {
  text: string;
  position: Position;
  /** The chunk is the author's own text, so that positions inside it can be counted. */
  isVerbatim: boolean;
}

/** A template's HTML with a mark where each value will stand: read once to learn what surrounds every value. */
export class Skeleton {
  private html = '';
  private readonly chunks: Chunk[] = [];
  private readonly starts: number[] = [];
  private readonly marks: number[] = [];

  add(text: string, position: Position, isVerbatim = false): void {
    this.starts.push(this.html.length);
    this.chunks.push({ text, position, isVerbatim });
    this.html += text;
  }

  /** @returns the index of the value, for the places that `read` returns. */
  mark(position: Position): number {
    this.marks.push(this.html.length);
    this.add('x', position);
    return this.marks.length - 1;
  }

  /** @returns a place for every mark, and what cannot stay as it is */
  read(): { places: (Place | null)[]; problems: Problem[] } {
    const { places, problems } = findPlaces(this.html, this.marks);
    return { places, problems: problems.map(({ message, at }) => ({ message, ...this.positionOf(at) })) };
  }

  positionOfMark(index: number): Position {
    return this.positionOf(this.marks[index] ?? 0);
  }

  private positionOf(at: number): Position {
    const index = lastNotAfter(this.starts, at);
    const chunk = this.chunks[index];
    if (!chunk) return { line: 1, column: 1 };
    if (!chunk.isVerbatim) return chunk.position;
    const inside = new Positions(chunk.text).at(at - (this.starts[index] ?? 0));
    return inside.line === 1
      ? { line: chunk.position.line, column: chunk.position.column + inside.column - 1 }
      : { line: chunk.position.line + inside.line - 1, column: inside.column };
  }
}
