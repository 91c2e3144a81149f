import type { AuditItem } from '@tank/contracts';
import type { Sql } from '@tank/logs-db';
import { createLog } from '@tank/telemetry';
import { chainHash, NO_HASH, type AuditEntry, type ChainedEntry, type NewEntry } from '../audit/audit-entry.js';
import type { TrailReader } from '../audit/verify-trail.js';
import type { GatewayDatabase } from './gateway-database.js';

/** Of all replicas one writes at a time: each entry has the hash of the one before it. */
const ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('tank.gateway.audit'))";
const LAST = 'SELECT entry_no AS "entryNo", hash FROM audit_entry ORDER BY entry_no DESC LIMIT 1';
const INSERT = `
INSERT INTO audit_entry (entry_no, at, kind, asked_no, user_id, user_name, address, operation, object_kind, object_id, detail, status, code, trace_id, previous_hash, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`;
const COLUMNS = `
  entry_no AS "entryNo", at, kind, asked_no AS "askedNo", user_id AS "userId", user_name AS "userName", address, operation, object_kind AS "objectKind", object_id AS "objectId",
  detail::text AS detail, status, code, trace_id AS "traceId", previous_hash AS "previousHash", hash`;
const IN_ORDER = `SELECT ${COLUMNS} FROM audit_entry WHERE entry_no > $1 ORDER BY entry_no LIMIT 1000`;
const RETENTIONS = "SELECT detail->>'through' AS through, detail->>'hash' AS hash FROM audit_entry WHERE operation = 'retention'";

/** What follows $1; each with its answer. */
const PAGE = (direction: 'ASC' | 'DESC') => `
SELECT e.entry_no AS "entryNo", e.at, e.user_id AS "userId", e.user_name AS "userName", e.address, e.operation, e.object_kind AS "objectKind", e.object_id AS "objectId",
  e.detail, e.trace_id AS "traceId", encode(e.hash, 'hex') AS hash,
  a.entry_no AS "answerNo", a.at AS "answerAt", a.status, a.code, a.object_id AS "answerObject"
FROM audit_entry e LEFT JOIN audit_entry a ON a.asked_no = e.entry_no
WHERE e.kind <> 'answered' AND ($1::bigint IS NULL OR e.entry_no ${direction === 'ASC' ? '>' : '<'} $1) AND ($2::uuid IS NULL OR e.user_id = $2) AND ($3::text IS NULL OR e.operation = $3)
  AND ($4::text IS NULL OR e.object_id = $4 OR a.object_id = $4) AND ($5::timestamptz IS NULL OR e.at >= $5) AND ($6::timestamptz IS NULL OR e.at < $6)
  AND ($7::text IS NULL OR position($7 in e.detail::text) > 0)
ORDER BY e.entry_no ${direction} LIMIT $8`;

/** Entries older than $1 go, but for the last of all, on which the next is built. */
const DELETE_OLD = `
DELETE FROM audit_entry WHERE entry_no <= (SELECT max(entry_no) FROM audit_entry WHERE at < $1::timestamptz) AND entry_no < (SELECT max(entry_no) FROM audit_entry)
RETURNING entry_no AS "entryNo", hash`;

export interface AuditFilters {
  userId: string | null;
  operation: string | null;
  objectId: string | null;
  /** Instants. */
  from: string | null;
  to: string | null;
  /** Wherever it stands in what was asked for or seen. */
  personDigest: string | null;
}

const log = createLog('gateway');

/** The trail in PostgreSQL. `key`: of the chain. */
export class AuditStore implements TrailReader {
  constructor(private readonly db: GatewayDatabase, private readonly key: Buffer, private readonly now: () => Date = () => new Date()) {}

