import { randomUUID } from 'node:crypto';
import type { Sql } from '@tank/logs-db';
import { z } from 'zod';
import { LEDGER_STATES, type CallResult, type IntentAnswer, type IntentOrder, type Ledger, type LedgerEntry } from '../ledger.js';
import { settlementSchema, type Ending, type Settlement } from '../settlement.js';
import { CLAIMS_OF_OTHERS, CLOSE_ENTRIES, DOUBT_INTENT, FIND_ENTRIES, MARK_TOLD, RECORD_RESULTS, TAKE_CLAIMS, TAKE_INTENTS } from './ledger-sql.js';
import { MicroBatch } from './micro-batch.js';
import type { SenderDatabase } from './sender-database.js';
import { keepContents } from './sent-mail-store.js';

/*
 * The fence against sending twice. One entry per mail:
 *
 *   nothing ──▶ INTENT(1) ──▶ SENT                     SES took it
 *      │            ├───────▶ REFUSED                  SES refused it for good
 *      │            ├───────▶ NOT_SENT(1) ──▶ INTENT(2) …   certainly not taken: may be tried again
 *      │            └───────▶ IN_DOUBT                 nobody knows (··▶ SENT, REFUSED by late evidence)
 *      └──▶ CLOSED ◀── NOT_SENT(n)                     settled without sending
 *
 * A resend that an automation chose leads from IN_DOUBT(n) to INTENT(n+1). Whatever becomes of that one but SENT leaves
 * the mail as doubtful as it was: REFUSED and CLOSED are IN_DOUBT then.
 *
 * INTENT(n) is on disk before call n. Every change is conditional on the state and the attempt, so of two senders with
 * the same message one gets the intent. Entries live for LEDGER_DAYS; a message older than that could be sent again.
 */
const BATCH = { maxSize: 64, waitMs: 3 };

interface Recorded {
  mailId: string;
  attempt: number;
  result: CallResult;
}
interface Closing {
  mailId: string;
  runId: string;
  settlement: Settlement;
}
type EntryRow = LedgerEntry & { mailId: string };

export class SentLedger implements Ledger {
  /** Each process of ours is another owner, also after a restart. */
  readonly owner = randomUUID();
  readonly #finds = new MicroBatch<string, LedgerEntry | null>((ids) => this.#findAll(ids), { ...BATCH, keyOf: (id) => id });
  readonly #intents = new MicroBatch<IntentOrder, IntentAnswer>((orders) => this.#takeAll(orders), { ...BATCH, keyOf: ({ mailId }) => mailId });
  readonly #results = new MicroBatch<Recorded, LedgerEntry | null>((all) => this.#recordAll(all), { ...BATCH, keyOf: ({ mailId }) => mailId });
  readonly #closings = new MicroBatch<Closing, LedgerEntry | null>((all) => this.#closeAll(all), { ...BATCH, keyOf: ({ mailId }) => mailId });

  /** @param resendAfterMs how old an intent in doubt must be before it may be tried again. */
  constructor(private readonly db: SenderDatabase, private readonly resendAfterMs: number) {}

  find(mailId: string): Promise<LedgerEntry | null> {
    return this.#finds.add(mailId);
  }

  takeIntent(order: IntentOrder): Promise<IntentAnswer> {
    return this.#intents.add(order);
  }

  record(mailId: string, attempt: number, result: CallResult): Promise<LedgerEntry | null> {
    return this.#results.add({ mailId, attempt, result });
  }

  async doubt(mailId: string, attempt: number, olderThanMs: number, ending: Ending): Promise<LedgerEntry | null> {
    const rows = await this.db.query<EntryRow>(DOUBT_INTENT, [mailId, attempt, toJson(ending), olderThanMs]);
    return rows[0] ? toEntry(rows[0]) : null;
  }

  async markTold(mailId: string): Promise<void> {
    await this.db.query(MARK_TOLD, [mailId]);
  }

  close(mailId: string, runId: string, settlement: Settlement): Promise<LedgerEntry | null> {
    return this.#closings.add({ mailId, runId, settlement });
  }

