import { jest } from '@jest/globals';
import type { MailDue, MailStopped } from '@tank/contracts';
import type { LogsDb } from '@tank/logs-db';
import { createDatabase, roleUrl, type TestDatabase } from '../../../embedded/test/parts.ts';
import { PgDispatchStore } from './adapters/dispatch-store.js';
import { LeadershipLost } from './adapters/leadership.js';
import { openSchedulerDatabase } from './adapters/scheduler-database.js';
import { PgValuesStore } from './adapters/values-store.js';
import { EraseValues } from './erase-values.js';
import { customers, forgetAll, mailLogged, SchedulerFixture } from './scheduler.fixture.js';

let database: TestDatabase;
let db: LogsDb;

beforeAll(async () => {
  database = await createDatabase('scheduler_dispatch');
  db = await openSchedulerDatabase(roleUrl(database, 'scheduler'));
});
beforeEach(() => forgetAll(db));
afterAll(async () => {
  await db?.close();
  await database?.drop();
});

const leading = async (settings: ConstructorParameters<typeof SchedulerFixture>[2] = {}) => {
  const scheduler = new SchedulerFixture(db, 'one', settings);
  await scheduler.lead();
  return scheduler;
};
const dispatched = async (scheduler: SchedulerFixture) => {
  await scheduler.dispatch.pass(scheduler.epoch());
  return scheduler.taken('MailDue', 'MailStopped');
};
const giveBack = (mail: MailDue | MailStopped, change = {}) =>
  ({ v: 1, type: 'MailGivenBack', mailId: mail.mailId, runId: mail.runId, row: mail.row, dispatch: mail.dispatch, reasonCode: 'SES_BREAKER_OPEN', reason: 'SES does not answer.', retryAfterMs: 30_000, ...change }) as const;
const halt = (runId: string, status: 'FAIL' | 'PAUSED' = 'FAIL') => ({ v: 1, type: 'RunHalted', runId, status, reasonCode: 'NOT_FOUND', reason: 'A file is missing.' }) as const;
/** What the rows say, to hold the kept counts against. */
const countedRows = async (runId: string) => {
  const [counts] = await db.query(
    `SELECT count(*)::integer AS total, count(*) FILTER (WHERE outcome IS NULL AND dispatched_at IS NULL)::integer AS waiting,
       count(*) FILTER (WHERE outcome IS NULL AND dispatched_at IS NOT NULL)::integer AS dispatched,
       count(*) FILTER (WHERE outcome = 'SENT')::integer AS sent, count(*) FILTER (WHERE outcome = 'FAIL')::integer AS failed,
       count(*) FILTER (WHERE outcome = 'SKIPPED')::integer AS skipped, count(*) FILTER (WHERE outcome = 'IN_DOUBT')::integer AS "inDoubt",
       count(*) FILTER (WHERE outcome = 'CANCELED')::integer AS canceled FROM manifest_row WHERE run_id = $1`, [runId]);
  return counts;
};
const letHoldPass = () => db.query(`UPDATE run SET not_before = clock_timestamp() - interval '1 s' WHERE not_before IS NOT NULL`);

