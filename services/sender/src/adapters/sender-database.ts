import { TryLater } from '@tank/contracts';
import { isDatabaseAway, openLogsDb, type LogsDb, type Sql } from '@tank/logs-db';
import { FileClaim } from './entities/file-claim.entity.js';
import { MailLedger } from './entities/mail-ledger.entity.js';
import { SendCount } from './entities/send-count.entity.js';
import { SendRate } from './entities/send-rate.entity.js';
import { SentMail } from './entities/sent-mail.entity.js';
import { LedgerAndRate1700000000001 } from './migrations/0001-ledger-and-rate.js';
import { SentMail1700000000002 } from './migrations/0002-sent-mail.js';

const ENTITIES = [MailLedger, SentMail, FileClaim, SendRate, SendCount];
const MIGRATIONS = [LedgerAndRate1700000000001, SentMail1700000000002];
const CONNECTIONS = 10;
const AWAY_RETRY_MS = 1_000;
// An intent that a crash of the server forgets is a mail that could be sent twice: our commits are on disk. And no
// statement may hold a mail longer than the ledger thinks it is in hand.
const OPTIONS = { commitsToDisk: true, statementTimeoutMs: 20_000 };

/** The sender's own tables of the Logs DB, up to date; several senders may open them at once. */
export async function openSenderDatabase(url: string, connections = CONNECTIONS): Promise<SenderDatabase> {
  return new SenderDatabase(await openLogsDb({ url, owner: 'sender', entities: ENTITIES, migrations: MIGRATIONS, connections, options: OPTIONS }));
}

/** Every statement of the sender goes through here. @throws TryLater while the database is away: a mail waits for it and does not fail. */
export class SenderDatabase implements Sql {
  constructor(private readonly db: LogsDb) {}

  get dataSource(): LogsDb['dataSource'] {
    return this.db.dataSource;
  }

  query<T = Record<string, unknown>>(statement: string, values: unknown[] = []): Promise<T[]> {
    return orTryLater(this.db.query<T>(statement, values));
  }

  /** All statements of `work` or none. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return orTryLater(this.db.transaction(work));
  }

  close(): Promise<void> {
    return this.db.close();
  }
}

async function orTryLater<T>(done: Promise<T>): Promise<T> {
  try {
    return await done;
  } catch (error) {
    throw isDatabaseAway(error) ? new TryLater('The Logs DB cannot be used right now.', AWAY_RETRY_MS, { cause: error }) : error;
  }
}
