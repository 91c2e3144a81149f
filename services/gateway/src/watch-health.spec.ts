import { Refused, SERVICES, type Health } from '@tank/contracts';
import type { Services } from './handlers.js';
import { statusOfAll, WatchHealth } from './watch-health.js';

describe('health of all services', () => {
  const asked: string[] = [];
  const state: Record<string, Health['status'] | 'silent' | 'mad'> = {};
  let nowMs = 0;
  const services = {
    ask: async (name: string) => {
      asked.push(name);
      const service = name.split('.')[0] ?? '';
      if (state[service] === 'silent') throw new Refused('UNAVAILABLE', [`The service ${service} does not answer: see that it runs.`, `(한국어) The service ${service} does not answer: see that it runs.`]);
      if (state[service] === 'mad') throw new Error('geheim');
      return { service, status: state[service] ?? 'ok', parts: [] };
    },
  } as unknown as Services;
  const watch = new WatchHealth(services, async () => ({ service: 'gateway', status: 'ok', parts: [] }), () => nowMs);
  beforeEach(() => {
    nowMs += 10_000;
    asked.length = 0;
    for (const service of Object.keys(state)) delete state[service];
  });

  it('asks each service once a second at most, however many ask', async () => {
    await Promise.all([watch.all(), watch.all()]);
    nowMs += 999;
    await watch.all();
    expect(asked).toHaveLength(SERVICES.length - 1);
    nowMs += 1;
    await watch.all();
    expect(asked).toHaveLength(2 * (SERVICES.length - 1));
  });

  it('is down with a silent service, and says which and why', async () => {
    state.sender = 'silent';
    state.logs = 'mad';
    const all = await watch.all();
    expect(statusOfAll(all)).toBe('down');
    expect(all.find(({ service }) => service === 'sender')?.parts).toEqual([
      { name: 'answer', status: 'down', detail: 'The service sender does not answer: see that it runs.', detailKo: expect.stringContaining('응답하지 않습니다') },
    ]);
    expect(JSON.stringify(all)).not.toContain('geheim');
  });

  it('still works while one is degraded', async () => {
    state.dbio = 'degraded';
    expect(statusOfAll(await watch.all())).toBe('degraded');
  });
});
