import type { AutomationDefinition } from '@tank/contracts';
import type { Services } from './handlers.js';

/** What an author works on: the draft, or the active version that the next change makes a draft of. */
export async function draftDefinition(services: Services, automationId: string): Promise<AutomationDefinition> {
  const { draftVersion, activeVersion } = await services.ask('scheduler.get-automation', { automationId });
  const version = draftVersion ?? activeVersion;
  if (!version) throw new Error(`Automation ${automationId} has no version.`);
  return version.definition;
}
