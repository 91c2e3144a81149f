import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { Row } from '@tank/contracts';
import { queryFailed, sourceDown, sourceWith } from '../../test/fakes.js';
import type { Source } from '../source.js';
import { GuardedSource } from './guarded-source.js';

const RESET_MS = 10_000;
const never = new AbortController().signal;

afterEach(() => void jest.useRealTimers());

function guarded(parts: Partial<Source>) {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  return new GuardedSource(sourceWith({ close: async () => {}, ...parts }), { resetMs: RESET_MS, volume: 3 });
}
const found = async () => ({ columns: [], rows: [] });

describe('GuardedSource', () => {
  it('stops asking a source that is down, says why, and tries one call after a while', async () => {
    let asked = 0;
    let isDown = true;
    const source = guarded({ lookUp: async () => { asked += 1; return isDown ? Promise.reject(sourceDown()) : found(); } });
    for (let at = 0; at < 10; at += 1) await expect(source.lookUp('', {})).rejects.toMatchObject({ problem: { code: 'SOURCE_REFUSED' }, isLasting: false });
    expect(asked).toBe(3);
    expect(source.openBecause()).toMatchObject({ code: 'SOURCE_REFUSED' });
    jest.advanceTimersByTime(RESET_MS + 1);
    await expect(source.lookUp('', {})).rejects.toMatchObject({ problem: { code: 'SOURCE_REFUSED' } });
    await expect(source.lookUp('', {})).rejects.toMatchObject({ problem: { code: 'SOURCE_REFUSED' } });
    expect(asked).toBe(4);
    isDown = false;
    jest.advanceTimersByTime(RESET_MS + 1);
    await expect(source.lookUp('', {})).resolves.toEqual({ columns: [], rows: [] });
    expect(source.openBecause()).toBeNull();
    await source.close();
  });

  it('does not mind queries that are wrong', async () => {
    const source = guarded({ lookUp: () => Promise.reject(queryFailed('query')), update: () => Promise.reject(queryFailed('row')) });
    for (let at = 0; at < 20; at += 1) {
      await expect(source.lookUp('', {})).rejects.toMatchObject({ blame: 'query' });
      await expect(source.update('', [])).rejects.toMatchObject({ blame: 'row' });
    }
    expect(source.openBecause()).toBeNull();
    await source.close();
  });

  it('does not try a wrong password again and again, and keeps saying that it is wrong', async () => {
    let asked = 0;
    const source = guarded({ lookUp: () => { asked += 1; return Promise.reject(sourceDown(true)); } });
    for (let at = 0; at < 10; at += 1) await expect(source.lookUp('', {})).rejects.toMatchObject({ isLasting: true, problem: { code: 'SOURCE_WRONG_PASSWORD' } });
    expect(asked).toBe(3);
    await source.close();
  });

  it('says in both languages that it leaves the source alone, and why', async () => {
    const source = guarded({ lookUp: () => Promise.reject(sourceDown()) });
    for (let at = 0; at < 3; at += 1) await source.lookUp('', {}).catch(() => {});
    await expect(source.lookUp('', {})).rejects.toMatchObject({
      problem: {
        message: 'customers is not asked for a while: It is away.', cause: 'Because.', remedy: 'Do something.', databaseCodes: ['X-1'],
        ko: { message: expect.stringMatching(/^customers: .*요청하지 않습니다\. 응답이 없습니다\.$/), cause: '그래서입니다.', remedy: '조치하세요.' },
      },
    });
    await source.close();
  });

  it('shows what will not heal by itself at the first failure, until something works again', async () => {
    let isWrong = true;
    const source = guarded({ lookUp: () => (isWrong ? Promise.reject(sourceDown(true)) : found()), connectTest: async () => ({ ok: true, serverVersion: '18', durationMs: 1, warnings: [] }) });
    await source.lookUp('', {}).catch(() => {});
    expect(source.openBecause()).toMatchObject({ code: 'SOURCE_WRONG_PASSWORD' });
    await source.connectTest();
    expect(source.openBecause()).toBeNull();
    await source.lookUp('', {}).catch(() => {});
    isWrong = false;
    await source.lookUp('', {});
    expect(source.openBecause()).toBeNull();
    await source.close();
  });

  it('begins no stream while open, and leaves a running one alone', async () => {
    const streamTarget = async function* (): AsyncGenerator<Row[]> {
      yield [{ n: 1 }];
      yield [{ n: 2 }];
    };
    const source = guarded({ streamTarget, lookUp: () => Promise.reject(sourceDown()) });
    const running = source.streamTarget('', never);
    await expect(running.next()).resolves.toMatchObject({ value: [{ n: 1 }] });
    for (let at = 0; at < 5; at += 1) await source.lookUp('', {}).catch(() => {});
    await expect(running.next()).resolves.toMatchObject({ value: [{ n: 2 }] });
    await expect(source.streamTarget('', never).next()).rejects.toMatchObject({ problem: { code: 'SOURCE_REFUSED' } });
    await source.close();
  });

  it('answers an author who asks even while open', async () => {
    const source = guarded({ lookUp: () => Promise.reject(sourceDown()), connectTest: async () => ({ ok: true, serverVersion: '18', durationMs: 1, warnings: [] }) });
    for (let at = 0; at < 5; at += 1) await source.lookUp('', {}).catch(() => {});
    await expect(source.connectTest()).resolves.toMatchObject({ ok: true });
    await source.close();
  });
});
