import pg from 'pg';
import type { SourceProblem } from '@tank/contracts';
import { queryError } from '../../sql/query-problem.js';
import { QueryFailed, SourceFailed, type Blame } from '../../source.js';

/** A call took longer than its deadline and its connection was thrown away. */
export class DeadlinePassed extends Error {
  constructor(readonly afterMs: number) {
    super(`No answer within ${afterMs} ms.`);
    this.name = 'DeadlinePassed';
  }
}

type Where = { host: string; port: number; database: string; user: string };
type Problem = [code: string, message: string, cause: string, remedy: string, lasting?: 'lasting'];

/**
 * Says in the port's words what went wrong at the source.
 * @returns SourceFailed or QueryFailed; what is neither, a mistake of ours, comes back as it is.
 */
export function explain(error: unknown, where: Where, query?: { sql: string; authorPosition: (position: number) => number; text: string }): unknown {
  if (error instanceof SourceFailed || error instanceof QueryFailed) return error;
  const problem = sourceProblem(error as NodeJS.ErrnoException, where);
  if (problem) return new SourceFailed(asProblem(problem), problem[4] === 'lasting', { cause: error });
  if (error instanceof pg.DatabaseError) return queryFailed(error, query);
  return error;
}

function asProblem([code, message, cause, remedy]: Problem): SourceProblem {
  return { code, message, cause, remedy };
}

function sourceProblem(error: NodeJS.ErrnoException, where: Where): Problem | undefined {
  if (error instanceof DeadlinePassed) return timedOut(where, error.message);
  if (error instanceof pg.DatabaseError) return stateProblem(error, where);
  const { code = '', message = '' } = error;
  return networkProblem(code, where) ?? tlsProblem(code, message, where) ?? connectionProblem(message, where);
}

function networkProblem(code: string, { host, port }: Where): Problem | undefined {
  const at = `${host}:${port}`;
  const problems: Record<string, Problem> = {
    ECONNREFUSED: ['SOURCE_REFUSED', `Nothing listens on ${at}.`, 'The database is not running, or it listens on another host or port.', 'Start the database, or correct host and port.'],
    ENOTFOUND: ['SOURCE_UNKNOWN_HOST', `The host ${host} is not known.`, 'The name cannot be resolved.', 'Correct the host name, or add it to DNS.'],
    EAI_AGAIN: ['SOURCE_UNKNOWN_HOST', `The host ${host} cannot be looked up now.`, 'The DNS server does not answer.', 'Check the DNS settings of this server.'],
    EHOSTUNREACH: ['SOURCE_UNREACHABLE', `No way leads to ${at}.`, 'The network or a firewall is in between.', 'Ask the network team to open the way.'],
    ENETUNREACH: ['SOURCE_UNREACHABLE', `No way leads to ${at}.`, 'The network is not reachable from here.', 'Ask the network team to open the way.'],
    ETIMEDOUT: timedOut({ host, port }, 'The connection attempt got no answer.'),
    ECONNRESET: cutOff(at),
    EPIPE: cutOff(at),
  };
  return problems[code];
}

function cutOff(at: string): Problem {
  return ['SOURCE_CUT_OFF', `The connection to ${at} was cut.`, 'The database went down, or something between closed the connection.', 'See that the database is up; Tank connects again by itself.'];
}

function timedOut({ host, port }: Pick<Where, 'host' | 'port'>, cause: string): Problem {
  return ['SOURCE_TIMEOUT', `${host}:${port} did not answer in time.`, cause, 'See whether the database is overloaded or a firewall swallows the packets; a slow query may need an index.'];
}

function tlsProblem(code: string, message: string, { host }: Where): Problem | undefined {
  const isTls = /^(DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|CERT_|ERR_TLS|ERR_SSL|EPROTO)/.test(code) || /SSL/.test(message);
  if (!isTls) return undefined;
  return ['SOURCE_TLS', `No encrypted connection to ${host} could be made.`, code || message, 'Match SOURCE_TLS with the server, and give its certificate authority in NODE_EXTRA_CA_CERTS.', 'lasting'];
}

