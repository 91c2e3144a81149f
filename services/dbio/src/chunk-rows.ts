import type { Row } from '@tank/contracts';

export const CHUNK_BYTES = 256 * 1024;
export const CHUNK_ROWS = 1_000;

/** A row that no chunk can hold. Counts from 1, in the order of the query. */
export class RowTooLarge extends Error {
  constructor(readonly rowNumber: number, readonly bytes: number) {
    super(`Row ${rowNumber} of the Target Query has ${bytes} bytes; a row may have ${CHUNK_BYTES}.`);
    this.name = 'RowTooLarge';
  }
}

/** Regroups rows, in order, into chunks of at most 256 KB as JSON and 1,000 rows. Reads no further than one chunk ahead. */
export async function* chunkRows(batches: AsyncIterable<Row[]>): AsyncGenerator<Row[]> {
  let chunk: Row[] = [];
  let bytes = 2;
  let rowNumber = 0;
  for await (const batch of batches) {
    for (const row of batch) {
      const size = Buffer.byteLength(JSON.stringify(row)) + 1;
      rowNumber += 1;
      if (size + 2 > CHUNK_BYTES) throw new RowTooLarge(rowNumber, size);
      if (bytes + size > CHUNK_BYTES || chunk.length === CHUNK_ROWS) {
        yield chunk;
        chunk = [];
        bytes = 2;
      }
      chunk.push(row);
      bytes += size;
    }
  }
  if (chunk.length > 0) yield chunk;
}
