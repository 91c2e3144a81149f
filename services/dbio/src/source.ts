import type { Column, ConnectTest, QueryError, QueryPurpose, Row, SourceProblem } from '@tank/contracts';

/**
 * A customer's database, as the use cases see it. Every call has a hard deadline of its own, kept by the adapter even when
 * the server no longer answers, and ends in its result, in SourceFailed or in QueryFailed; nothing else is expected.
 * Queries come as their author wrote them, with `:name` binds; values never become part of the SQL.
 */
export interface Source {
  readonly connectionId: string;
  readonly name: string;
  /** The zone of its local times, such as Asia/Seoul. */
  readonly timeZone: string;

  /** One logon, whatever comes of it. */
  connectTest(): Promise<ConnectTest>;
  /** Parses and describes without executing. Binds must be among `bindable`, in any case. */
  check(query: { purpose: QueryPurpose; sql: string; bindable: string[] }): Promise<CheckedQuery>;
  /** The first rows of a Target Query, read-only. */
  sample(sql: string, limit: number): Promise<Found>;
  /**
   * All rows of a Target Query, read-only, in batches as the database gives them; the next is fetched when asked for. Ends in
   * QueryFailed with ROW_LIMIT_CODE when there are more than the connection allows.
   */
  streamTarget(sql: string, signal: AbortSignal): AsyncIterable<Row[]>;
  /** At most two rows of a Mapping Query for one target row, read-only: two already mean that it is ambiguous. */
  lookUp(sql: string, row: Row): Promise<Found>;
  /** Runs an Update Query once for each row; one row that fails leaves the others alone. Results in the order of the rows. */
  update(sql: string, rows: Row[]): Promise<UpdateResult[]>;

  /** What works and will not much longer, as the database last said it: a password that is about to expire. */
  warnings(): SourceProblem[];
  close(): Promise<void>;
}

export interface CheckedQuery {
  /** Empty for an Update Query. */
  columns: Column[];
  /** As the author wrote them, each once. */
  binds: string[];
}
export interface Found {
  columns: Column[];
  rows: Row[];
}
export type UpdateResult = { changed: number } | { failed: QueryFailed };

/** The source could not be used at all, whatever the query. */
export class SourceFailed extends Error {
  constructor(
    readonly problem: SourceProblem,
    /** It will not pass by itself: a person must change a setting (a wrong password, an unknown database). */
    readonly isLasting: boolean,
    options?: ErrorOptions,
  ) {
    super(problem.message, options);
    this.name = 'SourceFailed';
  }
}

/** Nothing is wrong: its DBA wants nobody to read now. It passes by itself, and nobody is to be alarmed. */
export class ReadingForbidden extends SourceFailed {
  /** @param retryAfterMs when to look again: the hours may be over, or changed. */
  constructor(problem: SourceProblem, readonly retryAfterMs: number) {
    super(problem, false);
    this.name = 'ReadingForbidden';
  }
}

/**
 * What a failed query is to be blamed on: `row`, a value of this row (the next may pass); `query`, its text or rights (every
 * row will fail); `moment`, locks and the like (the same call may pass soon).
 */
export type Blame = 'row' | 'query' | 'moment';

export const ROW_LIMIT_CODE = 'TARGET_ROW_LIMIT';

/** The source answered, and refused this query. `error` may quote values: it is for the author; `summary` never does. */
export class QueryFailed extends Error {
  constructor(
    readonly error: QueryError,
    readonly blame: Blame,
    readonly summary: string,
    options?: ErrorOptions,
    /** The summary for Korean readers; a database's own words stay in its language. */
    readonly summaryKo: string = summary,
  ) {
    super(summary, options);
    this.name = 'QueryFailed';
  }
}

/** Finds the source of a connection. Throws Refused NOT_FOUND, or UNAVAILABLE while Tank's own database is away. */
export interface Sources {
  sourceOf(connectionId: string): Promise<Source>;
}
