import { describe, expect, it } from '@jest/globals';
import { LogUpkeep, type KeptLogs, type LogKind } from './log-upkeep.js';

const keepDays = { mails: 365, runs: 365, systemErrors: 90, deadLetters: 30 };

function upkeep(fake: Partial<KeptLogs>) {
  const told: object[] = [];
  const logs: KeptLogs = {
    preparePartitions: async () => undefined,
    alone: (work) => work(),
    monthsEndedBefore: async () => [],
    dropMonth: async () => true,
    deleteMails: async () => 0,
    deleteEntries: async () => 0,
    ...fake,
  };
  return { told, service: new LogUpkeep(logs, keepDays, (action, about) => told.push({ action, ...about }), () => new Date('2026-11-20T00:00:00Z')) };
}

describe('LogUpkeep', () => {
  it('prepares the partitions of this month and the next', async () => {
    const prepared: string[] = [];
    await upkeep({ preparePartitions: async (months) => void prepared.push(...months) }).service.prepare();
    expect(prepared).toEqual(['2026-11', '2026-12']);
  });

  it('erases each kind when its own days are over, in batches until nothing is left', async () => {
    const left = { runs: 0, systemErrors: 12_000, deadLetters: 1 };
    const asked: [LogKind, string][] = [];
    const { service, told } = upkeep({
      deleteEntries: async (kind, before, limit) => {
        asked.push([kind, before.toISOString().slice(0, 10)]);
        const count = Math.min(left[kind], limit);
        left[kind] -= count;
        return count;
      },
    });
    await service.erase();
    expect(left).toEqual({ runs: 0, systemErrors: 0, deadLetters: 0 });
    expect(asked).toEqual([['runs', '2025-11-20'], ...Array(3).fill(['systemErrors', '2026-08-22']), ['deadLetters', '2026-10-21']]);
    expect(told).toMatchObject([{ kind: 'systemErrors', count: 12_000 }, { kind: 'deadLetters', count: 1 }]);
  });

  it('drops a month whole, and of a month that cannot go deletes only the old mails', async () => {
    const deleted: string[] = [];
    const { service, told } = upkeep({
      monthsEndedBefore: async () => ['2025-09', '2025-10'],
      dropMonth: async (month) => month === '2025-09',
      deleteMails: async (month) => (deleted.push(month), 7),
    });
    await service.erase();
    expect(deleted).toEqual(['2025-10']);
    expect(told).toMatchObject([{ action: 'month-dropped', month: '2025-09' }, { action: 'entries-deleted', month: '2025-10', count: 7 }]);
  });

  it('stops after the batch in hand', async () => {
    let batches = 0;
    const { service } = upkeep({ deleteEntries: async (_, __, limit) => ((batches += 1), service.stop(), limit) });
    await service.erase();
    expect(batches).toBe(1);
  });
});
