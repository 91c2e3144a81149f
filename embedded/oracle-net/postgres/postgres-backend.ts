import pg from 'pg';
import type { Account, Backend, BackendSession, SessionAbout } from '../backend.ts';
import { DIALECTS, type DialectName } from '../dialects.ts';
import { functionsOfPostgres, installOracleSchema } from './install-schema.ts';
import { oracleErrorOf } from './oracle-errors.ts';
import { PostgresSession } from './postgres-session.ts';
import { SessionSettings, type AccountAbout } from './session-settings.ts';

/** An account of the Oracle that this is taken for. */
export interface PostgresAccount extends Account {
  /** A role of PostgreSQL to work as, with its privileges; absent: the one of the address. */
  role?: string;
  /** When its password expires, as the dictionary tells: `2026-11-25`. */
  expiresOn?: string;
}

export interface PostgresBackendOptions {
  /** The role in it needs CREATE on the database, and must be a member of the accounts' roles. */
  url: string;
  /** Names of services, as in the connect string. */
  services: string[];
  /** By user name. */
  accounts: Record<string, PostgresAccount>;
  /** Decides about banner, errors of the parser, BOOLEAN; 19c unless told. */
  dialect?: DialectName;
  /** The schema of Oracle that the tables of PostgreSQL's `public` are in; absent: that of whoever is logged on. */
  owner?: string;
  /** DBTIMEZONE, which is SYSDATE's zone, too: `+00:00` unless told. */
  timeZone?: string;
}

const GRACE = 28002;
const EXPIRED = 28001;

/** Oracle's sessions on a PostgreSQL: each has a connection of its own, and sees Oracle's functions, types and dictionary. */
export class PostgresBackend implements Backend {
  readonly #options: PostgresBackendOptions;
  readonly #services: string[];
  readonly #accounts: Map<string, PostgresAccount>;
  #installed: Promise<Set<string>> | undefined;

  constructor(options: PostgresBackendOptions) {
    this.#options = options;
    this.#services = options.services.map((name) => name.toUpperCase());
    this.#accounts = new Map(Object.entries(options.accounts).map(([user, account]) => [user.toUpperCase(), account]));
  }

  hasService(name: string): boolean {
    return this.#services.includes(name.toUpperCase());
  }

  account(user: string): PostgresAccount | undefined {
    return this.#accounts.get(user.toUpperCase());
  }

  async open(about: SessionAbout): Promise<BackendSession> {
    const { url, dialect = '19c', owner = about.user, timeZone = '+00:00' } = this.#options;
    const account = this.account(about.user);
    const client = new pg.Client({ connectionString: url, pipeline: true, application_name: about.program });
    client.on('error', ignoreHere);
    try {
      const functions = await this.#install();
      await client.connect();
      const settings = new SessionSettings(about, { dialect: DIALECTS[dialect], owner, account: accountAbout(account), timeZone });
      if (account?.role !== undefined) await client.query(`SET ROLE ${pg.escapeIdentifier(account.role)}`);
      return new PostgresSession(client, settings, { dialect, owner, isOfPostgres: (name) => functions.has(name), signal: (what, pid) => this.#signal(what, pid) });
    } catch (error) {
      await client.end();
      throw oracleErrorOf(error, { owner });
    }
  }

  /** Once; again after it failed. */
  #install(): Promise<Set<string>> {
    this.#installed ??= installOracleSchema(this.#options.url)
      .then(() => functionsOfPostgres(this.#options.url))
      .catch((error) => {
        this.#installed = undefined;
        throw error;
      });
    return this.#installed;
  }

  async #signal(what: 'cancel' | 'terminate', pid: number): Promise<void> {
    const client = new pg.Client({ connectionString: this.#options.url });
    await client.connect();
    try {
      await client.query(`SELECT pg_${what}_backend($1)`, [pid]);
    } finally {
      await client.end();
    }
  }
}

function accountAbout(account: PostgresAccount | undefined): AccountAbout {
  const { warning, refusal, expiresOn } = account ?? {};
  const status = refusal?.number === EXPIRED ? 'EXPIRED' : warning?.number === GRACE ? 'EXPIRED(GRACE)' : 'OPEN';
  return { status, expiryDate: expiresOn ? `${expiresOn} 00:00:00` : '' };
}

/** Whoever uses the connection next is told. */
function ignoreHere(): void {}
