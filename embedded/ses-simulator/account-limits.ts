export interface AccountLimits {
  /** Mails per second that pass in the long run. */
  maxSendRate: number;
  /** How many pass at once before the rate counts; the rate itself unless told. */
  burst?: number;
  /** Mails in 24 hours, -1 for no limit. */
  max24HourSend: number;
  sendingEnabled: boolean;
}

/** A bucket that holds `burst` mails and fills at the rate. */
export class SendRateBucket {
  #tokens: number;
  #filledAtMs: number;

  constructor(limits: AccountLimits, nowMs: number) {
    this.#tokens = limits.burst ?? limits.maxSendRate;
    this.#filledAtMs = nowMs;
  }

  take(limits: AccountLimits, nowMs: number): boolean {
    const full = limits.burst ?? limits.maxSendRate;
    this.#tokens = Math.min(full, this.#tokens + ((nowMs - this.#filledAtMs) / 1000) * limits.maxSendRate);
    this.#filledAtMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

export function accountAnswer(limits: AccountLimits, sentLast24Hours: number): object {
  return {
    DedicatedIpAutoWarmupEnabled: false,
    EnforcementStatus: 'HEALTHY',
    ProductionAccessEnabled: true,
    SendingEnabled: limits.sendingEnabled,
    SendQuota: { Max24HourSend: limits.max24HourSend, MaxSendRate: limits.maxSendRate, SentLast24Hours: sentLast24Hours },
  };
}
