import { createHmac } from 'node:crypto';

/** One line of the trail. `asked` and `answered` belong together; an `event` stands alone. */
export interface AuditEntry {
  entryNo: number;
  /** ISO 8601 with milliseconds. */
  at: string;
  kind: 'asked' | 'answered' | 'event';
  askedNo: number | null;
  userId: string | null;
  userName: string | null;
  address: string | null;
  operation: string;
  objectKind: string | null;
  objectId: string | null;
  /** JSON, as it was written. */
  detail: string | null;
  status: number | null;
  code: string | null;
  traceId: string | null;
}
export type NewEntry = Partial<AuditEntry> & Pick<AuditEntry, 'kind' | 'operation'>;

export interface ChainedEntry extends AuditEntry {
  previousHash: Buffer;
  hash: Buffer;
}

/** Before the first entry. */
export const NO_HASH = Buffer.alloc(32);

/** HMAC-SHA-256 over the hash of the entry before and all that this one says: whoever has the database alone cannot make one that fits. */
export function chainHash(key: Buffer, previousHash: Buffer, entry: AuditEntry): Buffer {
  const said = [
    entry.entryNo, entry.at, entry.kind, entry.askedNo, entry.userId, entry.userName, entry.address, entry.operation,
    entry.objectKind, entry.objectId, entry.detail, entry.status, entry.code, entry.traceId,
  ];
  return createHmac('sha256', key).update(previousHash).update(JSON.stringify(said)).digest();
}
