import { describe, expect, it } from '@jest/globals';
import { OracleError } from '../backend.ts';
import { changeRows, type RunPiece } from './change-rows.ts';

/** A table that refuses some rows, piece by piece: all of a piece or nothing. */
function table(refused: number[]): { run: RunPiece; kept: number[]; sent: () => number } {
  const kept: number[] = [];
  let sent = 0;
  const run: RunPiece = async (rows) => {
    sent += rows.length;
    const failedAt = rows.findIndex((row) => refused.includes(row));
    if (failedAt >= 0) return { failedAt, error: new OracleError(1, `row ${rows[failedAt]}`) };
    kept.push(...rows);
    return { counts: rows.map(() => 1) };
  };
  return { run, kept, sent: () => sent };
}

const all = (count: number) => Array.from({ length: count }, (_, row) => row);

describe('changing many rows', () => {
  it('sends each once when none fails', async () => {
    const { run, kept, sent } = table([]);
    expect((await changeRows(5_000, true, run)).counts).toEqual(all(5_000).map(() => 1));
    expect([kept, sent()]).toEqual([all(5_000), 5_000]);
  });

  it.each([[[0]], [[4_999]], [[0, 1, 2]], [[7, 1_000, 1_001, 3_333]]])('keeps all but %j, each once and in order, at little more than their cost', async (refused) => {
    const { run, kept, sent } = table(refused);
    const { counts, errors } = await changeRows(5_000, true, run);
    expect(errors.map(({ row, error }) => [row, error.message])).toEqual(refused.map((row) => [row, `ORA-00001: row ${row}`]));
    expect(kept).toEqual(all(5_000).filter((row) => !refused.includes(row)));
    expect(counts.flatMap((count, row) => (count === 0 ? [row] : []))).toEqual(refused);
    expect(sent()).toBeLessThan(5_000 + refused.length * 3_000);
  });

  it('comes to an end when all fail, at a few times their cost', async () => {
    const { run, kept, sent } = table(all(5_000));
    expect((await changeRows(5_000, true, run)).errors).toHaveLength(5_000);
    expect(kept).toEqual([]);
    expect(sent()).toBeLessThan(10_000);
  });

  it('stops at the first failure when failures are not wanted', async () => {
    const { run, kept } = table([1_234]);
    await expect(changeRows(5_000, false, run)).rejects.toMatchObject({ number: 1, rowsBefore: 1_234 });
    expect(kept).toEqual(all(1_234));
  });
});
