import pg from 'pg';
import { createDatabase, type TestDatabase } from '../../test/parts.ts';
import type { BackendSession, OracleBind, OracleTime, OracleValue } from '../backend.ts';
import { installOracleSchema } from './install-schema.ts';
import { PostgresBackend, type PostgresBackendOptions } from './postgres-backend.ts';

export type Bound = OracleValue | OracleBind;

/** A database of a test file, and sessions of the backend on it. */
export class OpenedSessions {
  readonly database: TestDatabase;
  readonly backend: PostgresBackend;
  /** PostgreSQL itself, beside the sessions. */
  readonly admin: pg.Client;
  #open: BackendSession[] = [];

  private constructor(database: TestDatabase, backend: PostgresBackend, admin: pg.Client) {
    this.database = database;
    this.backend = backend;
    this.admin = admin;
  }

  static async begin(tables: string, options: Partial<PostgresBackendOptions> = {}): Promise<OpenedSessions> {
    const database = await createDatabase('oracle_net');
    await installOracleSchema(database.url);
    const admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    await admin.query("SET lock_timeout = '10s'");
    await admin.query(tables);
    const backend = new PostgresBackend({ url: database.url, services: ['demo'], accounts: { tank: { password: 'only-for-this-test' } }, ...options });
    return new OpenedSessions(database, backend, admin);
  }

  async open(user = 'TANK'): Promise<OpenedSession> {
    const session = await this.backend.open({ user, service: 'DEMO', program: 'oracle-net-test', machine: 'here', sessionId: 7, serialNumber: 11 });
    this.#open.push(session);
    return new OpenedSession(session);
  }

  /** Nothing stays locked for the next test. */
  async closeAll(): Promise<void> {
    for (const session of this.#open) await session.close();
    this.#open = [];
  }

  async end(): Promise<void> {
    await this.closeAll();
    await this.admin.end();
    await this.database.drop();
  }
}

/** A session with shorter words. */
export class OpenedSession {
  readonly session: BackendSession;

  constructor(session: BackendSession) {
    this.session = session;
  }

  async all(sql: string, ...binds: Bound[]): Promise<OracleValue[][]> {
    const rows = await this.session.query(sql, binds.map(asBind));
    try {
      return await rows.next(1_000);
    } finally {
      await rows.close();
    }
  }

  /** The first value of the first row. */
  async one(sql: string, ...binds: Bound[]): Promise<OracleValue> {
    return (await this.all(sql, ...binds))[0]![0]!;
  }

  async run(sql: string, ...binds: Bound[]): Promise<number> {
    return (await this.session.change(sql, [binds.map(asBind)], { batchErrors: false })).counts[0]!;
  }
}

export function asBind(bound: Bound, place: number): OracleBind {
  return bound !== null && typeof bound === 'object' && 'name' in bound ? bound : { name: String(place + 1), value: bound as OracleValue };
}

export function number(value: string | null): OracleBind {
  return { name: 'n', value, type: 'NUMBER' };
}

/** `time('2026-11-20 09:00:00.5', 540)` */
export function time(text: string, offsetMinutes?: number): OracleTime {
  const [year, month, day, hour = 0, minute = 0, second = 0, fraction = ''] = text.split(/\D/).map((part, at) => (at === 6 ? part : Number(part))) as [number, number, number, number?, number?, number?, string?];
  const local = { year, month, day, hour, minute, second, nanosecond: Number(fraction.padEnd(9, '0')) };
  return offsetMinutes === undefined ? local : { ...local, offsetMinutes };
}
