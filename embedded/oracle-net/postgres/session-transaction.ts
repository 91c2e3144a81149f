import type pg from 'pg';
import { OracleError } from '../backend.ts';
import type { SessionSettings } from './session-settings.ts';
import { together } from './steps.ts';

/**
 * - `none`: PostgreSQL commits each statement by itself.
 * - `reading`: PostgreSQL has a transaction, because cursors are open; Oracle has none.
 * - `read-only`: SET TRANSACTION READ ONLY.
 * - `changing`: Oracle has a transaction, too.
 */
type State = 'none' | 'reading' | 'read-only' | 'changing';

/** The cursors that are open in the session. */
export interface OpenCursors {
  readonly size: number;
  /** The transaction was committed: PostgreSQL keeps their rows from now on. */
  keep(): void;
  /** The transaction was rolled back: those that were opened in it are gone. */
  lose(): void;
}

const SAVEPOINT = 'tank_statement';

/**
 * Oracle's transactions on one client of PostgreSQL: they begin by themselves, and a statement that fails undoes only
 * itself. Queries outside a read-only transaction see what is committed when they begin (READ COMMITTED in both).
 */
export class SessionTransaction {
  #state: State = 'none';
  readonly #client: pg.Client;
  readonly #settings: SessionSettings;
  readonly #cursors: OpenCursors;

  constructor(client: pg.Client, settings: SessionSettings, cursors: OpenCursors) {
    this.#client = client;
    this.#settings = settings;
    this.#cursors = cursors;
  }

  /** Whether PostgreSQL's transaction is only there for cursors. */
  get isOnlyReading(): boolean {
    return this.#state === 'reading';
  }

  get isOpen(): boolean {
    return this.#state !== 'none';
  }

  /** Runs what needs no transaction: it is put into none, but if there is one its failure must not end it. */
  async aside<T>(send: () => Promise<T>): Promise<T> {
    return this.#state === 'none' ? this.#afterSettings(send) : this.#guarded(send);
  }

  /** Runs it in the transaction, which begins unless there is one. */
  async within<T>(kind: 'reading' | 'changing', send: () => Promise<T>): Promise<T> {
    if (kind === 'changing' && this.#state === 'reading') await this.endReading();
    if (this.#state !== 'none') return this.#guarded(send);
    try {
      const [, result] = await this.#afterSettings(() => together<[unknown, T]>(this.#client.query('BEGIN'), send()));
      this.#state = kind;
      return result;
    } catch (error) {
      await this.#client.query('ROLLBACK').catch(ignoreHere);
      throw error;
    }
  }

  /** SET TRANSACTION. @throws OracleError ORA-01453 unless it comes first. */
  async begin({ readOnly, serializable }: { readOnly: boolean; serializable: boolean }): Promise<void> {
    if (this.#state === 'reading') await this.endReading();
    if (this.#state !== 'none') throw new OracleError(1453, 'SET TRANSACTION must be first statement of transaction');
    const isolation = readOnly || serializable ? ' ISOLATION LEVEL REPEATABLE READ' : '';
    // PostgreSQL takes its snapshot with the first query, Oracle now.
    await this.#afterSettings(() => together(this.#client.query(`BEGIN${isolation}${readOnly ? ' READ ONLY' : ''}`), this.#client.query('SELECT 1')));
    this.#state = readOnly ? 'read-only' : 'changing';
  }

  /** Cursors that are open stay open: PostgreSQL keeps the rest of their rows. */
  async endReading(): Promise<void> {
    this.#state = 'none';
    await this.#client.query('COMMIT');
    this.#settings.afterCommit();
    this.#cursors.keep();
  }

  async commit(): Promise<void> {
    if (this.#state !== 'changing' && this.#state !== 'read-only') return;
    this.#state = 'none';
    try {
      const { command } = await this.#client.query('COMMIT');
      if (command !== 'COMMIT') throw new OracleError(2091, 'transaction rolled back');
    } catch (error) {
      this.#afterRollback();
      throw error;
    }
    this.#settings.afterCommit();
    this.#cursors.keep();
  }

  async rollback(): Promise<void> {
    if (this.#state === 'read-only' && this.#cursors.size > 0) return this.commit(); // nothing was changed, and the cursors go on
    if (this.#state !== 'changing' && this.#state !== 'read-only') return;
    await this.abandon();
  }

  /** Whatever the transaction is. */
  async abandon(): Promise<void> {
    this.#state = 'none';
    await this.#client.query('ROLLBACK');
    this.#afterRollback();
  }

  #afterRollback(): void {
    this.#settings.afterRollback();
    this.#cursors.lose();
  }

  async #guarded<T>(send: () => Promise<T>): Promise<T> {
    const query = (text: string) => this.#client.query(text);
    try {
      const settings = this.#settings.send(this.#client, true);
      const [, result] = await together<[unknown, T, unknown, ...unknown[]]>(query(`SAVEPOINT ${SAVEPOINT}`), send(), query(`RELEASE SAVEPOINT ${SAVEPOINT}`), ...settings);
      return result;
    } catch (error) {
      await together(query(`ROLLBACK TO SAVEPOINT ${SAVEPOINT}`), query(`RELEASE SAVEPOINT ${SAVEPOINT}`)).catch(ignoreHere);
      throw error;
    }
  }

  async #afterSettings<T>(send: () => Promise<T>): Promise<T> {
    const settings = this.#settings.send(this.#client, false);
    const results = await together<[T, ...unknown[]]>(send(), ...settings);
    return results[0];
  }
}

/** The first error is the one to tell; a session that cannot even be rolled back fails at its next statement. */
function ignoreHere(): void {}
