import { DEFAULT_GROUP, type Automation, type AutomationDefinition } from '@tank/contracts';
import type { Caller } from '../accounts/account.js';
import { draftVersion } from './draft-definition.js';
import type { Services } from '../handlers.js';
import { fieldProblem, notYet } from '../problem.js';
import { noSuch } from '../sight.js';

/** An automation reads no database but its group's: whoever sees the one sees what the other gives. @throws Refused NOT_FOUND, ApiProblem CONFLICT */
export async function refuseForeignConnection(services: Services, connectionId: string | null | undefined, groupId: string): Promise<void> {
  if (connectionId && (await groupOfConnection(services, connectionId)) !== groupId.toLowerCase()) {
    throw notYet('connectionId', ['The connection belongs to another group than the automation.', '연결이 자동화와 다른 그룹에 속합니다.'],
      ['Choose a connection of the same group, or ask an administrator to move one of the two (POST /api/connection/:id/group, POST /api/automation/:id/group).',
        '같은 그룹의 연결을 선택하거나, 관리자에게 둘 중 하나를 옮기도록 요청하세요 (POST /api/connection/:id/group, POST /api/automation/:id/group).']);
  }
}

/** What an author works on, where its connection may be asked. */
export async function definitionOnOwnConnection(services: Services, automationId: string): Promise<AutomationDefinition> {
  return (await draftOnOwnConnection(services, automationId)).definition;
}

/** The same, with the group that it is of. */
export async function draftOnOwnConnection(services: Services, automationId: string): Promise<{ definition: AutomationDefinition; groupId: string }> {
  const automation = await services.ask('scheduler.get-automation', { automationId });
  const { definition } = draftVersion(automation);
  await refuseForeignConnection(services, definition.connectionId, automation.groupId);
  return { definition, groupId: automation.groupId };
}

type NewAutomation = Partial<Pick<Automation, 'groupId'>> & Partial<Pick<AutomationDefinition, 'connectionId'>>;

/** Where a new automation goes. @throws Refused NOT_FOUND, ApiProblem INVALID where nobody can tell */
export async function groupOfNew(services: Services, { groupId, connectionId }: NewAutomation, { groups }: Pick<Caller, 'groups'>): Promise<string> {
  if (groupId !== undefined) return groupId.toLowerCase();
  if (connectionId) return groupOfConnection(services, connectionId);
  if (groups === null || groups.includes(DEFAULT_GROUP)) return DEFAULT_GROUP;
  const [only, another] = groups;
  if (only !== undefined && another === undefined) return only;
  throw only === undefined
    ? fieldProblem('groupId', ['You are in no group that the automation could belong to.', '자동화를 넣을 그룹에 속해 있지 않습니다.'], ['Ask an administrator for a group (PATCH /api/user/:id).', '관리자에게 그룹 지정을 요청하세요 (PATCH /api/user/:id).'])
    : fieldProblem('groupId', ['You are in several groups.', '여러 그룹에 속해 있습니다.'], ['Name the one that the automation belongs to (GET /api/group).', '자동화가 속할 그룹을 지정하세요 (GET /api/group).']);
}

async function groupOfConnection(services: Services, connectionId: string): Promise<string> {
  const { groupId } = await services.ask('dbio.group-of', { connectionId });
  if (groupId === null) throw noSuch('connection', connectionId);
  return groupId;
}
