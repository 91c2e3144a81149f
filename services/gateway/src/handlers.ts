import type { ACCESS, Actor, Answer, Asked, OperationAnswer, OperationId, OperationInput, RequestName } from '@tank/contracts';
import type { Caller, Client, RefreshCookie } from './accounts/account.js';
import type { Words } from './words.js';

/** The other services, as the gateway needs them. @throws Refused */
export interface Services {
  ask<N extends RequestName>(name: N, asks: Asked<N>, options?: { timeoutMs?: number }): Promise<Answer<N>>;
}

/** For requests that a customer's database answers in its own time. */
export const SOURCE_PATIENCE = { timeoutMs: 30_000 };

/** The HTTP side of one call: the reader's language, where it comes from, and headers for whatever is answered, problems too. */
export interface Call {
  say(words: Words): string;
  setHeader(name: string, value: string): void;
  client: Client;
  /** From the cookie. */
  refreshToken: string | undefined;
  /**
   * Writes into the audit trail what no entry of a change says: a reading, or who it turned out to be. To be awaited before what was asked for is given.
   * `by`: absent, the caller.
   */
  record(detail: unknown, by?: Actor): Promise<void>;
  /** Aborted when nobody reads the answer any more, when the caller's rights to it end in this replica (reason NOT_ALLOWED), or when the gateway stops. */
  closed(): AbortSignal;
  /** For an answer that goes on for long: whether it would still be given to this caller from there. */
  isStillAllowed(): Promise<boolean>;
  /** Puts a refresh token into the cookie, or (null) takes it away. */
  setRefreshToken(cookie: RefreshCookie | null): void;
  /** Of a sign-in that went to the identity provider, from its cookie. */
  providerTicket: string | undefined;
  /** Puts a ticket into its cookie, or (null) takes it away. */
  setProviderTicket(ticket: string | null): void;
}
export interface CallOfUser extends Call {
  caller: Caller;
}
/** Where nobody need be signed in, nobody is known. */
type CallOf<Id extends OperationId> = (typeof ACCESS)[Id] extends 'public' ? Call : CallOfUser;

export type Handler<Id extends OperationId> = (input: OperationInput<Id>, call: CallOf<Id>) => Promise<OperationAnswer<Id>>;
/** Whose things a list shows; null: everybody's. */
export function groupsOf({ groups }: Caller): string[] | null {
  return groups && [...groups];
}

/** One handler an operation: a missing one, one too many or a wrong answer does not compile. */
export type Handlers = { [Id in OperationId]: Handler<Id> };
export type HandlersOf<Id extends OperationId> = Pick<Handlers, Id>;
/** A handler picked by an id that is known only when a request comes in: its input is checked, its answer is checked. */
export type AnyHandler = (input: unknown, call: Call & Partial<CallOfUser>) => Promise<{ status: number; body: unknown; revision?: number }>;
