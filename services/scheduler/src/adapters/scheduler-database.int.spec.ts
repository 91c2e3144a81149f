import type { LogsDb } from '@tank/logs-db';
import { createDatabase, roleUrl, type TestDatabase } from '../../../../embedded/test/parts.ts';
import { openSchedulerDatabase } from './scheduler-database.js';

let database: TestDatabase;
let db: LogsDb;

beforeAll(async () => {
  database = await createDatabase('scheduler_schema');
  db = await openSchedulerDatabase(roleUrl(database, 'scheduler'));
});
afterAll(async () => {
  await db?.close();
  await database?.drop();
});

it('has migrations that make exactly what the entities describe', async () => {
  const { upQueries } = await db.dataSource.driver.createSchemaBuilder().log();
  expect(upQueries.map((query) => query.query)).toEqual([]);
});

it('says that it can be tried again when the database is away, and nothing of the kind when a statement is wrong', async () => {
  const cutOff = 'SELECT pg_terminate_backend(pg_backend_pid())';
  await expect(db.query(cutOff)).rejects.toMatchObject({ name: 'TryLater', cause: expect.anything() });
  await expect(db.transaction((sql) => sql.query(cutOff))).rejects.toMatchObject({ name: 'TryLater' });
  await expect(db.query('SELECT nothing FROM nowhere')).rejects.toMatchObject({ name: 'QueryFailedError' });
  expect(await db.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
});
