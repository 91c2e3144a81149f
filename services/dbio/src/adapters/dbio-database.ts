import { DataSource } from 'typeorm';
import { SourceConnection } from './entities/source-connection.js';
import { SourceConnections } from './migrations/0001-source-connections.js';

/** Any number, the same in every replica: one migrates, the others wait and find it done. */
const MIGRATION_LOCK = 7_265_130;
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Connects to the Logs DB as the role that owns the source connections and brings the schema up to date.
 * @param url `postgres://tank_dbio:…@host/database`; the role's search_path is its own schema.
 * @throws the driver's error when the database cannot be reached or a migration fails.
 */
export async function openDbioDatabase(url: string): Promise<DataSource> {
  const database = new DataSource({
    type: 'postgres',
    url,
    applicationName: 'tank-dbio',
    entities: [SourceConnection],
    migrations: [SourceConnections],
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    extra: { max: 3, connectionTimeoutMillis: CONNECT_TIMEOUT_MS, keepAlive: true },
  });
  await database.initialize();
  try {
    await migrate(database);
    return database;
  } catch (error) {
    await database.destroy();
    throw error;
  }
}

async function migrate(database: DataSource): Promise<void> {
  const runner = database.createQueryRunner();
  try {
    await runner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await database.runMigrations();
  } finally {
    await runner.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]).finally(() => runner.release());
  }
}
