import type { Streamed } from '@tank/contracts';

/** How an export ended: all of it was written, something failed half-way, or nobody read on. */
export type ExportEnd = 'complete' | 'failed' | 'left';

/**
 * Begins to write, so that what fails at once is still answered with a sentence, and tells exactly once how it ended: before the reader
 * learns that it has ended, so that a file is whole only if the trail says so.
 */
export async function begun<T extends string | Uint8Array>(file: AsyncGenerator<T, void>, ended: (end: ExportEnd) => Promise<void>): Promise<Streamed['chunks']> {
  let isOver = false;
  const over = async (end: ExportEnd) => {
    if (isOver) return;
    isOver = true;
    await ended(end);
  };
  const step = async () => {
    try {
      return await file.next();
    } catch (error) {
      await over('failed');
      throw error;
    }
  };
  let first: IteratorResult<T, void> | undefined = await step();
  const iterator: AsyncIterator<T, void> = {
    next: async () => {
      const result = first ?? (await step());
      first = undefined;
      if (result.done) await over('complete');
      return result;
    },
    return: async () => {
      await file.return();
      await over('left');
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}
