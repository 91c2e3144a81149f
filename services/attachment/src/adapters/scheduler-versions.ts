import { Refused, TryLater, type AutomationVersion } from '@tank/contracts';
import type { Requester } from '@tank/messaging';
import type { Versions } from '../attach-files.js';

const MAX_VERSIONS = 200;
const RETRY_AFTER_MS = 2000;

/** Asks the scheduler for a version once: a version that a run uses never changes. The least recently used is forgotten. */
export class SchedulerVersions implements Versions {
  readonly #versions = new Map<string, Promise<AutomationVersion>>();

  constructor(private readonly requester: Pick<Requester, 'ask'>, private readonly maxVersions = MAX_VERSIONS) {}

  async get(versionId: string): Promise<AutomationVersion> {
    const version = this.#versions.get(versionId) ?? this.requester.ask('scheduler.get-version', { versionId });
    this.#versions.delete(versionId);
    this.#versions.set(versionId, version);
    const oldest = this.#versions.keys().next().value;
    if (this.#versions.size > this.maxVersions && oldest !== undefined) this.#versions.delete(oldest);
    try {
      return await version;
    } catch (error) {
      if (this.#versions.get(versionId) === version) this.#versions.delete(versionId);
      if (error instanceof Refused && error.refusal.code === 'UNAVAILABLE') throw new TryLater(error.message, RETRY_AFTER_MS, { cause: error });
      throw error;
    }
  }
}
