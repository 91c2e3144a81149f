import { stringify } from 'csv-stringify/sync';
import { wallText } from '../local-clock.js';
import { isTime, type Cell, type ExportTable } from './export-table.js';

/** RFC 4180: also a single line feed or carriage return within a cell is quoted. A cell that a spreadsheet would take for a formula gets an apostrophe before it. */
const OPTIONS = { record_delimiter: 'windows', quoted_match: /[\r\n]/, escape_formulas: true } as const;
/** Without it Excel takes UTF-8 for the code page of the machine. */
const BYTE_ORDER_MARK = '\ufeff';

/** A CSV file, page by page; the header comes with the first page. */
export async function* csvFile({ columns, pages }: ExportTable): AsyncGenerator<string, void> {
  let before = BYTE_ORDER_MARK + stringify([columns.map(({ header }) => header)], OPTIONS);
  for await (const rows of pages) {
    yield before + (rows.length > 0 ? stringify(rows.map((row) => row.map(textOf)), OPTIONS) : '');
    before = '';
  }
  if (before !== '') yield before;
}

function textOf(cell: Cell): string {
  if (cell === null) return '';
  return isTime(cell) ? wallText(cell) : String(cell);
}