/** pg has no codes for these. */
function connectionProblem(message: string, where: Where): Problem | undefined {
  if (/timeout (expired|exceeded)|due to connection timeout/.test(message)) return timedOut(where, 'The connection attempt got no answer.');
  if (/^Connection terminated|not queryable|Cannot use a pool after calling end/.test(message)) return cutOff(`${where.host}:${where.port}`);
  return undefined;
}

/** SQLSTATEs that speak of the server or the session and not of the query. */
function stateProblem({ code = '', message }: pg.DatabaseError, where: Where): Problem | undefined {
  const at = `${where.host}:${where.port}`;
  if (code === '28P01') return ['SOURCE_WRONG_PASSWORD', `The database refuses the password of ${where.user}.`, 'User or password is wrong.', 'Correct the user and the password of this connection.', 'lasting'];
  if (code === '28000' && /no encryption|SSL/i.test(message)) return ['SOURCE_TLS', 'The database wants an encrypted connection.', 'pg_hba.conf accepts no unencrypted connection from here.', 'Set SOURCE_TLS=on.', 'lasting'];
  if (code.startsWith('28')) return ['SOURCE_NOT_ALLOWED', `The database does not let ${where.user} in from here.`, 'The user does not exist, may not log in, or pg_hba.conf does not list this server.', 'Ask the DBA to allow this user from this server.', 'lasting'];
  if (code === '3D000') return ['SOURCE_UNKNOWN_DATABASE', `There is no database ${where.database} on ${at}.`, 'The name is wrong.', 'Correct the database name.', 'lasting'];
  if (code === '57014') return timedOut(where, 'The statement took longer than it may.');
  if (code.startsWith('53')) return ['SOURCE_FULL', `${at} takes no more now.`, 'Its connections, memory or disk are used up.', 'Ask the DBA to raise the limit or to free some.'];
  if (code.startsWith('57P')) return ['SOURCE_DOWN', `${at} is starting or shutting down.`, 'The database said so itself.', 'Wait; Tank connects again by itself.'];
  if (code.startsWith('08') || code === '25P03') return cutOff(at);
  return undefined;
}

const REMEDIES: Record<string, string> = {
  '42601': 'Correct the syntax at this place.',
  '42P01': 'Correct the table name, write its schema before it, or give the user of this connection the right to see it.',
  '42703': 'Correct the column name.',
  '42702': 'Write the table before the column name.',
  '42883': 'Correct the name or the types of its arguments; a CAST may help.',
  '42804': 'Write a CAST, such as CAST(:name AS integer).',
  '42501': 'Ask the DBA for the right to do this.',
  '42P18': 'Say the type of the bind, such as CAST(:name AS text).',
  '42P08': 'Say the type of the bind, such as CAST(:name AS text).',
  '25006': 'Only the Update Query may change data.',
};

function queryFailed(error: pg.DatabaseError, query?: { sql: string; authorPosition: (position: number) => number; text: string }): QueryFailed {
  const code = error.code ?? 'XX000';
  const position = query && error.position ? query.authorPosition(unitOfCharacter(query.text, Number(error.position))) : null;
  const remedy = error.hint ?? REMEDIES[code] ?? null;
  const about = { code, message: error.message, remedy, position: position !== null && position >= 0 ? position : null };
  return new QueryFailed(queryError(query?.sql ?? '', about), blameFor(code), withoutValues(error), { cause: error });
}

/** PostgreSQL counts characters from 1, JavaScript's strings UTF-16 units from 0. */
function unitOfCharacter(text: string, character: number): number {
  let unit = 0;
  for (let seen = 1; seen < character && unit < text.length; seen += 1) unit += text.codePointAt(unit)! > 0xffff ? 2 : 1;
  return unit;
}

function blameFor(code: string): Blame {
  if (['40001', '40P01', '55P03'].includes(code)) return 'moment';
  return /^(21|22|23|27|44|P0)/.test(code) ? 'row' : 'query';
}

/** Messages about names (42…) and constraints (23…) hold no values; in the others whatever is quoted may be one. */
function withoutValues({ code = 'XX000', message }: pg.DatabaseError): string {
  if (code.startsWith('P0')) return `The database raised an exception of its own (${code}).`;
  const said = /^(42|23)/.test(code) ? message : message.replace(/".*"/s, '"…"');
  return `${said} (${code})`;
}
