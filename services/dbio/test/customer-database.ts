import pg from 'pg';
import { connectionLimitsSchema, DEFAULT_GROUP, type Connection } from '@tank/contracts';
import { createDatabase, type TestDatabase } from '../../../embedded/test/parts.ts';
import type { SourceLimits } from '../src/adapters/source-limits.js';

export const LIMITS: SourceLimits = { connectMs: 2_000, askMs: 3_000, fetchMs: 10_000, lookUpMs: 2_000, updateMs: 5_000, poolSize: 4, tls: 'off' };

/** A customer's database of one test file, reached as its superuser: what holds there does not rest on missing rights. */
export class CustomerDatabase {
  private constructor(private readonly database: TestDatabase, private readonly client: pg.Client) {}

  static async create(name: string): Promise<CustomerDatabase> {
    const database = await createDatabase(name);
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    return new CustomerDatabase(database, client);
  }

  get password(): string {
    return decodeURIComponent(new URL(this.database.url).password);
  }

  get port(): number {
    return Number(new URL(this.database.url).port);
  }

  connection(over: Partial<Connection> = {}): Connection {
    const url = new URL(this.database.url);
    return {
      connectionId: '6f1d8f6e-2a53-4c7a-9d0f-0d7c1c3b8a11', groupId: DEFAULT_GROUP, name: 'customers', kind: 'postgres', host: url.hostname, port: this.port,
      database: this.database.name, connectString: null, tls: null, wallet: null, user: decodeURIComponent(url.username), timeZone: 'Asia/Seoul',
      limits: connectionLimitsSchema.parse({}), createdAt: '2026-11-20T00:00:00.000Z', revision: 1, ...over,
    };
  }

  async run(sql: string): Promise<Record<string, unknown>[]> {
    return (await this.client.query(sql)).rows as Record<string, unknown>[];
  }

  /** A session of its own, which may hold locks. */
  async somebodyElse(): Promise<{ run(sql: string): Promise<unknown>; end(): Promise<void> }> {
    const client = new pg.Client({ connectionString: this.database.url });
    await client.connect();
    return { run: (sql) => client.query(sql), end: () => client.end() };
  }

  /** The address of it, for who reaches it another way. */
  get url(): string {
    return this.database.url;
  }

  /** Sessions of others that execute something now. */
  async busySessions(): Promise<number> {
    const { rows: [row] } = await this.client.query<{ count: number }>("SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid() AND backend_type = 'client backend'");
    return row!.count;
  }

  /** Sessions of this database by application name. */
  async sessionsOf(application: string): Promise<number> {
    const sql = 'SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1';
    const { rows: [row] } = await this.client.query<{ count: number }>(sql, [application]);
    return row!.count;
  }

  async drop(): Promise<void> {
    await this.client.end();
    await this.database.drop();
  }
}
