import type { Page, PageAsked, Session, User } from '@tank/contracts';
import type { Caller, EndReason, RefreshCookie, StoredUser } from './account.js';
import { forbidden, noPasswordHere, noSuch, unauthenticated, wrongCurrentPassword } from './account-problems.js';
import { tryAsUser, type RecordLock, type Tries } from './name-lock.js';
import { passwordFault } from './password-policy.js';
import { cookieFor, type Passwords } from './sign-in.js';
import { fieldProblem } from '../problem.js';

interface Users {
  find(by: { userId: string }): Promise<StoredUser | undefined>;
  changeOwnPassword(userId: string, before: string, hash: string, sessionId: string): Promise<{ user: User; refreshToken: string; expiresAt: Date } | undefined>;
}
interface Sessions {
  /** @throws Refused INVALID */
  page(userId: string, currentId: string, asked: PageAsked): Promise<Page<Session>>;
  find(sessionId: string): Promise<Session | undefined>;
  ownerOf(sessionId: string): Promise<string | undefined>;
  end(sessionId: string, reason: EndReason): Promise<void>;
}

/** What everybody does with his own sessions and password; administrators may list and end those of others. */
export class OwnSession {
  constructor(
    private readonly users: Users, private readonly passwords: Passwords, private readonly tries: Tries,
    private readonly sessions: Sessions, private readonly changed: () => void, private readonly now: () => Date = () => new Date(),
  ) {}

  async whoAmI({ userId, sessionId }: Caller): Promise<{ user: User; session: Session }> {
    const known = await this.users.find({ userId });
    const session = await this.sessions.find(sessionId);
    if (!known || !session) throw unauthenticated({ isInvalid: true });
    return { user: known.user, session };
  }

  async signOut({ sessionId }: Caller): Promise<void> {
    await this.sessions.end(sessionId, 'signed-out');
    this.changed();
  }

  async list(caller: Caller, userId: string, asked: PageAsked): Promise<Page<Session>> {
    if (!isOwnOrAdministrators(caller, userId)) throw forbidden('administrator');
    if (!(await this.users.find({ userId }))) throw noSuch('user');
    return this.sessions.page(userId, caller.sessionId, asked);
  }

  /** To others than administrators a session of somebody else is as one that is not there. */
  async end(caller: Caller, sessionId: string): Promise<void> {
    const owner = await this.sessions.ownerOf(sessionId);
    if (owner === undefined || !isOwnOrAdministrators(caller, owner)) throw caller.role === 'administrator' ? noSuch('session') : forbidden('administrator');
    await this.sessions.end(sessionId, 'ended');
    this.changed();
  }

  /**
   * All other sessions of the user end, and this one gets another refresh token: whoever stole the old one is out. Wrong guesses count as they do at the
   * sign-in: a stolen session is not a way to try them all.
   */
  async changePassword({ userId, sessionId }: Caller, { currentPassword, newPassword }: { currentPassword: string; newPassword: string }, record: RecordLock): Promise<{ user: User; cookie: RefreshCookie }> {
    const known = await this.users.find({ userId });
    if (!known) throw unauthenticated({ isInvalid: true });
    const { user, passwordHash } = known;
    if (passwordHash === null) throw noPasswordHere('currentPassword');
    const fault = newPassword === currentPassword ? SAME : passwordFault(newPassword, user.name);
    if (fault) throw fieldProblem('newPassword', fault);
    await tryAsUser(this.tries, user.name, record, async () => {
      if ((await this.passwords.check(passwordHash, currentPassword)) === 'wrong') throw wrongCurrentPassword();
    });
    const changed = await this.users.changeOwnPassword(userId, passwordHash, await this.passwords.hash(newPassword), sessionId);
    this.changed();
    if (!changed) throw wrongCurrentPassword();
    return { user: changed.user, cookie: cookieFor(changed, this.now()) };
  }
}

const SAME = ['The new password is the old one.', '새 비밀번호가 이전 비밀번호와 같습니다.'] as const;

function isOwnOrAdministrators({ userId, role }: Caller, owner: string): boolean {
  return userId === owner || role === 'administrator';
}
