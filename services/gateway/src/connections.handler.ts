import type { Connection } from '@tank/contracts';
import { askedChange } from './asked-change.js';
import { SOURCE_PATIENCE, type HandlersOf, type Services } from './handlers.js';

type Connections = 'createConnection' | 'changeConnection' | 'listConnections' | 'getConnection' | 'testConnection';

export function connectionHandlers(services: Services): HandlersOf<Connections> {
  return {
    createConnection: async ({ body }) => ({ ...shown(await services.ask('dbio.create-connection', body)), status: 201 }),
    changeConnection: async (input, call) => {
      const asked = { connectionId: input.params.id, ...askedChange(input, call) };
      return shown(await services.ask('dbio.change-connection', { ...asked, change: input.body }));
    },
    listConnections: async () => ({ status: 200, body: await services.ask('dbio.list-connections', {}) }),
    getConnection: async ({ params }) => shown(await services.ask('dbio.get-connection', { connectionId: params.id })),
    testConnection: async ({ params }) => ({ status: 200, body: await services.ask('dbio.test-connection', { connectionId: params.id }, SOURCE_PATIENCE) }),
  };
}

function shown(connection: Connection) {
  return { status: 200 as const, body: connection, revision: connection.revision };
}
