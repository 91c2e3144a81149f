import { describe, expect, it } from '@jest/globals';
import type { Row } from '@tank/contracts';
import { CHUNK_BYTES, chunkRows, RowTooLarge } from './chunk-rows.js';

async function chunksOf(...batches: Row[][]): Promise<Row[][]> {
  const chunks: Row[][] = [];
  for await (const chunk of chunkRows((async function* () { yield* batches; })())) chunks.push(chunk);
  return chunks;
}
const rows = (count: number, wide = ''): Row[] => Array.from({ length: count }, (_, n) => ({ n, wide }));

describe('chunkRows', () => {
  it('keeps the order and makes at most 1,000 rows a chunk, whatever the batches', async () => {
    const all = rows(2500);
    const chunks = await chunksOf(all.slice(0, 250), all.slice(250, 2499), all.slice(2499));
    expect(chunks.map(({ length }) => length)).toEqual([1000, 1000, 500]);
    expect(chunks.flat()).toEqual(all);
  });

  it('keeps each chunk under 256 KB of JSON, in bytes and not in characters', async () => {
    const chunks = await chunksOf(rows(900, '가'.repeat(1000)));
    expect(chunks.flat()).toHaveLength(900);
    for (const chunk of chunks) expect(Buffer.byteLength(JSON.stringify(chunk))).toBeLessThanOrEqual(CHUNK_BYTES);
    expect(chunks.length).toBeLessThan(12);
  });

  it('gives no chunk for no rows', async () => expect(await chunksOf([], [])).toEqual([]));

  it('names the row that no chunk can hold', async () => {
    const error = await chunksOf(rows(3), rows(1, 'x'.repeat(CHUNK_BYTES))).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(RowTooLarge);
    expect(error).toMatchObject({ rowNumber: 4 });
  });
});
