import { createLog } from '@tank/telemetry';
import type { DaysKept } from '../show-sent-mail.js';
import { CLEAN_CLAIMS, CLEAN_COUNTS, CLEAN_LEDGER } from './ledger-sql.js';
import type { SenderDatabase } from './sender-database.js';
import { CLEAN_CONTENTS } from './sent-mail-sql.js';

const EVERY_MS = 3_600_000;
const log = createLog('sender');

/** Removes entries and claims older than LEDGER_DAYS, and contents older than SENT_MAIL_DAYS, in small pieces, at the start and every hour. */
export class LedgerCleaner {
  #timer: NodeJS.Timeout | undefined;
  #current: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(private readonly db: SenderDatabase, private readonly days: DaysKept) {}

  start(): void {
    const clean = () => (this.#current = this.#cleanOrSayWhy());
    this.#timer = setInterval(clean, EVERY_MS);
    void clean();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    await this.#current;
  }

  /** @returns how many rows went: of the ledger with its claims and counts, and of sent mails */
  async clean(): Promise<{ ledger: number; sentMails: number }> {
    const counts = await this.db.query(CLEAN_COUNTS);
    const ledger = counts.length + (await this.#inPieces(CLEAN_LEDGER, this.days.ledger)) + (await this.#inPieces(CLEAN_CLAIMS, this.days.ledger));
    return { ledger, sentMails: await this.#inPieces(CLEAN_CONTENTS, this.days.sentMails) };
  }

  async #inPieces(sql: string, days: number): Promise<number> {
    let all = 0;
    while (!this.#isClosed) {
      const gone = (await this.db.query(sql, [days])).length;
      if (gone === 0) break;
      all += gone;
    }
    return all;
  }

  /** A cleaning that fails is made up for an hour later; nothing waits for it. */
  async #cleanOrSayWhy(): Promise<void> {
    try {
      const { ledger, sentMails } = await this.clean();
      log.info('ledger.cleaned', { rows: ledger });
      log.info('sent-mail.cleaned', { rows: sentMails, keptDays: this.days.sentMails });
    } catch (error) {
      log.error('ledger.clean', error);
    }
  }
}
