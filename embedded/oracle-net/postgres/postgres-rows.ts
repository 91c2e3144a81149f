import type pg from 'pg';
import { OracleError, type OracleColumn, type OracleValue, type Rows } from '../backend.ts';
import type { Plan } from './plans.ts';
import type { OpenCursors } from './session-transaction.ts';
import { readerOf } from './values.ts';

/** What an open cursor needs of its session. */
export interface CursorSession {
  /** @throws OracleError */
  fetch(rows: PostgresRows, count: number): Promise<(string | null)[][]>;
  release(rows: PostgresRows): Promise<void>;
}

/** The rows of one query, in a cursor of PostgreSQL: as many of them as are asked for leave the server. */
export class PostgresRows implements Rows {
  readonly columns: OracleColumn[];
  readonly cursor: string;
  readonly plan: Plan;
  /** Its transaction was committed, and PostgreSQL keeps its rows. */
  isKept = false;
  /** Its transaction was rolled back under it, or committed though it locks rows. */
  isLost = false;
  isDone = false;
  readonly #readers: ((text: string) => OracleValue)[];
  readonly #session: CursorSession;

  constructor(session: CursorSession, cursor: string, plan: Plan, fields: pg.FieldDef[], columns: OracleColumn[]) {
    this.#session = session;
    this.cursor = cursor;
    this.plan = plan;
    this.columns = columns;
    this.#readers = fields.map(({ dataTypeID }, at) => readerOf(dataTypeID, columns[at]!));
  }

  async next(count: number): Promise<OracleValue[][]> {
    if (this.isLost) throw new OracleError(1002, 'fetch out of sequence');
    if (this.isDone || count === 0) return [];
    const rows = await this.#session.fetch(this, count);
    return rows.map((row) => row.map((text, at) => (text === null ? null : this.#readers[at]!(text))));
  }

  keep(): void {
    if (this.plan.translated.locksRows) this.isLost = true;
    else this.isKept = true;
  }

  lose(): void {
    if (!this.isKept) this.isLost = true;
  }

  async close(): Promise<void> {
    if (!this.isDone) await this.#session.release(this);
  }
}

/** Those of a session, as its transaction sees them. */
export class OpenRows extends Set<PostgresRows> implements OpenCursors {
  keep(): void {
    for (const rows of this) rows.keep();
  }

  lose(): void {
    for (const rows of this) rows.lose();
  }
}
