const KEPT = 1_000;

export interface SeenLogon {
  user: string;
  ok: boolean;
  /** Of a refusal; 0 when the backend's session could not be opened for another reason. */
  errorNumber: number | null;
  at: Date;
}

export interface SeenStatement {
  kind: 'parse' | 'execute';
  sql: string;
  /** Rows of binds. */
  bindRows: number;
  sessionId: number;
}

export type Counted = 'connections' | 'logons' | 'refusedLogons' | 'parses' | 'executes' | 'fetches' | 'rows' | 'breaks' | 'commits' | 'rollbacks' | 'pings' | 'logoffs';

/** What clients did, for a test to look at: the last thousand logons and statements, totals of all. Never a password or a bind. */
export class Seen {
  connectionsOpen = 0;
  counts: Record<Counted, number> = noCounts();
  logons: SeenLogon[] = [];
  statements: SeenStatement[] = [];
  /** The last values of module, action and the like that any client has set. */
  identity: Record<string, string> = {};
  /** What came that this server does not understand; a test that ends with one has found a gap. */
  protocolErrors: string[] = [];

  count(what: Counted, by = 1): void {
    this.counts[what] += by;
  }

  logon(logon: SeenLogon): void {
    this.count('logons');
    if (!logon.ok) this.count('refusedLogons');
    keep(this.logons, logon);
  }

  statement(statement: SeenStatement): void {
    this.count(statement.kind === 'parse' ? 'parses' : 'executes');
    keep(this.statements, statement);
  }

  protocolError(error: Error): void {
    keep(this.protocolErrors, `${error.name}: ${error.message}`);
  }

  /** Forgets everything but the connections that are open. */
  clear(): void {
    this.counts = noCounts();
    this.logons = [];
    this.statements = [];
    this.identity = {};
    this.protocolErrors = [];
  }
}

function noCounts(): Record<Counted, number> {
  return { connections: 0, logons: 0, refusedLogons: 0, parses: 0, executes: 0, fetches: 0, rows: 0, breaks: 0, commits: 0, rollbacks: 0, pings: 0, logoffs: 0 };
}

function keep<T>(list: T[], one: T): void {
  list.push(one);
  if (list.length > KEPT) list.shift();
}
