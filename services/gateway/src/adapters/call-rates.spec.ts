import { heapInUse } from '../../../../embedded/test/heap-in-use.js';
import { CallRates } from './call-rates.js';

describe('calls within a minute', () => {
  it('are counted for each address and each user by themselves', async () => {
    const rates = new CallRates();
    expect(await rates.ofAddress('192.0.2.1', 2)).toMatchObject({ isAllowed: true, remaining: 1 });
    expect(await rates.ofAddress('192.0.2.2', 2)).toMatchObject({ isAllowed: true, remaining: 1 });
    expect(await rates.ofUser('192.0.2.1', 2)).toMatchObject({ isAllowed: true, remaining: 1 });
    expect([(await rates.ofAddress('192.0.2.1', 2)).isAllowed, (await rates.ofAddress('192.0.2.1', 2)).isAllowed]).toEqual([true, false]);
  });

  it('of very many addresses take a bounded memory', async () => {
    const rates = new CallRates();
    const before = heapInUse();
    for (let at = 0; at < 150_000; at++) await rates.ofAddress(`10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`, 100);
    expect((heapInUse() - before) / 1024 ** 2).toBeLessThan(40);
    expect((await rates.ofUser('somebody', 100)).remaining).toBe(99);
  }, 30_000);
});
