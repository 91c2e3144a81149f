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
