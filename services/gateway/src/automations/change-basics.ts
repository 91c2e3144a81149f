import type { AskedChange, AutomationBasics, AutomationChange, AutomationDefinition, ChangedVersion } from '@tank/contracts';
import { draftVersion } from './draft-definition.js';
import type { Services } from '../handlers.js';
import { refuseForeignConnection } from './own-connection.js';
import type { OwnFolders } from './own-folders.js';

/** Changes what needs no test. Another connection is another database: queries tested on the old one count as untested. */
export async function changeBasics(
  services: Services, folders: OwnFolders, automationId: string, asked: AskedChange, { name, description, ...change }: AutomationBasics,
): Promise<ChangedVersion> {
  await folders.checkFor(automationId, change.fileRules);
  const untested = change.connectionId === undefined ? {} : await connectedTo(services, change.connectionId, automationId);
  return services.ask('scheduler.change-draft', { automationId, ...asked, name, description, change: { ...untested, ...change } });
}

async function connectedTo(services: Services, connectionId: string | null, automationId: string): Promise<AutomationChange> {
  const automation = await services.ask('scheduler.get-automation', { automationId });
  await refuseForeignConnection(services, connectionId, automation.groupId);
  return untestedOn(connectionId, draftVersion(automation).definition);
}

function untestedOn(connectionId: string | null, { connectionId: before, target, mapping, update }: AutomationDefinition): AutomationChange {
  if (connectionId === before) return {};
  return {
    ...(target && { target: { ...target, checkedAt: null } }),
    ...(mapping && { mapping: { ...mapping, checkedAt: null } }),
    ...(update && { update: { ...update, checkedAt: null } }),
  };
}
