import { setTimeout as sleep } from 'node:timers/promises';
import { createLog } from '@tank/telemetry';
import { TryLater } from '@tank/contracts';
import { DataSource } from 'typeorm';
import { FileClaim } from './entities/file-claim.entity.js';
import { MailLedger } from './entities/mail-ledger.entity.js';
import { SendCount } from './entities/send-count.entity.js';
import { SendRate } from './entities/send-rate.entity.js';
import { LedgerAndRate1700000000001 } from './migrations/0001-ledger-and-rate.js';

export type RunSql = <R>(sql: string, parameters?: unknown[]) => Promise<R[]>;

const MIGRATION_LOCK = 'SELECT pg_advisory_lock(hashtext(\'tank.sender.migrations\'))';
const MIGRATION_UNLOCK = 'SELECT pg_advisory_unlock(hashtext(\'tank.sender.migrations\'))';
const CONNECT_WITHIN_MS = 120_000;
const AWAY_RETRY_MS = 1_000;

const log = createLog('sender');

/** The sender's schema of the Logs DB. Every statement of the sender goes through here. */
export class LogsDb {
  readonly dataSource: DataSource;

  constructor(url: string, poolSize = 10) {
    this.dataSource = new DataSource({
      type: 'postgres',
      url,
      entities: [MailLedger, FileClaim, SendRate, SendCount],
      migrations: [LedgerAndRate1700000000001],
      migrationsTransactionMode: 'all',
      poolSize,
      applicationName: 'tank-sender',
      connectTimeoutMS: 5_000,
      // An intent that a crash of the server forgets is a mail that could be sent twice: whatever the server's default
      // is, our commits are on disk. And no statement may hold a mail longer than the ledger thinks it is in hand.
      extra: { options: '-c synchronous_commit=on', statement_timeout: 20_000, query_timeout: 25_000 },
    });
  }

  /** Waits for the database and brings the schema up to date; several senders may do so at once. */
  async open(): Promise<void> {
    const until = Date.now() + CONNECT_WITHIN_MS;
    while (!this.dataSource.isInitialized) {
      try {
        await this.dataSource.initialize();
      } catch (error) {
        if (Date.now() > until || !isAway(error)) throw error;
        log.warn('logs-db.wait', { reason: (error as Error).message });
        await sleep(AWAY_RETRY_MS);
      }
    }
    await this.#migrate();
  }

  /** @throws TryLater while the database is away; a mail waits for it and does not fail. */
  query: RunSql = async <R>(sql: string, parameters: unknown[] = []) => {
    try {
      return rowsOf<R>(await this.dataSource.query(sql, parameters));
    } catch (error) {
      throw laterIfAway(error);
    }
  };

  /** All statements of `work` or none. @throws TryLater while the database is away. */
  async transaction<T>(work: (query: RunSql) => Promise<T>): Promise<T> {
    try {
      return await this.dataSource.transaction((manager) => work(async (sql, parameters = []) => rowsOf(await manager.query(sql, parameters))));
    } catch (error) {
      throw laterIfAway(error);
    }
  }

  async close(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }

  async #migrate(): Promise<void> {
    const runner = this.dataSource.createQueryRunner();
    try {
      await runner.query(MIGRATION_LOCK);
      await this.dataSource.runMigrations();
      await runner.query(MIGRATION_UNLOCK);
    } finally {
      await runner.release();
    }
  }
}

/** TypeORM gives `[rows, count]` for UPDATE and DELETE, and rows for everything else. */
function rowsOf<R>(result: unknown): R[] {
  if (Array.isArray(result) && result.length === 2 && Array.isArray(result[0]) && typeof result[1] === 'number') return result[0] as R[];
  return Array.isArray(result) ? (result as R[]) : [];
}

function laterIfAway(error: unknown): unknown {
  return isAway(error) ? new TryLater('The Logs DB cannot be used right now.', AWAY_RETRY_MS, { cause: error }) : error;
}

/** Connection lost or refused, shutting down, too many connections, cut off by a lock or a time-out: not the statement's fault. */
function isAway(error: unknown): boolean {
  const { code, message, errors } = error as { code?: string; message?: string; errors?: unknown[] };
  if (errors?.length) return errors.every(isAway);
  if (/^(08|53|57P|40)/.test(code ?? '') || code === '57014' || code === '25006') return true;
  if (/^(ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)/.test(code ?? '')) return true;
  return /connection terminated|timeout exceeded when trying to connect|connection timeout|query read timeout|not queryable/i.test(message ?? '');
}
