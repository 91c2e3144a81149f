import type { Accounts } from './accounts/accounts.js';
import type { HandlersOf } from './handlers.js';

export function userHandlers({ users, own }: Accounts): HandlersOf<'listUsers' | 'createUser' | 'changeUser' | 'listUserSessions'> {
  return {
    listUsers: async () => ({ status: 200, body: { items: await users.list() } }),
    createUser: async ({ body }) => ({ status: 201, body: await users.create(body) }),
    changeUser: async ({ params, body }) => ({ status: 200, body: await users.change(params.id, body) }),
    listUserSessions: async ({ params }, { caller }) => ({ status: 200, body: { items: await own.list(caller, params.id) } }),
  };
}
