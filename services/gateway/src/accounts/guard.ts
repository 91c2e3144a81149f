import { ACCESS, BEFORE_PASSWORD_CHANGE, BEFORE_SECOND_FACTOR, mayCall, type Access, type OperationId, type Role } from '@tank/contracts';
import type { Caller } from './account.js';
import { forbidden, passwordChangeRequired, unauthenticated } from './account-problems.js';
import { secondFactorSetupRequired } from './second-factor-problems.js';

interface Tokens {
  read(token: string): Promise<{ userId: string; sessionId: string } | undefined>;
}
interface Sessions {
  /** It counts as a use of the session. */
  callerOf(sessionId: string): Promise<Caller | undefined>;
  /** It does not. */
  holderOf(sessionId: string): Promise<Caller | undefined>;
}
interface SettingsReader {
  current(): Promise<{ secondFactorFor: readonly Role[] }>;
}

/** So long may an ended session, a disabled user or another role go unnoticed by the other replicas. */
const FRESH_MS = 2_000;
const MOST_KNOWN = 10_000;

/** Who may call what. A session is asked about in the database, at most every two seconds while it may do what it asks for. */
export class Guard {
  readonly #known = new Map<string, { atMs: number; caller: Promise<Caller | undefined> }>();
  readonly #listeners: (() => void)[] = [];

  constructor(
    private readonly tokens: Tokens, private readonly sessions: Sessions, private readonly settings: SettingsReader,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** @returns nobody for what is public. @throws ApiProblem 401 or 403. */
  async admit(id: OperationId, authorization: string | undefined): Promise<Caller | undefined> {
    const access: Access = ACCESS[id];
    if (access === 'public') return undefined;
    const caller = await this.#callerBy(authorization);
    if (caller.mustChangePassword && !BEFORE_PASSWORD_CHANGE.includes(id)) throw passwordChangeRequired();
    if (caller.lacksSecondFactor && !BEFORE_SECOND_FACTOR.includes(id)) throw secondFactorSetupRequired();
    if (access !== 'own' && !mayCall(id, caller.role)) throw forbidden(access);
    return caller;
  }

  /**
   * Who was admitted a while ago, as he is now; undefined when he would not be. His access token may have expired since. It is no use of the session, which
   * ends when nothing else is asked for; nor is it kept as an answer to those who use it.
   */
  async admitAgain(id: OperationId, { sessionId }: Caller): Promise<Caller | undefined> {
    const caller = await this.#secondFactorChecked(await this.sessions.holderOf(sessionId));
    return caller && !caller.mustChangePassword && !caller.lacksSecondFactor && mayCall(id, caller.role) ? caller : undefined;
  }

  /** What was just changed here is noticed here at once. */
  forget(): void {
    this.#known.clear();
    for (const listener of this.#listeners) listener();
  }

  /** `listener` hears of every change here of somebody's sessions or rights. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  async #callerBy(authorization: string | undefined): Promise<Caller> {
    if (authorization === undefined) throw unauthenticated({ isInvalid: false });
    const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1];
    const bearer = token === undefined ? undefined : await this.tokens.read(token);
    const caller = bearer && (await this.#callerOf(bearer.sessionId));
    if (!caller || caller.userId !== bearer?.userId) throw unauthenticated({ isInvalid: true });
    return caller;
  }

  async #callerOf(sessionId: string): Promise<Caller | undefined> {
    const known = this.#known.get(sessionId);
    if (known && this.nowMs() - known.atMs < FRESH_MS) return known.caller;
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    const entry = { atMs: this.nowMs(), caller: this.sessions.callerOf(sessionId).then((caller) => this.#secondFactorChecked(caller)) };
    this.#known.set(sessionId, entry);
    const isToKeep = await entry.caller.then((caller) => caller !== undefined && !caller.mustChangePassword && !caller.lacksSecondFactor, () => false);
    // A no is asked again: who changes a temporary password, or sets up a second factor, with one replica may go on with another.
    if (!isToKeep && this.#known.get(sessionId) === entry) this.#known.delete(sessionId);
    return entry.caller;
  }

  async #secondFactorChecked(caller: Caller | undefined): Promise<Caller | undefined> {
    if (!caller?.lacksSecondFactor) return caller;
    const { secondFactorFor } = await this.settings.current();
    return { ...caller, lacksSecondFactor: secondFactorFor.includes(caller.role) };
  }
}
