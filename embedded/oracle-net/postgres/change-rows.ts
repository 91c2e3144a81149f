import pg from 'pg';
import { OracleError, type Changed } from '../backend.ts';

/** Runs a statement for these rows, all of them or none. */
export type RunPiece = (rows: number[]) => Promise<PieceDone>;

/** Rows touched for each, or which one failed first. */
export type PieceDone = { counts: number[] } | { failedAt: number; error: OracleError };

const LARGEST_PIECE = 1_000;
const AFTER_ANOTHER_ONE = '25P02';

/**
 * Runs a statement for many rows in pieces that are as large as the failures let them be: a piece undoes itself when one of its
 * rows fails, is done again up to that row, and the row's failure is kept. So a few bad rows among thousands cost little.
 * @throws OracleError of the first row that fails, unless failures are wanted; `rowsBefore` are done then.
 */
export async function changeRows(count: number, batchErrors: boolean, run: RunPiece): Promise<Changed> {
  const changed: Changed = { counts: [], errors: [] };
  let size = LARGEST_PIECE;
  while (changed.counts.length < count) {
    const start = changed.counts.length;
    const rows = Array.from({ length: Math.min(size, count - start) }, (_, at) => start + at);
    const done = await run(rows);
    if ('counts' in done) {
      changed.counts.push(...done.counts);
      size = Math.min(size * 2, LARGEST_PIECE);
    } else if (done.failedAt > 0) size = done.failedAt;
    else {
      if (!batchErrors) throw Object.assign(done.error, { rowsBefore: start });
      changed.counts.push(0);
      changed.errors.push({ row: start, error: done.error });
      size = Math.max(1, size >> 1);
    }
  }
  return changed;
}

/** What became of a piece that was sent at once; rows behind the one that failed say no more than that. */
export function pieceDone(answers: PromiseSettledResult<pg.QueryArrayResult>[], errorOf: (error: unknown) => OracleError): PieceDone {
  const failedAt = answers.findIndex((answer) => answer.status === 'rejected' && !(answer.reason instanceof pg.DatabaseError && answer.reason.code === AFTER_ANOTHER_ONE));
  const failed = answers[failedAt];
  if (failed?.status === 'rejected') return { failedAt, error: errorOf(failed.reason) };
  return { counts: answers.map((answer) => (answer.status === 'fulfilled' ? (answer.value.rowCount ?? 0) : 0)) };
}
