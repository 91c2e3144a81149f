import { DEFAULT_SETTINGS, type OperationId, type Role, type Settings, type SignedIn } from '@tank/contracts';
import { createDatabase, roleUrl, type TestDatabase } from '../../../../embedded/test/parts.js';
import type { Accounts } from '../accounts/accounts.js';
import { makeFirstAdministrator } from '../accounts/first-administrator.js';
import { Argon2Passwords } from '../adapters/argon2-passwords.js';
import { openGatewayDatabase, type GatewayDatabase } from '../adapters/gateway-database.js';
import { openAccounts, type AccountSettings } from '../adapters/open-accounts.js';
import { openRecords } from '../adapters/open-records.js';
import type { UserStore } from '../adapters/user-store.js';
import { FakeServices, type Fakes } from './fake-services.js';
import { FAKES } from './sample-calls.js';
import { serveForTest, type Answered, type Sent, type ServedApi } from './served-api.js';

export const ADMIN = { name: 'admin', password: 'the very first password' };
const CHEAP = { memory: 64, passes: 1, parallelism: 1 };
export const SESSION_KEY = Buffer.alloc(32, 3);
const MINUTE_MS = 60_000;

interface Given extends Partial<Pick<AccountSettings, 'attemptsFromOneAddress' | 'plainPasswords' | 'provider' | 'now'>> {
  withAdministrator?: boolean;
  settings?: Settings;
}

/** Somebody who signed in: calls as that user, and what a browser would keep. */
export interface Person extends SignedIn {
  cookie: string;
  call(id: OperationId, path: string, sent?: Omit<Sent, 'method'>): Promise<Answered>;
}

/** Two replicas of the API over one PostgreSQL, with an administrator and sample answers of all services. */
export class ServedAccounts {
  private constructor(
    readonly database: TestDatabase, readonly db: GatewayDatabase, readonly users: UserStore, readonly passwords: Argon2Passwords,
    readonly api: ServedApi, readonly otherReplica: ServedApi,
    /** What the services answer both. */
    readonly fakes: Fakes,
  ) {}

  /** `settings` are what administrators change while it runs. */
  static async start({ attemptsFromOneAddress = 10_000, withAdministrator = true, settings = DEFAULT_SETTINGS, plainPasswords = 'allow', provider, now }: Given = {}): Promise<ServedAccounts> {
    const database = await createDatabase('accounts');
    const db = await openGatewayDatabase(roleUrl(database, 'gateway'));
    const passwords = new Argon2Passwords(CHEAP);
    const given: AccountSettings = {
      sessionKey: SESSION_KEY, limits: { idleMs: 60 * MINUTE_MS, lifeMs: 720 * MINUTE_MS }, attemptsFromOneAddress, plainPasswords, provider, settings: { current: async () => settings }, now,
    };
    const [first, second] = [openAccounts(db, given, passwords), openAccounts(db, given, passwords)];
    if (withAdministrator) await makeFirstAdministrator(first.users, passwords, ADMIN);
    const records = openRecords(db, SESSION_KEY);
    const services = new FakeServices({ ...FAKES });
    const serve = (accounts: Accounts) => serveForTest(services, accounts, records);
    return new ServedAccounts(database, db, first.users, passwords, await serve(first.accounts), await serve(second.accounts), services.fakes);
  }

  async signIn(credentials: { name: string; password: unknown; code?: string } = ADMIN, api = this.api): Promise<Person> {
    const { status, body, headers } = await api.call('signIn', '/api/session', { body: credentials });
    expect([status, body.detail]).toEqual([200, undefined]);
    return this.personOf(body, cookieOf(headers));
  }

  personOf(signedIn: SignedIn, cookie: string): Person {
    return {
      ...signedIn,
      cookie,
      call: (id, path, sent) => this.api.call(id, path, { ...sent, headers: { authorization: `Bearer ${signedIn.accessToken}`, ...sent?.headers } }),
    };
  }

  /** A user whose password is not temporary any more. */
  async person(name: string, role: Role): Promise<Person> {
    const password = `${role} has a password`;
    await this.users.add({ name, displayName: name, role, passwordHash: await this.passwords.hash(password), mustChangePassword: false });
    return this.signIn({ name, password });
  }

  /** What time does otherwise, and a look into the tables. */
  sql(statement: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    return this.db.query(statement, values);
  }

  async stop(): Promise<void> {
    await this.api.close();
    await this.otherReplica.close();
    await this.db.close();
    await this.database.drop();
  }
}

export function cookieOf(headers: Answered['headers']): string {
  return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}
