import type { NewSecondFactor, RecoveryCodes, User } from '@tank/contracts';
import type { Caller, StoredUser } from './account.js';
import { noPasswordHere, unauthenticated, wrongCurrentPassword } from './account-problems.js';
import { sixDigits, type SecondFactorCodes } from './second-factor-codes.js';
import { nothingToConfirm, secondFactorIsOff, secondFactorIsOn, wrongCode } from './second-factor-problems.js';
import { refuseUnlessAllowed, type Attempt, type Passwords } from './sign-in.js';

interface Users {
  find(by: { userId: string }): Promise<StoredUser | undefined>;
}
interface Attempts {
  takeName(name: string): Promise<Attempt>;
  forgive(name: string): Promise<void>;
}
interface Store {
  secretsOf(userId: string): Promise<{ current: Buffer | null; pending: Buffer | null } | undefined>;
  keepPending(userId: string, sealed: Buffer): Promise<boolean>;
  confirm(userId: string, confirmed: { sealed: Buffer; step: number; digests: Buffer[]; sessionId: string }): Promise<User | undefined>;
  remove(userId: string): Promise<User | undefined>;
}
interface Secrets {
  make(user: { userId: string; name: string }): { secret: string; uri: string; sealed: Buffer };
  stepOf(sealed: Buffer, userId: string, code: string, at: Date): number | undefined | 'unreadable';
  makeRecoveryCodes(userId: string): { codes: string[]; digests: Buffer[] };
}

/** What everybody does with his own second factor. Wrong passwords and codes count as they do at the sign-in. */
export class SecondFactor {
  constructor(
    private readonly users: Users, private readonly passwords: Passwords, private readonly attempts: Attempts, private readonly store: Store,
    private readonly secrets: Secrets, private readonly codes: Pick<SecondFactorCodes, 'use'>, private readonly changed: () => void, private readonly now: () => Date = () => new Date(),
  ) {}

  /** A secret that counts for nothing yet; one that was begun before is forgotten. */
  async start({ userId }: Caller, { currentPassword }: { currentPassword: string }): Promise<NewSecondFactor> {
    const known = await this.#find(userId);
    if (known.user.secondFactor) throw secondFactorIsOn();
    await this.#checkPassword(known, currentPassword);
    await this.attempts.forgive(known.user.name);
    const { secret, uri, sealed } = this.secrets.make(known.user);
    if (!(await this.store.keepPending(userId, sealed))) throw secondFactorIsOn();
    return { secret, uri };
  }

  async confirm({ userId, sessionId, name }: Caller, { code }: { code: string }): Promise<RecoveryCodes> {
    const { pending = null } = (await this.store.secretsOf(userId)) ?? {};
    if (pending === null) throw nothingToConfirm();
    refuseUnlessAllowed(await this.attempts.takeName(name));
    const step = this.secrets.stepOf(pending, userId, sixDigits(code) ?? '', this.now());
    if (step === 'unreadable') throw nothingToConfirm();
    if (step === undefined) throw wrongCode();
    await this.attempts.forgive(name);
    const { codes, digests } = this.secrets.makeRecoveryCodes(userId);
    const user = await this.store.confirm(userId, { sealed: pending, step, digests, sessionId });
    if (!user) throw nothingToConfirm();
    this.changed();
    return { user, recoveryCodes: codes };
  }

  async remove({ userId }: Caller, { currentPassword, code }: { currentPassword: string; code: string }): Promise<User> {
    const known = await this.#find(userId);
    if (!known.user.secondFactor) throw secondFactorIsOff();
    await this.#checkPassword(known, currentPassword);
    if (!(await this.codes.use(userId, code))) throw wrongCode();
    await this.attempts.forgive(known.user.name);
    const user = await this.store.remove(userId);
    this.changed();
    if (!user) throw secondFactorIsOff();
    return user;
  }

  async #find(userId: string): Promise<StoredUser> {
    const known = await this.users.find({ userId });
    if (!known) throw unauthenticated({ isInvalid: true });
    return known;
  }

  /** The try stays counted until everything that came with it was right. */
  async #checkPassword({ user, passwordHash }: StoredUser, currentPassword: string): Promise<void> {
    if (passwordHash === null) throw noPasswordHere('currentPassword');
    refuseUnlessAllowed(await this.attempts.takeName(user.name));
    if ((await this.passwords.check(passwordHash, currentPassword)) === 'wrong') throw wrongCurrentPassword();
  }
}
