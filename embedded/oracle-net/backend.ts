/**
 * What stands behind the Oracle Net test server: it speaks in Oracle's terms and knows nothing of packets. The scripted
 * backend answers what a test told it to; the PostgreSQL backend answers from a real database.
 */
export interface Backend {
  /** False: the listener does not know the service (ORA-12514) or SID (ORA-12505). Names come in upper case. */
  hasService(name: string): boolean;
  /** The account that a client wants to log on to; undefined is answered like a wrong password (ORA-01017). Upper case. */
  account(user: string, privilege?: Privilege): Account | undefined;
  /** Sets a password that the client changed, at its logon or later. Without this, ORA-01031 is answered. @throws OracleError */
  changePassword?(user: string, password: string): void;
  /** A session of a client that is logged on. @throws OracleError */
  open(session: SessionAbout): Promise<BackendSession>;
}

/** What a client asks for beside its name and password. */
export type Privilege = 'SYSDBA' | 'SYSOPER' | 'SYSBACKUP' | 'SYSDG' | 'SYSKM' | 'SYSRAC' | 'SYSASM';

export interface Account {
  password: string;
  /**
   * `12c`: the PBKDF2 verifier of 12.1 and newer, the default; `11g`: the SHA-1 one as a newer database uses it; `11g-md5`: as
   * an old one does, which mixes the keys with MD5.
   */
  verifier?: '12c' | '11g' | '11g-md5';
  /** Refuses the logon, before (28000, 28001) or after (1045) the password was checked. */
  refusal?: OracleError;
  /** The logon passes with this warning, such as ORA-28002 "the password will expire within 5 days". */
  warning?: OracleError;
}

/** What the client says about itself; module, action and the like change later with `identify`. */
export interface SessionAbout {
  user: string;
  service: string;
  privilege?: Privilege;
  program: string;
  machine: string;
  sessionId: number;
  serialNumber: number;
}

export interface BackendSession {
  /** Parses without executing anything. @throws OracleError, with the offset of what it does not understand. */
  parse(sql: string): Promise<Parsed>;
  /** Runs a query and gives its rows as they are asked for. @throws OracleError */
  query(sql: string, binds: BindRow): Promise<Rows>;
  /**
   * Runs anything else once for each row of binds (one empty row when there are none), in the session's transaction, which
   * begins by itself. Without `batchErrors` the first row that fails ends it: it is thrown with `rowsBefore` set.
   */
  change(sql: string, rows: BindRow[], options: { batchErrors: boolean }): Promise<Changed>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  /** The client's break: ends what runs now, which then throws ORA-01013. */
  cancel(): Promise<void>;
  /** Module, action, client identifier, client info or current schema, as the client sets them. */
  identify(about: Partial<Record<'module' | 'action' | 'clientIdentifier' | 'clientInfo' | 'dbOp' | 'currentSchema', string>>): void;
  /** The client logged off or its connection is gone; what is not committed is rolled back. */
  close(): Promise<void>;
}

/** `plsql` and `ddl` are not executed by a parse here, unlike Oracle's DDL; the server says what it was given all the same. */
export type StatementKind = 'query' | 'insert' | 'update' | 'delete' | 'merge' | 'plsql' | 'ddl' | 'other';

export interface Parsed {
  kind: StatementKind;
  /** Of a query. */
  columns: OracleColumn[];
}

export interface Rows {
  columns: OracleColumn[];
  /** At most `count` more rows; fewer than that means that there are no more. */
  next(count: number): Promise<OracleValue[][]>;
  close(): Promise<void>;
}

export interface Changed {
  /** Rows touched, for each row of binds; 0 for one that failed. */
  counts: number[];
  /** With `batchErrors`: the rows of binds that failed, counted from 0. */
  errors: { row: number; error: OracleError }[];
}

/** Binds in the order of their places in the SQL, one for every place, as the client names them. */
export type BindRow = OracleBind[];
export interface OracleBind {
  /** As written after the colon, without quotes; a number for positional binds. */
  name: string;
  value: OracleValue;
  /** As the client sends it. Tells a NUMBER from a VARCHAR2 of figures, and says what a null would have been. */
  type?: OracleTypeName;
}

export type OracleTypeName =
  | 'VARCHAR2' | 'NVARCHAR2' | 'CHAR' | 'NCHAR' | 'LONG' | 'CLOB' | 'NCLOB' | 'NUMBER' | 'BINARY_FLOAT' | 'BINARY_DOUBLE'
  | 'DATE' | 'TIMESTAMP' | 'TIMESTAMP WITH TIME ZONE' | 'TIMESTAMP WITH LOCAL TIME ZONE' | 'RAW' | 'BLOB' | 'ROWID' | 'BOOLEAN';

export interface OracleColumn {
  name: string;
  type: OracleTypeName;
  /** Characters of VARCHAR2 and its kin, bytes of RAW. */
  size?: number;
  /** Of NUMBER; 0 and -127 stand for a NUMBER without them. */
  precision?: number;
  /** Of NUMBER; of a TIMESTAMP the digits of its fraction. */
  scale?: number;
  nullable?: boolean;
}

/**
 * NUMBER as exact decimal text (`-12.50`), BINARY_DOUBLE and BINARY_FLOAT as a number, times as OracleTime, RAW and BLOB as a
 * Buffer, text and CLOB as a string, ROWID as text.
 */
export type OracleValue = null | string | number | boolean | Buffer | OracleTime;

/** A wall-clock time; with `offsetMinutes` it is that of the zone (TIMESTAMP WITH TIME ZONE), always the local time there. */
export interface OracleTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  nanosecond: number;
  offsetMinutes?: number;
}

/** An error as Oracle reports it: `ORA-00942: table or view does not exist`. */
export class OracleError extends Error {
  readonly number: number;
  /** Characters from 0 in the SQL, as Oracle's parser reports it; null when there is no place. */
  readonly offset: number | null;
  /** Of an array execute that stopped: rows of binds that were done. */
  rowsBefore = 0;

  /** @param text without the `ORA-nnnnn: ` before it. */
  constructor(number: number, text: string, offset: number | null = null) {
    super(`ORA-${String(number).padStart(5, '0')}: ${text}`);
    this.name = 'OracleError';
    this.number = number;
    this.offset = offset;
  }
}
