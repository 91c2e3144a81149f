import { randomUUID } from 'node:crypto';
import { OracleError, type Backend } from './backend.ts';
import type { Conversation } from './conversation.ts';
import { writeStatus } from './ttc/calls.ts';
import { challengePairs, writePairs, type LogonRequest } from './ttc/logon-messages.ts';
import { challengeFor, passwordFrom, sharedKey, type Challenge } from './ttc/verifiers.ts';

/** A session changes its password: with the key of the logon, or, as older clients do, with a new one in two phases. */
export class PasswordChange {
  readonly #talk: Conversation;
  readonly #logonKey: Buffer;
  readonly #aboutSession: (key: Buffer) => [string, string][];
  #challenge: Challenge | null = null;

  /** @param aboutSession what a client is told at its logon; older ones want it again */
  constructor(talk: Conversation, logonKey: Buffer, aboutSession: (key: Buffer) => [string, string][]) {
    this.#talk = talk;
    this.#logonKey = logonKey;
    this.#aboutSession = aboutSession;
  }

  begin(request: LogonRequest): void {
    const account = this.#talk.parts.backend.account(request.user);
    const challenge = challengeFor(account?.password ?? randomUUID(), account?.verifier ?? '12c');
    this.#challenge = challenge;
    this.#answer(challengePairs(challenge));
  }

  /** @throws OracleError when the old password is wrong, or the backend refuses the new one */
  finish(request: LogonRequest): void {
    const { backend } = this.#talk.parts;
    const key = this.#challenge ? sharedKey(this.#challenge, bytesOf(request, 'AUTH_SESSKEY')) : this.#logonKey;
    this.#challenge = null;
    if (!key || passwordFrom(key, bytesOf(request, 'AUTH_PASSWORD')) !== backend.account(request.user)?.password) throw wrongPassword();
    setNewPassword(backend, request, key);
    this.#answer(this.#aboutSession(key));
  }

  #answer(pairs: [string, string, number?][]): void {
    this.#talk.answer((writer) => {
      writePairs(writer, pairs);
      writeStatus(writer, this.#talk.isInTransaction);
    });
  }
}

/** @throws OracleError */
export function setNewPassword(backend: Backend, request: LogonRequest, key: Buffer): void {
  const password = passwordFrom(key, bytesOf(request, 'AUTH_NEWPASSWORD'));
  if (password === null) throw wrongPassword();
  if (!backend.changePassword) throw new OracleError(1031, 'insufficient privileges');
  backend.changePassword(request.user, password);
}

export function wrongPassword(): OracleError {
  return new OracleError(1017, 'invalid username/password; logon denied');
}

function bytesOf(request: LogonRequest, key: string): Buffer {
  return Buffer.from(request.pairs.get(key) ?? '', 'hex');
}
