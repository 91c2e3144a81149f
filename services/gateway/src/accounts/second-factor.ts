import type { NewSecondFactor, RecoveryCodes, User } from '@tank/contracts';
import type { Caller, StoredUser } from './account.js';
import { noPasswordHere, unauthenticated, wrongCurrentPassword } from './account-problems.js';
import { tryAsUser, type RecordLock, type Tries } from './name-lock.js';
import { sixDigits, type SecondFactorCodes } from './second-factor-codes.js';
import { nothingToConfirm, secondFactorIsOff, secondFactorIsOn, wrongCode } from './second-factor-problems.js';
import type { Passwords } from './sign-in.js';

interface Users {
  find(by: { userId: string }): Promise<StoredUser | undefined>;
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
    private readonly users: Users, private readonly passwords: Passwords, private readonly tries: Tries, private readonly store: Store,
    private readonly secrets: Secrets, private readonly codes: Pick<SecondFactorCodes, 'use'>, private readonly changed: () => void, private readonly now: () => Date = () => new Date(),
  ) {}

  /** A secret that counts for nothing yet; one that was begun before is forgotten. */
  async start({ userId }: Caller, { currentPassword }: { currentPassword: string }, record: RecordLock): Promise<NewSecondFactor> {
    const known = await this.#find(userId);
    if (known.user.secondFactor) throw secondFactorIsOn();
    const passwordHash = passwordHashOf(known);
    await tryAsUser(this.tries, known.user.name, record, () => this.#checkPassword(passwordHash, currentPassword));
    const { secret, uri, sealed } = this.secrets.make(known.user);
    if (!(await this.store.keepPending(userId, sealed))) throw secondFactorIsOn();
    return { secret, uri };
  }

  async confirm({ userId, sessionId, name }: Caller, { code }: { code: string }, record: RecordLock): Promise<RecoveryCodes> {
    const { pending = null } = (await this.store.secretsOf(userId)) ?? {};
    if (pending === null) throw nothingToConfirm();
    const step = await tryAsUser(this.tries, name, record, async () => this.#stepOf(pending, userId, code));
    const { codes, digests } = this.secrets.makeRecoveryCodes(userId);
    const user = await this.store.confirm(userId, { sealed: pending, step, digests, sessionId });
    if (!user) throw nothingToConfirm();
    this.changed();
    return { user, recoveryCodes: codes };
  }

  async remove({ userId }: Caller, { currentPassword, code }: { currentPassword: string; code: string }, record: RecordLock): Promise<User> {
    const known = await this.#find(userId);
    if (!known.user.secondFactor) throw secondFactorIsOff();
    const passwordHash = passwordHashOf(known);
    await tryAsUser(this.tries, known.user.name, record, async () => {
      await this.#checkPassword(passwordHash, currentPassword);
      if (!(await this.codes.use(userId, code))) throw wrongCode();
    });
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

  #stepOf(pending: Buffer, userId: string, code: string): number {
    const step = this.secrets.stepOf(pending, userId, sixDigits(code) ?? '', this.now());
    if (step === 'unreadable') throw nothingToConfirm();
    if (step === undefined) throw wrongCode();
    return step;
  }

  async #checkPassword(passwordHash: string, currentPassword: string): Promise<void> {
    if ((await this.passwords.check(passwordHash, currentPassword)) === 'wrong') throw wrongCurrentPassword();
  }
}

function passwordHashOf({ passwordHash }: StoredUser): string {
  if (passwordHash === null) throw noPasswordHere('currentPassword');
  return passwordHash;
}
