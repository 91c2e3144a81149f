import type { Accounts } from './accounts/accounts.js';
import type { HandlersOf, Services } from './handlers.js';
import { pageAsked } from './pages.js';

export function groupHandlers(services: Services, { groups }: Accounts): HandlersOf<'listGroups' | 'createGroup' | 'changeGroup' | 'removeGroup'> {
  return {
    listGroups: async ({ query }, { caller }) => ({ status: 200, body: await groups.list(caller, pageAsked(query)) }),
    createGroup: async ({ body }) => ({ status: 201, body: await groups.create(body) }),
    changeGroup: async ({ params, body }) => ({ status: 200, body: await groups.change(params.id, body) }),
    removeGroup: async ({ params }) => ({ status: 200, body: await groups.remove(params.id, () => thingsOf(services, params.id)) }),
  };
}

/** Names of some that belong to the group. */
async function thingsOf(services: Services, groupId: string): Promise<string[]> {
  const groupIds = [groupId];
  const [automations, connections] = await Promise.all([services.ask('scheduler.list-automations', { groupIds, limit: 10 }), services.ask('dbio.list-connections', { groupIds, limit: 10 })]);
  return [...automations.items, ...connections.items].map(({ name }) => name);
}
