import type { LogsDb } from '@tank/logs-db';
import { createLog } from '@tank/telemetry';
import { createDatabase, roleUrl, waitFor, type TestDatabase } from '../../../../embedded/test/parts.ts';
import { asLeader, Leadership, LeadershipLost } from './leadership.js';
import { openSchedulerDatabase } from './scheduler-database.js';

let database: TestDatabase;
let db: LogsDb;
const silent = createLog('scheduler', () => undefined);

beforeAll(async () => {
  database = await createDatabase('scheduler_leadership');
  db = await openSchedulerDatabase(roleUrl(database, 'scheduler'));
});
afterAll(async () => {
  await db?.close();
  await database?.drop();
});
beforeEach(() => db.query(`UPDATE leadership SET lease_until = clock_timestamp() - interval '1 s', holder = ''`));

const candidate = (holder: string, leaseMs = 60_000) => new Leadership(db, { holder, leaseMs }, silent);

it('gives the lead to one of several that want it', async () => {
  const all = ['a', 'b', 'c', 'd'].map((holder) => candidate(holder));
  await Promise.all(all.map((one) => one.turn()));
  expect(all.filter((one) => one.current() !== undefined)).toHaveLength(1);
});

it('passes the lead on at once when it is given up, with a higher epoch', async () => {
  const [first, second] = [candidate('first'), candidate('second')];
  await first.turn();
  const epoch = first.current()!;
  await second.turn();
  expect(second.current()).toBeUndefined();
  await first.stop(true);
  await second.turn();
  expect([first.current(), second.current()]).toEqual([undefined, epoch + 1]);
});

it('keeps the lead as long as it is renewed, and loses it to another when it is not', async () => {
  const [first, second] = [candidate('first', 600), candidate('second', 600)];
  first.start();
  await waitFor(() => first.current() !== undefined, { what: 'the first leads' });
  const epoch = first.current();
  const until = Date.now() + 1500;
  await waitFor(async () => {
    await second.turn();
    return Date.now() > until;
  }, { what: 'more than two leases have passed' });
  expect([first.current(), second.current()]).toEqual([epoch, undefined]);
  await first.stop(true);
  const third = candidate('third', 300);
  await third.turn();
  expect(third.current()).toBe(epoch! + 1);
  await waitFor(async () => {
    await second.turn();
    return second.current();
  }, { what: 'the lease of the third, who renews nothing, has run out' });
  expect([second.current(), third.current()]).toEqual([epoch! + 2, undefined]);
  await third.turn();
  expect(third.current()).toBeUndefined();
});

it('refuses the transaction of a lost leader, who may still think that it leads', async () => {
  const [first, second] = [candidate('first'), candidate('second')];
  await first.turn();
  await db.query(`UPDATE leadership SET lease_until = clock_timestamp() - interval '1 s'`);
  await second.turn();
  expect(first.current()).toBeDefined();
  const before = await db.query('SELECT count(*)::integer AS notices FROM notice');
  const work = () => asLeader(db, first.current()!, (sql) => sql.query(`INSERT INTO notice (notice_id, code, message, remedy) VALUES (gen_random_uuid(), 'X', '', '')`));
  await expect(work()).rejects.toThrow(LeadershipLost);
  expect(await db.query('SELECT count(*)::integer AS notices FROM notice')).toEqual(before);
});

it('holds a successor off until the transaction in hand has ended', async () => {
  const [first, second] = [candidate('first'), candidate('second')];
  await first.turn();
  await db.query(`UPDATE leadership SET lease_until = clock_timestamp() - interval '1 s'`);
  let finish: () => void = () => undefined;
  const isFinished = new Promise<void>((resolve) => (finish = resolve));
  const order: string[] = [];
  let isInside = false;
  const transaction = asLeader(db, first.current()!, async () => {
    isInside = true;
    await isFinished;
    order.push('transaction');
  });
  await waitFor(() => isInside, { what: 'the transaction has checked the epoch' });
  const taking = second.turn().then(() => order.push('successor'));
  await waitFor(async () => (await db.query(`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%leadership%' AND datname = current_database()`)).length, { what: 'the successor waits for a lock' });
  finish();
  await Promise.all([transaction, taking]);
  expect(order).toEqual(['transaction', 'successor']);
  expect(second.current()).toBe(first.current()! + 1);
});
