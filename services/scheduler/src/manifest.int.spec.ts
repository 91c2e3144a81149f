import type { FileRule, Row } from '@tank/contracts';
import type { LogsDb } from '@tank/logs-db';
import { createDatabase, roleUrl, waitFor, type TestDatabase } from '../../../embedded/test/parts.ts';
import { openSchedulerDatabase } from './adapters/scheduler-database.js';
import { customers, SchedulerFixture } from './scheduler.fixture.js';

let database: TestDatabase;
let db: LogsDb;
let scheduler: SchedulerFixture;
let runId: string;

beforeAll(async () => {
  database = await createDatabase('scheduler_manifest');
  db = await openSchedulerDatabase(roleUrl(database, 'scheduler'));
  scheduler = new SchedulerFixture(db, 'one');
  await scheduler.lead();
});
afterAll(async () => {
  await db?.close();
  await database?.drop();
});
beforeEach(async () => {
  runId = (await scheduler.run(await scheduler.activeAutomation(), 'k')).runId;
  await scheduler.startWaiting.startAll(scheduler.epoch());
});

const chunk = (attempt: number, sequence: number, rows: Row[]) => scheduler.manifest.append({ runId, attempt, sequence, rows });
const kept = () => db.query<{ row_no: number; recipient_key: string; row_values: Row; stop_code: string | null }>(
  'SELECT row_no, recipient_key, row_values, stop_code FROM manifest_row WHERE run_id = $1 ORDER BY row_no', [runId]);
const refused = (code: string, field?: string) => ({ refusal: expect.objectContaining(field ? { code, field } : { code }) });

it('numbers the rows from 1 in the order of the query, over all chunks', async () => {
  const { attempt } = await scheduler.manifest.open(runId);
  const rows = customers(7);
  await chunk(attempt, 0, rows.slice(0, 3));
  await chunk(attempt, 1, rows.slice(3, 4));
  await chunk(attempt, 2, rows.slice(4));
  const { counts } = await scheduler.manifest.close(runId, attempt, 7);
  expect(counts).toEqual({ total: 7, waiting: 7, dispatched: 0, sent: 0, failed: 0, skipped: 0, inDoubt: 0, canceled: 0 });
  expect((await kept()).map((row) => [row.row_no, row.recipient_key])).toEqual(rows.map((row, at) => [at + 1, row.customer_id]));
});

it('takes two chunks that overtake each other in their order', async () => {
  const { attempt } = await scheduler.manifest.open(runId);
  const rows = customers(4);
  await Promise.all([chunk(attempt, 1, rows.slice(2)), chunk(attempt, 0, rows.slice(0, 2))]);
  expect((await kept()).map((row) => row.recipient_key)).toEqual(['C1', 'C2', 'C3', 'C4']);
});

it('refuses a chunk whose forerunner does not come', async () => {
  const { attempt } = await scheduler.manifest.open(runId);
  await expect(chunk(attempt, 1, customers(1))).rejects.toMatchObject(refused('UNAVAILABLE', 'sequence'));
  expect(await kept()).toEqual([]);
});

it('takes a repeated chunk, and a repeated close, once', async () => {
  const { attempt } = await scheduler.manifest.open(runId);
  await chunk(attempt, 0, customers(2));
  await chunk(attempt, 0, customers(2));
  await scheduler.manifest.close(runId, attempt, 2);
  await chunk(attempt, 0, customers(2));
  expect((await scheduler.manifest.close(runId, attempt, 2)).counts.total).toBe(2);
  expect(await kept()).toHaveLength(2);
});

it('forgets the rows of an older attempt and refuses its chunks as stale', async () => {
  const { attempt: old } = await scheduler.manifest.open(runId);
  await chunk(old, 0, customers(5));
  const { attempt } = await scheduler.manifest.open(runId);
  expect(attempt).toBe(old + 1);
  await expect(chunk(old, 1, customers(5))).rejects.toMatchObject(refused('STALE'));
  await expect(scheduler.manifest.close(runId, old, 5)).rejects.toMatchObject(refused('STALE'));
  await chunk(attempt, 0, customers(2));
  await scheduler.manifest.close(runId, attempt, 2);
  expect(await kept()).toHaveLength(2);
});

