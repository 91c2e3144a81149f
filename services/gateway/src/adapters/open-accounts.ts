import type { Role } from '@tank/contracts';
import type { HealthProbe } from '@tank/messaging';
import type { Accounts } from '../accounts/accounts.js';
import { Guard } from '../accounts/guard.js';
import { ManageGroups } from '../accounts/manage-groups.js';
import { ManageUsers } from '../accounts/manage-users.js';
import { OwnSession } from '../accounts/own-session.js';
import { ProviderSignIn } from '../accounts/provider-sign-in.js';
import { SecondFactor } from '../accounts/second-factor.js';
import { SecondFactorCodes } from '../accounts/second-factor-codes.js';
import { SignIn } from '../accounts/sign-in.js';
import { AccessTokens, derivedKey } from './access-tokens.js';
import { accountProbes } from './account-probes.js';
import { Argon2Passwords } from './argon2-passwords.js';
import type { GatewayDatabase } from './gateway-database.js';
import { GroupStore } from './group-store.js';
import { OpenIdProvider, type ProviderSettings } from './openid-provider.js';
import { PasswordKeys } from './password-keys.js';
import { ProviderTickets } from './provider-tickets.js';
import { ProviderUserStore } from './provider-user-store.js';
import { SecondFactorStore } from './second-factor-store.js';
import { SessionStore, type SessionLimits } from './session-store.js';
import { SignInAttempts } from './sign-in-attempts.js';
import { TotpSecrets } from './totp-secrets.js';
import { UsedOnce } from './used-once.js';
import { UserStore } from './user-store.js';

export interface AccountSettings {
  sessionKey: Buffer;
  limits: SessionLimits;
  /** Tries from one address within 15 minutes. */
  attemptsFromOneAddress: number;
  /** Whether passwords may come unencrypted. */
  plainPasswords: 'allow' | 'refuse';
  /** undefined: nobody signs in anywhere else. */
  provider: ProviderSettings | undefined;
  /** What administrators change while Tank runs. */
  settings: { current(): Promise<{ secondFactorFor: readonly Role[] }> };
  /** Of codes, tickets and nonces. */
  now?: () => Date;
}
export interface OpenedAccounts {
  accounts: Accounts;
  users: UserStore;
  passwords: Argon2Passwords;
  probes: HealthProbe[];
}

/** Everything behind users and sessions, on an open database. */
export function openAccounts(db: GatewayDatabase, given: AccountSettings, passwords = new Argon2Passwords()): OpenedAccounts {
  const { sessionKey, now } = given;
  const [users, factors, once] = [new UserStore(db), new SecondFactorStore(db), new UsedOnce(db)];
  const [sessions, tokens, secrets] = [new SessionStore(db, given.limits), new AccessTokens(sessionKey), new TotpSecrets(sessionKey)];
  const attempts = attemptsOf(db, sessionKey, given.attemptsFromOneAddress);
  const codes = new SecondFactorCodes(factors, secrets, now);
  const guard = new Guard(tokens, sessions, given.settings);
  const changed = () => guard.forget();
  const signIn = new SignIn(users, passwords, attempts, codes, sessions, tokens, changed);
  const provider = given.provider && new OpenIdProvider(given.provider);
  const accounts: Accounts = {
    guard,
    signIn,
    own: new OwnSession(users, passwords, attempts, sessions, changed),
    secondFactor: new SecondFactor(users, passwords, attempts, factors, secrets, codes, changed, now),
    provider: new ProviderSignIn(provider, new ProviderTickets(sessionKey, once, now), new ProviderUserStore(db), signIn, changed),
    passwordKeys: new PasswordKeys(sessionKey, given.plainPasswords, once, now),
    users: new ManageUsers(users, passwords, attempts, changed),
    groups: new ManageGroups(new GroupStore(db), changed),
  };
  return { accounts, users, passwords, probes: [...accountProbes(db, users), ...(provider ? [provider.probe] : [])] };
}

export function attemptsOf(db: GatewayDatabase, sessionKey: Buffer, fromOneAddress = 0): SignInAttempts {
  return new SignInAttempts(db, derivedKey(sessionKey, 'names that were tried'), fromOneAddress);
}
