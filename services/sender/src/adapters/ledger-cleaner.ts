import { createLog } from '@tank/telemetry';
import { CLEAN_CLAIMS, CLEAN_COUNTS, CLEAN_LEDGER } from './ledger-sql.js';
import type { SenderDatabase } from './sender-database.js';

const EVERY_MS = 3_600_000;
const log = createLog('sender');

/** Removes entries and claims older than LEDGER_DAYS, in small pieces, every hour. */
export class LedgerCleaner {
  #timer: NodeJS.Timeout | undefined;
  #current: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(private readonly db: SenderDatabase, private readonly keepDays: number) {}

  start(): void {
    this.#timer = setInterval(() => (this.#current = this.#cleanOrSayWhy()), EVERY_MS);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    await this.#current;
  }

  /** @returns how many rows went */
  async clean(): Promise<number> {
    const counts = await this.db.query(CLEAN_COUNTS);
    return counts.length + (await this.#inPieces(CLEAN_LEDGER)) + (await this.#inPieces(CLEAN_CLAIMS));
  }

  async #inPieces(sql: string): Promise<number> {
    let all = 0;
    while (!this.#isClosed) {
      const gone = (await this.db.query(sql, [this.keepDays])).length;
      if (gone === 0) break;
      all += gone;
    }
    return all;
  }

  /** A cleaning that fails is made up for an hour later; nothing waits for it. */
  async #cleanOrSayWhy(): Promise<void> {
    try {
      log.info('ledger.cleaned', { rows: await this.clean() });
    } catch (error) {
      log.error('ledger.clean', error);
    }
  }
}
