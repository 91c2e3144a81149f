import type { Actor, ProblemCode, Role, SignedIn } from '@tank/contracts';
import { ApiProblem } from '../problem.js';
import type { Client, RefreshCookie, StoredUser } from './account.js';
import { noAdministrator, sessionEnded, signInFailed } from './account-problems.js';
import { recordingLock, refuseUnlessAllowed, type Attempt, type Tries } from './name-lock.js';
import type { SecondFactorCodes } from './second-factor-codes.js';
import { secondFactorRequired, secondFactorWrong } from './second-factor-problems.js';

/** What is known of users. */
interface Users {
  find(by: { name: string }): Promise<StoredUser | undefined>;
  isAnybody(): Promise<boolean>;
  keepHash(userId: string, before: string | null, hash: string): Promise<void>;
}
export interface Passwords {
  hash(password: string): Promise<string>;
  /** Takes as long for nobody's hash (null), which nothing fits. */
  check(hash: string | null, password: string): Promise<'wrong' | 'right' | 'right-but-old'>;
}
interface Attempts extends Pick<Tries, 'forgive' | 'lockedUntil'> {
  take(address: string, name: string): Promise<Attempt>;
}
interface OpenSession {
  sessionId: string;
  user: SignedIn['user'];
  refreshToken: string;
  expiresAt: Date;
}
/** A refresh token came a second time, which has ended the session of this user. */
export interface Replayed {
  replayedOf: Actor;
  sessionId: string;
}
interface Sessions {
  open(user: StoredUser, client: Client): Promise<OpenSession | undefined>;
  refresh(refreshToken: string): Promise<OpenSession | Replayed | undefined>;
}
interface Tokens {
  make(bearer: { userId: string; sessionId: string }): Promise<{ accessToken: string; expiresAt: string }>;
}

interface Credentials {
  name: string;
  password: string;
  /** Of the second factor. */
  code?: string;
}
/** Writes what came of a sign-in or refresh into the audit trail. `by`: whose it is, where somebody has the name. */
export type RecordSignIn = (detail: SignInDetail, by: Actor | undefined) => Promise<void>;
type SignInDetail =
  | { by: 'password' | 'provider'; role?: Role }
  | { refused: ProblemCode; disabled?: true }
  | { nameLockedUntil: string } | { addressShutOutUntil: string }
  | { replayed: true; endedSession: string };

export interface Opened {
  signedIn: SignedIn;
  cookie: RefreshCookie;
}

/** Two ways to an access token: name and password (and code), or the refresh token that the last one came with. */
export class SignIn {
  constructor(
    private readonly users: Users, private readonly passwords: Passwords, private readonly attempts: Attempts,
    private readonly codes: Pick<SecondFactorCodes, 'use'>, private readonly sessions: Sessions, private readonly tokens: Tokens, private readonly changed: () => void,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /**
   * @throws ApiProblem with one answer for a wrong name, a wrong password and a disabled user, in the same time; where the password is right,
   * SECOND_FACTOR_REQUIRED or SECOND_FACTOR_WRONG, which count as wrong, too: a password alone gives no more tries at codes.
   */
  async signIn(credentials: Credentials, client: Client, record: RecordSignIn): Promise<Opened> {
    const { name } = credentials;
    const attempt = await this.attempts.take(client.address, name);
    if (!attempt.isAllowed && attempt.hasJustBegun) await record({ addressShutOutUntil: this.#in(attempt.retryAfterSeconds) }, undefined);
    refuseUnlessAllowed(attempt);
    const known = await this.users.find({ name });
    if (!known && !(await this.users.isAnybody())) throw noAdministrator();
    const recordLock = (detail: { nameLockedUntil: string }) => record(detail, known?.user);
    const opened = await recordingLock(this.attempts, attempt, name, recordLock, () => this.#openFor(known, credentials, client)).catch(async (error: unknown) => {
      // Of names that nobody has, too, without the name: so the time says nothing about who there is.
      if (error instanceof ApiProblem) await record({ refused: error.parts.code }, known?.user);
      throw error;
    });
    await record({ by: 'password' }, known?.user);
    return opened;
  }

  /** A new session for somebody who has shown who he is. */
  async open(user: StoredUser, client: Client): Promise<Opened> {
    const session = await this.sessions.open(user, client);
    if (!session) throw signInFailed();
    return this.#opened(session);
  }

  async #openFor(known: StoredUser | undefined, { name, password, code }: Credentials, client: Client): Promise<Opened> {
    const check = await this.passwords.check(known?.passwordHash ?? null, password);
    if (!known || check === 'wrong' || known.user.disabled) throw signInFailed();
    if (known.user.secondFactor) await this.#checkCode(known.user.userId, code);
    await this.attempts.forgive(name);
    return this.open(check === 'right' ? known : await this.#hashAnew(known, password), client);
  }

  /** @throws ApiProblem SESSION_ENDED; where the token came a second time, it is in the trail: one of the two may be a thief. */
  async refresh(refreshToken: string | undefined, record: RecordSignIn): Promise<Opened> {
    const session = refreshToken === undefined ? undefined : await this.sessions.refresh(refreshToken);
    if (session === undefined) throw sessionEnded();
    if (!('replayedOf' in session)) return this.#opened(session);
    this.changed();
    await record({ replayed: true, endedSession: session.sessionId }, session.replayedOf);
    throw sessionEnded();
  }

  async #checkCode(userId: string, code: string | undefined): Promise<void> {
    if (code === undefined) throw secondFactorRequired();
    if (!(await this.codes.use(userId, code))) throw secondFactorWrong();
  }

  #in(seconds: number): string {
    return new Date(this.now().getTime() + seconds * 1000).toISOString();
  }

  /** The cost of a hash was raised since: only now is the password there to hash it again. */
  async #hashAnew({ user, passwordHash }: StoredUser, password: string): Promise<StoredUser> {
    const hash = await this.passwords.hash(password);
    await this.users.keepHash(user.userId, passwordHash, hash);
    return { user, passwordHash: hash };
  }

  async #opened({ sessionId, user, refreshToken, expiresAt }: OpenSession): Promise<Opened> {
    const token = await this.tokens.make({ userId: user.userId, sessionId });
    return { signedIn: { ...token, tokenType: 'Bearer', user }, cookie: cookieFor({ refreshToken, expiresAt }, this.now()) };
  }
}

/** It lasts as long as its session may. */
export function cookieFor({ refreshToken, expiresAt }: { refreshToken: string; expiresAt: Date }, now: Date): RefreshCookie {
  return { token: refreshToken, maxAgeSeconds: Math.max(1, Math.floor((expiresAt.getTime() - now.getTime()) / 1000)) };
}
