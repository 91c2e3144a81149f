import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { checkHealth } from './health.js';

afterEach(() => void jest.useRealTimers());

describe('the health of a service', () => {
  it('is that of its worst part, with a sentence in both languages', async () => {
    const sentence = { status: 'degraded' as const, detail: 'It is slow.', detailKo: '느립니다.' };
    const probes = [{ name: 'a', check: async () => ({ status: 'ok' as const, detail: null }) }, { name: 'b', check: async () => sentence }];
    expect(await checkHealth('dbio', probes)).toEqual({ service: 'dbio', status: 'degraded', parts: [{ name: 'a', status: 'ok', detail: null }, { name: 'b', ...sentence }] });
  });

  it('is down with a part that fails, and says why', async () => {
    const { status, parts } = await checkHealth('dbio', [{ name: 'a', check: async () => Promise.reject(new Error('ECONNREFUSED')) }]);
    expect([status, parts]).toEqual(['down', [{ name: 'a', status: 'down', detail: 'ECONNREFUSED', detailKo: '사용할 수 없습니다: ECONNREFUSED' }]]);
  });

  it('is down with a part that does not answer', async () => {
    jest.useFakeTimers();
    const checked = checkHealth('dbio', [{ name: 'a', check: () => new Promise(() => {}) }]);
    await jest.advanceTimersByTimeAsync(2000);
    expect((await checked).parts).toEqual([{ name: 'a', status: 'down', detail: 'no answer within 2000 ms', detailKo: '2000 ms 안에 응답이 없습니다.' }]);
  });
});
