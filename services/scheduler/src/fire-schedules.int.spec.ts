import type { LogsDb } from '@tank/logs-db';
import { createDatabase, roleUrl, type TestDatabase } from '../../../embedded/test/parts.ts';
import { LeadershipLost } from './adapters/leadership.js';
import { PgFiringStore } from './adapters/firing-store.js';
import { openSchedulerDatabase } from './adapters/scheduler-database.js';
import { localTime } from './cron.js';
import { decideFirings } from './decide-firings.js';
import { forgetAll, OLDEST, SchedulerFixture, WHATEVER_IT_IS } from './scheduler.fixture.js';

let database: TestDatabase;
let db: LogsDb;
let one: SchedulerFixture;
let two: SchedulerFixture;

beforeAll(async () => {
  database = await createDatabase('scheduler_firings');
  db = await openSchedulerDatabase(roleUrl(database, 'scheduler'));
  one = new SchedulerFixture(db, 'one');
  two = new SchedulerFixture(db, 'two');
});
beforeEach(async () => {
  await forgetAll(db);
  one.published.splice(0);
  await one.lead();
});
afterAll(async () => {
  await db?.close();
  await database?.drop();
});

const MINUTELY = '* * * * *';
const schedule = (automationId: string, change = {}) =>
  one.schedules.create({ automationId, cron: MINUTELY, timeZone: 'Asia/Seoul', startAt: null, endAt: null, misfire: 'run-once', enabled: true, ...change });
/** Makes the schedule's next firing the one so many minutes before the present minute, by the database's clock. */
const makeDue = async (scheduleId: string, minutesAgo = 0): Promise<Date> => {
  const [row] = await db.query<{ next_fire_at: Date }>(
    `UPDATE schedule SET next_fire_at = date_trunc('minute', clock_timestamp()) - $2 * interval '1 minute' WHERE schedule_id = $1 RETURNING next_fire_at`,
    [scheduleId, minutesAgo],
  );
  return row!.next_fire_at;
};
const ALL = { automationId: null, groupIds: null };
const runsOf = async (automationId: string) => (await one.runs.list({ automationId, groupIds: null }, { ...OLDEST, sort: '-createdAt' })).items;
const missed = () => db.query<{ reason_code: string; fire_time: Date }>('SELECT reason_code, fire_time FROM missed_firing ORDER BY fire_time');

it('shows the next five firings in the time zone', async () => {
  const automationId = await one.activeAutomation();
  const made = await schedule(automationId, { cron: '0 9 * * *' });
  expect(made.nextFirings).toHaveLength(5);
  expect(made.nextFirings.every((firing) => localTime(new Date(firing), 'Asia/Seoul').endsWith('T09:00:00'))).toBe(true);
  expect((await one.schedules.list({ automationId, groupIds: null }, OLDEST)).items).toEqual([expect.objectContaining({ scheduleId: made.scheduleId, nextFirings: made.nextFirings })]);
  expect((await schedule(automationId, { enabled: false })).nextFirings).toEqual([]);
});

