import type { AutomationDefinition } from '@tank/contracts';
import type { Requester } from '@tank/messaging';
import type { Versions } from '../versions.js';

const MOST = 100;

/** Versions as the scheduler keeps them. A version in use never changes, so the latest used are kept here. */
export class SchedulerVersions implements Versions {
  private readonly kept = new Map<string, Promise<AutomationDefinition>>();

  constructor(private readonly requester: Requester) {}

  async definitionOf(versionId: string): Promise<AutomationDefinition> {
    const definition = this.kept.get(versionId) ?? this.ask(versionId);
    this.kept.delete(versionId); // the latest used goes last
    this.kept.set(versionId, definition);
    if (this.kept.size > MOST) this.kept.delete(this.kept.keys().next().value!);
    try {
      return await definition;
    } catch (error) {
      if (this.kept.get(versionId) === definition) this.kept.delete(versionId);
      throw error;
    }
  }

  private async ask(versionId: string): Promise<AutomationDefinition> {
    return (await this.requester.ask('scheduler.get-version', { versionId })).definition;
  }
}
