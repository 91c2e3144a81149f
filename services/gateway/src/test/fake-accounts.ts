import type { Accounts } from '../accounts/accounts.js';
import type { Opened } from '../accounts/sign-in.js';
import * as sample from './samples.js';

/** Whoever comes is let in as an administrator, or as one of some groups, and everything about users and sessions goes well. */
export class FakeAccounts implements Accounts {
  constructor(public groupsOfCaller: string[] | null = null) {}

  readonly guard = {
    admit: async () => ({ userId: sample.USER, name: sample.user.name, sessionId: sample.SESSION, role: 'administrator' as const, groups: this.groupsOfCaller, mustChangePassword: false }),
  };
  readonly signIn = { signIn: async () => opened, refresh: async () => opened };
  readonly own = {
    whoAmI: async () => ({ user: sample.user, session: sample.session }),
    signOut: async () => undefined,
    list: async () => [sample.session],
    end: async () => undefined,
    changePassword: async () => ({ user: sample.user, cookie: opened.cookie }),
  };
  readonly users = { list: async () => [sample.user], get: async () => sample.user, create: async () => sample.user, change: async () => sample.user };
  readonly groups = { list: async () => [sample.group], create: async () => sample.group, rename: async () => sample.group, remove: async () => sample.group, isThere: async () => true };
}

const opened: Opened = {
  signedIn: { accessToken: 'a.b.c', tokenType: 'Bearer', expiresAt: sample.AT, user: sample.user },
  cookie: { token: 'token-2', maxAgeSeconds: 60 },
};
