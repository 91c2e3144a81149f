import type pg from 'pg';
import { OracleError, type SessionAbout } from '../backend.ts';
import type { Dialect } from '../dialects.ts';
import { timeElements, timeFormatForPostgres } from './time-format.ts';
import { postgresName } from './written-sql.ts';

/** What the dictionary says of the session's account. */
export interface AccountAbout {
  status: string;
  /** `2026-11-25 00:00:00`, or empty. */
  expiryDate: string;
}

const NLS_FORMATS = {
  NLS_DATE_FORMAT: 'DD-MON-RR',
  NLS_TIMESTAMP_FORMAT: 'DD-MON-RR HH.MI.SSXFF AM',
  NLS_TIMESTAMP_TZ_FORMAT: 'DD-MON-RR HH.MI.SSXFF AM TZR',
};
const FIXED = { DateStyle: 'ISO, YMD', bytea_output: 'hex', standard_conforming_strings: 'on', cursor_tuple_fraction: '1', statement_timeout: '0', lock_timeout: '0', idle_in_transaction_session_timeout: '0' };

/**
 * What the session has set, as settings of PostgreSQL's session. Oracle's are no part of a transaction, PostgreSQL's are:
 * what was set in a transaction that is rolled back is set again.
 */
export class SessionSettings {
  readonly #wanted = new Map<string, string>();
  readonly #applied = new Map<string, string>();
  readonly #inTransaction = new Set<string>();

  constructor(about: SessionAbout, { dialect, owner, account, timeZone }: { dialect: Dialect; owner: string; account: AccountAbout; timeZone: string }) {
    for (const [name, value] of Object.entries(FIXED)) this.#wanted.set(name, value);
    const { user, service, program, machine, sessionId, serialNumber } = about;
    const own = {
      user, owner, program, service_name: service, db_name: service, host: machine, sid: String(sessionId), serial: String(serialNumber), account_status: account.status, expiry_date: account.expiryDate,
      banner: dialect.banner, version: /Release ([\d.]+)/.exec(dialect.banner)?.[1] ?? '', db_time_zone: timeZone, logon_time: new Date().toISOString().slice(0, 19).replace('T', ' '),
    };
    for (const [name, value] of Object.entries(own)) this.set(name, value);
    for (const [name, format] of Object.entries(NLS_FORMATS)) this.alter(name, format);
    this.alter('TIME_ZONE', timeZone);
    this.alter('CURRENT_SCHEMA', '');
  }

  /** A setting of ours, `oracle_net.<name>`. */
  set(name: string, value: string): void {
    this.#wanted.set(`oracle_net.${name}`, value);
  }

  /** ALTER SESSION SET name = value. What Oracle knows and nobody here asks for is taken as it is. @throws OracleError */
  alter(name: string, value: string): void {
    if (name in NLS_FORMATS) this.#setFormat(name.toLowerCase().replace(/_format$/, ''), value);
    else if (name === 'TIME_ZONE') this.#setTimeZone(value);
    else if (name === 'CURRENT_SCHEMA') {
      this.set('current_schema', value);
      const schema = value === '' ? '' : `"${postgresName(value).replaceAll('"', '""')}", `;
      this.#wanted.set('search_path', `oracle_net, ${schema}public, oracle_types, pg_catalog`);
    }
  }

  /** Sends what has changed since the last time; the answers are to be awaited with those of what follows. */
  send(client: pg.ClientBase, isInTransaction: boolean): Promise<unknown>[] {
    const changed = [...this.#wanted].filter(([name, value]) => this.#applied.get(name) !== value);
    if (changed.length === 0) return [];
    for (const [name, value] of changed) {
      this.#applied.set(name, value);
      if (isInTransaction) this.#inTransaction.add(name);
    }
    const calls = changed.map((_, at) => `set_config($${at * 2 + 1}, $${at * 2 + 2}, false)`);
    return [client.query(`SELECT ${calls.join(', ')}`, changed.flat())];
  }

  afterCommit(): void {
    this.#inTransaction.clear();
  }

  afterRollback(): void {
    for (const name of this.#inTransaction) this.#applied.delete(name);
    this.#inTransaction.clear();
  }

  #setFormat(name: string, format: string): void {
    this.set(`${name}_format`, format);
    this.set(`${name}_elements`, `{${timeElements(format, 0).map((element) => JSON.stringify(element)).join()}}`);
    this.set(`${name}_to_char`, timeFormatForPostgres(format, 0));
  }

  /** `+09:00` would mean the west to PostgreSQL. */
  #setTimeZone(value: string): void {
    const zone = /^(LOCAL|DBTIMEZONE)$/i.test(value) ? this.#wanted.get('oracle_net.db_time_zone')! : value;
    const [, sign, hours, minutes] = /^([+-]?)(\d{1,2}):(\d{2})$/.exec(zone) ?? [];
    if (hours === undefined && !isRegion(zone)) throw new OracleError(1882, 'timezone region not found');
    this.set('time_zone', zone);
    this.#wanted.set('TimeZone', hours === undefined ? zone : `<${sign || '+'}${hours}:${minutes}>${sign === '-' ? '+' : '-'}${hours}:${minutes}`);
  }
}

/** PostgreSQL and Node take the names of the same time zone database. */
function isRegion(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return !/^[+-]/.test(zone);
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
