import { REQUESTS, type RequestName } from '@tank/contracts';
import { BriefAnswers } from './brief-answers.js';
import type { Services } from './handlers.js';

const DAY = { from: '2026-11-01', to: '2026-11-20' };

describe('answers that are kept for a while', () => {
  let nowMs = 0;
  let asked: { name: string; asks: unknown; resolve(answer: unknown): void; reject(error: Error): void }[] = [];
  const services: Services = { ask: (name, asks) => new Promise((resolve, reject) => asked.push({ name, asks, resolve: resolve as (answer: unknown) => void, reject })) };
  let brief: BriefAnswers;
  beforeEach(() => {
    [nowMs, asked] = [0, []];
    brief = new BriefAnswers(services, () => nowMs);
  });
  const summary = (of: object = {}) => brief.ask('logs.summary', { ...DAY, ...of }) as Promise<unknown>;

  it('are asked for once, however many want them at the same time and however long it takes', async () => {
    const all = Array.from({ length: 100 }, () => summary());
    nowMs = 30_000;
    all.push(summary());
    asked[0]!.resolve('A');
    expect(new Set(await Promise.all(all))).toEqual(new Set(['A']));
    nowMs += 4_999;
    expect(await summary()).toBe('A');
    expect(asked).toHaveLength(1);
    nowMs += 1;
    void summary();
    expect(asked).toHaveLength(2);
  });

  it.each([[{ automationId: 'a' }, { automationId: 'b' }], [{ automationIds: ['a'] }, { automationIds: ['b'] }], [{ automationIds: null }, { automationIds: [] }], [{ timeZone: 'Asia/Seoul' }, { timeZone: 'UTC' }]])('are never those of another question: %j and %j', (one, other) => {
    void summary(one);
    void summary(other);
    expect(asked).toHaveLength(2);
  });

  it('are not kept when they are none', async () => {
    const first = summary();
    asked[0]!.reject(new Error('away'));
    await expect(first).rejects.toThrow('away');
    void summary();
    expect(asked).toHaveLength(2);
  });

  it('are forgotten by a change that goes through here, also those that were under way meanwhile', async () => {
    const lists = () => brief.ask('scheduler.list-runs', { groupIds: [] }) as Promise<unknown>;
    const early = [summary(), lists()];
    for (const { resolve } of asked) resolve('before');
    await Promise.all(early);
    const change = brief.ask('scheduler.pause-run', { runId: '' });
    const meanwhile = brief.ask('scheduler.list-runs', { groupIds: null }) as Promise<unknown>;
    asked[2]!.resolve('paused');
    await change;
    asked[3]!.resolve('perhaps from before');
    expect(await meanwhile).toBe('perhaps from before');
    void lists();
    void brief.ask('scheduler.list-runs', { groupIds: null });
    expect(await summary()).toBe('before');
    expect(asked.map(({ name }) => name)).toEqual(['logs.summary', 'scheduler.list-runs', 'scheduler.pause-run', 'scheduler.list-runs', 'scheduler.list-runs', 'scheduler.list-runs']);
  });

  it('are forgotten by a change that failed: it may have been made', async () => {
    const lists = () => void brief.ask('scheduler.list-runs', { groupIds: null });
    lists();
    const change = brief.ask('scheduler.cancel-run', { runId: '' });
    asked[1]!.reject(new Error('no answer in time'));
    await expect(change).rejects.toThrow();
    lists();
    expect(asked).toHaveLength(3);
  });

  it('outlive what only reads, and nothing that is known to change', async () => {
    const changes = (Object.keys(REQUESTS) as RequestName[]).filter((name) => /\.(create|change|remove|activate|approve|start|pause|resume|cancel|resend|settle|open|append|close|explain|move|save|set)/.test(name));
    expect(changes.length).toBeGreaterThan(10);
    for (const name of Object.keys(REQUESTS) as RequestName[]) {
      asked = [];
      brief = new BriefAnswers(services, () => nowMs);
      const lists = () => void brief.ask('scheduler.list-runs', { groupIds: null });
      lists();
      brief.ask(name, {} as never).catch(() => undefined);
      asked.at(-1)!.resolve('done');
      await new Promise(setImmediate);
      const before = asked.length;
      lists();
      if (changes.includes(name) && name.startsWith('scheduler.')) expect([name, asked.length]).toEqual([name, before + 1]);
      else if (/\.(get|list|health|summary)/.test(name) || !name.startsWith('scheduler.')) expect([name, asked.length]).toEqual([name, before]);
    }
  });
});
