import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TryLater } from '@tank/contracts';
import { createDatabase, roleUrl, type TestDatabase } from '../../../../embedded/test/parts.ts';
import { LogsDb } from './logs-db.js';

describe('the sender\'s schema', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createDatabase('senderschema');
  });
  afterAll(() => database.drop());

  it('is made once by senders that start together, and has no drift from the entities', async () => {
    const senders = [1, 2, 3].map(() => new LogsDb(roleUrl(database, 'sender'), 2));
    await Promise.all(senders.map((db) => db.open()));
    const { upQueries } = await senders[0]!.dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
    expect(await senders[0]!.query('SELECT current_schema() AS schema')).toEqual([{ schema: 'sender' }]);
    await Promise.all(senders.map((db) => db.close()));
  });

  it('commits to disk whatever the server\'s default is', async () => {
    const db = new LogsDb(roleUrl(database, 'sender'), 2);
    await db.open();
    expect(await db.query('SHOW synchronous_commit')).toEqual([{ synchronous_commit: 'on' }]);
    await db.close();
  });

  it('makes a mail wait, not fail, when it is away', async () => {
    const db = new LogsDb(roleUrl(database, 'sender'), 2);
    await db.open();
    await expect(db.query('SELECT wrong')).rejects.not.toBeInstanceOf(TryLater);
    await expect(db.query('SELECT pg_terminate_backend(pg_backend_pid())')).rejects.toBeInstanceOf(TryLater);
    await db.close();
  });
});