describe('a schedule that is changed', () => {
  const nextOf = async (scheduleId: string) => (await db.query<{ next_fire_at: Date | null }>('SELECT next_fire_at FROM schedule WHERE schedule_id = $1', [scheduleId]))[0]!.next_fire_at;
  const fired = async () => {
    await one.fire.fireDue(one.epoch());
    return (await one.runs.list(ALL, { ...OLDEST, sort: '-createdAt' })).items;
  };

  it('fires as it says from then on', async () => {
    const made = await schedule(await one.activeAutomation(), { cron: '0 9 * * *' });
    const changed = await one.schedules.change(made.scheduleId, WHATEVER_IT_IS, { cron: '30 18 * * *', timeZone: 'UTC' });
    expect(changed).toMatchObject({ scheduleId: made.scheduleId, cron: '30 18 * * *', timeZone: 'UTC', enabled: true, misfire: 'run-once' });
    expect(changed.nextFirings.every((firing) => firing.endsWith('T18:30:00.000Z'))).toBe(true);
    expect((await nextOf(made.scheduleId))!.toISOString()).toBe(changed.nextFirings[0]);
    expect((await one.schedules.list(ALL, OLDEST)).items).toEqual([changed]);
  });

  it('does not fire while it is off, nor for what it would have fired meanwhile', async () => {
    const { scheduleId } = await schedule(await one.activeAutomation());
    expect(await one.schedules.change(scheduleId, WHATEVER_IT_IS, { enabled: false })).toMatchObject({ enabled: false, nextFirings: [] });
    expect(await nextOf(scheduleId)).toBeNull();
    expect(await fired()).toEqual([]);
    await one.schedules.change(scheduleId, WHATEVER_IT_IS, { enabled: true });
    expect((await nextOf(scheduleId))!.getTime()).toBeGreaterThan(Date.now() - 1_000);
    expect(await fired()).toEqual([]);
  });

  it('loses no firing that is due when its times stay', async () => {
    const { scheduleId } = await schedule(await one.activeAutomation());
    const due = await makeDue(scheduleId);
    await one.schedules.change(scheduleId, WHATEVER_IT_IS, { misfire: 'skip' });
    expect(await nextOf(scheduleId)).toEqual(due);
    expect(await fired()).toHaveLength(1);
  });

  it('stays as it was when the change makes no sense', async () => {
    const made = await schedule(await one.activeAutomation());
    for (const [change, field] of [[{ cron: '* * *' }, 'cron'], [{ cron: '0 0 30 2 *' }, 'cron'], [{ endAt: '2020-01-01T00:00:00Z' }, 'endAt']] as const) {
      await expect(one.schedules.change(made.scheduleId, WHATEVER_IT_IS, change)).rejects.toMatchObject({ refusal: { code: 'INVALID', field, ko: expect.stringMatching(/[가-힣]/) } });
    }
    expect((await one.schedules.list(ALL, OLDEST)).items[0]).toMatchObject({ cron: made.cron, endAt: null });
  });

  it('may be switched off after its last firing', async () => {
    const { scheduleId } = await schedule(await one.activeAutomation());
    await db.query(`UPDATE schedule SET end_at = clock_timestamp() - interval '1 h', next_fire_at = NULL WHERE schedule_id = $1`, [scheduleId]);
    expect(await one.schedules.change(scheduleId, WHATEVER_IT_IS, { enabled: false })).toMatchObject({ enabled: false });
  });

  it('may be removed, and its runs stay', async () => {
    const { scheduleId } = await schedule(await one.activeAutomation());
    await makeDue(scheduleId, 3);
    const runs = await fired();
    expect(await one.schedules.remove(scheduleId, null)).toMatchObject({ scheduleId, enabled: false, nextFirings: [] });
    expect(await fired()).toEqual(runs);
    expect((await one.schedules.list(ALL, OLDEST)).items).toEqual([]);
    for (const ask of [() => one.schedules.remove(scheduleId, null), () => one.schedules.change(scheduleId, WHATEVER_IT_IS, { enabled: false })]) {
      await expect(ask()).rejects.toMatchObject({ refusal: { code: 'NOT_FOUND', field: 'scheduleId' } });
    }
  });
});

it('says when a schedule would fire, without making one', async () => {
  const timing = { cron: '0 9 25 * *', timeZone: 'Asia/Seoul', startAt: null, endAt: null };
  const { nextFirings } = await one.schedules.preview(timing);
  expect(nextFirings).toHaveLength(5);
  expect(nextFirings.every((firing) => firing.slice(8).startsWith('25T00:00:00'))).toBe(true);
  await expect(one.schedules.preview({ ...timing, cron: 'often' })).rejects.toMatchObject({ refusal: { code: 'INVALID', field: 'cron' } });
});

it('refuses a schedule of no automation', async () => {
  await expect(schedule('00000000-0000-4000-8000-00000000dead')).rejects.toMatchObject({ refusal: { code: 'NOT_FOUND', field: 'automationId' } });
});

it('is not due before its minute by the clock of the database', async () => {
  await schedule(await one.activeAutomation());
  const due = await db.query(`SELECT 1 FROM schedule WHERE next_fire_at > clock_timestamp() AND next_fire_at <= clock_timestamp() + interval '1 minute'`);
  expect(due).toHaveLength(1);
});

it('makes one run of one firing, due in Seoul time, and plans the next minute', async () => {
  const automationId = await one.activeAutomation();
  const { scheduleId } = await schedule(automationId);
  const fireTime = await makeDue(scheduleId);
  await one.fire.fireDue(one.epoch());
  await one.fire.fireDue(one.epoch());
  const runs = await runsOf(automationId);
  expect(runs).toEqual([expect.objectContaining({ trigger: 'schedule', scheduleId, status: 'WAITING', businessDate: localTime(fireTime, 'Asia/Seoul'), timeZone: 'Asia/Seoul' })]);
  const [next] = await db.query<{ next_fire_at: Date }>('SELECT next_fire_at FROM schedule');
  expect(next!.next_fire_at.getTime()).toBe(fireTime.getTime() + 60_000);
});

