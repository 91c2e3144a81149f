import { DataSource, type QueryRunner } from 'typeorm';
import { AutomationVersionEntity } from './entities/automation-version.js';
import { AutomationEntity } from './entities/automation.js';
import { LeadershipEntity } from './entities/leadership.js';
import { ManifestRowEntity } from './entities/manifest-row.js';
import { MissedFiringEntity } from './entities/missed-firing.js';
import { NoticeEntity } from './entities/notice.js';
import { RunEntity } from './entities/run.js';
import { ScheduleEntity } from './entities/schedule.js';
import { SchedulerTables } from './migrations/0001-scheduler-tables.js';

const ENTITIES = [
  AutomationEntity, AutomationVersionEntity, ScheduleEntity, MissedFiringEntity, RunEntity, ManifestRowEntity, LeadershipEntity, NoticeEntity,
];
const MIGRATIONS = [SchedulerTables];
/** Any number, the same in every replica: one migrates, the others wait and find it done. */
const MIGRATION_LOCK = 7_265_130;
const CONNECTIONS = 12;
const CONNECT_TIMEOUT_MS = 5_000;

/** Runs one statement; `UPDATE … RETURNING` gives its rows as `SELECT` does. */
export interface Sql {
  query<T = Record<string, unknown>>(statement: string, values?: unknown[]): Promise<T[]>;
}

/** The scheduler's own schema of the Logs DB. */
export class LogsDb implements Sql {
  constructor(readonly dataSource: DataSource) {}

  async query<T>(statement: string, values: unknown[] = []): Promise<T[]> {
    const runner = this.dataSource.createQueryRunner();
    try {
      return await sqlOf(runner).query<T>(statement, values);
    } finally {
      await runner.release();
    }
  }

  /** All or nothing, READ COMMITTED. */
  async transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    try {
      await runner.startTransaction();
      const result = await work(sqlOf(runner));
      await runner.commitTransaction();
      return result;
    } catch (error) {
      // A connection that broke cannot roll back, and need not: the first error is the one to tell.
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
  }

  close(): Promise<void> {
    return this.dataSource.destroy();
  }
}

/**
 * Connects as the role that owns the scheduler's tables and brings them up to date.
 * @param url `postgres://tank_scheduler:…@host/database`; the role's search_path is its own schema.
 * @throws the driver's error when the database cannot be reached or a migration fails.
 */
export async function openLogsDb(url: string): Promise<LogsDb> {
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    applicationName: 'tank-scheduler',
    entities: ENTITIES,
    migrations: MIGRATIONS,
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    extra: { max: CONNECTIONS, connectionTimeoutMillis: CONNECT_TIMEOUT_MS, keepAlive: true },
  });
  await dataSource.initialize();
  try {
    await migrate(dataSource);
    return new LogsDb(dataSource);
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}

async function migrate(dataSource: DataSource): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await dataSource.runMigrations();
  } finally {
    await runner.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]).finally(() => runner.release());
  }
}

function sqlOf(runner: QueryRunner): Sql {
  return { query: async <T>(statement: string, values: unknown[] = []) => (await runner.query(statement, values, true)).records as T[] };
}