  async #findAll(ids: string[]): Promise<(LedgerEntry | null)[]> {
    return inOrder(ids, await this.db.query<EntryRow>(FIND_ENTRIES, [ids]));
  }

  /** Claims, intents and contents of the batch in one transaction: a mail whose file another mail holds gets no intent. */
  #takeAll(orders: IntentOrder[]): Promise<IntentAnswer[]> {
    return this.db.transaction(async (sql) => {
      const claimed = await takeClaims(sql, orders);
      const free = orders.filter(({ claimant }) => !claimed.has(claimant.mailId));
      const taken = await takeIntents(sql, free, this.owner, this.resendAfterMs);
      await keepContents(sql, free.filter(({ mailId }) => taken.has(mailId)));
      return orders.map(({ mailId, claimant }): IntentAnswer => {
        const claims = claimed.get(claimant.mailId);
        return claims ? { kind: 'claimed', claims } : (taken.get(mailId) ?? { kind: 'lost' });
      });
    });
  }

  async #recordAll(all: Recorded[]): Promise<(LedgerEntry | null)[]> {
    const rows = await this.db.query<EntryRow>(RECORD_RESULTS, [
      all.map(({ mailId }) => mailId),
      all.map(({ attempt }) => attempt),
      all.map(({ result }) => result.state),
      all.map(({ result }) => toJson('ending' in result ? result.ending : {})),
      all.map(({ result }) => (result.state === 'NOT_SENT' && !result.called ? 1 : 0)),
      all.map(({ result }) => (result.failed ? 1 : 0)),
    ]);
    return inOrder(all.map(({ mailId }) => mailId), rows);
  }

  async #closeAll(all: Closing[]): Promise<(LedgerEntry | null)[]> {
    const ids = all.map(({ mailId }) => mailId);
    const rows = await this.db.query<EntryRow>(CLOSE_ENTRIES, [ids, all.map(({ runId }) => runId), all.map(({ settlement }) => toJson(settlement))]);
    return inOrder(ids, rows);
  }
}

type MailClaim = IntentOrder['claims'][number];

/** The claims that others hold, by the claimant that wanted them. */
async function takeClaims(sql: Sql, orders: IntentOrder[]): Promise<Map<string, MailClaim[]>> {
  const wanted = orders.flatMap(({ claimant: { mailId, runId }, claims }) => claims.map((claim) => ({ mailId, runId, ...claim })));
  const held = new Map<string, MailClaim[]>();
  if (wanted.length === 0) return held;
  const columns = [wanted.map(({ runId }) => runId), wanted.map(({ kind }) => kind), wanted.map(({ key }) => key), wanted.map(({ mailId }) => mailId)];
  await sql.query(TAKE_CLAIMS, columns);
  for (const { mailId, kind, key } of await sql.query<MailClaim & { mailId: string }>(CLAIMS_OF_OTHERS, columns)) {
    held.set(mailId, [...(held.get(mailId) ?? []), { kind, key }]);
  }
  return held;
}

async function takeIntents(sql: Sql, orders: IntentOrder[], owner: string, resendAfterMs: number): Promise<Map<string, IntentAnswer>> {
  if (orders.length === 0) return new Map();
  const rows = await sql.query<{ mailId: string; attempt: number; failures: number }>(TAKE_INTENTS, [
    orders.map(({ mailId }) => mailId),
    orders.map(({ runId }) => runId),
    orders.map(({ afterAttempt }) => afterAttempt),
    orders.map(({ resends }) => resends),
    orders.map(({ record }) => toJson(record)),
    owner,
    resendAfterMs,
  ]);
  return new Map(rows.map(({ mailId, attempt, failures }) => [mailId, { kind: 'taken', attempt, failures }]));
}

const entrySchema = z.object({
  state: z.enum(LEDGER_STATES),
  attempt: z.int(), calls: z.int(), failures: z.int(), resends: z.int(),
  intentAgeMs: z.number().nullable(),
  settlement: z.unknown(),
});

function toEntry(row: EntryRow): LedgerEntry {
  const entry = entrySchema.parse(row);
  const isSettled = entry.state !== 'INTENT' && entry.state !== 'NOT_SENT';
  return { ...entry, settlement: isSettled ? settlementSchema.parse(entry.settlement) : null };
}

function inOrder(ids: string[], rows: EntryRow[]): (LedgerEntry | null)[] {
  const byId = new Map(rows.map((row) => [row.mailId, row]));
  return ids.map((id) => {
    const row = byId.get(id);
    return row ? toEntry(row) : null;
  });
}

/** PostgreSQL's jsonb takes neither NUL nor half a surrogate pair; a row value may have both. */
function toJson(value: object): string {
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'string' ? inner.replaceAll('\u0000', '').toWellFormed() : inner));
}
