import oracledb, { type Connection, type Pool } from 'oracledb';
import type { OracleAccess } from './oracle-access.js';
import { attributesOf, beginReadOnly, prepareSession } from './session.js';

/** Hears of logons, since another clock runs while one is under way. */
export interface LogonWatch {
  connecting(): void;
  connected(): void;
  /** The logon passed with a warning of the database. */
  warned(warning: Error): void;
}

interface Reader {
  connection: Connection;
  /** When its read-only transaction began. */
  begunAt: number;
}

/**
 * How long look-ups may share one read-only transaction, in milliseconds. It saves two of three calls of a look-up, and
 * shows a mail nothing older than this.
 */
const SNAPSHOT_MS = 250;
const IDLE_SECONDS = 60;

/**
 * The sessions of a source for look-ups and updates. The driver's pool keeps them; this adds what it lacks: one logon at a
 * time, so that a wrong password is tried once and not by every session at once, and sessions that stay in a read-only
 * transaction while there are look-ups.
 */
export class SessionPool {
  private pool?: Promise<Pool>;
  private logons: Promise<unknown> = Promise.resolve();
  /** Of the last acquire that failed. */
  private failure?: { error: unknown };
  private readonly readers: Reader[] = [];
  private timer?: NodeJS.Timeout;

  constructor(private readonly access: OracleAccess, private readonly now: () => number = () => performance.now()) {}

  /** A session within a read-only transaction. Give it back with `keepReader`, or drop it. */
  async reader(watch: LogonWatch): Promise<Reader> {
    const known = this.readers.pop();
    if (known && this.now() - known.begunAt < SNAPSHOT_MS) return known;
    const connection = known?.connection ?? (await this.acquire(watch));
    try {
      if (known) await connection.rollback();
      await beginReadOnly(connection);
      return { connection, begunAt: this.now() };
    } catch (error) {
      await this.drop(connection);
      throw error;
    }
  }

  keepReader(reader: Reader): void {
    this.readers.push(reader);
    this.timer ??= setTimeout(() => this.releaseOldReaders(), SNAPSHOT_MS);
  }

  /** A session that may write; a resting reader is used where the pool is full of them. */
  async writer(watch: LogonWatch): Promise<Connection> {
    const reader = this.readers.pop();
    if (!reader) return this.acquire(watch);
    await reader.connection.rollback();
    return reader.connection;
  }

  async release(connection: Connection): Promise<void> {
    await connection.close();
  }

  /** A session whose state is not known is not used again. */
  async drop(connection: Connection): Promise<void> {
    await connection.close({ drop: true }).catch(() => {}); // it is thrown away: how, does not matter
  }

  private async releaseOldReaders(): Promise<void> {
    this.timer = undefined;
    const old = this.readers.filter(({ begunAt }) => this.now() - begunAt >= SNAPSHOT_MS);
    for (const reader of old) this.readers.splice(this.readers.indexOf(reader), 1);
    if (this.readers.length > 0) this.timer = setTimeout(() => this.releaseOldReaders(), SNAPSHOT_MS);
    for (const { connection } of old) await this.release(connection).catch(() => this.drop(connection));
  }

  /**
   * One after another: the pool logs on when it has no free session, and nobody else must do so meanwhile. What made one
   * fail, a wrong password above all, fails all that wait.
   */
  private acquire(watch: LogonWatch): Promise<Connection> {
    const known = this.failure;
    const mine = this.logons.then(() => {
      if (this.failure !== known) throw this.failure!.error;
      return this.getConnection(watch);
    });
    this.logons = mine.catch((error: unknown) => {
      if (this.failure === known) this.failure = { error };
    });
    return mine;
  }

  private async getConnection(watch: LogonWatch): Promise<Connection> {
    const pool = await (this.pool ??= this.createPool());
    const isLogon = pool.connectionsOpen === pool.connectionsInUse;
    if (isLogon) watch.connecting();
    const connection = await pool.getConnection();
    const { warning } = connection as { warning?: Error };
    if (warning) watch.warned(warning);
    if (isLogon) watch.connected();
    return connection;
  }

  private createPool(): Promise<Pool> {
    return oracledb.createPool({
      ...attributesOf(this.access),
      poolMin: 0, // with more the driver logs on by itself, again and again, also with a password that was refused
      poolMax: this.access.poolMax,
      poolIncrement: 1,
      poolPingInterval: 30,
      poolTimeout: IDLE_SECONDS,
      queueTimeout: 0,
      sessionCallback: (connection, _tag, done) => void prepareSession(connection, 'look-up and update', this.access).then(() => done(), done),
    });
  }
}
