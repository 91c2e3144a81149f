import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Lanes, NoLane } from './lanes.js';

afterEach(() => void jest.useRealTimers());

/** Work that a test ends; `begun` has the names in the order in which they began. */
class Works {
  readonly begun: string[] = [];
  private readonly open = new Map<string, () => void>();

  work(name: string): () => Promise<string> {
    return async () => {
      this.begun.push(name);
      await new Promise<void>((resolve) => this.open.set(name, resolve));
      return name;
    };
  }
  end(name: string): void {
    this.open.get(name)!();
  }
}
/** Everything that can go on without a clock has gone on. */
const settle = () => new Promise((resolve) => jest.requireActual<typeof import('node:timers')>('node:timers').setImmediate(resolve));

describe('Lanes', () => {
  it('run as many at a time as there are, and the others in their order', async () => {
    const [lanes, works] = [new Lanes(2), new Works()];
    const done = ['a', 'b', 'c', 'd'].map((name) => lanes.run(works.work(name)));
    await settle();
    expect([works.begun, lanes.free]).toEqual([['a', 'b'], 0]);
    works.end('b');
    await settle();
    expect(works.begun).toEqual(['a', 'b', 'c']);
    for (const name of ['a', 'c']) works.end(name);
    await settle();
    works.end('d');
    expect(await Promise.all(done)).toEqual(['a', 'b', 'c', 'd']);
    expect(lanes.free).toBe(2);
  });

  it('are free again after work that failed', async () => {
    const lanes = new Lanes(1);
    await expect(lanes.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(lanes.run(async () => 'yes')).resolves.toBe('yes');
    expect(lanes.free).toBe(1);
  });

  it('fail all that wait, and nothing that runs', async () => {
    const [lanes, works] = [new Lanes(1), new Works()];
    const running = lanes.run(works.work('a'));
    const waiting = Promise.allSettled([lanes.run(works.work('b')), lanes.run(works.work('c'))]);
    await settle();
    const error = new Error('nobody gets in');
    lanes.failWaiting(error);
    expect(await waiting).toEqual([{ status: 'rejected', reason: error }, { status: 'rejected', reason: error }]);
    works.end('a');
    await expect(running).resolves.toBe('a');
    expect([works.begun, lanes.free]).toEqual([['a'], 1]);
  });

  it('make nobody wait longer than his patience, and lose no lane by that', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    const [lanes, works] = [new Lanes(1), new Works()];
    const running = lanes.run(works.work('a'));
    const impatient = lanes.run(works.work('b'), 100).catch((error: unknown) => error);
    const patient = lanes.run(works.work('c'), 1_000);
    await settle();
    jest.advanceTimersByTime(100);
    expect(await impatient).toBeInstanceOf(NoLane);
    works.end('a');
    await running;
    await settle();
    jest.advanceTimersByTime(1_000); // patience is for the beginning, not for the work
    works.end('c');
    await expect(patient).resolves.toBe('c');
    expect([works.begun, lanes.free]).toEqual([['a', 'c'], 1]);
  });
});