it('makes one run of one firing although two schedulers decided about it at the same time', async () => {
  const automationId = await one.activeAutomation();
  const { scheduleId } = await schedule(automationId);
  await makeDue(scheduleId);
  const store = new PgFiringStore(db);
  const { now, schedules } = await store.due(10);
  const decision = decideFirings(schedules[0]!, now);
  const notices = { missed: null, withoutVersion: { code: '', message: '', remedy: '' } };
  const ends = await Promise.all([1, 2, 3, 4].map(() => store.record(one.epoch(), schedules[0]!, decision, notices)));
  expect(ends.filter(Boolean)).toHaveLength(1);
  expect(await runsOf(automationId)).toHaveLength(1);
});

it('has a database that takes no second run of a firing, even from a scheduler that moved the schedule back', async () => {
  const automationId = await one.activeAutomation();
  const { scheduleId } = await schedule(automationId);
  const fireTime = await makeDue(scheduleId);
  await one.fire.fireDue(one.epoch());
  await db.query('UPDATE schedule SET next_fire_at = $1', [fireTime]);
  await one.fire.fireDue(one.epoch());
  expect(await runsOf(automationId)).toHaveLength(1);
});

it('lets a scheduler that has lost the lead fire nothing', async () => {
  const automationId = await one.activeAutomation();
  const { scheduleId } = await schedule(automationId);
  await makeDue(scheduleId);
  const oldEpoch = one.epoch();
  await two.lead();
  await expect(one.fire.fireDue(oldEpoch)).rejects.toThrow(LeadershipLost);
  expect(await runsOf(automationId)).toEqual([]);
  await two.fire.fireDue(two.epoch());
  expect(await runsOf(automationId)).toHaveLength(1);
});

it('makes up for an outage with one run of the latest firing, records the others and tells of them', async () => {
  const automationId = await one.activeAutomation();
  const { scheduleId } = await schedule(automationId);
  await makeDue(scheduleId, 5);
  await one.turn();
  const runs = await runsOf(automationId);
  expect(runs).toHaveLength(1);
  const records = await missed();
  expect(records.map((record) => record.reason_code)).toEqual(Array(5).fill('MISSED'));
  expect(one.taken('SystemErrorRaised')).toEqual([expect.objectContaining({ code: 'FIRING_MISSED', module: 'SCHEDULER', message: expect.stringContaining(runs[0]!.businessDate) })]);
  await one.turn();
  expect(one.taken('SystemErrorRaised')).toEqual([]);
});

it('skips a missed firing when the schedule says so', async () => {
  const automationId = await one.activeAutomation();
  const { scheduleId } = await schedule(automationId, { cron: '0 9 * * *', misfire: 'skip' });
  await makeDue(scheduleId, 5);
  await one.fire.fireDue(one.epoch());
  expect(await runsOf(automationId)).toEqual([]);
  expect(await missed()).toHaveLength(1);
});

it('tells when a schedule fires for an automation without an active version', async () => {
  const { automationId } = await one.create();
  const { scheduleId } = await schedule(automationId);
  await makeDue(scheduleId);
  await one.turn();
  expect(await runsOf(automationId)).toEqual([]);
  expect((await missed()).map((record) => record.reason_code)).toEqual(['NO_ACTIVE_VERSION']);
  expect(one.taken('SystemErrorRaised')).toEqual([expect.objectContaining({ code: 'FIRING_WITHOUT_VERSION' })]);
});

it('keeps a firing waiting while an earlier run is open, says why, and starts it when that one ends', async () => {
  const automationId = await one.activeAutomation();
  const first = await one.run(automationId, 'by hand');
  await one.turn();
  const { scheduleId } = await schedule(automationId);
  await makeDue(scheduleId);
  await one.turn();
  const [second] = await runsOf(automationId);
  expect(second).toMatchObject({ trigger: 'schedule', status: 'WAITING', reasonCode: 'EARLIER_RUN_OPEN', reason: expect.stringContaining(first.runId) });
  await one.write(first.runId, []);
  await one.turn();
  expect(await one.runs.get(second!.runId)).toMatchObject({ status: 'RUNNING', reasonCode: null, reason: null });
});

it('starts parallel runs side by side where the automation allows it', async () => {
  const automationId = await one.activeAutomation({ allowParallelRuns: true });
  await one.run(automationId, 'a');
  await one.run(automationId, 'b');
  await one.turn();
  await one.turn();
  expect((await runsOf(automationId)).map((run) => run.status)).toEqual(['RUNNING', 'RUNNING']);
});
