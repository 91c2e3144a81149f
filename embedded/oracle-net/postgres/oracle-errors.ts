import pg from 'pg';
import { OracleError, type StatementKind } from '../backend.ts';
import { oracleName } from './written-sql.ts';

/** What is known of the statement that failed. */
export interface About {
  /** The schema that PostgreSQL calls public. */
  owner: string;
  kind?: StatementKind;
  /** From a position that PostgreSQL tells to one in the author's SQL. */
  authorIndex?: (position: number) => number;
}

type Words = (error: pg.DatabaseError, about: About) => [number: number, text: string];

const always = (number: number, text: string): Words => () => [number, text];

/** By SQLSTATE. */
const WORDS: Record<string, Words> = {
  ORA00: ({ message }) => ownWords(message),
  '0A000': ({ message }) => (message.startsWith('ORA-') ? ownWords(message) : [3001, `unimplemented feature: ${message}`]),
  '21000': ({ message }) => (message.startsWith('MERGE') ? [30926, 'unable to get a stable set of rows in the source tables'] : [1427, 'single-row subquery returns more than one row']),
  '22001': ({ message }) => [12899, `value too large for column (maximum: ${/\((\d+)\)/.exec(message)?.[1] ?? '?'})`],
  '22003': always(1438, 'value larger than specified precision allowed for this column'),
  '22007': always(1861, 'literal does not match format string'),
  '22008': always(1843, 'not a valid month'),
  '22012': always(1476, 'divisor is equal to zero'),
  '22023': ({ message }) => (/time zone/.test(message) ? [1882, 'timezone region not found'] : /hexadecimal/.test(message) ? [1465, 'invalid hex number'] : [1760, 'illegal argument for function']),
  '22P02': ({ message }) => (/uuid|hexadecimal/.test(message) ? [1465, 'invalid hex number'] : [1722, 'invalid number']),
  '23502': ({ table, column }, { owner, kind }) => (kind === 'update' ? [1407, `cannot update (${quotedPath(owner, table, column)}) to NULL`] : [1400, `cannot insert NULL into (${quotedPath(owner, table, column)})`]),
  '23503': ({ constraint, message }, { owner }) => (/^insert or update/.test(message) ? [2291, `integrity constraint (${path(owner, constraint)}) violated - parent key not found`] : [2292, `integrity constraint (${path(owner, constraint)}) violated - child record found`]),
  '23505': ({ constraint }, { owner }) => [1, `unique constraint (${path(owner, constraint)}) violated`],
  '23514': ({ constraint }, { owner }) => [2290, `check constraint (${path(owner, constraint)}) violated`],
  '25006': always(1456, 'may not perform insert, delete, update operation inside a READ ONLY transaction'),
  '3F000': always(942, 'table or view does not exist'),
  '40001': always(8177, "can't serialize access for this transaction"),
  '40P01': always(60, 'deadlock detected while waiting for resource'),
  '42501': always(1031, 'insufficient privileges'),
  '42601': syntaxError,
  '42701': always(957, 'duplicate column name'),
  '42702': always(918, 'column ambiguously defined'),
  '42703': ({ message }) => [904, `${identifierIn(message)}: invalid identifier`],
  '42712': always(918, 'column ambiguously defined'),
  '42803': ({ message }) => (/GROUP BY/.test(message) ? [979, 'not a GROUP BY expression'] : [934, 'group function is not allowed here']),
  '42804': always(932, 'inconsistent datatypes'),
  '42846': always(932, 'inconsistent datatypes'),
  '42883': ({ message }) => (message.startsWith('function') ? [904, `${identifierIn(message)}: invalid identifier`] : [932, 'inconsistent datatypes']),
  '42725': always(932, 'inconsistent datatypes'),
  '42P01': ({ message }) => (message.startsWith('missing FROM') || message.startsWith('invalid reference') ? [904, `${identifierIn(message)}: invalid identifier`] : [942, 'table or view does not exist']),
  '42P10': always(1785, 'ORDER BY item must be the number of a SELECT-list expression'),
  '53300': always(20, 'maximum number of processes exceeded'),
  '55P03': always(54, 'resource busy and acquire with NOWAIT specified or timeout expired'),
  '57014': always(1013, 'user requested cancel of current operation'),
  '57P01': always(3113, 'end-of-file on communication channel'),
  '57P02': always(3113, 'end-of-file on communication channel'),
  '57P03': always(1033, 'ORACLE initialization or shutdown in progress'),
};

/** Errors after which nothing can be done in the session. */
export function endsSession({ number }: OracleError): boolean {
  return number === 3113 || number === 3114;
}

/** Says in Oracle's words what PostgreSQL, or the driver, said. What Oracle has no words for is ORA-00600 with PostgreSQL's own. */
export function oracleErrorOf(error: unknown, about: About): OracleError {
  if (error instanceof OracleError) return error;
  if (!(error instanceof pg.DatabaseError)) return connectionError(error as NodeJS.ErrnoException);
  const words = WORDS[error.code ?? ''] ?? unknown;
  const [number, text] = words(error, about);
  const position = Number(error.position);
  return Object.assign(new OracleError(number, text, position > 0 && about.authorIndex ? about.authorIndex(position) : null), { cause: error });
}

function unknown({ code, message }: pg.DatabaseError): [number, string] {
  return [600, `internal error code, arguments: [PostgreSQL ${code}], [${message}]`];
}

function connectionError(error: NodeJS.ErrnoException): OracleError {
  if (error.code === 'ECONNREFUSED') return Object.assign(new OracleError(1034, 'ORACLE not available'), { cause: error });
  if (/^Connection terminated|ECONNRESET|EPIPE/.test(`${error.message} ${error.code}`)) return Object.assign(new OracleError(3113, 'end-of-file on communication channel'), { cause: error });
  if (/not queryable/.test(error.message)) return Object.assign(new OracleError(3114, 'not connected to ORACLE'), { cause: error });
  throw error;
}

function syntaxError({ message }: pg.DatabaseError): [number, string] {
  if (/more expressions than target/.test(message)) return [913, 'too many values'];
  if (/more target columns than/.test(message)) return [947, 'not enough values'];
  if (/same number of columns/.test(message)) return [1789, 'query block has incorrect number of result columns'];
  if (/only one column/.test(message)) return [913, 'too many values'];
  return /at end of input|near "\)"|near ","|near "FROM"|near "WHERE"/i.test(message) ? [936, 'missing expression'] : [933, 'SQL command not properly ended'];
}

function ownWords(message: string): [number, string] {
  const [, number, text] = /^ORA-(\d+): ([\s\S]*)$/.exec(message)!;
  return [Number(number), text!];
}

/** `column s.foo does not exist` → `"S"."FOO"` */
function identifierIn(message: string): string {
  const name = /^(?:column|function) "?([^"( ]+)"?/.exec(message)?.[1] ?? /table "([^"]+)"/.exec(message)?.[1] ?? '?';
  return name.split('.').map((part) => `"${oracleName(part)}"`).join('.');
}

function path(owner: string, name: string | undefined): string {
  return `${owner}.${oracleName(name ?? '?')}`;
}

function quotedPath(owner: string, ...names: (string | undefined)[]): string {
  return [owner, ...names.map((name) => oracleName(name ?? '?'))].map((name) => `"${name}"`).join('.');
}
