import { setTimeout as sleep } from 'node:timers/promises';
import { Turns } from './turns.js';

describe('turns', () => {
  it('let no more work at once than they are for, and all of them in the end, also after one that failed', async () => {
    const turns = new Turns(2);
    const done: number[] = [];
    let [running, most] = [0, 0];
    const work = (at: number) => turns.take(async () => {
      most = Math.max(most, ++running);
      await sleep(1);
      running--;
      if (at === 3) throw new Error('failed');
      done.push(at);
    });
    const ended = await Promise.allSettled(Array.from({ length: 9 }, (_, at) => work(at)));
    expect(ended.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    expect([most, done]).toEqual([2, [0, 1, 2, 4, 5, 6, 7, 8]]);
    await work(9);
    expect(done.at(-1)).toBe(9);
  });
});
