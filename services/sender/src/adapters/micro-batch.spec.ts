import { describe, expect, it } from '@jest/globals';
import { MicroBatch } from './micro-batch.js';

function recorded(maxSize: number) {
  const batches: string[][] = [];
  const batch = new MicroBatch<string, string>(
    async (items) => {
      batches.push(items);
      if (items.includes('bad')) throw new Error('no');
      return items.map((item) => item.toUpperCase());
    },
    { maxSize, waitMs: 2, keyOf: (item) => item },
  );
  return { batch, batches };
}

describe('a micro-batch', () => {
  it('runs what comes together as one and gives each its own result', async () => {
    const { batch, batches } = recorded(10);
    expect(await Promise.all(['a', 'b', 'c'].map((item) => batch.add(item)))).toEqual(['A', 'B', 'C']);
    expect(batches).toEqual([['a', 'b', 'c']]);
  });

  it('goes at once when it is full', async () => {
    const { batch, batches } = recorded(2);
    await Promise.all(['a', 'b', 'c'].map((item) => batch.add(item)));
    expect(batches).toEqual([['a', 'b'], ['c']]);
  });

  it('never touches one row twice in a statement', async () => {
    const { batch, batches } = recorded(10);
    await Promise.all(['a', 'a', 'b'].map((item) => batch.add(item)));
    expect(batches).toEqual([['a', 'b'], ['a']]);
  });

  it('fails all who were in it, and works on', async () => {
    const { batch } = recorded(10);
    await expect(Promise.all(['a', 'bad'].map((item) => batch.add(item)))).rejects.toThrow('no');
    expect(await batch.add('c')).toBe('C');
  });
});
