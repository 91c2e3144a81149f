import { groupsOf, SOURCE_PATIENCE, type HandlersOf, type Services } from './handlers.js';
import { moveConnection } from './move-connection.js';
import type { Sight } from './sight.js';

type Connections = 'createConnection' | 'changeConnection' | 'moveConnection' | 'listConnections' | 'testConnection';

export function connectionHandlers(services: Services, sight: Sight): HandlersOf<Connections> {
  return {
    createConnection: async ({ body }) => ({ status: 201, body: await services.ask('dbio.create-connection', body) }),
    changeConnection: async ({ params, body }) => ({ status: 200, body: await services.ask('dbio.change-connection', { connectionId: params.id, change: body }) }),
    moveConnection: async ({ params, body: { groupId } }) => {
      const body = await moveConnection(services, params.id, groupId);
      sight.forget();
      return { status: 200, body };
    },
    listConnections: async (_, { caller }) => ({ status: 200, body: await services.ask('dbio.list-connections', { groupIds: groupsOf(caller) }) }),
    testConnection: async ({ params }) => ({ status: 200, body: await services.ask('dbio.test-connection', { connectionId: params.id }, SOURCE_PATIENCE) }),
  };
}
