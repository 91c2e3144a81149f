import { createDatabase, roleUrl, type TestDatabase } from '../../../../embedded/test/parts.js';
import { openGatewayDatabase, type GatewayDatabase } from './gateway-database.js';

describe("the gateway's schema", () => {
  let database: TestDatabase;
  let db: GatewayDatabase;
  beforeAll(async () => {
    database = await createDatabase('gatewayschema');
    db = await openGatewayDatabase(roleUrl(database, 'gateway'), 2);
  });
  afterAll(async () => {
    await db.close();
    await database.drop();
  });

  it('has no drift from the entities', async () => {
    const { upQueries } = await db.dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
    expect(await db.query('SELECT current_schema() AS schema')).toEqual([{ schema: 'gateway' }]);
  });

  it('is opened by several gateways at once', async () => {
    const others = await Promise.all([1, 2, 3].map(() => openGatewayDatabase(roleUrl(database, 'gateway'), 2)));
    await Promise.all(others.map((other) => other.close()));
  });

  it('says that it is away, and never lets anybody in for that', async () => {
    await expect(db.query('SELECT wrong')).rejects.not.toHaveProperty('parts');
    await expect(db.query('SELECT pg_terminate_backend(pg_backend_pid())')).rejects.toMatchObject({ parts: { status: 503, code: 'UNAVAILABLE' } });
  });
});
