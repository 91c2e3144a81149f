import { SOURCE_PATIENCE, type HandlersOf, type Services } from './handlers.js';

export function connectionHandlers(services: Services): HandlersOf<'createConnection' | 'changeConnection' | 'listConnections' | 'testConnection'> {
  return {
    createConnection: async ({ body }) => ({ status: 201, body: await services.ask('dbio.create-connection', body) }),
    changeConnection: async ({ params, body }) => ({ status: 200, body: await services.ask('dbio.change-connection', { connectionId: params.id, change: body }) }),
    listConnections: async () => ({ status: 200, body: await services.ask('dbio.list-connections', {}) }),
    testConnection: async ({ params }) => ({ status: 200, body: await services.ask('dbio.test-connection', { connectionId: params.id }, SOURCE_PATIENCE) }),
  };
}
