import type { Role, User } from '@tank/contracts';
import { passwordFault } from './password-policy.js';
import type { Passwords } from './sign-in.js';

interface Users {
  isAnybody(): Promise<boolean>;
  addFirst(user: { name: string; displayName: string; role: Role; passwordHash: string; mustChangePassword: boolean }): Promise<User | undefined>;
}

/**
 * Makes the first administrator when there is no user yet; of several replicas one does.
 * @throws Error saying what is wrong with the setting, so that the gateway does not start with a weak one.
 */
export async function makeFirstAdministrator(users: Users, passwords: Passwords, { name, password }: { name: string; password: string | undefined }): Promise<User | undefined> {
  if (password === undefined || (await users.isAnybody())) return undefined;
  const fault = passwordFault(password, name);
  if (fault) throw new Error(`ADMIN_PASSWORD: ${fault[0]}`);
  return users.addFirst({ name, displayName: name, role: 'administrator', passwordHash: await passwords.hash(password), mustChangePassword: false });
}
