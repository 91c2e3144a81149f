/** The arithmetic of the shared rate; adapters/shared-rate.ts keeps its row. */

/** Left to spare below the account's rate: clocks and lines jitter, and SES counts arrivals. */
export const HEADROOM = 0.95;
/** A slot used later than this would meet the next one at SES: it is dropped. */
export const SLOT_LATE_MS = 100;
/** No slot is given out further ahead, so that nobody reserves what another replica could use now. */
export const HORIZON_MS = 1_000;
/** After a throttle answer nobody sends for a moment … */
export const THROTTLE_PAUSE_MS = 1_000;
/** … and everybody sends at half the rate for a while. */
export const THROTTLE_SLOW_MS = 10_000;
export const THROTTLE_FACTOR = 0.5;

export interface RateSettings {
  /** SES_MAX_PER_SECOND: may only lower the account's rate. */
  maxPerSecond: number | null;
  /** SES_MAX_24H: may only lower the account's quota. */
  max24h: number | null;
}

/** What GetAccount says. */
export interface AccountLimits {
  maxSendRate: number;
  /** -1: no limit. */
  max24HourSend: number;
  sentLast24Hours: number;
  sendingEnabled: boolean;
}

/** Before the account has ever answered: the sandbox's rate, or the setting's. */
const UNKNOWN_ACCOUNT_PER_SECOND = 1;

/** Mails per second that may be sent, before headroom. */
export function allowedPerSecond(account: Pick<AccountLimits, 'maxSendRate'> | null, settings: RateSettings): number {
  if (!account) return settings.maxPerSecond ?? UNKNOWN_ACCOUNT_PER_SECOND;
  return Math.min(account.maxSendRate, settings.maxPerSecond ?? Infinity);
}

/** Mails in 24 hours that may be sent; -1: no limit. */
export function allowed24h(account: Pick<AccountLimits, 'max24HourSend'> | null, settings: RateSettings): number {
  const limits = [account?.max24HourSend ?? -1, settings.max24h ?? -1].filter((limit) => limit >= 0);
  return limits.length === 0 ? -1 : Math.min(...limits);
}

/** A block of slots: the first due `firstInMs` from now, the others one interval apart. */
export interface Block {
  granted: number;
  firstInMs: number;
  intervalMs: number;
}

/** When each slot of a block is due, on the caller's own monotonic clock. */
export function slotTimes({ granted, firstInMs, intervalMs }: Block, nowMs: number): number[] {
  return Array.from({ length: granted }, (_, i) => nowMs + firstInMs + i * intervalMs);
}

export function isTooLate(slotAtMs: number, nowMs: number): boolean {
  return nowMs - slotAtMs > SLOT_LATE_MS;
}
