import { MESSAGE_VERSION, type SystemErrorRaised } from '@tank/contracts';
import { randomUUID } from 'node:crypto';
import type { RootUnreachable } from './root-unreachable.js';

const EVERY_MS = 60_000;

/** One system error a minute says that the root is away; thousands of mails given back say no more. */
export class RootAlarm {
  #raisedAt = -Infinity;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** @returns nothing within a minute of the last one. */
  raise(error: RootUnreachable, runId: string): SystemErrorRaised[] {
    if (this.now() - this.#raisedAt < EVERY_MS) return [];
    this.#raisedAt = this.now();
    return [{
      v: MESSAGE_VERSION, type: 'SystemErrorRaised', errorId: randomUUID(), module: 'ATTACHMENT', code: 'FILE_ROOT_UNREACHABLE',
      message: error.message, remedy: error.remedy, runId, mailId: null, occurredAt: new Date().toISOString(),
    }];
  }
}
