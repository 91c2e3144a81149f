import oracledb, { type Connection } from 'oracledb';
import { bindAlike, bindValue } from './bind-values.js';
import { CALL_TIMEOUT, READ_ONLY_TRANSACTION } from './driver-codes.js';
import { driverError, NoTurn, NotDone } from './driver-error.js';
import { ColumnRefused, FetchedColumns } from './fetched-values.js';
import type { DriverError } from './oracle-problems.js';
import { beginReadOnly } from './session.js';
import { isInOrderAfter, type LogonWatch, type SessionPool } from './session-pool.js';
import type { BindText, Fetched, GroupTimes, LookUp, RowUpdated, Update } from './worker-messages.js';

/** The driver counts no more failures of one batch than 65,535; and a smaller batch holds its locks for a shorter time. */
const BATCH_ROWS = 5_000;
/** How long a row waits for somebody else's lock before it gives way to the others: so long, and no more than this share of the whole. */
const LOCK_WAIT_MS = 2_000;
const LOCK_SHARE = 0.25;
/** The end of a transaction has so long even when the time is over. */
const LEAST_MS = 200;
/** What a row of a batch may take on average before the batch is taken for one that waits for a lock. */
const BATCHED_ROW_MS = 50;
/** A lock that somebody holds, and the driver's own time-out while it waits for one. */
const MOMENTS = new Set(['NJS-123', 'ORA-01013', 'ORA-00060', 'ORA-00054', 'ORA-30006', 'ORA-08177', 'ORA-02049', 'ORA-01591', 'ORA-12829']);
/** The commit found what a constraint forbids, and took back everything. */
const TAKEN_BACK = 'ORA-02091';
const NOT_TRIED: DriverError = { message: 'The time of its batch was over before its turn.', code: CALL_TIMEOUT, offset: null };

/**
 * Look-ups one after another in one transaction that can only read, begun after all of them were asked: each is told as soon
 * as it is done. A transaction for each would cost three calls to the server instead of one. Slow ones do not hold up those
 * behind them for longer than these may wait.
 */
export async function lookUpEach(pool: SessionPool, group: LookUp[], { callMs, waitMs }: GroupTimes, watch: LogonWatch, told: (at: number, result: Fetched | Error) => void): Promise<void> {
  let at = 0;
  const connection = await pool.acquire(watch);
  const beginsUntil = performance.now() + waitMs;
  try {
    connection.callTimeout = callMs;
    await beginReadOnly(connection);
    for (; at < group.length; at += 1) {
      const hasTurn = at === 0 || performance.now() <= beginsUntil;
      told(at, hasTurn ? await lookUp(connection, group[at]!) : new NoTurn('The look-ups before it took all the time.'));
    }
    await connection.rollback(); // the driver does so only where the server counts a read-only transaction as one
    await pool.release(connection);
  } catch (error) {
    await pool.leaveAfter(connection, error);
    // A session may be lost to what one query alone is to blame for, such as a column that the driver cannot read.
    if (at < group.length) told(at, error as Error);
    for (at += 1; at < group.length; at += 1) told(at, new NotDone('The session was lost to the look-up before.'));
  }
}

/** @returns what the server refused; throws what says that the session is gone. */
async function lookUp(connection: Connection, { sql, binds, limit }: LookUp): Promise<Fetched | Error> {
  try {
    return await firstRows(connection, sql, bindsOf(binds), limit);
  } catch (error) {
    if (error instanceof ColumnRefused || isInOrderAfter(connection, error)) return error as Error;
    throw error;
  }
}

export async function firstRows(connection: Connection, sql: string, binds: oracledb.BindParameters, limit: number): Promise<Fetched> {
  const columns = new FetchedColumns();
  const { rows = [] } = await connection.execute<unknown[]>(sql, binds, {
    outFormat: oracledb.OUT_FORMAT_ARRAY, fetchTypeHandler: columns.fetchAs, maxRows: limit, prefetchRows: limit + 1, fetchArraySize: limit + 1,
  });
  return { columns: columns.columns, rows: columns.values(rows) };
}

/**
 * Runs a statement once for each row and commits. Rows that fail leave the others alone. Where the whole batch fails, for a
 * lock that somebody holds above all, nothing of it stays and each row is done again by itself.
 */
export async function update(pool: SessionPool, { sql, rows, isPlSql }: Update, callMs: number, watch: LogonWatch): Promise<{ results: RowUpdated[] }> {
  const connection = await pool.acquire(watch);
  const time = new UpdateTime(connection, callMs);
  try {
    const results: RowUpdated[] = [];
    for (let at = 0; at < rows.length; at += BATCH_ROWS) results.push(...(await updateBatch(connection, sql, rows.slice(at, at + BATCH_ROWS), isPlSql, time)));
    await (results.some(isOfForeignTransaction) ? pool.drop(connection) : pool.release(connection));
    return { results };
  } catch (error) {
    await (isOfForeignTransaction(driverError(error as Error)) ? pool.drop(connection) : pool.leaveAfter(connection, error));
    throw error;
  }
}

