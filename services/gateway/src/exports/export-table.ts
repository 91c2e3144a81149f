import type { LocalClock, WallTime } from '../local-clock.js';
import type { Words } from '../words.js';

/** A time is that of the reader's clock on the wall, which a spreadsheet has no zone for. */
export type Cell = string | number | WallTime | null;

/** One column of a file, over the rows of a list. */
export interface ExportColumn<Row> {
  header: Words;
  /** Width in a spreadsheet, in characters. */
  width: number;
  cell(row: Row, clock: LocalClock): Cell;
}

/** What a file is written from: rows come page by page, and no more of them than are being written are held. */
export interface ExportTable {
  /** Of a sheet. */
  title: string;
  columns: { header: string; width: number }[];
  pages: AsyncIterable<Cell[][]>;
}

export function isTime(cell: Cell): cell is WallTime {
  return typeof cell === 'object' && cell !== null;
}
