import type { MailDue, MailStopped, RunStatus } from '@tank/contracts';
import type { LogsDb } from '@tank/logs-db';
import { createDatabase, roleUrl, type TestDatabase } from '../../../embedded/test/parts.ts';
import { openSchedulerDatabase } from './adapters/scheduler-database.js';
import { customers, forgetAll, SchedulerFixture } from './scheduler.fixture.js';

let database: TestDatabase;
let db: LogsDb;

beforeAll(async () => {
  database = await createDatabase('scheduler_control');
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
const givenBack = (mail: MailDue | MailStopped) =>
  ({ v: 1, type: 'MailGivenBack', mailId: mail.mailId, runId: mail.runId, row: mail.row, dispatch: mail.dispatch, reasonCode: 'RUN_PAUSED', reason: 'The run is PAUSED.', retryAfterMs: 1_000 }) as const;
const halt = (runId: string, status: 'FAIL' | 'PAUSED') => ({ v: 1, type: 'RunHalted', runId, status, reasonCode: 'SES_SENDING_PAUSED', reason: 'SES has paused the account.' }) as const;
const announced = async (scheduler: SchedulerFixture) => {
  await scheduler.announce.pass(scheduler.epoch());
  return scheduler.taken('RunStarted').map(({ runId }) => runId);
};
/** Every status that a run may have, by how it comes to it. */
const IN_STATUS: Record<RunStatus, (scheduler: SchedulerFixture) => Promise<string>> = {
  WAITING: async (scheduler) => (await scheduler.run(await scheduler.activeAutomation(), 'key')).runId,
  RUNNING: async (scheduler) => (await scheduler.runWith(customers(3))).runId,
  PAUSED: async (scheduler) => {
    const { runId } = await scheduler.runWith(customers(3));
    await scheduler.settle.halt(halt(runId, 'PAUSED'));
    return runId;
  },
  COMPLETED: async (scheduler) => {
    const { runId } = await scheduler.runWith(customers(3));
    await scheduler.logged(await dispatched(scheduler));
    return runId;
  },
  FAIL: async (scheduler) => {
    const { runId } = await scheduler.runWith(customers(3));
    await scheduler.settle.halt(halt(runId, 'FAIL'));
    return runId;
  },
  CANCELED: async (scheduler) => {
    const { runId } = await scheduler.runWith(customers(3));
    await scheduler.control.cancel(runId, null);
    return runId;
  },
};

it('pauses a run: nothing more leaves, what comes back waits, and resumed it goes on where it stood', async () => {
  const scheduler = await leading({ window: 4 });
  const { runId } = await scheduler.runWith(customers(10));
  const [sent, back, ...onRoad] = await dispatched(scheduler);
  const paused = await scheduler.control.pause(runId, '금액 확인 중');
  expect(paused).toMatchObject({ status: 'PAUSED', reasonCode: 'PAUSED_BY_OPERATOR', reason: '금액 확인 중' });
  await scheduler.logged([sent!]);
  await scheduler.settle.giveBack([givenBack(back!)]);
  expect(await dispatched(scheduler)).toEqual([]);
  const resumed = await scheduler.control.resume(runId);
  expect(resumed).toMatchObject({ status: 'RUNNING', reasonCode: null, reason: null, counts: { sent: 1, dispatched: onRoad.length, waiting: 7 } });
  expect((await dispatched(scheduler)).map(({ row, dispatch }) => [row, dispatch])).toEqual([[2, 2], [5, 1]]);
});

it('resumes what paused itself, at once and whatever it had been told to wait for', async () => {
  const scheduler = await leading();
  const { runId } = await scheduler.runWith(customers(2));
  const mails = await dispatched(scheduler);
  await scheduler.settle.giveBack(mails.map((mail) => ({ ...givenBack(mail), retryAfterMs: 3_600_000 })));
  await scheduler.settle.halt(halt(runId, 'PAUSED'));
  await scheduler.control.resume(runId);
  expect(await dispatched(scheduler)).toHaveLength(2);
});

it('says why a run pauses itself while an operator has it paused', async () => {
  const scheduler = await leading();
  const { runId } = await scheduler.runWith(customers(1));
  await scheduler.control.pause(runId, 'lunch');
  await scheduler.settle.halt(halt(runId, 'PAUSED'));
  expect(await scheduler.control.pause(runId, 'still lunch')).toMatchObject({ status: 'PAUSED', reasonCode: 'SES_SENDING_PAUSED' });
});

it('keeps a waiting run from starting, and lets it wait again', async () => {
  const scheduler = await leading();
  const runId = await IN_STATUS.WAITING(scheduler);
  await scheduler.control.pause(runId, null);
  await scheduler.startWaiting.startAll(scheduler.epoch());
  expect(await scheduler.runs.get(runId)).toMatchObject({ status: 'PAUSED', startAt: null });
  expect(await scheduler.control.resume(runId)).toMatchObject({ status: 'WAITING', reasonCode: null });
  await scheduler.startWaiting.startAll(scheduler.epoch());
  expect(await scheduler.runs.get(runId)).toMatchObject({ status: 'RUNNING' });
});

describe('a run whose rows are still to come', () => {
  const started = async (scheduler: SchedulerFixture) => {
    const runId = await IN_STATUS.WAITING(scheduler);
    await scheduler.startWaiting.startAll(scheduler.epoch());
    expect(await announced(scheduler)).toEqual([runId]);
    return runId;
  };

  it('takes those that are being written while it is paused, and does not ask for them again', async () => {
    const scheduler = await leading();
    const runId = await started(scheduler);
    const { attempt } = await scheduler.manifest.open(runId);
    await scheduler.control.pause(runId, null);
    await scheduler.manifest.append({ runId, attempt, sequence: 0, rows: customers(2) });
    await scheduler.control.resume(runId);
    expect(await announced(scheduler)).toEqual([]);
    await scheduler.manifest.close(runId, attempt, 2);
    expect(await dispatched(scheduler)).toHaveLength(2);
  });

  it('asks for them at once when nobody could write them, or who did gave up', async () => {
    const scheduler = await leading();
    const runId = await started(scheduler);
    await scheduler.control.pause(runId, null);
    await expect(scheduler.manifest.open(runId)).rejects.toThrow('PAUSED');
    await scheduler.control.resume(runId);
    expect(await announced(scheduler)).toEqual([runId]);
    await scheduler.manifest.open(runId);
    await scheduler.settle.halt(halt(runId, 'PAUSED'));
    await scheduler.control.resume(runId);
    expect(await announced(scheduler)).toEqual([runId]);
  });

  it('ends at once when it is canceled, and takes no more of them', async () => {
    const scheduler = await leading();
    const runId = await started(scheduler);
    const { attempt } = await scheduler.manifest.open(runId);
    await scheduler.manifest.append({ runId, attempt, sequence: 0, rows: customers(2) });
    expect(await scheduler.control.cancel(runId, '잘못 시작함')).toMatchObject({
      status: 'CANCELED', reasonCode: 'CANCELED_BY_OPERATOR', reason: '잘못 시작함', endAt: expect.any(String), counts: { total: 0 },
    });
    await expect(scheduler.manifest.append({ runId, attempt, sequence: 1, rows: customers(2) })).rejects.toThrow('CANCELED');
    await expect(scheduler.manifest.open(runId)).rejects.toThrow('CANCELED');
    expect(await db.query('SELECT 1 FROM manifest_row WHERE run_id = $1', [runId])).toEqual([]);
  });
});

it('cancels what never left, keeps what did, and ends when the road is empty', async () => {
  const scheduler = await leading({ window: 4 });
  const { runId } = await scheduler.runWith(customers(10));
  const [first, second, third, fourth] = await dispatched(scheduler);
  expect(await scheduler.control.cancel(runId, null)).toMatchObject({ status: 'CANCELED', endAt: null, counts: { waiting: 0, dispatched: 4, canceled: 6 } });
  expect(await dispatched(scheduler)).toEqual([]);
  await scheduler.logged([first!]);
  await scheduler.logged([second!], 'IN_DOUBT');
  await scheduler.settle.giveBack([givenBack(third!), givenBack(fourth!)]);
  expect(await dispatched(scheduler)).toEqual([]);
  const ended = await scheduler.runs.get(runId);
  expect(ended).toMatchObject({ status: 'CANCELED', reasonCode: 'CANCELED_BY_OPERATOR', endAt: expect.any(String), counts: { total: 10, sent: 1, inDoubt: 1, canceled: 8, waiting: 0, dispatched: 0 } });
  await scheduler.announce.pass(scheduler.epoch());
  const told = scheduler.taken('MailRecorded').sort((a, b) => a.row - b.row);
  expect(told.map(({ row, outcome, errorCode }) => [row, outcome, errorCode])).toEqual([3, 4, 5, 6, 7, 8, 9, 10].map((row) => [row, 'CANCELED', 'RUN_CANCELED']));
});

it('lets the next run of the automation start when a canceled one has ended, and not before', async () => {
  const scheduler = await leading();
  const { runId, automationId } = await scheduler.runWith(customers(1));
  const mails = await dispatched(scheduler);
  await scheduler.control.cancel(runId, null);
  await expect(scheduler.run(automationId, 'next')).rejects.toThrow(`Run ${runId}`);
  await scheduler.logged(mails);
  await scheduler.run(automationId, 'next');
});

it('has a mail for whoever settles it later, also when its values have been erased', async () => {
  const scheduler = await leading({ window: 1 });
  const { runId } = await scheduler.runWith(customers(2));
  const [first] = await dispatched(scheduler);
  const { v: _v, type: _type, ...mail } = first!;
  expect(await scheduler.runs.mail(first!.mailId)).toEqual(mail);
  await db.query("UPDATE manifest_row SET row_values = NULL, recipient_key = '' WHERE run_id = $1", [runId]);
  expect(await scheduler.runs.mail(first!.mailId)).toEqual({ ...mail, recipientKey: '', values: {} });
  for (const nobody of [`${runId}-2`, `${runId}-3`, `${runId}-99999999999`, `${'-'.repeat(36)}-1`]) {
    await expect(scheduler.runs.mail(nobody)).rejects.toMatchObject({ refusal: { code: 'NOT_FOUND', field: 'mailId' } });
  }
});

describe('what an operator asks of a run', () => {
  type Verb = 'pause' | 'resume' | 'cancel';
  const ALLOWED: Record<Verb, Partial<Record<RunStatus, RunStatus>>> = {
    pause: { WAITING: 'PAUSED', RUNNING: 'PAUSED', PAUSED: 'PAUSED' },
    resume: { WAITING: 'WAITING', RUNNING: 'RUNNING', PAUSED: 'RUNNING' },
    cancel: { WAITING: 'CANCELED', RUNNING: 'CANCELED', PAUSED: 'CANCELED', CANCELED: 'CANCELED' },
  };
  const ask = (scheduler: SchedulerFixture, verb: Verb, runId: string) => (verb === 'resume' ? scheduler.control.resume(runId) : scheduler.control[verb](runId, null));
  const cells = (Object.keys(ALLOWED) as Verb[]).flatMap((verb) => (Object.keys(IN_STATUS) as RunStatus[]).map((status) => ({ verb, status, becomes: ALLOWED[verb][status] ?? 'refused' })));

  it.each(cells)('$verb a run that is $status: $becomes', async ({ verb, status, becomes }) => {
    const scheduler = await leading();
    const runId = await IN_STATUS[status](scheduler);
    const before = await scheduler.runs.get(runId);
    expect(before.status).toBe(status);
    if (becomes === 'refused') {
      await expect(ask(scheduler, verb, runId)).rejects.toMatchObject({ refusal: { code: 'CONFLICT', field: 'runId', message: expect.stringContaining(status) } });
      expect(await scheduler.runs.get(runId)).toEqual(before);
    } else {
      const after = await ask(scheduler, verb, runId);
      expect(after.status).toBe(becomes);
      expect(await ask(scheduler, verb, runId)).toEqual(after); // asked twice, done once
      expect((await scheduler.runs.get(runId)).status).toBe(becomes);
    }
  });

  it.each(['pause', 'resume', 'cancel'] as const)('%s says that there is no such run', async (verb) => {
    await expect(ask(await leading(), verb, '00000000-0000-4000-8000-00000000dead')).rejects.toMatchObject({ refusal: { code: 'NOT_FOUND' } });
  });
});
