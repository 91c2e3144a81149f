import { createHmac, randomBytes } from 'node:crypto';
import { RateLimiterMemory } from 'rate-limiter-flexible';

const WINDOW_SECONDS = 60;
/** Addresses share so many counters, so that a million of them take no more memory than these; which share one is not to be guessed from outside. */
const COUNTERS = 65_536;

export interface Taken {
  isAllowed: boolean;
  limit: number;
  remaining: number;
  /** Until the count begins anew. */
  resetSeconds: number;
}

/** Calls within a minute, counted in this replica. */
export class CallRates {
  /** It only counts: the limit is a setting, which may change within the minute. */
  readonly #counter = new RateLimiterMemory({ points: Number.MAX_SAFE_INTEGER, duration: WINDOW_SECONDS });
  readonly #secret = randomBytes(16);

  /** One call from a network. */
  ofAddress(network: string, limit: number): Promise<Taken> {
    return this.#take(`address ${this.#counterOf(network)}`, limit);
  }

  /** One call of a user; users are few. */
  ofUser(userId: string, limit: number): Promise<Taken> {
    return this.#take(`user ${userId}`, limit);
  }

  async #take(key: string, limit: number): Promise<Taken> {
    const { consumedPoints, msBeforeNext } = await this.#counter.consume(key);
    return { isAllowed: consumedPoints <= limit, limit, remaining: Math.max(0, limit - consumedPoints), resetSeconds: Math.max(1, Math.ceil(msBeforeNext / 1000)) };
  }

  #counterOf(network: string): number {
    return createHmac('sha256', this.#secret).update(network).digest().readUInt32LE(0) % COUNTERS;
  }
}
