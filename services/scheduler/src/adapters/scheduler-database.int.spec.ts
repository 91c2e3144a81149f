import { randomUUID } from 'node:crypto';
import { openLogsDb, type LogsDb } from '@tank/logs-db';
import { createDatabase, roleUrl, type TestDatabase } from '../../../../embedded/test/parts.ts';
import { COMPLETE_DEFINITION, OLDEST, SchedulerFixture } from '../scheduler.fixture.js';
import { SchedulerTables } from './migrations/0001-scheduler-tables.js';
import { UnsureMarksAndFileStems } from './migrations/0002-unsure-marks-and-file-stems.js';
import { Resends } from './migrations/0003-resends.js';
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

it('keeps automations from before there were approvals, whose versions have no writers', async () => {
  const older = await createDatabase('scheduler_older');
  const url = roleUrl(older, 'scheduler');
  const before = await openLogsDb({ url, owner: 'scheduler', entities: [], migrations: [SchedulerTables, UnsureMarksAndFileStems, Resends], connections: 2 });
  const automationId = randomUUID();
  await before.query("INSERT INTO automation (automation_id, name, description) VALUES ($1, 'old', '')", [automationId]);
  for (const [at, status] of ['RETIRED', 'ACTIVE', 'DRAFT'].entries()) {
    const values = [randomUUID(), automationId, at + 1, status, JSON.stringify(COMPLETE_DEFINITION)];
    await before.query('INSERT INTO automation_version (version_id, automation_id, number, status, definition) VALUES ($1, $2, $3, $4, $5)', values);
  }
  await before.close();
  const after = await openSchedulerDatabase(url);
  const scheduler = new SchedulerFixture(after, 'one');
  const automation = await scheduler.automations.get(automationId);
  expect(automation).toMatchObject({ revision: 1, activeVersion: { number: 2, writtenBy: [], approvedBy: null }, draftVersion: { number: 3, status: 'DRAFT', writtenBy: [] } });
  expect(await scheduler.activate(automationId)).toMatchObject({ number: 3, status: 'ACTIVE' });
  expect((await scheduler.automations.versions(automationId, { ...OLDEST, sort: '-number' })).items.map(({ status }) => status)).toEqual(['ACTIVE', 'RETIRED', 'RETIRED']);
  await after.close();
  await older.drop();
});

it('says that it can be tried again when the database is away, and nothing of the kind when a statement is wrong', async () => {
  const cutOff = 'SELECT pg_terminate_backend(pg_backend_pid())';
  await expect(db.query(cutOff)).rejects.toMatchObject({ name: 'TryLater', cause: expect.anything() });
  await expect(db.transaction((sql) => sql.query(cutOff))).rejects.toMatchObject({ name: 'TryLater' });
  await expect(db.query('SELECT nothing FROM nowhere')).rejects.toMatchObject({ name: 'QueryFailedError' });
  expect(await db.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
});
