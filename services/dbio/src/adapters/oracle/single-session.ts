import { setImmediate } from 'node:timers/promises';
import type { ColumnValue } from '@tank/contracts';
import oracledb, { type Connection, type ResultSet } from 'oracledb';
import { AMBIGUOUS } from './driver-codes.js';
import { driverError, RepeatedColumn } from './driver-error.js';
import { FetchedColumns, refuseColumn, typeName } from './fetched-values.js';
import type { OracleAccess } from './oracle-access.js';
import { firstRows } from './pooled-work.js';
import { attributesOf, beginReadOnly, prepareSession } from './session.js';
import type { LogonWatch } from './session-pool.js';
import type { AnswerTo, Ask } from './worker-messages.js';

type Parse = Extract<Ask, { kind: 'parse' }>;
type Sample = Extract<Ask, { kind: 'sample' }>;
type Open = Extract<Ask, { kind: 'open' }>;
type Batch = AnswerTo<'next'>;

/** Nobody knows yet how large a row is. */
const FIRST_ROWS = 100;
const FIRST_LARGE_ROWS = 10;
const LARGE = /LOB|LONG|JSON|XML/;
const BATCH_CHARACTERS = 2_000_000;
const MEASURED_ROWS = 20;
const NUMBER_LENGTH = 8;

/** The one session of a worker that does one thing: a Target Query, or what somebody waits for. It logs on once at most. */
export class SingleSession {
  private connection?: Connection;
  private mostRows = 0;
  /** Rows that were asked for last. */
  private asked = 0;
  private charactersOfRow = 0;
  private columns = new FetchedColumns();
  private rows?: ResultSet<unknown[]>;
  private ahead?: Promise<unknown[][]>;

  constructor(private readonly access: OracleAccess) {}

  async version(callMs: number, watch: LogonWatch): Promise<AnswerTo<'version'>> {
    const connection = await this.connect('connect test', callMs, watch);
    await connection.ping();
    return { serverVersion: connection.oracleServerVersionString! };
  }

  /** Oracle runs DDL while it parses: only what passed the gate may come here. */
  async parse({ sql }: Parse, callMs: number, watch: LogonWatch): Promise<AnswerTo<'parse'>> {
    const connection = await this.connect('check', callMs, watch);
    const { metaData = [] } = await connection.getStatementInfo(sql);
    metaData.forEach(refuseColumn);
    await refuseAmbiguous(connection, sql, metaData.map(({ name }) => name));
    return { columns: metaData.map((column) => ({ name: column.name, type: typeName(column) })) };
  }

  async sample({ sql, limit }: Sample, callMs: number, watch: LogonWatch): Promise<AnswerTo<'sample'>> {
    const connection = await this.connect('sample', callMs, watch);
    await beginReadOnly(connection);
    return firstRows(connection, sql, [], limit);
  }

  async open({ sql, fetchRows }: Open, callMs: number, watch: LogonWatch): Promise<AnswerTo<'open'>> {
    const connection = await this.connect('target query', callMs, watch);
    await beginReadOnly(connection);
    this.mostRows = fetchRows;
    this.asked = Math.min(FIRST_ROWS, fetchRows);
    const { resultSet } = await connection.execute<unknown[]>(sql, {}, {
      resultSet: true, outFormat: oracledb.OUT_FORMAT_ARRAY, fetchTypeHandler: this.columns.fetchAs, prefetchRows: this.asked, fetchArraySize: this.asked,
    });
    this.rows = resultSet;
    if (this.columns.columns.some(({ type }) => LARGE.test(type))) this.asked = FIRST_LARGE_ROWS;
    return {};
  }

  /** The next batch is asked for before this one is written out, and the server makes it meanwhile: no more than two are ever held. */
  async next(callMs: number): Promise<Batch> {
    this.connection!.callTimeout = callMs;
    const rows = await (this.ahead ?? this.rows!.getRows(this.asked));
    const isLast = rows.length < this.asked;
    if (!isLast) {
      this.ahead = this.rows!.getRows(this.rowsToAsk());
      this.ahead.catch(() => {}); // whoever asks for it hears of it
      await setImmediate(); // it is on its way now
    }
    const values = this.columns.values(rows);
    this.charactersOfRow = averageLength(values);
    return { columns: this.columns.columns, rows: values, isLast };
  }

  /** As many as are not too much to hold, going by the last batch: a row may be a few figures, or a large text. */
  private rowsToAsk(): number {
    if (this.charactersOfRow > 0) this.asked = Math.max(1, Math.min(this.mostRows, Math.floor(BATCH_CHARACTERS / this.charactersOfRow)));
    return this.asked;
  }

  /** Ends what runs on the server; the thread is ended soon after, whatever comes of it. */
  async cancel(): Promise<AnswerTo<'cancel'>> {
    await this.connection?.break();
    return {};
  }

  /** A proper good-bye. */
  async leave(): Promise<void> {
    await this.connection?.close();
  }

  private async connect(action: string, callMs: number, watch: LogonWatch): Promise<Connection> {
    watch.connecting();
    const connection = (this.connection = await oracledb.getConnection(attributesOf(this.access)));
    const { warning } = connection as { warning?: Error };
    if (warning) watch.warned(warning);
    await prepareSession(connection, action, this.access);
    watch.connected(true);
    connection.callTimeout = callMs;
    return connection;
  }
}

/** Of the first rows: the others of a batch will be like them. */
function averageLength(rows: ColumnValue[][]): number {
  const some = rows.slice(0, MEASURED_ROWS);
  const length = some.reduce((sum, row) => sum + row.reduce<number>((characters, value) => characters + (typeof value === 'string' ? value.length : NUMBER_LENGTH), 0), 0);
  return length / Math.max(1, some.length);
}

/**
 * The driver renames the second column X of a parsed statement to X_1. Where there is a column by such a name the server is
 * asked whether X stands for one column, in a statement that is parsed only.
 * @throws RepeatedColumn
 */
async function refuseAmbiguous(connection: Connection, sql: string, names: string[]): Promise<void> {
  const doubtful = new Set(names.map((name) => name.replace(/_\d+$/, '')).filter((base, at) => base !== names[at] && names.includes(base)));
  for (const base of doubtful) {
    try {
      await connection.getStatementInfo(`SELECT "${base}" FROM (\n${sql}\n)`);
    } catch (error) {
      if (driverError(error as Error).code === AMBIGUOUS) throw new RepeatedColumn(base);
      throw error;
    }
  }
}
