import type { ManagedUser } from '@tank/contracts';
import type { Accounts } from './accounts/accounts.js';
import { askedChange } from './asked-change.js';
import type { HandlersOf } from './handlers.js';

export function userHandlers({ users, own }: Accounts): HandlersOf<'listUsers' | 'getUser' | 'createUser' | 'changeUser' | 'listUserSessions'> {
  return {
    listUsers: async () => ({ status: 200, body: { items: await users.list() } }),
    getUser: async ({ params }) => shown(await users.get(params.id)),
    createUser: async ({ body }) => ({ ...shown(await users.create(body)), status: 201 }),
    changeUser: async (input, call) => shown(await users.change(input.params.id, askedChange(input, call), input.body)),
    listUserSessions: async ({ params }, { caller }) => ({ status: 200, body: { items: await own.list(caller, params.id) } }),
  };
}

function shown(user: ManagedUser) {
  return { status: 200 as const, body: user, revision: user.revision };
}
