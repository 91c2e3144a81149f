import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TryLater } from '@tank/contracts';
import { createDatabase, roleUrl, type TestDatabase } from '../../../../embedded/test/parts.ts';
import { openSenderDatabase, type SenderDatabase } from './sender-database.js';

describe('the sender\'s schema', () => {
  let database: TestDatabase;
  let db: SenderDatabase;

  beforeAll(async () => {
    database = await createDatabase('senderschema');
    db = await openSenderDatabase(roleUrl(database, 'sender'), 2);
  });
  afterAll(async () => {
    await db.close();
    await database.drop();
  });

  it('has no drift from the entities', async () => {
    const { upQueries } = await db.dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
    expect(await db.query('SELECT current_schema() AS schema')).toEqual([{ schema: 'sender' }]);
  });

  it('commits to disk whatever the server\'s default is', async () => {
    expect(await db.query('SHOW synchronous_commit')).toEqual([{ synchronous_commit: 'on' }]);
  });

  it('makes a mail wait, not fail, when it is away', async () => {
    await expect(db.query('SELECT wrong')).rejects.not.toBeInstanceOf(TryLater);
    await expect(db.query('SELECT pg_terminate_backend(pg_backend_pid())')).rejects.toBeInstanceOf(TryLater);
  });
});
