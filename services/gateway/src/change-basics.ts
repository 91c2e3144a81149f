import type { AskedChange, AutomationBasics, AutomationChange, AutomationDefinition, ChangedVersion } from '@tank/contracts';
import { checkFileRules } from './check-file-rules.js';
import { draftDefinition } from './draft-definition.js';
import type { Services } from './handlers.js';

/** Changes what needs no test. Another connection is another database: queries tested on the old one count as untested. */
export async function changeBasics(services: Services, automationId: string, asked: AskedChange, { name, description, ...change }: AutomationBasics): Promise<ChangedVersion> {
  checkFileRules(change.fileRules);
  const untested = change.connectionId === undefined ? {} : untestedOn(change.connectionId, await draftDefinition(services, automationId));
  return services.ask('scheduler.change-draft', { automationId, ...asked, name, description, change: { ...untested, ...change } });
}

function untestedOn(connectionId: string | null, { connectionId: before, target, mapping, update }: AutomationDefinition): AutomationChange {
  if (connectionId === before) return {};
  return {
    ...(target && { target: { ...target, checkedAt: null } }),
    ...(mapping && { mapping: { ...mapping, checkedAt: null } }),
    ...(update && { update: { ...update, checkedAt: null } }),
  };
}
