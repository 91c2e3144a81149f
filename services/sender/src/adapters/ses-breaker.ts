import { createLog, metrics } from '@tank/telemetry';
import CircuitBreaker from 'opossum';
import type { SesAnswer } from '../classify-ses-error.js';

const RESET_MS = 10_000;
const log = createLog('sender');
const gauge = metrics.gauge('tank_ses_breaker_open', '1 while SES is not called because it could not be reached');

/** Carries an answer that counts against SES through opossum, which only counts what is thrown. */
class Trouble extends Error {
  constructor(readonly answer: SesAnswer) {
    super(answer.kind);
  }
}

/**
 * opossum around SES. Only silence, broken lines and 5xx count against it; a refusal is a sign of life. It has no time-out of
 * its own (it would throw away a late Message-ID), no errorFilter (what it lets pass could close a half-open breaker)
 * and no abort controller (one for all would abort the neighbours).
 */
export class SesBreaker<T> {
  readonly #breaker: CircuitBreaker<[T], SesAnswer>;
  #openedAtMs = 0;
  #isProbing = false;

  constructor(call: (item: T) => Promise<SesAnswer>, private readonly resetMs = RESET_MS) {
    const counted = async (item: T): Promise<SesAnswer> => {
      this.#isProbing = this.#breaker.halfOpen;
      const answer = await call(item);
      if (isTrouble(answer)) throw new Trouble(answer);
      return answer;
    };
    this.#breaker = new CircuitBreaker(counted, {
      name: 'ses', timeout: false, resetTimeout: resetMs,
      errorThresholdPercentage: 50, volumeThreshold: 5, rollingCountTimeout: 10_000, rollingPercentilesEnabled: false, enableSnapshots: false,
    });
    this.#breaker.on('open', () => this.#opened());
    this.#breaker.on('halfOpen', () => (this.#isProbing = false));
    this.#breaker.on('close', () => this.#closed());
  }

  /** @returns `not-called` when the breaker was open */
  async call(item: T): Promise<SesAnswer | { kind: 'not-called' }> {
    try {
      return await this.#breaker.fire(item);
    } catch (error) {
      if (error instanceof Trouble) return error.answer;
      if ((error as { code?: string }).code === 'EOPENBREAKER') return { kind: 'not-called' };
      throw error;
    }
  }

  /** How long until a call may be tried; 0 when it may. While half open, one call tries for all. */
  closedForMs(): number {
    if (this.#breaker.opened) return Math.max(1, this.#openedAtMs + this.resetMs - Date.now());
    return this.#breaker.halfOpen && this.#isProbing ? 1_000 : 0;
  }

  state(): 'closed' | 'open' | 'half-open' {
    if (this.#breaker.opened) return 'open';
    return this.#breaker.halfOpen ? 'half-open' : 'closed';
  }

  close(): void {
    this.#breaker.shutdown();
  }

  #opened(): void {
    this.#openedAtMs = Date.now();
    gauge.set(1);
    log.warn('ses.breaker.open', { retryAfterMs: this.resetMs });
  }

  #closed(): void {
    gauge.set(0);
    log.info('ses.breaker.close');
  }
}

function isTrouble({ kind }: SesAnswer): boolean {
  return kind === 'failed' || kind === 'unreachable' || kind === 'unknown';
}
