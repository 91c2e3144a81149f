import type { Automation, AutomationDefinition, AutomationVersion } from '@tank/contracts';
import type { Services } from './handlers.js';

/** What an author works on: the draft, or the active version that the next change makes a draft of. */
export async function draftDefinition(services: Services, automationId: string): Promise<AutomationDefinition> {
  return workedOn(await services.ask('scheduler.get-automation', { automationId })).definition;
}

export function workedOn({ automationId, draftVersion, activeVersion }: Automation): AutomationVersion {
  const version = draftVersion ?? activeVersion;
  if (!version) throw new Error(`Automation ${automationId} has no version.`);
  return version;
}
