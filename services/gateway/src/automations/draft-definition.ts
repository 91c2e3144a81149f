import type { Automation, AutomationDefinition, AutomationVersion } from '@tank/contracts';
import type { Services } from '../handlers.js';

/** What an author works on: the draft, or the active version that the next change makes a draft of. */
export async function draftDefinition(services: Services, automationId: string): Promise<AutomationDefinition> {
  return draftVersion(await services.ask('scheduler.get-automation', { automationId })).definition;
}

export function draftVersion({ automationId, draftVersion: draft, activeVersion: active }: Automation): AutomationVersion {
  const version = draft ?? active;
  if (!version) throw new Error(`Automation ${automationId} has no version.`);
  return version;
}
