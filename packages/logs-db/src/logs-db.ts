import type { DataSource, QueryRunner } from 'typeorm';

/** Runs one statement; `UPDATE … RETURNING` gives its rows as `SELECT` does. */
export interface Sql {
  query<T = Record<string, unknown>>(statement: string, values?: unknown[]): Promise<T[]>;
}

/** One owner's schema of the Logs DB. */
export class LogsDb implements Sql {
  constructor(readonly dataSource: DataSource) {}

  async query<T = Record<string, unknown>>(statement: string, values: unknown[] = []): Promise<T[]> {
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

  /** May be called twice. */
  async close(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }
}

function sqlOf(runner: QueryRunner): Sql {
  return { query: async <T>(statement: string, values: unknown[] = []) => (await runner.query(statement, values, true)).records as T[] };
}
