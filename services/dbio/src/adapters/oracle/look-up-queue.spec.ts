import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { Lanes, NoLane } from './lanes.js';
import { LookUpQueue } from './look-up-queue.js';
import { ThreadEnded } from './oracle-thread.js';
import type { Fetched, LookUp } from './worker-messages.js';

const PATIENCE_MS = 1_000;
afterEach(() => void jest.useRealTimers());

const lookUp = (name: string): LookUp => ({ kind: 'look-up', sql: name, binds: [], limit: 2 });
const found = (name: string): Fetched => ({ columns: [], rows: [[name]] });

/** A group that was asked for: a test answers each of it and ends it. */
class AskedGroup {
  private readonly pending: Map<string, PromiseWithResolvers<Fetched>>;
  private readonly end = Promise.withResolvers<void>();
  constructor(readonly names: string[], readonly waitMs: number) {
    this.pending = new Map(names.map((name) => [name, Promise.withResolvers<Fetched>()]));
  }
  get promises() {
    return { answers: [...this.pending.values()].map(({ promise }) => promise), done: this.end.promise };
  }
  answer(...names: string[]): void {
    for (const name of names) this.pending.get(name)!.resolve(found(name));
  }
  fail(error: Error, ...names: string[]): void {
    for (const name of names) this.pending.get(name)!.reject(error);
  }
  over(): void {
    this.end.resolve();
  }
}

function queueWith(laneCount: number) {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  const groups: AskedGroup[] = [];
  const lanes = new Lanes(laneCount);
  const queue = new LookUpQueue(lanes, PATIENCE_MS, (group, waitMs) => {
    const asked = new AskedGroup(group.map(({ sql }) => sql), waitMs);
    groups.push(asked);
    return asked.promises;
  });
  return { queue, lanes, groups };
}
/** Nothing more happens without a clock or an answer. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await setImmediate();
}
const named = (count: number) => Array.from({ length: count }, (_, at) => `q${at}`);

describe('LookUpQueue', () => {
  it('lets a few go side by side, and many together, but never more than sixteen', async () => {
    const { queue, groups } = queueWith(2);
    void Promise.allSettled(named(2).map((name) => queue.add(lookUp(name))));
    await settle();
    expect(groups.map(({ names }) => names)).toEqual([['q0'], ['q1']]);
    void Promise.allSettled(named(40).map((name) => queue.add(lookUp(name))));
    for (const group of [...groups]) {
      group.answer(...group.names);
      group.over();
      await settle();
    }
    expect(groups.slice(2).map(({ names }) => names.length)).toEqual([16, 16]);
  });

  it('lets an update in between two groups, however many wait', async () => {
    const { queue, lanes, groups } = queueWith(1);
    void Promise.allSettled(named(40).map((name) => queue.add(lookUp(name))));
    await settle();
    const order: string[] = [];
    const update = lanes.run(async () => void order.push(`update after ${groups.length} groups`));
    for (let at = 0; at < 3; at += 1) {
      groups[at]!.answer(...groups[at]!.names);
      groups[at]!.over();
      await settle();
    }
    await update;
    expect(order).toEqual(['update after 2 groups']);
    expect(groups.map(({ names }) => names.length)).toEqual([16, 16, 8]);
  });

  it('settles each as soon as it is done, and keeps the lane until its transaction is over', async () => {
    const { queue, lanes, groups } = queueWith(1);
    const [first, second] = ['a', 'b'].map((name) => queue.add(lookUp(name)));
    await settle();
    groups[0]!.answer('a');
    expect(await first).toEqual(found('a'));
    groups[0]!.answer('b');
    expect(await second).toEqual(found('b'));
    const third = queue.add(lookUp('c'));
    await settle();
    expect([groups.length, lanes.free]).toEqual([1, 0]);
    groups[0]!.over();
    await settle();
    groups[1]!.answer('c');
    expect(await third).toEqual(found('c'));
  });

  it('asks once more for what lost its thread to another call, and for nothing else', async () => {
    const { queue, groups } = queueWith(1);
    const outcomes = Promise.allSettled(['hung', 'a', 'b'].map((name) => queue.add(lookUp(name))));
    await settle();
    groups[0]!.fail(new Error('late'), 'hung');
    groups[0]!.fail(new ThreadEnded(), 'a', 'b');
    groups[0]!.over();
    await settle();
    expect(groups.slice(1).map(({ names }) => names)).toEqual([['a', 'b']]);
    groups[1]!.answer('a');
    groups[1]!.fail(new ThreadEnded(), 'b');
    groups[1]!.over();
    expect(await outcomes).toEqual([
      { status: 'rejected', reason: new Error('late') }, { status: 'fulfilled', value: found('a') }, { status: 'rejected', reason: expect.any(ThreadEnded) },
    ]);
    await settle();
    expect(groups).toHaveLength(2);
  });

  it('fails the whole group where it cannot even be asked, and asks for the next', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    const refusal = new Error('leave the account alone');
    let isRefused = true;
    const queue = new LookUpQueue(new Lanes(1), PATIENCE_MS, (group) => {
      if (isRefused) throw refusal;
      return { answers: group.map(({ sql }) => Promise.resolve(found(sql))), done: Promise.resolve() };
    });
    const outcomes = await Promise.allSettled(['a', 'b'].map((name) => queue.add(lookUp(name))));
    expect(outcomes).toEqual(Array(2).fill({ status: 'rejected', reason: refusal }));
    isRefused = false;
    await expect(queue.add(lookUp('c'))).resolves.toEqual(found('c'));
  });

  it('gives those that wait a turn only while they have patience, and tells a group what is left of it', async () => {
    const { queue, groups } = queueWith(1);
    void queue.add(lookUp('long'));
    await settle();
    const impatient = queue.add(lookUp('early')).catch((error: unknown) => error);
    jest.advanceTimersByTime(PATIENCE_MS - 1);
    const patient = queue.add(lookUp('late'));
    jest.advanceTimersByTime(1);
    expect(await impatient).toBeInstanceOf(NoLane);
    jest.advanceTimersByTime(400);
    groups[0]!.answer('long');
    groups[0]!.over();
    await settle();
    expect(groups[1]!.names).toEqual(['late']);
    expect(groups[1]!.waitMs).toBeLessThanOrEqual(PATIENCE_MS - 401);
    groups[1]!.answer('late');
    await expect(patient).resolves.toEqual(found('late'));
  });

  it('fails all that wait when nobody gets in', async () => {
    const { queue, lanes } = queueWith(1);
    void queue.add(lookUp('running'));
    await settle();
    const waiting = Promise.allSettled(named(3).map((name) => queue.add(lookUp(name))));
    await settle();
    const refusal = new Error('nobody gets in');
    lanes.failWaiting(refusal);
    expect(await waiting).toEqual(Array(3).fill({ status: 'rejected', reason: refusal }));
  });
});
