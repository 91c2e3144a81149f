import type { Accounts } from '../accounts/accounts.js';
import { Guard } from '../accounts/guard.js';
import { ManageGroups } from '../accounts/manage-groups.js';
import { ManageUsers } from '../accounts/manage-users.js';
import { OwnSession } from '../accounts/own-session.js';
import { SignIn } from '../accounts/sign-in.js';
import { AccessTokens, derivedKey } from './access-tokens.js';
import { Argon2Passwords } from './argon2-passwords.js';
import type { GatewayDatabase } from './gateway-database.js';
import { GroupStore } from './group-store.js';
import { SessionStore, type SessionLimits } from './session-store.js';
import { SignInAttempts } from './sign-in-attempts.js';
import { UserStore } from './user-store.js';

export interface AccountSettings {
  sessionKey: Buffer;
  limits: SessionLimits;
  /** Tries from one address within 15 minutes. */
  attemptsFromOneAddress: number;
}
export interface OpenedAccounts {
  accounts: Accounts;
  users: UserStore;
  passwords: Argon2Passwords;
}

/** Everything behind users and sessions, on an open database. */
export function openAccounts(db: GatewayDatabase, { sessionKey, limits, attemptsFromOneAddress }: AccountSettings, passwords = new Argon2Passwords()): OpenedAccounts {
  const users = new UserStore(db);
  const sessions = new SessionStore(db, limits);
  const tokens = new AccessTokens(sessionKey);
  const attempts = attemptsOf(db, sessionKey, attemptsFromOneAddress);
  const guard = new Guard(tokens, sessions);
  const changed = () => guard.forget();
  const accounts: Accounts = {
    guard,
    signIn: new SignIn(users, passwords, attempts, sessions, tokens),
    own: new OwnSession(users, passwords, attempts, sessions, changed),
    users: new ManageUsers(users, passwords, attempts, changed),
    groups: new ManageGroups(new GroupStore(db), changed),
  };
  return { accounts, users, passwords };
}

export function attemptsOf(db: GatewayDatabase, sessionKey: Buffer, fromOneAddress = 0): SignInAttempts {
  return new SignInAttempts(db, derivedKey(sessionKey, 'names that were tried'), fromOneAddress);
}
