import pg from 'pg';
import { placeOf, type Connection } from '@tank/contracts';
import { sourceFailed, type Sentence, type SourceTrouble } from '../../problem.js';
import { queryError, unitOfCharacter } from '../../sql/query-problem.js';
import { QueryFailed, SourceFailed, type Blame } from '../../source.js';
import { cutOff, networkTrouble, noAnswerToCall, noAnswerToConnect, statementTooSlow } from '../source-troubles.js';
import { meaningOf } from './postgres-refusals.js';
import * as trouble from './postgres-troubles.js';

/** A call took longer than its deadline and its connection was thrown away. */
export class DeadlinePassed extends Error {
  constructor(readonly afterMs: number) {
    super(`No answer within ${afterMs} ms.`);
    this.name = 'DeadlinePassed';
  }
}

type About = Pick<Connection, 'host' | 'port' | 'database' | 'user' | 'kind' | 'connectString'>;
interface Where {
  host: string;
  /** Host and port. */
  at: string;
  database: string;
  user: string;
}

/**
 * Says in the port's words what went wrong at the source.
 * @returns SourceFailed or QueryFailed; what is neither, a mistake of ours, comes back as it is.
 */
export function explain(error: unknown, connection: About, query?: { sql: string; authorPosition: (position: number) => number; text: string }): unknown {
  if (error instanceof SourceFailed || error instanceof QueryFailed) return error;
  const found = troubleOf(error as NodeJS.ErrnoException, whereIs(connection));
  if (found) return sourceFailed(found, codesOf(error), { cause: error });
  if (error instanceof pg.DatabaseError) return queryFailed(error, query);
  return error;
}

function whereIs(connection: About): Where {
  return { host: connection.host ?? '', at: placeOf(connection), database: connection.database ?? '', user: connection.user };
}

/** SQLSTATE, or the code of the operating system or the TLS library. */
function codesOf(error: unknown): string[] {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? [code] : [];
}

function troubleOf(error: NodeJS.ErrnoException, where: Where): SourceTrouble | undefined {
  if (error instanceof DeadlinePassed) return noAnswerToCall(where.at, error.afterMs);
  if (error instanceof pg.DatabaseError) return stateTrouble(error, where);
  const { code = '', message = '' } = error;
  return networkTrouble(code, where.host, where.at) ?? tlsTrouble(code, message, where) ?? connectionTrouble(message, where);
}

function tlsTrouble(code: string, message: string, { host }: Where): SourceTrouble | undefined {
  const isTls = /^(DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|CERT_|ERR_TLS|ERR_SSL|EPROTO)/.test(code) || /SSL/.test(message);
  return isTls ? trouble.noEncryptedConnection(host, code || message) : undefined;
}

/** pg has no codes for these. */
function connectionTrouble(message: string, { at }: Where): SourceTrouble | undefined {
  if (/timeout (expired|exceeded)|due to connection timeout/.test(message)) return noAnswerToConnect(at);
  if (/^Connection terminated|not queryable|Cannot use a pool after calling end/.test(message)) return cutOff(at);
  return undefined;
}

/** SQLSTATEs that speak of the server or the session and not of the query. */
function stateTrouble({ code = '', message }: pg.DatabaseError, { at, database, user }: Where): SourceTrouble | undefined {
  if (code === '28P01') return trouble.wrongPassword(user);
  if (code === '28000' && /no encryption|SSL/i.test(message)) return trouble.encryptionWanted();
  if (code.startsWith('28')) return trouble.notAllowed(user);
  if (code === '3D000') return trouble.unknownDatabase(database, at);
  if (code === '57014') return statementTooSlow(at);
  if (code.startsWith('53')) return trouble.takesNoMore(at);
  if (code.startsWith('57P')) return trouble.startingOrStopping(at);
  if (code.startsWith('08') || code === '25P03') return cutOff(at);
  return undefined;
}

function queryFailed(error: pg.DatabaseError, query?: { sql: string; authorPosition: (position: number) => number; text: string }): QueryFailed {
  const code = error.code ?? 'XX000';
  const position = query && error.position ? query.authorPosition(unitOfCharacter(query.text, Number(error.position) - 1)) : null;
  const { cause, remedy } = meaningOf(code);
  const about = { code, message: error.message, cause, remedy: withHint(remedy, error.hint), position: position !== null && position >= 0 ? position : null };
  return new QueryFailed(queryError(query?.sql ?? '', about), blameFor(code), withoutValues(error), { cause: error });
}

/** The database knows this very query; its hint is in its own language. */
function withHint([english, korean]: Sentence, hint: string | undefined): Sentence {
  return hint ? [hint, `${korean} (${hint})`] : [english, korean];
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
