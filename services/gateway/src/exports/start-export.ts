import { randomUUID } from 'node:crypto';
import type { Streamed } from '@tank/contracts';
import type { CallOfUser } from '../handlers.js';
import { LocalClock } from '../local-clock.js';
import { localDateTime } from '../local-time.js';
import { notYet, type ApiProblem } from '../problem.js';
import type { Words } from '../words.js';
import { csvFile } from './csv-file.js';
import type { Cell, ExportColumn } from './export-table.js';
import { begun } from './one-export.js';
import { xlsxFile } from './xlsx-file.js';

export interface ExportAsked {
  format: 'csv' | 'xlsx';
  reason: string;
  timeZone: string;
}
export interface Exported<Row> {
  /** Begins the name of the file, and is that of a sheet. */
  title: Words;
  columns: readonly ExportColumn<Row>[];
  /** Where the rows come from: nothing is read before it is asked for. */
  pages: AsyncIterable<Row[]>;
  /** What the trail says was asked for. */
  told: Record<string, unknown>;
}

const MEDIA_TYPES = { csv: 'text/csv; charset=utf-8', xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' };

/** Writes lists into files. Who takes what, and why, is in the trail before the first byte, and how many rows it was after the last. */
export class StartExport {
  /** Which export each user has running. */
  readonly #running = new Map<string, string>();

  constructor(private readonly now: () => Date = () => new Date()) {}

  /** @throws ApiProblem 409 while another export of the same user runs, and whatever reading the first page throws. */
  async start<Row>({ title, columns, pages, told }: Exported<Row>, { format, reason, timeZone }: ExportAsked, call: CallOfUser): Promise<Streamed> {
    const { userId } = call.caller;
    const exportId = randomUUID();
    if (this.#running.has(userId)) throw anotherRuns();
    this.#running.set(userId, exportId);
    const isOver = () => void (this.#running.get(userId) === exportId && this.#running.delete(userId));
    try {
      await call.record({ exportId, ...told, format, reason, timeZone });
      let rows = 0;
      const cells = inCells(pages, columns, new LocalClock(timeZone), (count) => (rows += count));
      const table = { title: call.say(title), columns: columns.map(({ header, width }) => ({ header: call.say(header), width })), pages: cells };
      const chunks = await begun<string | Uint8Array>(format === 'csv' ? csvFile(table) : xlsxFile(table), (end) => {
        isOver();
        return call.record({ exportId, end, rows });
      });
      const day = localDateTime(this.now(), timeZone).slice(0, 10);
      return { mediaType: MEDIA_TYPES[format], fileName: `${table.title} ${day}.${format}`, chunks };
    } catch (error) {
      isOver();
      throw error;
    }
  }
}

async function* inCells<Row>(pages: AsyncIterable<Row[]>, columns: readonly ExportColumn<Row>[], clock: LocalClock, count: (rows: number) => void): AsyncGenerator<Cell[][]> {
  for await (const rows of pages) {
    count(rows.length);
    yield rows.map((row) => columns.map(({ cell }) => cell(row, clock)));
  }
}

function anotherRuns(): ApiProblem {
  return notYet('export', ['Another export of yours is being written.', '진행 중인 다른 내보내기가 있습니다.'],
    ['Wait until it is there, or break it off; one at a time is written for each user.', '끝날 때까지 기다리거나 중단하세요. 사용자마다 한 번에 하나만 내보낼 수 있습니다.']);
}
