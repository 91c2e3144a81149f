import { ACCESS, type OperationId } from '@tank/contracts';
import type { Caller } from '../accounts/account.js';
import type { Accounts } from '../accounts/accounts.js';
import type { Opened } from '../accounts/sign-in.js';
import * as sample from './samples.js';

/** Whoever comes is let in as an administrator, or as one of some groups, and everything about users and sessions goes well. */
export class FakeAccounts implements Accounts {
  /** Of groups that have not all files. */
  folders: Record<string, string[]> = {};

  constructor(public groupsOfCaller: string[] | null = null) {}

  readonly guard = {
    admit: async (id: OperationId): Promise<Caller | undefined> => (ACCESS[id] === 'public' ? undefined : this.#caller()),
    admitAgain: async (): Promise<Caller | undefined> => this.#caller(),
    onChange: (): void => undefined,
  };
  readonly secondFactor = {
    start: async () => ({ secret: 'JBSWY3DPEHPK3PXP', uri: 'otpauth://totp/Tank:kim?secret=JBSWY3DPEHPK3PXP' }),
    confirm: async () => ({ user: sample.user, recoveryCodes: ['abcde-fghjk'] }),
    remove: async () => sample.user,
  };
  readonly provider = {
    describe: () => ({ name: 'Customer Login' }),
    start: async () => ({ location: 'https://login.customer.example/auth', ticket: 'sealed' }),
    finish: async () => opened,
  };
  readonly passwordKeys = { plain: 'allow' as const, offer: async () => sample.PASSWORD_KEY, open: async () => undefined, use: async () => true };
  readonly signIn = { signIn: async () => opened, refresh: async () => opened };
  readonly own = {
    whoAmI: async () => ({ user: sample.user, session: sample.session }),
    signOut: async () => undefined,
    list: async () => ({ items: [sample.session], next: null }),
    end: async () => undefined,
    changePassword: async () => ({ user: sample.user, cookie: opened.cookie }),
  };
  readonly users = { list: async () => ({ items: [sample.managedUser], next: null }), get: async () => sample.managedUser, create: async () => sample.managedUser, change: async () => sample.managedUser };
  readonly groups = {
    list: async () => ({ items: [sample.group], next: null }), create: async () => sample.group, change: async () => sample.group, remove: async () => sample.group, isThere: async () => true,
    foldersOf: async (groupId: string) => this.folders[groupId] ?? [''],
  };

  #caller(): Caller {
    return { userId: sample.USER, name: sample.user.name, sessionId: sample.SESSION, role: 'administrator', groups: this.groupsOfCaller, mustChangePassword: false, lacksSecondFactor: false };
  }
}

const opened: Opened = {
  signedIn: { accessToken: 'a.b.c', tokenType: 'Bearer', expiresAt: sample.AT, user: sample.user },
  cookie: { token: 'token-2', maxAgeSeconds: 60 },
};
