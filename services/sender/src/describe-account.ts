import type { Answer } from '@tank/contracts';

export interface AccountFigures {
  /** Allowed by account and settings together. */
  maxPerSecond: number;
  /** -1: no limit. */
  quota24h: number;
  sent24h: number;
  sendingEnabled: boolean;
  /** Null while GetAccount has not answered. */
  polledAt: Date | null;
}

/** What the account allows and has used, and whether SES can be reached. */
export class DescribeAccount {
  constructor(
    private readonly rate: { figures(): Promise<AccountFigures> },
    private readonly breaker: { state(): 'closed' | 'open' | 'half-open' },
  ) {}

  async describe(): Promise<Answer<'sender.account'>> {
    const { maxPerSecond, quota24h, sent24h, sendingEnabled } = await this.rate.figures();
    return { maxPerSecond, quota24h, sent24h, sendingEnabled, breaker: this.breaker.state() };
  }
}
