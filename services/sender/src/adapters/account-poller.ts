import { GetAccountCommand, type SESv2Client } from '@aws-sdk/client-sesv2';
import { createLog } from '@tank/telemetry';
import type { AccountLimits } from '../rate.js';
import type { SenderDatabase } from './sender-database.js';
import { LEAVE_POLL, STORE_LIMITS, TAKE_POLL } from './shared-rate-sql.js';

const POLL_EVERY_MS = 10_000;
const LOOK_EVERY_MS = 2_000;
const LEASE_MS = 15_000;
const ANSWER_WITHIN_MS = 5_000;

const log = createLog('sender');

/** Keeps the shared row at what the account allows. GetAccount may be asked once a second in all: the row's lease lets one sender ask. */
export class AccountPoller {
  #timer: NodeJS.Timeout | undefined;
  #current: Promise<void> = Promise.resolve();
  #isClosed = false;
  /** Why GetAccount could not be asked the last time; null when it answered, or is another sender's task. */
  problem: string | null = null;

  constructor(private readonly db: SenderDatabase, private readonly client: SESv2Client, private readonly account: string, private readonly me: string) {}

  /** Asks once, then keeps looking in the background. */
  async start(): Promise<void> {
    await this.#look();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#current;
    await this.db.query(LEAVE_POLL, [this.account, this.me]);
  }

  /** Asks GetAccount if that is due and this sender's turn. @returns whether it asked */
  async poll(): Promise<boolean> {
    const [turn] = await this.db.query<{ callsSincePoll: number; isDue: boolean }>(TAKE_POLL, [this.account, this.me, LEASE_MS, POLL_EVERY_MS]);
    if (!turn?.isDue) return false;
    const { maxSendRate, max24HourSend, sentLast24Hours, sendingEnabled } = await this.#askAccount();
    await this.db.query(STORE_LIMITS, [this.account, maxSendRate, max24HourSend, sentLast24Hours, sendingEnabled, turn.callsSincePoll]);
    return true;
  }

  async #look(): Promise<void> {
    this.#current = this.#pollOrSayWhy();
    await this.#current;
    if (!this.#isClosed) this.#timer = setTimeout(() => void this.#look(), LOOK_EVERY_MS);
  }

  /** Sending goes on with what was known: an account that may not call GetAccount still sends at the settings' rate. */
  async #pollOrSayWhy(): Promise<void> {
    try {
      await this.poll();
      this.problem = null;
    } catch (error) {
      const { name, message } = error as Error;
      if (this.problem === null) log.warn('ses.account.unknown', { reason: `${name}: ${message}` });
      this.problem = `The account's limits cannot be asked (${name}).`;
    }
  }

  async #askAccount(): Promise<AccountLimits> {
    const answer = await this.client.send(new GetAccountCommand({}), { abortSignal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    const { MaxSendRate, Max24HourSend, SentLast24Hours } = answer.SendQuota ?? {};
    // An account that allows 0 mails per second would divide by zero; SES answers such a call itself.
    return { maxSendRate: Math.max(0.1, MaxSendRate ?? 1), max24HourSend: Max24HourSend ?? -1, sentLast24Hours: SentLast24Hours ?? 0, sendingEnabled: answer.SendingEnabled ?? true };
  }
}
