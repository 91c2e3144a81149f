import type { Actor } from '@tank/contracts';
import type { NewEntry } from './audit-entry.js';

interface Store {
  /** @returns the number of the entry */
  append(entry: NewEntry): Promise<number>;
}
/** What is asked for, by whom, of what. */
export interface Asked {
  by: Actor | null;
  address: string | null;
  operation: string;
  objectKind: string | null;
  objectId: string | null;
  detail: unknown;
  traceId: string | null;
}
export interface Ended {
  status: number;
  code: string | null;
  /** Of what was made. */
  objectId: string | null;
}

/**
 * Who did what. A change is written down before it is made, so that none is made unseen, and again when it has ended. Every verb throws
 * while nothing can be written.
 */
export class AuditTrail {
  constructor(private readonly store: Store, private readonly couldNotWrite: (error: unknown) => void) {}

  /** @returns what to call when it has ended; that never throws, since the change is made by then. */
  async begin(asked: Asked): Promise<(ended: Ended) => Promise<void>> {
    const askedNo = await this.store.append({ kind: 'asked', ...entryOf(asked) });
    return async ({ status, code, objectId }) => {
      try {
        await this.store.append({ kind: 'answered', askedNo, operation: asked.operation, status, code, objectId, traceId: asked.traceId });
      } catch (error) {
        this.couldNotWrite(error);
      }
    };
  }

  /** Something that has no end of its own: a reading, a sign-in. */
  async record(asked: Asked): Promise<void> {
    await this.store.append({ kind: 'event', ...entryOf(asked) });
  }
}

function entryOf({ by, detail, ...asked }: Asked): Omit<NewEntry, 'kind'> {
  return { ...asked, userId: by?.userId ?? null, userName: by?.name ?? null, detail: detail === undefined ? null : JSON.stringify(detail) };
}
