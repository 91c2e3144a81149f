import { Refused } from '@tank/contracts';
import type { Requester } from '@tank/messaging';
import { createLog } from '@tank/telemetry';

const log = createLog('scheduler');

const ASK_EVERY_MS = 5_000;
const ANSWER_WITHIN_MS = 2_000;

/** The rate of the SES account, as the senders know it; asked now and then, since it changes seldom. */
export class AccountRate {
  private known: number | null = null;
  private timer?: NodeJS.Timeout;
  private asking?: Promise<void>;

  constructor(private readonly requester: Pick<Requester, 'ask'>) {}

  /** Mails a second; null until a sender has said so. One that falls silent has its last word. */
  perSecond(): number | null {
    return this.known;
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => (this.asking = this.ask()), ASK_EVERY_MS);
    this.asking = this.ask();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.asking;
  }

  private async ask(): Promise<void> {
    try {
      this.known = (await this.requester.ask('sender.account', {}, { timeoutMs: ANSWER_WITHIN_MS })).maxPerSecond;
    } catch (error) {
      // No sender runs yet, or it does not know its account: asked again.
      if (!(error instanceof Refused)) log.error('account.ask', error);
    }
  }
}
