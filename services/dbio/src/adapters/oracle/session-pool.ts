import oracledb, { type Connection, type Pool, type PoolAttributes } from 'oracledb';
import type { OracleAccess } from './oracle-access.js';
import { attributesOf, prepareSession } from './session.js';

/** Hears of logons, since another clock runs while one is under way. */
export interface LogonWatch {
  /** A logon begins that this ask waits for, its own or one before it. */
  connecting(): void;
  /** There is a session. @param byLogon its own logon, just now: name and password are right */
  connected(byLogon: boolean): void;
  /** There is no session to be had, by a logon or without one. */
  refused(): void;
  /** The logon passed with a warning of the database. */
  warned(warning: Error): void;
}

const IDLE_SECONDS = 60;
/** For the end of a transaction, within the slack that a failed call has. */
const END_MS = 200;

/**
 * The sessions of a source for look-ups and updates. The driver's pool keeps them; this adds what it lacks: one logon at a
 * time, so that a wrong password is tried once and not by every session at once.
 */
export class SessionPool {
  private pool?: Promise<Pool>;
  private logons: Promise<unknown> = Promise.resolve();
  private readonly waiting = new Set<LogonWatch>();
  private hasLoggedOn = false;
  /** Of the last acquire that failed. */
  private failure?: { error: unknown };

  constructor(private readonly access: OracleAccess) {}

  /**
   * One after another: the pool logs on when it has no free session, and nobody else must do so meanwhile. What made one
   * fail, a wrong password above all, fails all that wait.
   */
  acquire(watch: LogonWatch): Promise<Connection> {
    const known = this.failure;
    this.waiting.add(watch);
    const mine = this.logons.then(() => {
      if (this.failure !== known) throw this.failure!.error;
      return this.getConnection(watch);
    });
    this.logons = mine.catch((error: unknown) => {
      watch.refused();
      if (this.failure === known) this.failure = { error };
    });
    return this.logons.then(() => mine).finally(() => this.waiting.delete(watch));
  }

  /** Gives a session back; an open transaction of it is rolled back. */
  async release(connection: Connection): Promise<void> {
    await connection.close();
  }

  /**
   * After a failure: a statement that was refused leaves its session in order, after anything else nobody knows. Its transaction
   * is over before anybody else gets it: one that can only read would refuse the next update.
   */
  async leaveAfter(connection: Connection, error: unknown): Promise<void> {
    if (!isInOrderAfter(connection, error)) return this.drop(connection);
    try {
      connection.callTimeout = END_MS;
      await connection.rollback(); // the driver does so only where the server counts a read-only transaction as one
      await this.release(connection);
    } catch {
      await this.drop(connection);
    }
  }

  /** Nobody gets it again: the database ends what it was in. */
  async drop(connection: Connection): Promise<void> {
    cutLine(connection);
    await connection.close({ drop: true }).catch(() => {}); // it is thrown away: how, does not matter
  }

  /** Says good-bye for every session. */
  async close(): Promise<void> {
    await (await this.pool)?.close(0);
  }

  private async getConnection(watch: LogonWatch): Promise<Connection> {
    const pool = await (this.pool ??= this.createPool());
    this.hasLoggedOn = false;
    // A session that is free and well comes at once. What takes longer is a logon, also where sessions are free that died.
    const logon = setImmediate(() => this.waiting.forEach((one) => one.connecting()));
    try {
      const connection = await pool.getConnection();
      const { warning } = connection as { warning?: Error };
      if (warning) watch.warned(warning);
      watch.connected(this.hasLoggedOn);
      return connection;
    } finally {
      clearImmediate(logon);
    }
  }

  private async createPool(): Promise<Pool> {
    try {
      return await oracledb.createPool(this.attributes());
    } catch (error) {
      this.pool = undefined; // such as an alias that tnsnames.ora does not have yet
      throw error;
    }
  }

  private attributes(): PoolAttributes {
    const { poolMax, connectMs } = this.access;
    return {
      ...attributesOf(this.access),
      poolMin: 0, // with more the driver logs on by itself, again and again, also with a password that was refused
      poolMax,
      poolIncrement: 1,
      poolPingInterval: 30,
      poolPingTimeout: Math.ceil(connectMs / (poolMax + 1)), // all of them may be dead, and time is left for a logon
      poolTimeout: IDLE_SECONDS,
      queueTimeout: 0,
      sessionCallback: (connection, _tag, done) => void this.prepare(connection).then(() => done(), done),
    };
  }

  private async prepare(connection: Connection): Promise<void> {
    await prepareSession(connection, 'look-up and update', this.access);
    this.hasLoggedOn = true;
  }
}

/** The driver's pool takes back every session whose line stands, `drop` or not (thin mode of oracledb 26.0.0). */
function cutLine(connection: Connection): void {
  const { _impl } = connection as { _impl?: { nscon?: { forceDisconnect(): void } } };
  _impl?.nscon?.forceDisconnect();
}

/** The server answered, be it to the BREAK of the driver's time-out. */
export function isInOrderAfter(connection: Connection, error: unknown): boolean {
  return /^(?:ORA-|NJS-123)/.test((error as Error).message) && connection.isHealthy();
}
