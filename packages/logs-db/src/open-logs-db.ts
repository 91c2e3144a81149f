import { setTimeout as sleep } from 'node:timers/promises';
import { createLog } from '@tank/telemetry';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { isDatabaseAway } from './database-away.js';
import { LogsDb } from './logs-db.js';

const CONNECT_TIMEOUT_MS = 5_000;
const WAIT_MS = 120_000;
const TRY_AGAIN_MS = 1_000;
/** The server cuts a statement off; a server that is gone does not, so the client does a little later. */
const CLIENT_LATER_MS = 5_000;

/** Who connects, to which tables. */
export interface LogsDbOwner {
  /** `postgres://tank_<owner>:…@host/database`; the role's search_path is its own schema. */
  url: string;
  /** The service whose tables these are: `sender`. */
  owner: string;
  entities: DataSourceOptions['entities'];
  /** In their order; each in a transaction of its own. */
  migrations: DataSourceOptions['migrations'];
  /** The most that are open at a time; at least 2, one to hold the lock and one to migrate. */
  connections: number;
  options?: LogsDbOptions;
}

export interface LogsDbOptions {
  /** A commit is on disk before it is answered, whatever the server's default is. */
  commitsToDisk?: boolean;
  /** No statement takes longer, migrations included. Without it they may take for ever. */
  statementTimeoutMs?: number;
  /** How long to wait for a database that is away. */
  waitMs?: number;
}

/**
 * Connects as the owner of a schema and brings its tables up to date. A database that is away is waited for, with the
 * reason in the log.
 * @throws the driver's error when the database is still away after `waitMs`, or a migration fails.
 */
export async function openLogsDb(asked: LogsDbOwner): Promise<LogsDb> {
  const until = performance.now() + (asked.options?.waitMs ?? WAIT_MS);
  const log = createLog(asked.owner);
  for (;;) {
    try {
      return await openNow(asked);
    } catch (error) {
      if (performance.now() > until || !isDatabaseAway(error)) throw error;
      log.warn('logs-db.wait', { reason: reasonOf(error) });
      await sleep(TRY_AGAIN_MS);
    }
  }
}

async function openNow(asked: LogsDbOwner): Promise<LogsDb> {
  const db = new LogsDb(dataSourceOf(asked));
  await db.dataSource.initialize();
  try {
    await migrate(db.dataSource, asked.owner);
    return db;
  } catch (error) {
    await db.close(); // which lets go of the lock too
    throw error;
  }
}

/** Replicas that start together: one migrates, the others wait for the owner's lock and find it done. */
async function migrate(dataSource: DataSource, owner: string): Promise<void> {
  const runner = dataSource.createQueryRunner();
  const lock = [`tank.${owner}.migrations`];
  try {
    await runner.query('SELECT pg_advisory_lock(hashtext($1))', lock);
    await dataSource.runMigrations();
    await runner.query('SELECT pg_advisory_unlock(hashtext($1))', lock);
  } finally {
    await runner.release();
  }
}

function dataSourceOf({ url, owner, entities, migrations, connections, options = {} }: LogsDbOwner): DataSource {
  const { commitsToDisk, statementTimeoutMs } = options;
  return new DataSource({
    type: 'postgres',
    url,
    applicationName: `tank-${owner}`,
    entities,
    migrations,
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    extra: {
      max: connections,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      ...(commitsToDisk && { options: '-c synchronous_commit=on' }),
      ...(statementTimeoutMs && { statement_timeout: statementTimeoutMs, query_timeout: statementTimeoutMs + CLIENT_LATER_MS }),
    },
  });
}

/** Node gives an error without a message when it tried several addresses of the host. */
function reasonOf(error: unknown): string {
  const { message, errors } = error as { message: string; errors?: Error[] };
  return message || (errors ?? []).map((one) => one.message).join('; ');
}
