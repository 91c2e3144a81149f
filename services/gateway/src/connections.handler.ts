import type { Connection } from '@tank/contracts';
import { askedChange } from './asked-change.js';
import { groupsOf, SOURCE_PATIENCE, type HandlersOf, type Services } from './handlers.js';
import { moveConnection } from './automations/move-connection.js';
import type { Sight } from './sight.js';

type Connections = 'createConnection' | 'changeConnection' | 'moveConnection' | 'listConnections' | 'getConnection' | 'testConnection';

export function connectionHandlers(services: Services, sight: Sight): HandlersOf<Connections> {
  return {
    createConnection: async ({ body }) => ({ ...shown(await services.ask('dbio.create-connection', body)), status: 201 }),
    changeConnection: async (input, call) => {
      const asked = { connectionId: input.params.id, ...askedChange(input, call) };
      return shown(await services.ask('dbio.change-connection', { ...asked, change: input.body }));
    },
    moveConnection: async ({ params, body: { groupId } }) => {
      const body = await moveConnection(services, params.id, groupId);
      sight.forget();
      return { status: 200, body };
    },
    listConnections: async ({ query }, { caller }) => ({ status: 200, body: await services.ask('dbio.list-connections', { ...query, groupIds: groupsOf(caller) }) }),
    getConnection: async ({ params }) => shown(await services.ask('dbio.get-connection', { connectionId: params.id })),
    testConnection: async ({ params }) => ({ status: 200, body: await services.ask('dbio.test-connection', { connectionId: params.id }, SOURCE_PATIENCE) }),
  };
}

function shown(connection: Connection) {
  return { status: 200 as const, body: connection, revision: connection.revision };
}
