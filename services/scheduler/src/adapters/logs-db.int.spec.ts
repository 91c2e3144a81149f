import { createDatabase, roleUrl, type TestDatabase } from '../../../../embedded/test/parts.ts';
import { openLogsDb, type LogsDb } from './logs-db.js';

let database: TestDatabase;
let db: LogsDb;

beforeAll(async () => {
  database = await createDatabase('scheduler_schema');
  db = await openLogsDb(roleUrl(database, 'scheduler'));
});
afterAll(async () => {
  await db?.close();
  await database?.drop();
});

it('has migrations that make exactly what the entities describe', async () => {
  const { upQueries } = await db.dataSource.driver.createSchemaBuilder().log();
  expect(upQueries.map((query) => query.query)).toEqual([]);
});

it('can be opened by two schedulers at once on an empty database', async () => {
  const empty = await createDatabase('scheduler_twice');
  const both = await Promise.all([openLogsDb(roleUrl(empty, 'scheduler')), openLogsDb(roleUrl(empty, 'scheduler'))]);
  const [leadership] = await both[0]!.query<{ rows: number }>('SELECT count(*)::integer AS rows FROM leadership');
  expect(leadership).toEqual({ rows: 1 });
  await Promise.all(both.map((one) => one.close()));
  await empty.drop();
});

it('undoes a transaction that throws and gives its connection back', async () => {
  const failing = () => db.transaction(async (sql) => {
    await sql.query(`UPDATE leadership SET holder = 'nobody'`);
    throw new Error('stop');
  });
  for (let at = 0; at < 30; at += 1) await expect(failing()).rejects.toThrow('stop');
  const [leadership] = await db.query<{ holder: string }>('SELECT holder FROM leadership');
  expect(leadership?.holder).toBe('');
});