it('refuses a close with another row count, and dispatches nothing of it', async () => {
  const { attempt } = await scheduler.manifest.open(runId);
  await chunk(attempt, 0, customers(2));
  await expect(scheduler.manifest.close(runId, attempt, 3)).rejects.toMatchObject(refused('CONFLICT', 'rowCount'));
  scheduler.published.splice(0);
  await scheduler.turn();
  expect(scheduler.taken('MailDue').filter((mail) => mail.runId === runId)).toEqual([]);
});

it('takes no manifest for a run that has one, has ended, has not started, or is none', async () => {
  await scheduler.write(runId, customers(1));
  await expect(scheduler.manifest.open(runId)).rejects.toMatchObject(refused('CONFLICT'));
  const ended = (await scheduler.run(await scheduler.activeAutomation(), 'ended')).runId;
  await expect(scheduler.manifest.open(ended)).rejects.toMatchObject(refused('CONFLICT'));
  await scheduler.startWaiting.startAll(scheduler.epoch());
  await scheduler.settle.halt({ v: 1, type: 'RunHalted', runId: ended, status: 'FAIL', reasonCode: 'X', reason: 'x' });
  await expect(scheduler.manifest.open(ended)).rejects.toMatchObject(refused('CONFLICT'));
  await expect(scheduler.manifest.open('00000000-0000-4000-8000-00000000dead')).rejects.toMatchObject(refused('NOT_FOUND'));
});

it('completes a run without rows at once', async () => {
  await scheduler.write(runId, []);
  expect(await scheduler.runs.get(runId)).toMatchObject({ status: 'COMPLETED', endAt: expect.any(String), counts: { total: 0 } });
});

describe('a manifest that takes long to close', () => {
  /** Holds a row that closing has to stop, and so the run, until it is let go. */
  const closing = async (attempt: number) => {
    const holding = Promise.withResolvers<void>();
    const isHeld = Promise.withResolvers<void>();
    const held = db.transaction(async (sql) => {
      await sql.query('SELECT FROM manifest_row WHERE run_id = $1 AND row_no = 1 FOR UPDATE', [runId]);
      isHeld.resolve();
      await holding.promise;
    });
    await isHeld.promise;
    const closed = scheduler.manifest.close(runId, attempt, 3);
    await waiting(1);
    return { closed, letGo: () => (holding.resolve(), held) };
  };
  const waiting = (count: number) =>
    waitFor(async () => {
      const [locks] = await db.query<{ n: number }>('SELECT count(*)::integer AS n FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())');
      return locks!.n === count;
    }, { what: `${count} who wait for a lock` });
  const written = async () => {
    const { attempt } = await scheduler.manifest.open(runId);
    await chunk(attempt, 0, ['A', 'A', 'B'].map((customer_id) => ({ customer_id })));
    return attempt;
  };

  it('is not reset by an attempt that begins meanwhile, and answers whoever asks again to close it', async () => {
    const attempt = await written();
    const { closed, letGo } = await closing(attempt);
    const opened = scheduler.manifest.open(runId);
    const again = scheduler.manifest.close(runId, attempt, 3);
    await waiting(3);
    await letGo();
    await expect(opened).rejects.toMatchObject(refused('CONFLICT'));
    expect((await closed).counts).toMatchObject({ total: 3, waiting: 3 });
    expect(await again).toEqual(await closed);
    expect((await kept()).map((row) => row.stop_code)).toEqual(['RECIPIENT_KEY_DUPLICATED', 'RECIPIENT_KEY_DUPLICATED', null]);
    scheduler.published.splice(0);
    await scheduler.turn();
    expect(scheduler.taken('MailDue', 'MailStopped').filter((mail) => mail.runId === runId)).toHaveLength(3);
  });

  it('leaves the run to the next attempt, whole, when it breaks off', async () => {
    const attempt = await written();
    const { closed, letGo } = await closing(attempt);
    const opened = scheduler.manifest.open(runId);
    await waiting(2);
    const [closer] = await db.query<{ pid: number }>(`SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%RECIPIENT_KEY_DUPLICATED%' AND pid <> pg_backend_pid()`);
    const broken = expect(closed).rejects.toMatchObject({ name: 'TryLater' });
    await db.query('SELECT pg_cancel_backend($1)', [closer!.pid]);
    await broken;
    await letGo();
    expect(await opened).toEqual({ attempt: attempt + 1 });
    expect(await kept()).toEqual([]);
    await expect(scheduler.manifest.close(runId, attempt, 3)).rejects.toMatchObject(refused('STALE'));
  });

  it('keeps no other run and no new leader waiting', async () => {
    await scheduler.announce.pass(scheduler.epoch());
    const { closed, letGo } = await closing(await written());
    const { runId: other } = await scheduler.run(await scheduler.activeAutomation(), 'k');
    await scheduler.startWaiting.startAll(scheduler.epoch());
    const successor = new SchedulerFixture(db, 'two', { selectAgainAfterMs: 0 });
    await successor.lead();
    await successor.announcements.tellRunsAgain();
    await successor.announce.pass(successor.epoch());
    await scheduler.lead();
    const started = successor.taken('RunStarted').map((message) => message.runId);
    expect(started).toContain(other);
    expect(started).not.toContain(runId);
    await letGo();
    await closed;
  });
});

