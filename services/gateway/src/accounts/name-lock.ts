import { signInLocked, tooManyAttempts } from './account-problems.js';

/** `isLast`: the name is locked from now on, unless this try is right. `hasJustBegun`: nobody has been told yet that this address is shut out. */
export type Attempt = { isAllowed: true; isLast: boolean } | { isAllowed: false; because: 'address' | 'name'; retryAfterSeconds: number; hasJustBegun: boolean };

/** Tries are counted before they are looked at, and taken back when they were right. */
export interface Tries {
  /** A password or code that is checked for somebody who is signed in. */
  takeName(name: string): Promise<Attempt>;
  forgive(name: string): Promise<void>;
  /** Of the names that are locked, ISO 8601. */
  lockedUntil(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
}
/** Writes into the audit trail that a name is locked; whose it is, is said by the entry, never by the name that was tried. */
export type RecordLock = (detail: { nameLockedUntil: string }) => Promise<void>;

/** A try of somebody who is signed in: `check` throws where it is wrong. @throws ApiProblem SIGN_IN_LOCKED */
export async function tryAsUser<T>(tries: Tries, name: string, record: RecordLock, check: () => Promise<T>): Promise<T> {
  const attempt = await tries.takeName(name);
  refuseUnlessAllowed(attempt);
  const checked = await recordingLock(tries, attempt, name, record, check);
  await tries.forgive(name);
  return checked;
}

/** The lock that a wrong try begins is in the trail once: the tries that it refuses are not, or trying would be a way to fill it. */
export async function recordingLock<T>(tries: Pick<Tries, 'lockedUntil'>, attempt: Attempt, name: string, record: RecordLock, check: () => Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (error) {
    // Whatever went wrong, the try stays counted.
    const nameLockedUntil = attempt.isAllowed && attempt.isLast ? (await tries.lockedUntil([name])).get(name) : undefined;
    if (nameLockedUntil !== undefined) await record({ nameLockedUntil });
    throw error;
  }
}

export function refuseUnlessAllowed(attempt: Attempt): void {
  if (attempt.isAllowed) return;
  throw attempt.because === 'address' ? tooManyAttempts(attempt.retryAfterSeconds) : signInLocked(attempt.retryAfterSeconds);
}
