import type { Guard } from './guard.js';
import type { ManageGroups } from './manage-groups.js';
import type { ManageUsers } from './manage-users.js';
import type { OwnSession } from './own-session.js';
import type { SignIn } from './sign-in.js';

/** All that the API does with users and sessions. */
export interface Accounts {
  guard: Pick<Guard, 'admit'>;
  signIn: Pick<SignIn, 'signIn' | 'refresh'>;
  own: Pick<OwnSession, 'whoAmI' | 'signOut' | 'list' | 'end' | 'changePassword'>;
  users: Pick<ManageUsers, 'list' | 'get' | 'create' | 'change'>;
  groups: Pick<ManageGroups, 'list' | 'create' | 'rename' | 'remove' | 'isThere'>;
}
