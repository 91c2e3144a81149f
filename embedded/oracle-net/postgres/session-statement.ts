import { OracleError } from '../backend.ts';
import type { Token } from './scan-oracle.ts';

/** A statement about the session or its transaction, which no table sees. */
export type SessionStatement =
  | { do: 'set-transaction'; readOnly: boolean; serializable: boolean }
  | { do: 'alter-session'; parameters: [name: string, value: string][] }
  | { do: 'commit' }
  | { do: 'rollback' }
  /** Seconds as a number, or the place of the bind that says them. */
  | { do: 'sleep'; seconds: number | { bind: 0 } }
  | { do: 'nothing' };

const PARAMETERS = /^(NLS_\w+|TIME_ZONE|CURRENT_SCHEMA|ISOLATION_LEVEL|STATISTICS_LEVEL|OPTIMIZER_MODE|DDL_LOCK_TIMEOUT|SQL_TRACE|EVENTS)$/;
const PLAIN: [RegExp, (match: RegExpExecArray) => SessionStatement][] = [
  [/^COMMIT( WORK)?$/, () => ({ do: 'commit' })],
  [/^ROLLBACK( WORK)?$/, () => ({ do: 'rollback' })],
  [/^SET TRANSACTION READ ONLY( NAME .*)?$/, () => ({ do: 'set-transaction', readOnly: true, serializable: false })],
  [/^SET TRANSACTION (READ WRITE|ISOLATION LEVEL READ COMMITTED)( NAME .*)?$/, () => ({ do: 'set-transaction', readOnly: false, serializable: false })],
  [/^SET TRANSACTION ISOLATION LEVEL SERIALIZABLE( NAME .*)?$/, () => ({ do: 'set-transaction', readOnly: false, serializable: true })],
  [/^BEGIN NULL ; END( ;)?$/, () => ({ do: 'nothing' })],
  [/^BEGIN DBMS_(?:SESSION|LOCK) \. SLEEP \( ([\d.]+|:\w+) \) ; END( ;)?$/, ([, seconds]) => ({ do: 'sleep', seconds: seconds!.startsWith(':') ? { bind: 0 } : Number(seconds) })],
];

/** Reads it; undefined for a statement about tables. @throws OracleError for one of this kind that is not understood. */
export function readSessionStatement(tokens: Token[]): SessionStatement | undefined {
  const text = tokens.map(({ kind, text, value }) => (kind === 'bind' ? `:${value}` : kind === 'string' ? text : value)).join(' ');
  for (const [pattern, read] of PLAIN) {
    const match = pattern.exec(text);
    if (match) return read(match);
  }
  if (text.startsWith('ALTER SESSION')) return { do: 'alter-session', parameters: readParameters(tokens.slice(2)) };
  if (/^SET TRANSACTION\b/.test(text)) throw new OracleError(922, 'missing or invalid option', tokens[0]!.start);
  return undefined;
}

/** `SET a = 'b' c = d` */
function readParameters([set, ...rest]: Token[]): [string, string][] {
  if (set?.value !== 'SET' || rest.length === 0) throw new OracleError(922, 'missing or invalid option', set?.start ?? 0);
  const parameters: [string, string][] = [];
  for (let at = 0; at < rest.length; at += 3) {
    const [name, equals, value] = rest.slice(at, at + 3);
    if (!PARAMETERS.test(name!.value)) throw new OracleError(2248, 'invalid option for ALTER SESSION', name!.start);
    if (equals?.text !== '=' || !value) throw new OracleError(927, 'missing equal sign', equals?.start ?? name!.end);
    parameters.push([name!.value, value.value]);
  }
  return parameters;
}