  async append(entry: NewEntry): Promise<number> {
    return tell(await this.db.transaction((sql) => this.#append(sql, entry)));
  }

  /** After `after`, an entry's number, as the list goes; newest first unless told otherwise. */
  async page(
    { userId, operation, objectId, from, to, personDigest }: AuditFilters, after: number | null, limit: number, direction: 'ASC' | 'DESC' = 'DESC',
  ): Promise<AuditItem[]> {
    return (await this.db.query<PageRow>(PAGE(direction), [after, userId, operation, objectId, from, to, personDigest, limit])).map(itemOf);
  }

  async *entries(): AsyncIterable<ChainedEntry> {
    for (let after = 0, rows: EntryRow[] = []; ; after = Number(rows.at(-1)!.entryNo)) {
      rows = await this.db.query<EntryRow>(IN_ORDER, [after]);
      for (const row of rows) yield { ...row, entryNo: Number(row.entryNo), askedNo: row.askedNo === null ? null : Number(row.askedNo), at: row.at.toISOString() };
      if (rows.length === 0) return;
    }
  }

  async retentions(): Promise<{ through: number; hash: string }[]> {
    return (await this.db.query<{ through: string; hash: string }>(RETENTIONS)).map(({ through, hash }) => ({ through: Number(through), hash }));
  }

  /** Deletes what is older, and writes down up to which entry. @returns how many went */
  async deleteBefore(before: Date): Promise<number> {
    const done = await this.db.transaction(async (sql) => {
      await sql.query(ONE_AT_A_TIME);
      await sql.query("SET LOCAL tank.audit_retention = 'on'");
      const gone = await sql.query<{ entryNo: string; hash: Buffer }>(DELETE_OLD, [before.toISOString()]);
      const last = gone.toSorted((one, other) => Number(one.entryNo) - Number(other.entryNo)).at(-1);
      if (!last) return undefined;
      const detail = JSON.stringify({ through: Number(last.entryNo), hash: last.hash.toString('hex'), entries: gone.length, before: before.toISOString() });
      return { entries: gone.length, entry: await this.#append(sql, { kind: 'event', operation: 'retention', detail }) };
    });
    if (done) tell(done.entry);
    return done?.entries ?? 0;
  }

  async #append(sql: Sql, given: NewEntry): Promise<ChainedEntry> {
    await sql.query(ONE_AT_A_TIME);
    const [last] = await sql.query<{ entryNo: string; hash: Buffer }>(LAST);
    const previousHash = last?.hash ?? NO_HASH;
    const entry: AuditEntry = {
      askedNo: null, userId: null, userName: null, address: null, objectKind: null, objectId: null, detail: null, status: null, code: null, traceId: null,
      ...given, entryNo: Number(last?.entryNo ?? 0) + 1, at: this.now().toISOString(),
    };
    const hash = chainHash(this.key, previousHash, entry);
    await sql.query(INSERT, [
      entry.entryNo, entry.at, entry.kind, entry.askedNo, entry.userId, entry.userName, entry.address, entry.operation, entry.objectKind, entry.objectId,
      entry.detail, entry.status, entry.code, entry.traceId, previousHash, hash,
    ]);
    return { ...entry, previousHash, hash };
  }
}

/** Who keeps the log elsewhere can tell that the end of the trail was cut off. */
function tell({ entryNo, hash, operation }: ChainedEntry): number {
  log.info('audit.entry', { entryNo, hash: hash.toString('hex').slice(0, 16), operation });
  return entryNo;
}

interface EntryRow extends Omit<ChainedEntry, 'entryNo' | 'askedNo' | 'at'> {
  entryNo: string;
  askedNo: string | null;
  at: Date;
}
interface PageRow extends Omit<AuditItem, 'entryNo' | 'at' | 'answer'> {
  entryNo: string;
  at: Date;
  answerNo: string | null;
  answerAt: Date;
  status: number;
  code: string | null;
  answerObject: string | null;
}

function itemOf({ entryNo, at, answerNo, answerAt, status, code, answerObject, ...row }: PageRow): AuditItem {
  const answer = answerNo === null ? null : { entryNo: Number(answerNo), at: answerAt.toISOString(), status, code, objectId: answerObject };
  return { ...row, entryNo: Number(entryNo), at: at.toISOString(), answer };
}
