import type { AskedChange, ManagedUser, Page, PageAsked, Role, User, UserChange, UserInput } from '@tank/contracts';
import { fieldProblem } from '../problem.js';
import type { StoredUser } from './account.js';
import { lastAdministrator, nameInUse, noPasswordHere, noSuch, noSuchGroup } from './account-problems.js';
import type { Tries } from './name-lock.js';
import { passwordFault } from './password-policy.js';
import type { Passwords } from './sign-in.js';

interface NewUser {
  name: string;
  displayName: string;
  email: string | null;
  role: Role;
  groups: readonly string[];
  passwordHash: string;
  mustChangePassword: boolean;
}
interface Users {
  find(by: { userId: string }): Promise<StoredUser | undefined>;
  /** @throws Refused INVALID */
  page(asked: PageAsked): Promise<Page<User>>;
  add(user: NewUser): Promise<User | 'name-in-use' | 'unknown-group'>;
  change(userId: string, asked: AskedChange, change: Omit<UserChange, 'temporaryPassword'> & { passwordHash?: string }):
    Promise<User | 'unknown' | 'unknown-group' | 'last-administrator'>;
}

/** What administrators do with users. */
export class ManageUsers {
  constructor(private readonly users: Users, private readonly passwords: Passwords, private readonly tries: Pick<Tries, 'forgive' | 'lockedUntil'>, private readonly changed: () => void) {}

  async list(asked: PageAsked): Promise<Page<ManagedUser>> {
    const { items, next } = await this.users.page(asked);
    return { items: await this.#withLocks(items), next };
  }

  async create({ name, displayName = name, temporaryPassword, ...given }: UserInput): Promise<ManagedUser> {
    refuseWeak(temporaryPassword, name);
    const user = await this.users.add({ name, displayName, ...given, passwordHash: await this.passwords.hash(temporaryPassword), mustChangePassword: true });
    if (user === 'name-in-use') throw nameInUse(name);
    if (user === 'unknown-group') throw noSuchGroup();
    return this.#withLock(user);
  }

  async get(userId: string): Promise<ManagedUser> {
    const known = await this.users.find({ userId });
    if (!known) throw noSuch('user');
    return this.#withLock(known.user);
  }

  /** A user that is disabled, gets a temporary password, or has no second factor any more, is signed out everywhere; a temporary password also opens a locked name. */
  async change(userId: string, asked: AskedChange, { temporaryPassword, ...change }: UserChange): Promise<ManagedUser> {
    const { name, ofProvider } = await this.get(userId);
    if (temporaryPassword !== undefined && ofProvider) throw noPasswordHere('temporaryPassword');
    if (temporaryPassword !== undefined) refuseWeak(temporaryPassword, name);
    const passwordHash = temporaryPassword === undefined ? undefined : await this.passwords.hash(temporaryPassword);
    const changed = await this.users.change(userId, asked, { ...change, passwordHash });
    if (changed === 'unknown') throw noSuch('user');
    if (changed === 'unknown-group') throw noSuchGroup();
    if (changed === 'last-administrator') throw lastAdministrator();
    if (passwordHash !== undefined) await this.tries.forgive(name);
    this.changed();
    return this.#withLock(changed);
  }

  async #withLock(user: User): Promise<ManagedUser> {
    return (await this.#withLocks([user]))[0]!;
  }

  async #withLocks(users: User[]): Promise<ManagedUser[]> {
    const locks = await this.tries.lockedUntil(users.map(({ name }) => name));
    return users.map((user) => ({ ...user, lockedUntil: locks.get(user.name) ?? null }));
  }
}

function refuseWeak(temporaryPassword: string, name: string): void {
  const fault = passwordFault(temporaryPassword, name);
  if (fault) throw fieldProblem('temporaryPassword', fault);
}