describe('a run whose rows are waited for', () => {
  const explain = (attempt: number, reason: string) => scheduler.manifest.explainWait({ runId, attempt, reasonCode: 'SOURCE_FORBIDDEN_HOURS', reason });
  const told = async () => {
    scheduler.published.splice(0);
    await scheduler.announce.pass(scheduler.epoch());
    return scheduler.taken('RunChanged').filter(({ run }) => run.runId === runId).map(({ run }) => run.reason);
  };

  it('says why, tells it once, and no more when rows come', async () => {
    const { attempt } = await scheduler.manifest.open(runId);
    await told();
    await explain(attempt, 'Not before 18:00.');
    expect(await scheduler.runs.get(runId)).toMatchObject({ status: 'RUNNING', reasonCode: 'SOURCE_FORBIDDEN_HOURS', reason: 'Not before 18:00.' });
    expect(await told()).toEqual(['Not before 18:00.']);
    const { attempt: next } = await scheduler.manifest.open(runId);
    await explain(next, 'Not before 18:00.');
    expect(await told()).toEqual([]);
    await chunk(next, 0, customers(1));
    expect(await scheduler.runs.get(runId)).toMatchObject({ reasonCode: null, reason: null });
    expect(await told()).toEqual([null]);
    await chunk(next, 1, customers(1));
    expect(await told()).toEqual([]);
  });

  it('says it no more when it ends without rows', async () => {
    await explain((await scheduler.manifest.open(runId)).attempt, 'Not before 18:00.');
    await scheduler.write(runId, []);
    expect(await scheduler.runs.get(runId)).toMatchObject({ status: 'COMPLETED', reasonCode: null, reason: null });
  });

  it('keeps what it is paused for, also when rows still come', async () => {
    const { attempt } = await scheduler.manifest.open(runId);
    await scheduler.settle.halt({ v: 1, type: 'RunHalted', runId, status: 'PAUSED', reasonCode: 'SES_PAUSED', reason: 'Sending is paused.' });
    await explain(attempt, 'Not before 18:00.');
    await chunk(attempt, 0, customers(1));
    await scheduler.manifest.close(runId, attempt, 1);
    expect(await scheduler.runs.get(runId)).toMatchObject({ status: 'PAUSED', reasonCode: 'SES_PAUSED', reason: 'Sending is paused.' });
  });

  it('hears no older attempt, and nothing once it has its rows', async () => {
    const { attempt: old } = await scheduler.manifest.open(runId);
    const { attempt } = await scheduler.manifest.open(runId);
    await expect(explain(old, 'old')).rejects.toMatchObject(refused('STALE'));
    await scheduler.manifest.close(runId, attempt, 0);
    await expect(explain(attempt, 'late')).rejects.toMatchObject(refused('CONFLICT'));
    expect((await scheduler.runs.get(runId)).reason).toBeNull();
  });
});

