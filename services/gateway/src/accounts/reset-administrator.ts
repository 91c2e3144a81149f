import { randomBytes } from 'node:crypto';
import type { Role, User } from '@tank/contracts';
import type { StoredUser } from './account.js';
import type { Passwords } from './sign-in.js';

interface Users {
  find(by: { name: string }): Promise<StoredUser | undefined>;
  names(): Promise<string[]>;
  addFirst(user: { name: string; displayName: string; role: Role; passwordHash: string; mustChangePassword: boolean }): Promise<User | undefined>;
  change(userId: string, asked: { revision: null; by: null }, change: { role: Role; disabled: boolean; passwordHash: string; secondFactor: 'off' }):
    Promise<User | 'unknown' | 'unknown-group' | 'last-administrator'>;
}
interface Attempts {
  forgive(name: string): Promise<void>;
}

/**
 * For a lost administrator: gives the user a temporary password, the role administrator, and the right to sign in, without a
 * second factor; all sessions of the user end. Where there is no user at all it makes this one.
 * @returns the temporary password, or the names that there are when this is none of them.
 */
export async function resetAdministrator(users: Users, passwords: Passwords, attempts: Attempts, name: string): Promise<{ temporaryPassword: string } | { known: string[] }> {
  const temporaryPassword = randomBytes(15).toString('base64url');
  const passwordHash = await passwords.hash(temporaryPassword);
  const known = await users.find({ name });
  const done = known
    ? await users.change(known.user.userId, { revision: null, by: null }, { role: 'administrator', disabled: false, passwordHash, secondFactor: 'off' })
    : await users.addFirst({ name, displayName: name, role: 'administrator', passwordHash, mustChangePassword: true });
  await attempts.forgive(name);
  return typeof done === 'object' ? { temporaryPassword } : { known: await users.names() };
}
