import { setTimeout as sleep } from 'node:timers/promises';
import type { AccountFigures } from '../describe-account.js';
import {
  allowed24h, allowedPerSecond, HEADROOM, HORIZON_MS, isTooLate, slotTimes, THROTTLE_FACTOR, THROTTLE_PAUSE_MS, THROTTLE_SLOW_MS,
  type Block, type RateSettings,
} from '../rate.js';
import type { Rate, Slot } from '../send-mail.js';
import type { SenderDatabase } from './sender-database.js';
import { ADD_ACCOUNT, FIGURES, HOLD, SLOW_DOWN, TAKE_BLOCK } from './shared-rate-sql.js';

interface BlockRow extends Block {
  isQuotaUsedUp: boolean;
  heldForMs: number;
}
interface Waiting {
  resolve(slot: Slot): void;
  reject(error: unknown): void;
}
export interface RateFigures extends AccountFigures {
  isSlowed: boolean;
  isHeld: boolean;
}

/** Mails that ask within this time share a statement. */
const GATHER_MS = 2;
const HOLD_MS = 5 * 60_000;
const QUOTA_RETRY_MS = 60_000;

/** The account's rate, shared by all senders through one row: each takes blocks no larger than the mails it has in hand. */
export class SharedRate implements Rate {
  #waiting: Waiting[] = [];
  #isTaking = false;
  #unused = 0;

  constructor(private readonly db: SenderDatabase, readonly account: string, private readonly settings: RateSettings) {}

  async open(): Promise<void> {
    await this.db.query(ADD_ACCOUNT, [this.account]);
  }

  takeSlot(): Promise<Slot> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      if (!this.#isTaking) void this.#takeBlocks();
    });
  }

  returnSlot(): void {
    this.#unused += 1;
  }

  async slowDown(): Promise<void> {
    await this.db.query(SLOW_DOWN, [this.account, THROTTLE_PAUSE_MS, THROTTLE_SLOW_MS]);
  }

  async hold(): Promise<number> {
    await this.db.query(HOLD, [this.account, HOLD_MS]);
    return HOLD_MS;
  }

  async figures(): Promise<RateFigures> {
    const [row] = await this.db.query<Omit<RateFigures, 'maxPerSecond' | 'quota24h'> & { maxPerSecond: number | null; quota24h: number | null }>(FIGURES, [this.account]);
    if (!row) throw new Error(`No row for the account ${this.account}: the rate was not opened.`);
    const limits = row.maxPerSecond === null ? null : { maxSendRate: row.maxPerSecond, max24HourSend: row.quota24h ?? -1 };
    return { ...row, sent24h: Number(row.sent24h), maxPerSecond: allowedPerSecond(limits, this.settings), quota24h: allowed24h(limits, this.settings) };
  }

  /** One statement at a time, for as long as a mail waits. */
  async #takeBlocks(): Promise<void> {
    this.#isTaking = true;
    try {
      while (this.#waiting.length > 0) {
        await sleep(GATHER_MS);
        const block = await this.#takeBlock();
        if (block.heldForMs > 0 || block.isQuotaUsedUp) this.#holdAll(block);
        else if (block.granted > 0) this.#giveOut(block);
        else await sleep(Math.max(5, block.firstInMs - HORIZON_MS));
      }
    } catch (error) {
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    } finally {
      this.#isTaking = false;
    }
  }

  async #takeBlock(): Promise<BlockRow> {
    const unused = this.#unused;
    const [block] = await this.db.query<BlockRow>(TAKE_BLOCK, [
      this.account, this.#waiting.length, this.settings.maxPerSecond, this.settings.max24h, unused, allowedPerSecond(null, this.settings), HEADROOM, HORIZON_MS, THROTTLE_FACTOR,
    ]);
    if (!block) throw new Error(`No row for the account ${this.account}: the rate was not opened.`);
    this.#unused -= unused;
    return block;
  }

  #giveOut(block: BlockRow): void {
    const times = slotTimes(block, performance.now());
    this.#waiting.splice(0, block.granted).forEach(({ resolve }, i) => {
      const at = times[i]!;
      setTimeout(() => resolve({ kind: 'slot', isTooLate: () => isTooLate(at, performance.now()) }), Math.max(0, at - performance.now()));
    });
  }

  /** Part of a block may still have been granted before the quota ran out: the first ones get it. */
  #holdAll(block: BlockRow): void {
    this.#giveOut(block);
    const retryAfterMs = Math.max(1_000, Math.min(Math.round(block.heldForMs) || QUOTA_RETRY_MS, HOLD_MS));
    const reason = 'The account\'s quota for 24 hours is used up: runs wait until it frees.';
    for (const { resolve } of this.#waiting.splice(0)) resolve({ kind: 'held', reason, retryAfterMs });
  }
}
