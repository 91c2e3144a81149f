import pg from 'pg';
import { roleUrl, waitFor } from '../embedded/test/parts.ts';
import type { TankApi } from '../examples/monthly-statement/tank-api.ts';
import { AUTOMATION } from '../examples/monthly-statement/automation.ts';
import { startTank, type RunningTank } from './running-tank.ts';

interface Run { runId: string; status: string; trigger: string; businessDate: string; startAt: string }

describe('a schedule, with two schedulers running', () => {
  let tank: RunningTank;
  beforeAll(async () => {
    tank = await startTank({ replicas: { scheduler: 2 } });
  }, 90_000);
  afterAll(() => tank?.stop());

  it('fires at its minute in Asia/Seoul, once', async () => {
    const { api } = tank;
    const automationId = await buildAutomation(api);
    const due = nextMinuteAwayFrom(new Date(), 5_000);
    const seoul = new Date(due.getTime() + 9 * 3_600_000).toISOString();
    const schedule = await api.post<{ nextFirings: string[] }>('/scheduler', { automationId, cron: `${Number(seoul.slice(14, 16))} ${Number(seoul.slice(11, 13))} * * *`, timeZone: 'Asia/Seoul' });
    expect(new Date(schedule.nextFirings[0]!)).toEqual(due);
    expect(await api.all<Run>('/run')).toEqual([]);

    const runs = await waitFor(async () => nonEmpty(await api.all<Run>('/run')), { what: 'the firing', timeoutMs: 75_000, everyMs: 200 });
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({ trigger: 'schedule', businessDate: `${seoul.slice(0, 16)}:00` });

    await waitFor(async () => (await api.get<Run>(`/run/${runs[0]!.runId}`)).status === 'COMPLETED', { what: 'the run to complete', timeoutMs: 60_000, everyMs: 200 });
    const [run] = await api.all<Run>('/run');
    const lateMs = new Date(run!.startAt).getTime() - due.getTime();
    expect(lateMs).toBeGreaterThanOrEqual(0);
    expect(lateMs).toBeLessThan(10_000);
    expect(await loggedRuns(tank)).toBe(1);
  }, 180_000);
});

/** The minute after this one; the one after that where this one is nearly over, so that the schedule is there in time. */
function nextMinuteAwayFrom(now: Date, marginMs: number): Date {
  const minute = 60_000;
  return new Date((Math.floor((now.getTime() + marginMs) / minute) + 1) * minute);
}

async function buildAutomation(api: TankApi): Promise<string> {
  const { items } = await api.get<{ items: { connectionId: string }[] }>('/connection');
  const { automationId } = await api.post<{ automationId: string }>('/automation', { ...AUTOMATION.basics, fileRules: [], connectionId: items[0]!.connectionId });
  await api.post(`/automation/${automationId}/dbio/target`, { sql: `${AUTOMATION.target.sql} LIMIT 10` });
  await api.post(`/automation/${automationId}/dbio/mapping`, AUTOMATION.mapping);
  await api.post(`/automation/${automationId}/template`, AUTOMATION.template);
  await api.post(`/automation/${automationId}/activate`);
  return automationId;
}

async function loggedRuns({ logsDb }: RunningTank): Promise<number> {
  const reader = new pg.Client({ connectionString: roleUrl(logsDb, 'reader') });
  await reader.connect();
  try {
    return (await reader.query('SELECT count(*)::int FROM auto_run_log')).rows[0].count;
  } finally {
    await reader.end();
  }
}

const nonEmpty = <T>(items: T[]): T[] | undefined => (items.length > 0 ? items : undefined);