it('finds the recipient key in any case, and keeps values exactly as they came', async () => {
  const values = { CUSTOMER_ID: ' 0042 ', NAME: '홍길동 \u0000 \ud800', amount: '12345678901234567890.12', n: 1.5, none: null, yes: true };
  await scheduler.write(runId, [values]);
  const [row] = await kept();
  expect(row).toMatchObject({ recipient_key: '0042', row_values: values });
});

it('fails the run when its rows have no recipient key column, and says which they have', async () => {
  const { attempt } = await scheduler.manifest.open(runId);
  await expect(chunk(attempt, 0, [{ id: 1, email: 'a@b.example' }])).rejects.toMatchObject(refused('CONFLICT', 'recipient.keyColumn'));
  const run = await scheduler.runs.get(runId);
  expect(run).toMatchObject({ status: 'FAIL', reasonCode: 'RECIPIENT_KEY_COLUMN_MISSING', endAt: expect.any(String) });
  expect(run.reason).toContain('id, email');
  expect(run.reason).not.toContain('a@b.example');
});

it('sends no row with an empty key, and none of those that share one', async () => {
  const keys = ['A', ' ', 'B', 'A', null, 'a', 'C', ' C'];
  await scheduler.write(runId, keys.map((customer_id) => ({ customer_id })));
  const [empty, twice] = ['RECIPIENT_KEY_EMPTY', 'RECIPIENT_KEY_DUPLICATED'];
  expect((await kept()).map((row) => row.stop_code)).toEqual([twice, empty, null, twice, empty, null, twice, twice]);
  scheduler.published.splice(0);
  await scheduler.turn();
  const stopped = scheduler.taken('MailStopped').filter((mail) => mail.runId === runId);
  expect(stopped.map((mail) => [mail.row, mail.outcome, mail.errorCode])).toEqual([
    [1, 'SKIPPED', twice], [2, 'SKIPPED', empty], [4, 'SKIPPED', twice], [5, 'SKIPPED', empty], [7, 'SKIPPED', twice], [8, 'SKIPPED', twice],
  ]);
  expect(scheduler.taken('MailDue').filter((mail) => mail.runId === runId).map((mail) => mail.row)).toEqual([3, 6]);
});