/** Somebody left a transaction open in this session that can only read: not even its rollback is to be relied on. */
function isOfForeignTransaction(result: RowUpdated): boolean {
  return typeof result !== 'number' && result.code === READ_ONLY_TRANSACTION;
}

async function updateBatch(connection: Connection, sql: string, rows: BindText[][], isPlSql: boolean, time: UpdateTime): Promise<RowUpdated[]> {
  const isAlone = rows.length === 1 || rows[0]!.length === 0; // without binds there is nothing to make an array of
  if (isAlone || isPlSql) return oneByOne(connection, sql, rows, time);
  let results: RowUpdated[] | undefined;
  try {
    time.limitToBatch(rows.length);
    results = await changeAll(connection, sql, rows);
    time.limitToRest();
    await connection.commit(); // with batchErrors the driver's autoCommit does nothing
    return results;
  } catch (error) {
    await rollBackAfter(connection, error, time);
    const { code } = driverError(error as Error);
    // A commit that did not answer in time may have come through: whoever asked for it knows what to do about that.
    const mayPassAlone = results ? code === TAKEN_BACK : MOMENTS.has(code ?? '');
    if (!mayPassAlone) throw error;
    return oneByOne(connection, sql, rows, time);
  }
}

async function changeAll(connection: Connection, sql: string, rows: BindText[][]): Promise<RowUpdated[]> {
  const results: RowUpdated[] = [];
  for (const { at, binds, bindDefs } of bindAlike(rows)) {
    const { batchErrors = [], dmlRowCounts = [] } = await connection.executeMany(sql, binds as oracledb.BindParameters[], { bindDefs, batchErrors: true, dmlRowCounts: true });
    for (const [row, place] of at.entries()) results[place] = dmlRowCounts[row] ?? 0;
    // Only message and offset are there, and the offset is the row, not a place in the SQL.
    for (const error of batchErrors as (Error & { offset: number })[]) results[at[error.offset]!] = { ...driverError(error), offset: null };
  }
  return results;
}

async function oneByOne(connection: Connection, sql: string, rows: BindText[][], time: UpdateTime): Promise<RowUpdated[]> {
  const results: RowUpdated[] = [];
  for (const [at, row] of rows.entries()) {
    if (time.isOver) {
      results.push(NOT_TRIED);
      continue;
    }
    try {
      time.limitToLock(rows.length - at);
      const { rowsAffected = 1 } = await connection.execute(sql, bindsOf(row), { autoCommit: true }); // a PL/SQL block counts no rows
      results.push(rowsAffected);
    } catch (error) {
      await rollBackAfter(connection, error, time);
      results.push(driverError(error as Error));
    }
  }
  return results;
}

/** Where the session is gone nothing stays either, and only the first error says why. */
async function rollBackAfter(connection: Connection, error: unknown, time: UpdateTime): Promise<void> {
  time.limitToRest();
  await connection.rollback().catch(() => Promise.reject(error as Error));
}

/** The time of an update, from when it has its session; the driver counts whole milliseconds, and 0 for no limit. */
class UpdateTime {
  private readonly until: number;

  constructor(private readonly connection: Connection, private readonly ms: number) {
    this.until = performance.now() + ms;
  }

  get isOver(): boolean {
    return performance.now() >= this.until;
  }
  /** For a call that may wait for somebody's lock: time is left for the other rows. */
  limitToLock(rowsLeft: number): void {
    const rest = this.until - performance.now();
    this.limitTo(rowsLeft === 1 ? rest : Math.max(rest / rowsLeft, Math.min(LOCK_WAIT_MS, this.ms * LOCK_SHARE)));
  }

  /** For all rows at once: what many of them need, and not so much that none is left to do them one by one. */
  limitToBatch(rows: number): void {
    this.limitTo(Math.min(Math.max(LOCK_WAIT_MS, rows * BATCHED_ROW_MS), (this.until - performance.now()) / 2));
  }
  /** For a call that must come to its end. */
  limitToRest(): void {
    this.limitTo(Math.max(LEAST_MS, this.until - performance.now()));
  }
  private limitTo(ms: number): void {
    this.connection.callTimeout = Math.max(1, Math.round(ms));
  }
}

/** `:b1`, `:b2` …, as nameBinds in sql/binds.ts numbers them; by name, since a name may have several places. */
function bindsOf(values: BindText[]): Record<string, oracledb.BindParameter> {
  const binds: Record<string, unknown> = {};
  for (let at = 0; at < values.length; at += 1) binds[`b${at + 1}`] = bindValue(values[at]!);
  return binds as Record<string, oracledb.BindParameter>; // the driver takes a plain text as well, which its types do not say
}
