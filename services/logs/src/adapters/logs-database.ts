import { DataSource } from 'typeorm';
import { AttachmentLog } from './entities/attachment-log.js';
import { AutoRunLog } from './entities/auto-run-log.js';
import { DeadLetter } from './entities/dead-letter.js';
import { EmailSendLog } from './entities/email-send-log.js';
import { SystemErrorLog } from './entities/system-error-log.js';
import { TemplateLog } from './entities/template-log.js';
import { LogTables } from './migrations/0001-log-tables.js';

export const LOG_ENTITIES = [AutoRunLog, EmailSendLog, AttachmentLog, TemplateLog, SystemErrorLog, DeadLetter];
const MIGRATIONS = [LogTables];
/** Any number, the same in every replica: one migrates, the others wait and find it done. */
const MIGRATION_LOCK = 7_265_120;
const CONNECTIONS = 6;
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Connects to the Logs DB as the role that owns the log tables and brings them up to date.
 * @param url `postgres://tank_logs:…@host/database`; the role's search_path is its own schema.
 * @throws the driver's error when the database cannot be reached or a migration fails.
 */
export async function openLogsDatabase(url: string): Promise<DataSource> {
  const database = new DataSource({
    type: 'postgres',
    url,
    applicationName: 'tank-logs',
    entities: LOG_ENTITIES,
    migrations: MIGRATIONS,
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    extra: { max: CONNECTIONS, connectionTimeoutMillis: CONNECT_TIMEOUT_MS, keepAlive: true },
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
