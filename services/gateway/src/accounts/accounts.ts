import type { PasswordKey } from '@tank/contracts';
import type { Guard } from './guard.js';
import type { ManageGroups } from './manage-groups.js';
import type { ManageUsers } from './manage-users.js';
import type { OwnSession } from './own-session.js';
import type { ProviderSignIn } from './provider-sign-in.js';
import type { SecondFactor } from './second-factor.js';
import type { SignIn } from './sign-in.js';

/** All that the API does with users and sessions. */
export interface Accounts {
  guard: Pick<Guard, 'admit' | 'admitAgain' | 'onChange'>;
  signIn: Pick<SignIn, 'signIn' | 'refresh'>;
  own: Pick<OwnSession, 'whoAmI' | 'signOut' | 'list' | 'end' | 'changePassword'>;
  secondFactor: Pick<SecondFactor, 'start' | 'confirm' | 'remove'>;
  provider: Pick<ProviderSignIn, 'describe' | 'start' | 'finish'>;
  /** To which a page encrypts passwords, and what opens them. */
  passwordKeys: {
    /** `refuse`: passwords come encrypted only. */
    readonly plain: 'allow' | 'refuse';
    offer(): Promise<PasswordKey>;
    open(encrypted: string): Promise<{ password: string; nonce: string } | undefined>;
    use(nonce: string): Promise<boolean>;
  };
  users: Pick<ManageUsers, 'list' | 'get' | 'create' | 'change'>;
  groups: Pick<ManageGroups, 'list' | 'create' | 'change' | 'remove' | 'isThere' | 'foldersOf'>;
}
