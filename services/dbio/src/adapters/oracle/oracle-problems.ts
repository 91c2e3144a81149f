import { placeOf, type Connection } from '@tank/contracts';
import { sourceFailed } from '../../problem.js';
import { queryError } from '../../sql/query-problem.js';
import { QueryFailed, type SourceFailed } from '../../source.js';
import { READ_ONLY_TRANSACTION } from './driver-codes.js';
import { placeInText } from './error-place.js';
import { codesOf, mainCodeOf, wordsOf, type DriverError } from './oracle-codes.js';
import { callTooLong, logonTooLong } from './oracle-reach-troubles.js';
import { LINK_AWAY, LINK_REFUSED, queryMeaning, TRANSACTION_LEFT, UNKNOWN_REFUSAL, type Meaning } from './oracle-query-meanings.js';
import { RAISED_BY_APPLICATION, ROW_MEANINGS } from './oracle-row-meanings.js';
import { logonTrouble, sessionTrouble, type Where } from './oracle-source-troubles.js';

export { mustNotTryAgain, type DriverError } from './oracle-codes.js';

/** A query as its author wrote it (`sql`), as it was sent (`text`), and the way back from places in the one to the other. */
export interface SentQuery {
  sql: string;
  text: string;
  authorPosition(position: number): number;
}
interface About {
  connection: Connection;
  /** What was being done; 'connect' includes the logon. */
  during: 'connect' | 'call';
  query?: SentQuery;
}

/** Says in the port's words what Oracle, its listener or its client said; a logon's warning (ORA-28002) is explained as one of 'connect'. */
export function explainOracle(error: DriverError, about: About): SourceFailed | QueryFailed {
  const where = whereIs(about.connection, error);
  if (about.during === 'connect') return sourceFailed(logonTrouble(error, where), codesOf(error));
  if (isOfLink(error)) return queryFailed(error, linkMeaning(error), about.query);
  const trouble = sessionTrouble(error, where, isWrite(about.query));
  return trouble ? sourceFailed(trouble, codesOf(error)) : queryFailed(error, meaningOf(mainCodeOf(error), isWrite(about.query)), about.query);
}

const LOCKED_OR_SLOW = [
  'The update of this row did not end in its time: somebody else holds a lock on it, or the statement is slow.',
  '이 행의 업데이트가 제한 시간 안에 끝나지 않았습니다. 다른 세션이 행을 잠갔거나 문장이 느립니다.',
] as const;

/** A row whose update ran into the time-out that it has for a lock: nothing of it was done, and it may be free soon. */
export function rowWasBusy(error: DriverError, query: SentQuery): QueryFailed {
  return queryFailed({ ...error, code: 'ORA-30006', message: `ORA-30006: ${wordsOf(error.message)}`, offset: null }, { ...meaningOf('ORA-30006', true), cause: LOCKED_OR_SLOW }, query);
}

/** Nothing came back, and the worker was ended. */
export function deadlinePassed(connection: Connection, afterMs: number, what: 'connect' | 'call', query?: SentQuery): SourceFailed {
  const at = withoutLogon(placeOf(connection));
  return sourceFailed(what === 'connect' ? logonTooLong(at, afterMs) : callTooLong(at, isWrite(query)));
}

/** An alias or a descriptor may stand for several hosts: the driver says which one it asked. */
function whereIs(connection: Connection, { message }: DriverError): Where {
  const { host, user, name, database, connectString } = connection;
  const asked = /\bhost (\S+) port (\d+)/.exec(message);
  const wanted = /\b(?:Service|SID) "([^"]*)"/.exec(message)?.[1];
  const place = withoutLogon(placeOf(connection));
  return {
    user, name,
    at: asked ? `${asked[1]}:${asked[2]}` : place,
    host: asked?.[1] ?? host ?? place,
    service: wanted ?? database ?? place,
    alias: withoutLogon(connectString ?? ''),
  };
}

/** `user/password@host/service` is refused as a connect string; what was typed must still not be told. */
function withoutLogon(place: string): string {
  return place.startsWith('(') ? place : place.replace(/^.*@/s, '');
}

function isWrite(query: SentQuery | undefined): boolean {
  return query !== undefined && !/^\s*(?:\(|select\b|with\b)/i.test(query.text);
}

/** This session is logged on: what speaks of logons and listeners now comes from behind a database link. (Of ORA-28xxx only 280xx does; 281xx are policies of the rows.) */
function isOfLink(error: DriverError): boolean {
  const codes = codesOf(error);
  const speaksOfLogon = /^ORA-(01017|280\d\d|01045|03150|12154|12505|12514|1251\d|12520|12541|12543|12545|12170|12535)$/;
  return codes.some((code) => code === 'ORA-02063' || code === 'ORA-02068') || speaksOfLogon.test(error.code ?? '');
}

function linkMeaning(error: DriverError): Meaning {
  const code = mainCodeOf(error);
  const known = ROW_MEANINGS[code] ?? queryMeaning(code);
  if (known) return known;
  return /^ORA-(01017|280\d\d|01045|12154)$/.test(code) ? LINK_REFUSED : LINK_AWAY;
}

function meaningOf(code: string, isUpdate: boolean): Meaning {
  if (isUpdate && code === READ_ONLY_TRANSACTION) return TRANSACTION_LEFT;
  if (/^ORA-20\d\d\d$/.test(code)) return RAISED_BY_APPLICATION;
  return ROW_MEANINGS[code] ?? queryMeaning(code) ?? UNKNOWN_REFUSAL;
}

function queryFailed(error: DriverError, { cause, remedy, blame }: Meaning, query: SentQuery | undefined): QueryFailed {
  const code = mainCodeOf(error);
  const about = { code, message: wordsOf(error.message), cause, remedy, position: positionOf(error, query) };
  const [summary, summaryKo] = namesOnly(error) ?? [`${code}: ${cause[0]}`, `${code}: ${cause[1]}`];
  return new QueryFailed(queryError(query?.sql ?? '', about), blame, summary, undefined, summaryKo);
}

/** Oracle gives 0 where it has no place to show, except for a statement that it does not know at all. */
function positionOf(error: DriverError, query: SentQuery | undefined): number | null {
  if (!query || error.offset === null || (error.offset === 0 && mainCodeOf(error) !== 'ORA-00900')) return null;
  const position = query.authorPosition(placeInText(query.text, error.offset, error.message));
  return position >= 0 ? position : null;
}

const NAMES_ONLY = /^ORA-(00001|009\d\d|01031|01039|01400|01407|01745|01779|0229[012]|02019|0304\d|0305\d|04063|04098|12899|38104|41900)$/;

/** The database's own words where they hold names of tables, columns and constraints only; 23ai quotes values in the others, and in ORA-03301. */
function namesOnly(error: DriverError): [string, string] | undefined {
  const code = mainCodeOf(error);
  const line = wordsOf(error.message).split('\n').find((one) => one.startsWith(code));
  return line !== undefined && NAMES_ONLY.test(code) ? [line.trim(), line.trim()] : undefined;
}
