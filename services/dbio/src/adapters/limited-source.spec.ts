import { afterEach, describe, expect, it } from '@jest/globals';
import { connectionLimitsSchema, type Row } from '@tank/contracts';
import { sourceDown, sourceWith } from '../../test/fakes.js';
import { ReadingForbidden, type Source } from '../source.js';
import { GuardedSource } from './guarded-source.js';
import { LimitedSource } from './limited-source.js';

const OFFICE_HOURS = { forbiddenHours: [{ days: ['FRI'], from: '09:00', to: '18:00' }] };
const seoul = (time: string) => Date.parse(`2026-11-20T${time}+09:00`); // a Friday
const never = new AbortController().signal;
const made: GuardedSource[] = [];
afterEach(() => Promise.all(made.splice(0).map((source) => source.close())));
const found = async () => ({ columns: [], rows: [] });

function limited(limits: object, parts: Partial<Source> = {}) {
  const clock = { now: seoul('08:00:00') };
  const all = { name: 'customers', sample: found, lookUp: found, check: async () => ({ columns: [], binds: [] }), update: async () => [{ changed: 1 }], warnings: () => [], close: async () => {}, ...parts };
  const guarded = new GuardedSource(sourceWith(all), { resetMs: 60_000, volume: 3 });
  made.push(guarded);
  return { clock, source: new LimitedSource(guarded, { timeZone: 'Asia/Seoul', limits: connectionLimitsSchema.parse(limits) }, () => clock.now) };
}
async function readAll(source: Source): Promise<number> {
  let count = 0;
  for await (const batch of source.streamTarget('SELECT 1', never)) count += batch.length;
  return count;
}
/** Batches of ten rows; tells how many were fetched and whether it was closed. */
function batchesOf(rows: number, onBatch: (read: number) => void = () => {}) {
  const seen = { read: 0, isClosed: false };
  async function* streamTarget(): AsyncGenerator<Row[]> {
    try {
      for (let at = 0; at < rows; at += 10) {
        seen.read += 10;
        onBatch(seen.read);
        yield Array.from({ length: Math.min(10, rows - at) }, (_, n) => ({ n: at + n }));
      }
    } finally {
      seen.isClosed = true;
    }
  }
  return { seen, streamTarget };
}

describe('forbidden hours', () => {
  it('refuse to read, saying until when, in both languages', async () => {
    const { clock, source } = limited(OFFICE_HOURS, batchesOf(10));
    clock.now = seoul('10:30:00');
    const reads = [() => source.sample('SELECT 1', 1), () => source.lookUp('SELECT 1', {}), () => readAll(source)];
    for (const read of reads) {
      const error = await read().catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(ReadingForbidden);
      expect(error).toMatchObject({
        isLasting: false,
        problem: { code: 'SOURCE_FORBIDDEN_HOURS', databaseCodes: [], message: 'customers is not read before 2026-11-20 18:00 (Asia/Seoul).', ko: { message: expect.stringContaining('2026-11-20 18:00') }, cause: expect.stringContaining('FRI 09:00-18:00') },
      });
    }
  });

  it('let a minute pass between two looks at most, and end to the moment', async () => {
    const { clock, source } = limited(OFFICE_HOURS);
    for (const [time, retryAfterMs] of [['09:00:00', 60_000], ['17:59:18', 42_000], ['17:59:59.500', 500]] as const) {
      clock.now = seoul(time);
      await expect(source.lookUp('', {})).rejects.toMatchObject({ retryAfterMs });
    }
    clock.now = seoul('18:00:00');
    await expect(source.lookUp('', {})).resolves.toEqual({ columns: [], rows: [] });
    clock.now = seoul('08:59:59.999');
    await expect(source.lookUp('', {})).resolves.toBeDefined();
  });

  it('do not keep outcomes from being written back, nor anybody from testing', async () => {
    const { clock, source } = limited(OFFICE_HOURS, { connectTest: async () => ({ ok: true, serverVersion: '19', durationMs: 1, warnings: [] }) });
    clock.now = seoul('12:00:00');
    await expect(source.update('UPDATE 1', [{}])).resolves.toEqual([{ changed: 1 }]);
    await expect(source.check({ purpose: 'target', sql: 'SELECT 1', bindable: [] })).resolves.toEqual({ columns: [], binds: [] });
    await expect(source.connectTest()).resolves.toMatchObject({ ok: true });
  });

  it('count as no failure: the breaker stays closed', async () => {
    const { clock, source } = limited(OFFICE_HOURS);
    clock.now = seoul('12:00:00');
    for (let at = 0; at < 10; at += 1) await expect(source.lookUp('', {})).rejects.toBeInstanceOf(ReadingForbidden);
    expect(source.openBecause()).toBeNull();
    clock.now = seoul('18:00:00');
    await expect(source.lookUp('', {})).resolves.toBeDefined();
  });

  it('stop a stream that they overtake between two batches, and let go of it', async () => {
    const { seen, streamTarget } = batchesOf(100, (read) => { if (read === 30) clock.now = seoul('09:00:00'); });
    const { clock, source } = limited(OFFICE_HOURS, { streamTarget });
    await expect(readAll(source)).rejects.toBeInstanceOf(ReadingForbidden);
    expect(seen).toEqual({ read: 30, isClosed: true });
  });

  it('leave what the breaker says as it is', async () => {
    const { source } = limited(OFFICE_HOURS, { lookUp: () => Promise.reject(sourceDown()) });
    for (let at = 0; at < 5; at += 1) await source.lookUp('', {}).catch(() => {});
    expect(source.openBecause()).toMatchObject({ code: 'SOURCE_REFUSED' });
  });
});

describe('the row limit', () => {
  it('lets as many rows through as it says', async () => {
    const { source } = limited({ rowLimit: 25 }, batchesOf(25));
    await expect(readAll(source)).resolves.toBe(25);
  });

  it('ends a Target Query with more, soon and closed, naming the limit', async () => {
    const { seen, streamTarget } = batchesOf(10_000);
    const { source } = limited({ rowLimit: 25 }, { streamTarget });
    await expect(readAll(source)).rejects.toMatchObject({ blame: 'query', error: { code: 'TARGET_ROW_LIMIT', message: expect.stringContaining('25'), ko: { message: expect.stringContaining('25') } } });
    expect(seen).toEqual({ read: 30, isClosed: true });
    expect(source.openBecause()).toBeNull();
  });

  it('does not touch samples and look-ups', async () => {
    const { source } = limited({ rowLimit: 1 }, { sample: async () => ({ columns: [], rows: [{ a: 1 }, { a: 2 }] }) });
    await expect(source.sample('SELECT 1', 2)).resolves.toMatchObject({ rows: [{}, {}] });
    await expect(source.lookUp('SELECT 1', {})).resolves.toBeDefined();
  });
});
