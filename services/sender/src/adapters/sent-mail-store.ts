import type { Sql } from '@tank/logs-db';
import type { IntentOrder } from '../ledger.js';
import type { KeptCopy, KeptMails } from '../show-sent-mail.js';
import { DROP_CONTENTS, FIND_COPIES, KEEP_CONTENTS } from './sent-mail-sql.js';

/** What was sent, as it lies in the table: sealed. */
export class SentMailStore implements KeptMails {
  constructor(private readonly db: Sql) {}

  copiesOf(mailId: string): Promise<KeptCopy[]> {
    return this.db.query<KeptCopy>(FIND_COPIES, [mailId]);
  }
}

/** Keeps the contents of mails whose intents have just been taken, with them or not at all. */
export async function keepContents(sql: Sql, taken: IntentOrder[]): Promise<void> {
  const kept = taken.flatMap(({ mailId, resends, content }) => (content ? [{ mailId, copy: resends + 1, ...content }] : []));
  if (kept.length > 0) {
    await sql.query(KEEP_CONTENTS, [kept.map(({ mailId }) => mailId), kept.map(({ copy }) => copy), kept.map(({ sealed }) => sealed), kept.map(({ keyId }) => keyId)]);
  }
  const unkeptRetries = taken.flatMap(({ mailId, afterAttempt, content }) => (content === null && afterAttempt > 0 ? [mailId] : []));
  if (unkeptRetries.length > 0) await sql.query(DROP_CONTENTS, [unkeptRetries]);
}