it('never has more mails on the road than the window, and refills it as mails are logged', async () => {
  const scheduler = await leading({ window: 10 });
  const { runId } = await scheduler.runWith(customers(25));
  const first = await dispatched(scheduler);
  expect(first.map((mail) => mail.row)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(await dispatched(scheduler)).toEqual([]);
  await scheduler.logged(first.slice(2, 5));
  expect((await dispatched(scheduler)).map((mail) => mail.row)).toEqual([11, 12, 13]);
  expect((await scheduler.runs.get(runId)).counts).toMatchObject({ total: 25, waiting: 12, dispatched: 10, sent: 3 });
});

it('gives every mail what the steps need, and no more than one dispatch', async () => {
  const scheduler = await leading();
  const run = await scheduler.runWith(customers(1));
  const [mail] = await dispatched(scheduler);
  expect(mail).toEqual({
    v: 1, type: 'MailDue', mailId: `${run.runId}-1`, runId: run.runId, row: 1, automationId: run.automationId, versionId: run.versionId,
    dispatch: 1, businessDate: run.businessDate, recipientKey: 'C1', values: { customer_id: 'C1', email: 'c1@customer.example' },
  });
});

it('sends a serial run one by one in row order, the next after the last is logged', async () => {
  const scheduler = await leading();
  const { runId } = await scheduler.runWith(customers(5), { serial: true });
  const order: number[] = [];
  for (let at = 0; at < 5; at += 1) {
    const mails = await dispatched(scheduler);
    expect(mails).toHaveLength(1);
    expect(await dispatched(scheduler)).toEqual([]);
    order.push(mails[0]!.row);
    await scheduler.logged(mails);
  }
  expect(order).toEqual([1, 2, 3, 4, 5]);
  expect(await scheduler.runs.get(runId)).toMatchObject({ status: 'COMPLETED' });
});

it('lets an urgent run pass a bulk run', async () => {
  const scheduler = await leading({ window: 10 });
  const bulk = await scheduler.runWith(customers(50), { priority: 1 });
  const onRoad = await dispatched(scheduler);
  const urgent = await scheduler.runWith(customers(8), { priority: 9 });
  await scheduler.logged(onRoad);
  const next = await dispatched(scheduler);
  expect(next.filter((mail) => mail.runId === urgent.runId)).toHaveLength(8);
  expect(next.filter((mail) => mail.runId === bulk.runId)).toHaveLength(2);
});

it('completes a run with its last mail, with counts that agree with its rows', async () => {
  const scheduler = await leading();
  const { runId } = await scheduler.runWith(customers(5));
  const mails = await dispatched(scheduler);
  await scheduler.settle.complete([mailLogged(mails[0]!, 'SENT'), mailLogged(mails[1]!, 'FAIL'), mailLogged(mails[2]!, 'SKIPPED')]);
  expect((await scheduler.runs.get(runId)).status).toBe('RUNNING');
  await scheduler.settle.complete([mailLogged(mails[3]!, 'IN_DOUBT'), mailLogged(mails[4]!, 'SENT'), mailLogged(mails[0]!, 'SENT')]);
  const run = await scheduler.runs.get(runId);
  expect(run).toMatchObject({ status: 'COMPLETED', endAt: expect.any(String), counts: { total: 5, waiting: 0, dispatched: 0, sent: 2, failed: 1, skipped: 1, inDoubt: 1, canceled: 0 } });
  expect(run.counts).toEqual(await countedRows(runId));
});

it('counts a mail once however often and in however many batches at once it is logged', async () => {
  const scheduler = await leading();
  const { runId } = await scheduler.runWith(customers(40));
  const mails = await dispatched(scheduler);
  await Promise.all([1, 2, 3, 4].map(() => scheduler.logged([...mails, ...mails])));
  const run = await scheduler.runs.get(runId);
  expect(run).toMatchObject({ status: 'COMPLETED', counts: { total: 40, sent: 40, dispatched: 0 } });
  expect(run.counts).toEqual(await countedRows(runId));
});

it('changes no outcome but a doubt that is resolved, and reports a contradiction', async () => {
  const scheduler = await leading();
  const { runId } = await scheduler.runWith(customers(2));
  const [first, second] = await dispatched(scheduler);
  await scheduler.settle.complete([mailLogged(first!, 'IN_DOUBT'), mailLogged(second!, 'SENT')]);
  await scheduler.settle.complete([mailLogged(first!, 'SENT'), mailLogged(second!, 'FAIL')]);
  await scheduler.settle.complete([mailLogged(first!, 'IN_DOUBT')]);
  expect((await scheduler.runs.get(runId)).counts).toMatchObject({ sent: 2, inDoubt: 0, failed: 0 });
  expect(scheduler.contradicted).toEqual([{ runId, row: 2, outcome: 'SENT', told: 'FAIL' }]);
});

it('dispatches a marked row again after the time-out, with a higher number, and not before', async () => {
  const scheduler = await leading({ redispatchAfterMs: 60_000 });
  const { runId } = await scheduler.runWith(customers(2));
  const [first, second] = await dispatched(scheduler);
  expect(await dispatched(scheduler)).toEqual([]);
  await db.query(`UPDATE manifest_row SET dispatched_at = clock_timestamp() - interval '61 s' WHERE run_id = $1 AND row_no = 2`, [runId]);
  // As it would be on a leader that has led since long before.
  await db.query(`UPDATE leadership SET unsure_before = clock_timestamp() - interval '1 h'`);
  expect(await dispatched(scheduler)).toEqual([{ ...second, dispatch: 2 }]);
  await scheduler.logged([first!, second!]);
  expect(await scheduler.runs.get(runId)).toMatchObject({ status: 'COMPLETED', counts: { sent: 2, dispatched: 0 } });
});

it('publishes as a new leader what the last one marked and may not have published', async () => {
  const old = await leading();
  await old.runWith(customers(3));
  await dispatched(old);
  const scheduler = new SchedulerFixture(db, 'two');
  await scheduler.lead();
  expect((await dispatched(scheduler)).map((mail) => [mail.row, mail.dispatch])).toEqual([[1, 2], [2, 2], [3, 2]]);
  expect(await dispatched(scheduler)).toEqual([]);
});

describe('after a leader was stopped', () => {
  /** Two mails and a run without a manifest are on the road; `stop` ends the leader's time, and its successor takes a turn. */
  const tellsAgain = async (stop: (old: SchedulerFixture) => Promise<unknown>, settings = {}) => {
    const old = await leading(settings);
    await old.runWith(customers(2));
    await old.run(await old.activeAutomation(), 'announced');
    await old.turn();
    expect(old.taken('MailDue', 'RunStarted').map(({ type }) => type).sort()).toEqual(['MailDue', 'MailDue', 'RunStarted']);
    await stop(old);
    const next = new SchedulerFixture(db, 'two', settings);
    await next.leadership.turn();
    await next.turn();
    return next.taken('MailDue', 'RunStarted').map(({ type }) => type).sort();
  };
  const resign = (old: SchedulerFixture) => old.leadership.stop(old.dispatch.hasPublishedAll() && old.announce.hasPublishedAll());
  const away = () => Promise.reject(new Error('the database is away'));

  it('publishes nothing again when that one resigned', async () => {
    expect(await tellsAgain(resign)).toEqual([]);
  });

  it('publishes all of it again when its lease ran out', async () => {
    expect(await tellsAgain(() => db.query(`UPDATE leadership SET lease_until = clock_timestamp() - interval '1 s'`))).toEqual(['MailDue', 'MailDue', 'RunStarted']);
  });

  it('still publishes what an earlier leader, whose lease ran out, left unsure', async () => {
    const between = new SchedulerFixture(db, 'between');
    const crashAndRestart = async () => {
      await between.lead();
      await resign(between);
    };
    expect(await tellsAgain(crashAndRestart)).toEqual(['MailDue', 'MailDue', 'RunStarted']);
  });

  it('publishes again only what could not be published before it resigned', async () => {
    const failAndResign = async (old: SchedulerFixture) => {
      old.publishError = new Error('the stream is full');
      await old.runWith(customers(1));
      await expect(old.dispatch.pass(old.epoch())).rejects.toThrow('the stream is full');
      await resign(old);
    };
    expect(await tellsAgain(failAndResign)).toEqual(['MailDue']);
  });

  it('publishes all again when it could not say which were not published', async () => {
    const failAndResign = async (old: SchedulerFixture) => {
      old.publishError = new Error('the stream is full');
      jest.spyOn(PgDispatchStore.prototype, 'markOverdue').mockImplementationOnce(away);
      await old.runWith(customers(1));
      await expect(old.dispatch.pass(old.epoch())).rejects.toThrow('the database is away');
      await resign(old);
    };
    expect(await tellsAgain(failAndResign)).toEqual(['MailDue', 'MailDue', 'MailDue', 'RunStarted']);
  });
});

it('lets a scheduler that has lost the lead mark and publish nothing', async () => {
  const scheduler = await leading();
  const { runId } = await scheduler.runWith(customers(3));
  const oldEpoch = scheduler.epoch();
  await new SchedulerFixture(db, 'two').lead();
  await expect(scheduler.dispatch.pass(oldEpoch)).rejects.toThrow(LeadershipLost);
  expect(scheduler.taken('MailDue')).toEqual([]);
  expect((await scheduler.runs.get(runId)).counts).toMatchObject({ waiting: 3, dispatched: 0 });
});

it('publishes again at the next pass what could not be published', async () => {
  const scheduler = await leading();
  await scheduler.runWith(customers(3));
  scheduler.publishError = new Error('the stream is full');
  await expect(scheduler.dispatch.pass(scheduler.epoch())).rejects.toThrow('the stream is full');
  scheduler.publishError = undefined;
  expect((await dispatched(scheduler)).map((mail) => [mail.row, mail.dispatch])).toEqual([[1, 2], [2, 2], [3, 2]]);
});

it('fails a mail whose row no message can carry', async () => {
  const scheduler = await leading();
  await scheduler.runWith(customers(2));
  scheduler.tooLarge = (message) => message.type === 'MailDue' && message.row === 1;
  const mails = await dispatched(scheduler);
  expect(mails.map((mail) => [mail.type, mail.row])).toEqual(expect.arrayContaining([['MailStopped', 1], ['MailDue', 2]]));
  expect(mails.find((mail) => mail.row === 1)).toMatchObject({ outcome: 'FAIL', errorCode: 'MESSAGE_TOO_LARGE', values: {} });
});

it('lets a given back row wait, holds its run for as long as was asked, and says why', async () => {
  const scheduler = await leading();
  const { runId } = await scheduler.runWith(customers(3));
  const mails = await dispatched(scheduler);
  await scheduler.settle.giveBack([giveBack(mails[0]!), giveBack(mails[1]!, { retryAfterMs: 5 })]);
  expect(await scheduler.runs.get(runId)).toMatchObject({ status: 'RUNNING', reasonCode: 'SES_BREAKER_OPEN', counts: { waiting: 2, dispatched: 1 } });
  expect(await dispatched(scheduler)).toEqual([]);
  const [hold] = await db.query<{ seconds: number }>('SELECT extract(epoch FROM not_before - clock_timestamp())::float AS seconds FROM run');
  expect(hold!.seconds).toBeGreaterThan(25);
  await letHoldPass();
  expect((await dispatched(scheduler)).map((mail) => [mail.row, mail.dispatch])).toEqual([[1, 2], [2, 2]]);
  expect(await scheduler.runs.get(runId)).toMatchObject({ reasonCode: null, reason: null });
});

it('ignores a give back of an older dispatch, and of a settled mail', async () => {
  const scheduler = await leading();
  const { runId } = await scheduler.runWith(customers(2));
  const [first, second] = await dispatched(scheduler);
  await scheduler.settle.giveBack([giveBack(first!)]);
  await letHoldPass();
  await dispatched(scheduler);
  await scheduler.logged([second!]);
  await scheduler.settle.giveBack([giveBack(first!), giveBack(second!)]);
  const { counts } = await scheduler.runs.get(runId);
  expect(counts).toMatchObject({ waiting: 0, dispatched: 1, sent: 1 });
  expect(counts).toEqual(await countedRows(runId));
});

it('completes a mail that was given back after an older dispatch of it was sent', async () => {
  const scheduler = await leading();
  const { runId } = await scheduler.runWith(customers(1));
  const [mail] = await dispatched(scheduler);
  await scheduler.settle.giveBack([giveBack(mail!)]);
  await scheduler.logged([mail!]);
  expect(await scheduler.runs.get(runId)).toMatchObject({ status: 'COMPLETED', counts: { sent: 1, waiting: 0 } });
  await letHoldPass();
  expect(await dispatched(scheduler)).toEqual([]);
});

it('stops a run: what was never dispatched is canceled at once, and it ends when the rest has settled', async () => {
  const scheduler = await leading({ window: 2 });
  const { runId } = await scheduler.runWith(customers(5));
  const mails = await dispatched(scheduler);
  await scheduler.settle.halt(halt(runId));
  expect(await scheduler.runs.status(runId)).toEqual({ status: 'FAIL' });
  expect(await scheduler.runs.get(runId)).toMatchObject({ endAt: null, reasonCode: 'NOT_FOUND', counts: { canceled: 3, dispatched: 2 } });
  expect(await dispatched(scheduler)).toEqual([]);
  await scheduler.logged([mails[0]!]);
  await scheduler.settle.halt(halt(runId));
  await scheduler.logged([mails[1]!], 'FAIL');
  const run = await scheduler.runs.get(runId);
  expect(run).toMatchObject({ status: 'FAIL', endAt: expect.any(String), reasonCode: 'NOT_FOUND', counts: { sent: 1, failed: 1, canceled: 3 } });
  expect(run.counts).toEqual(await countedRows(runId));
});

it('tells logs of every canceled row until logs says that it has it', async () => {
  const scheduler = await leading({ window: 1 });
  const { runId } = await scheduler.runWith(customers(3));
  const mails = await dispatched(scheduler);
  await scheduler.settle.halt(halt(runId));
  scheduler.publishError = new Error('NATS is away');
  await scheduler.announce.pass(scheduler.epoch()).catch(() => undefined);
  scheduler.publishError = undefined;
  scheduler.published.splice(0);
  await scheduler.announce.pass(scheduler.epoch());
  const recorded = scheduler.taken('MailRecorded');
  expect(recorded.map((mail) => [mail.row, mail.outcome, mail.errorCode, mail.errorDetail])).toEqual(
    expect.arrayContaining([[2, 'CANCELED', 'RUN_STOPPED', 'A file is missing.'], [3, 'CANCELED', 'RUN_STOPPED', 'A file is missing.']]));
  expect(recorded).toHaveLength(2);
  await scheduler.announce.pass(scheduler.epoch());
  expect(scheduler.taken('MailRecorded')).toEqual([]);
  await scheduler.settle.complete([mailLogged(recorded.find((mail) => mail.row === 2)!, 'CANCELED')]);
  await db.query(`UPDATE manifest_row SET recorded_at = clock_timestamp() - interval '1 h' WHERE recorded_at IS NOT NULL`);
  await scheduler.announce.pass(scheduler.epoch());
  expect(scheduler.taken('MailRecorded').map((mail) => mail.row)).toEqual([3]);
  await scheduler.logged(mails);
  expect((await scheduler.runs.get(runId)).counts).toEqual(await countedRows(runId));
});

it('cancels what a stopped run gets back, but only when every sender must know of the stop', async () => {
  const scheduler = await leading({ stopGraceMs: 60_000 });
  const { runId } = await scheduler.runWith(customers(2));
  const mails = await dispatched(scheduler);
  await scheduler.settle.halt(halt(runId));
  await scheduler.settle.giveBack(mails.map((mail) => giveBack(mail, { retryAfterMs: 0 })));
  await scheduler.dispatch.pass(scheduler.epoch());
  expect(await scheduler.runs.get(runId)).toMatchObject({ endAt: null, reasonCode: 'NOT_FOUND', counts: { waiting: 2, canceled: 0 } });
  await db.query(`UPDATE run SET stopped_at = clock_timestamp() - interval '61 s'`);
  expect(await dispatched(scheduler)).toEqual([]);
  expect(await scheduler.runs.get(runId)).toMatchObject({ status: 'FAIL', endAt: expect.any(String), counts: { waiting: 0, canceled: 2 } });
});

it('does not cancel at the stop what had come back from the road before', async () => {
  const scheduler = await leading({ stopGraceMs: 60_000 });
  const { runId } = await scheduler.runWith(customers(2));
  const [first, second] = await dispatched(scheduler);
  await scheduler.settle.giveBack([giveBack(first!)]);
  await scheduler.settle.halt(halt(runId));
  expect((await scheduler.runs.get(runId)).counts).toMatchObject({ waiting: 1, dispatched: 1, canceled: 0 });
  await scheduler.logged([first!, second!]);
  expect(await scheduler.runs.get(runId)).toMatchObject({ status: 'FAIL', endAt: expect.any(String), counts: { sent: 2 } });
});

it('keeps its counts, and waits in no circle, when everything happens at once to several runs', async () => {
  const scheduler = await leading({ window: 1000 });
  const runs = [];
  for (let at = 0; at < 4; at += 1) runs.push(await scheduler.runWith(customers(60)));
  const mails = await dispatched(scheduler);
  const backwards = [...mails].reverse();
  await scheduler.settle.giveBack(mails.filter((mail) => mail.row % 2 === 0).map((mail) => giveBack(mail)));
  await letHoldPass();
  await Promise.all([
    ...[0, 1, 2, 3, 4, 5].map((part) => scheduler.logged((part % 2 ? mails : backwards).filter((mail) => mail.row % 3 === part % 3))),
    ...runs.slice(0, 2).map((run) => scheduler.settle.halt(halt(run.runId))),
    scheduler.settle.giveBack(backwards.map((mail) => giveBack(mail))),
    scheduler.dispatch.pass(scheduler.epoch()),
  ]);
  for (const { runId } of runs) {
    const { counts } = await scheduler.runs.get(runId);
    expect(counts).toEqual(await countedRows(runId));
    expect(counts.sent + counts.canceled).toBe(60);
  }
});

it('ends a stopped run even when its mails on the road were lost', async () => {
  const scheduler = await leading({ redispatchAfterMs: 60_000 });
  const { runId } = await scheduler.runWith(customers(1));
  await dispatched(scheduler);
  await scheduler.settle.halt(halt(runId));
  await db.query(`UPDATE manifest_row SET dispatched_at = clock_timestamp() - interval '61 s'`);
  const [again] = await dispatched(scheduler);
  expect(again).toMatchObject({ row: 1, dispatch: 2 });
  await scheduler.settle.giveBack([giveBack(again!)]);
  await scheduler.dispatch.pass(scheduler.epoch());
  expect(await scheduler.runs.get(runId)).toMatchObject({ status: 'FAIL', endAt: expect.any(String), counts: { canceled: 1 } });
});

it('stops a run before it has mails, and forgets the rows that were selected', async () => {
  const scheduler = await leading();
  const { runId } = await scheduler.run(await scheduler.activeAutomation(), 'k');
  await scheduler.startWaiting.startAll(scheduler.epoch());
  const { attempt } = await scheduler.manifest.open(runId);
  await scheduler.manifest.append({ runId, attempt, sequence: 0, rows: customers(3) });
  await scheduler.settle.halt({ ...halt(runId), reasonCode: 'SOURCE_REFUSED' });
  expect(await scheduler.runs.get(runId)).toMatchObject({ status: 'FAIL', endAt: expect.any(String), reasonCode: 'SOURCE_REFUSED', counts: { total: 0 } });
  expect(await db.query('SELECT 1 FROM manifest_row')).toEqual([]);
  await expect(scheduler.manifest.append({ runId, attempt, sequence: 1, rows: customers(3) })).rejects.toMatchObject({ refusal: { code: 'CONFLICT' } });
});

it('pauses a run, which then dispatches nothing, and ends it when what was on the road was all', async () => {
  const scheduler = await leading({ window: 2 });
  const { runId } = await scheduler.runWith(customers(3));
  const mails = await dispatched(scheduler);
  await scheduler.settle.halt(halt(runId, 'PAUSED'));
  await scheduler.logged(mails);
  expect(await dispatched(scheduler)).toEqual([]);
  expect(await scheduler.runs.get(runId)).toMatchObject({ status: 'PAUSED', reasonCode: 'NOT_FOUND', endAt: null, counts: { waiting: 1, sent: 2 } });
});

it('publishes the last change of a run with its final counts', async () => {
  const scheduler = await leading();
  const { runId } = await scheduler.runWith(customers(2));
  await scheduler.logged(await dispatched(scheduler));
  await scheduler.announce.pass(scheduler.epoch());
  const last = scheduler.taken('RunChanged').filter((message) => message.run.runId === runId).at(-1);
  expect(last?.run).toEqual(await scheduler.runs.get(runId));
});

it('keeps what a mail in doubt needs until somebody settles it, however long that is', async () => {
  const scheduler = await leading();
  const { runId } = await scheduler.runWith(customers(2));
  const [first, second] = await dispatched(scheduler);
  await scheduler.logged([first!]);
  await scheduler.logged([second!], 'IN_DOUBT');
  await db.query(`UPDATE run SET end_at = end_at - interval '80 days' WHERE run_id = $1`, [runId]);
  const kept = async () => {
    await new EraseValues(new PgValuesStore(db), 7).pass();
    return (await db.query<{ row_no: number }>('SELECT row_no FROM manifest_row WHERE row_values IS NOT NULL')).map((row) => row.row_no);
  };
  expect(await kept()).toEqual([second!.row]);
  await scheduler.logged([second!], 'SENT');
  expect(await kept()).toEqual([]);
});

it('erases what the rows of a long-ended run say of people, and nothing else', async () => {
  const scheduler = await leading();
  const rule = { name: '명세서', directory: '', file: '{{customer_id}}_*.pdf', onMissing: 'skip', several: false, common: false, maxBytes: 1_000 } as const;
  const old = await scheduler.runWith(customers(3), { fileRules: [rule] });
  await scheduler.logged(await dispatched(scheduler));
  const recent = await scheduler.runWith(customers(2));
  await scheduler.logged(await dispatched(scheduler));
  await db.query(`UPDATE run SET end_at = end_at - interval '8 days' WHERE run_id = $1`, [old.runId]);
  await new EraseValues(new PgValuesStore(db), 7).pass();
  const rows = await db.query(`SELECT run_id, count(*) FILTER (WHERE row_values IS NULL AND file_stems IS NULL AND recipient_key = '')::integer AS erased, count(*)::integer AS rows FROM manifest_row GROUP BY run_id`);
  expect(rows).toEqual(expect.arrayContaining([{ run_id: old.runId, erased: 3, rows: 3 }, { run_id: recent.runId, erased: 0, rows: 2 }]));
  expect((await scheduler.runs.get(old.runId)).counts).toMatchObject({ total: 3, sent: 3 });
});
