import type { Answer, Asked, RequestName } from '@tank/contracts';
import type { Services } from './handlers.js';

/**
 * What many ask often, such as every open page by turns, and for how long an answer holds (ms): the summary counts all mails of a month. What is asked
 * names whose things are meant, so an answer is never another reader's.
 */
const KEPT: { [N in RequestName]?: number } = { 'logs.summary': 5_000, 'scheduler.list-automations': 1_000, 'scheduler.list-schedules': 1_000, 'scheduler.list-runs': 1_000 };
/** Requests that change nothing; one that is not known here counts as a change, which costs no more than a fresh answer. */
const READING = /\.(get|list|find|search|count|check|match|sample|preview|test|summary|health|account|run-status|group-of|automation-ids|connection-users|sent-mail|sent-attachment)\b/;
const MOST_KEPT = 200;

/**
 * The other services, asked now and then for the same: who asks while the answer is under way gets that one. A change that goes through here makes it forget what the
 * service that was changed had answered; one through another replica shows a little later. The summary counts what the road logs, which no change waits for.
 */
export class BriefAnswers implements Services {
  readonly #kept = new Map<string, { untilMs: number; answer: Promise<unknown> }>();

  constructor(private readonly services: Services, private readonly nowMs: () => number = () => performance.now()) {}

  ask<N extends RequestName>(name: N, asks: Asked<N>, options?: { timeoutMs?: number }): Promise<Answer<N>> {
    const keptMs = KEPT[name];
    if (keptMs !== undefined) return this.#askOrKnow(keptMs, name, asks, options);
    return READING.test(name) ? this.services.ask(name, asks, options) : this.#change(name, asks, options);
  }

  #askOrKnow<N extends RequestName>(keptMs: number, name: N, asks: Asked<N>, options?: { timeoutMs?: number }): Promise<Answer<N>> {
    const key = `${name} ${JSON.stringify(asks)}`;
    const known = this.#kept.get(key);
    if (known && this.nowMs() < known.untilMs) return known.answer as Promise<Answer<N>>;
    if (this.#kept.size >= MOST_KEPT) this.#kept.clear();
    // Fresh from the moment it is there: until then nobody else need ask, however long it takes.
    const entry = { untilMs: Infinity, answer: this.services.ask(name, asks, options) };
    this.#kept.set(key, entry);
    entry.answer.then(() => (entry.untilMs = this.nowMs() + keptMs), () => this.#forget(key, entry));
    return entry.answer;
  }

  #forget(key: string, entry: unknown): void {
    if (this.#kept.get(key) === entry) this.#kept.delete(key);
  }

  /** What was asked for before the change has ended may be from before it. */
  async #change<N extends RequestName>(name: N, asks: Asked<N>, options?: { timeoutMs?: number }): Promise<Answer<N>> {
    try {
      return await this.services.ask(name, asks, options);
    } finally {
      const [service] = name.split('.');
      for (const key of this.#kept.keys()) if (key.startsWith(`${service}.`)) this.#kept.delete(key);
    }
  }
}
