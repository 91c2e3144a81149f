import { Refused, TryLater, type AutomationVersion } from '@tank/contracts';
import type { Requester } from './requester.js';

const MOST = 200;
const RETRY_AFTER_MS = 2_000;

/** The scheduler's versions, each asked for once: a version that a run uses never changes. The least recently used is forgotten. */
export class AutomationVersions {
  readonly #known = new Map<string, Promise<AutomationVersion>>();

  constructor(private readonly requester: Pick<Requester, 'ask'>, private readonly options: { most?: number; answerWithinMs?: number } = {}) {}

  /** @throws TryLater while the scheduler does not answer; Refused, in its words, when it says no. */
  async get(versionId: string): Promise<AutomationVersion> {
    const version = this.#known.get(versionId) ?? this.#ask(versionId);
    this.#known.delete(versionId); // the latest used goes last
    this.#known.set(versionId, version);
    if (this.#known.size > (this.options.most ?? MOST)) this.#known.delete(this.#known.keys().next().value!);
    try {
      return await version;
    } catch (error) {
      if (this.#known.get(versionId) === version) this.#known.delete(versionId);
      throw error;
    }
  }

  async #ask(versionId: string): Promise<AutomationVersion> {
    try {
      return await this.requester.ask('scheduler.get-version', { versionId }, { timeoutMs: this.options.answerWithinMs });
    } catch (error) {
      if (error instanceof Refused && error.refusal.code === 'UNAVAILABLE') throw new TryLater(error.message, RETRY_AFTER_MS, { cause: error });
      throw error;
    }
  }
}
