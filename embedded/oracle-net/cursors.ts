import { OracleError, type OracleColumn, type OracleValue, type Rows, type StatementKind } from './backend.ts';
import { bindPlaces, kindOf, type BindPlace } from './sql-text.ts';
import type { BindType } from './ttc/binds.ts';
import type { ValueWriter } from './ttc/values.ts';

/** A statement that a client has opened, and may execute again without sending it again. */
export class Cursor {
  readonly id: number;
  readonly sql: string;
  readonly kind: StatementKind;
  readonly places: BindPlace[];
  binds: BindType[] = [];
  columns: OracleColumn[] = [];
  /** How the client wants the columns, as it defined them. */
  defines: BindType[] | null = null;
  writers: ValueWriter[] = [];
  /** Columns whose value is not sent again when it is that of the row before. */
  canRepeat: boolean[] = [];
  lastRow: OracleValue[] | null = null;
  rows: Rows | null = null;
  /** Rows sent of the current execution. */
  rowCount = 0;

  constructor(id: number, sql: string) {
    this.id = id;
    this.sql = sql;
    this.kind = kindOf(sql);
    this.places = bindPlaces(sql);
  }

  async closeRows(): Promise<void> {
    const { rows } = this;
    this.rows = null;
    this.lastRow = null;
    await rows?.close();
  }
}

/** The open cursors of a session. A client that forgets to close them meets ORA-01000, as on a real database. */
export class Cursors {
  readonly #open = new Map<number, Cursor>();
  readonly #most: number;
  #lastId = 0;

  constructor(most: number) {
    this.#most = most;
  }

  open(sql: string): Cursor {
    do this.#lastId = (this.#lastId % 0xffff) + 1;
    while (this.#open.has(this.#lastId));
    const cursor = new Cursor(this.#lastId, sql);
    this.#open.set(cursor.id, cursor);
    return cursor;
  }

  /** Closes the cursor again that was one too many. @throws OracleError */
  async refuseTooMany(newest: Cursor): Promise<void> {
    if (this.#open.size <= this.#most) return;
    await this.close(newest.id);
    throw new OracleError(1000, 'maximum open cursors exceeded');
  }

  /** @throws OracleError when there is no such cursor */
  get(id: number): Cursor {
    const cursor = this.#open.get(id);
    if (!cursor) throw new OracleError(1001, 'invalid cursor');
    return cursor;
  }

  async close(id: number): Promise<void> {
    const cursor = this.#open.get(id);
    this.#open.delete(id);
    await cursor?.closeRows();
  }

  /** The client wants no more rows of it now. */
  async cancel(id: number): Promise<void> {
    await this.#open.get(id)?.closeRows();
  }

  async closeAll(): Promise<void> {
    for (const id of [...this.#open.keys()]) await this.close(id);
  }
}