describe('rows that ask for one file', () => {
  const rule = { name: '명세서', directory: '{{branch}}', file: '{{customer_no}}_*.pdf', onMissing: 'skip', several: false, common: false, maxBytes: 1_000 } as const;
  const rows = [
    { customer_id: 'A', branch: 'x', customer_no: 1 }, { customer_id: 'B', branch: 'x', customer_no: '1' },
    { customer_id: 'C', branch: 'y', customer_no: 1 }, { customer_id: 'D', branch: 'x', customer_no: null }, { customer_id: 'E', branch: 'x', customer_no: '' },
  ];

  const withRule = async (...fileRules: FileRule[]) => {
    const { runId: started } = await scheduler.run(await scheduler.activeAutomation({ fileRules }), 'rules');
    await scheduler.startWaiting.startAll(scheduler.epoch());
    return started;
  };

  it('are all stopped before anything leaves, and say by which rule', async () => {
    const run = await scheduler.runWith(rows, { fileRules: [rule] });
    scheduler.published.splice(0);
    await scheduler.turn();
    const stopped = scheduler.taken('MailStopped').filter((mail) => mail.runId === run.runId);
    expect(stopped.map(({ row, outcome, errorCode, attachmentChecks }) => [row, outcome, errorCode, attachmentChecks[0]?.rule])).toEqual([1, 2].map((row) => [row, 'SKIPPED', 'DUPLICATED', '명세서']));
    expect(scheduler.taken('MailDue').filter((mail) => mail.runId === run.runId).map(({ row }) => row)).toEqual([3, 4, 5]);
  });

  it('stop also the one whose fellow claimants are stopped for their key: the file may be theirs', async () => {
    const claim = (customer_id: string) => ({ customer_id, branch: 'x', customer_no: 1 });
    await scheduler.write(runId = (await withRule(rule)), [claim('A'), claim('A'), claim('B')]);
    expect((await kept()).map((row) => row.stop_code)).toEqual(['RECIPIENT_KEY_DUPLICATED', 'RECIPIENT_KEY_DUPLICATED', 'DUPLICATED']);
  });

  describe('or may take each other\'s', () => {
    const stoppedRows = async (file: string, ids: string[], directory = '') => {
      await scheduler.write(runId = await withRule({ ...rule, directory, file }), ids.map((id, at) => ({ customer_id: `C${at}`, id, branch: id.split(':')[0]!, no: id.split(':')[1] ?? '' })));
      return (await kept()).flatMap((row) => (row.stop_code === 'DUPLICATED' ? [ids[row.row_no - 1]] : []));
    };

    it.each([
      ['a value goes on after the separator', '{{id}}_*.pdf', ['1', '1_2', '2', '12'], ['1', '1_2']],
      ['several go on', '{{id}}_*.pdf', ['1', '1_2_3', '1_2', '3_1', '1-2'], ['1', '1_2_3', '1_2']],
      ['a value begins after the separator', '*_{{id}}.pdf', ['1', '2_1', '2', '21'], ['1', '2_1']],
      ['letters differ in case or in their Unicode form only', '{{id}}_*.pdf', ['a가', 'A\u1100\u1161_2', 'b'], ['a가', 'A\u1100\u1161_2']],
      ['a sign follows a value beside the wildcard', '{{id}}*.pdf', ['1', '1-2', '12', '1가'], ['1', '1-2']],
      ['text of the author stands before the wildcard, which guards nothing', '{{id}}x*.pdf', ['1', '1x2', '1y2'], ['1', '1x2']],
      ['the business date stands before the wildcard', '{{id}}_{{businessDate|date:YYYY}}*.pdf', ['1', '2'], []],
      ['the beginning is the same and the end goes on', '{{branch}}_*_{{no}}.pdf', ['A:1', 'A:2_1', 'B:3_1', 'A_4:5', 'C:5'], ['A:1', 'A:2_1']],
      ['both sides go on', '{{branch}}_*_{{no}}.pdf', ['A:1', 'A_2:3_1', 'A_2:4'], ['A:1', 'A_2:3_1']],
      ['a value has a star in it', '{{id}}_x.pdf', ['1*', '1'], []],
      ['no wildcard is there', '{{id}}_.pdf', ['1', '1_2'], []],
      ['wildcards stand on both sides, which is not decided here', '*_{{id}}_*.pdf', ['1', '1_2'], []],
    ])('are stopped, and no others, where %s: %s', async (_, file, ids, stopped) => {
      expect(await stoppedRows(file, ids)).toEqual(stopped);
    });

    it('are not stopped where the value is the directory', async () => {
      expect(await stoppedRows('*.pdf', ['1', '1_2', '12'], '{{id}}')).toEqual([]);
    });

    it('say which rule and row, and what to do', async () => {
      await stoppedRows('{{id}}_*.pdf', ['7', '1', '1_2']);
      scheduler.published.splice(0);
      await scheduler.turn();
      const stopped = scheduler.taken('MailStopped').filter((mail) => mail.runId === runId);
      expect(stopped.map(({ row, outcome, errorCode, attachmentChecks }) => [row, outcome, errorCode, attachmentChecks[0]?.rule])).toEqual([2, 3].map((row) => [row, 'SKIPPED', 'DUPLICATED', '명세서']));
      expect(stopped[0]!.errorDetail).toMatch(/row 2 and as row 3.*separator that no value contains/);
      expect(scheduler.taken('MailDue').filter((mail) => mail.runId === runId).map(({ row }) => row)).toEqual([1]);
    });

    it('stop the run where the rule says so', async () => {
      const ids = ['7', '1', '1_2'].map((id) => ({ customer_id: id, id }));
      const run = await scheduler.runWith(ids, { fileRules: [{ ...rule, directory: '', file: '{{id}}_*.pdf', onMissing: 'stop' }] });
      expect(run).toMatchObject({ status: 'FAIL', reasonCode: 'DUPLICATED', endAt: expect.any(String), counts: { total: 3, waiting: 0, canceled: 3 } });
      expect(run.reason).toMatch(/row 2 and as row 3.*separator.*nothing was sent/);
    });

    it('are found by each of several rules, whose stems are their own', async () => {
      const rules = [{ ...rule, file: '{{customer_id}}.pdf' }, { ...rule, name: 'two', file: '{{id}}_*.pdf' }, { ...rule, name: 'three', file: '{{no}}_*.pdf' }].map((one) => ({ ...one, directory: '' }));
      await scheduler.write(runId = await withRule(...rules), [['1', '5'], ['1_2', '6'], ['3', '7'], ['4', '7_1']].map(([id, no], at) => ({ customer_id: `C${at}`, id: id!, no: no! })));
      expect(await db.query('SELECT stop_rule AS rule, stop_row AS row FROM manifest_row WHERE run_id = $1 ORDER BY row_no', [runId])).toEqual([
        { rule: 'two', row: 2 }, { rule: 'two', row: 1 }, { rule: 'three', row: 4 }, { rule: 'three', row: 3 },
      ]);
    });
  });

  it('stop the run where the rule says so: nothing is sent', async () => {
    const run = await scheduler.runWith(rows, { fileRules: [{ ...rule, onMissing: 'stop' }] });
    expect(run).toMatchObject({ status: 'FAIL', reasonCode: 'DUPLICATED', endAt: expect.any(String), counts: { total: 5, waiting: 0, canceled: 5 } });
    scheduler.published.splice(0);
    await scheduler.turn();
    expect(scheduler.taken('MailDue', 'MailStopped').filter((mail) => mail.runId === run.runId)).toEqual([]);
  });

  it.each([
    ['the rule is common', { fileRules: [{ ...rule, common: true }] }],
    ['the Mapping Query gives a column of the pattern', { fileRules: [rule], mapping: { sql: 'SELECT 1', columns: [{ name: 'CUSTOMER_NO', type: 'text' }], checkedAt: '2026-11-20T00:00:00.000Z' } }],
  ])('go on when %s', async (_, change) => {
    const run = await scheduler.runWith(rows, change);
    scheduler.published.splice(0);
    await scheduler.turn();
    expect(scheduler.taken('MailDue').filter((mail) => mail.runId === run.runId)).toHaveLength(5);
  });
});

it('closes many rows in a moment also before the planner knows of them', async () => {
  await scheduler.write(runId, customers(1000));
  await db.query('ANALYZE manifest_row');
  const { runId: many } = await scheduler.run(await scheduler.activeAutomation(), 'k');
  await scheduler.startWaiting.startAll(scheduler.epoch());
  const rows = Array.from({ length: 40_000 }, (_, at) => ({ customer_id: `C${at >> 1}` }));
  // Compared each with each it would take minutes, which is longer than a test may.
  await scheduler.write(many, rows);
  const [stopped] = await db.query<{ n: number }>('SELECT count(*)::integer AS n FROM manifest_row WHERE run_id = $1 AND stop_code IS NOT NULL', [many]);
  expect(stopped!.n).toBe(40_000);
});
