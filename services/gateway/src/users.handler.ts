import type { ManagedUser } from '@tank/contracts';
import type { Accounts } from './accounts/accounts.js';
import { askedChange } from './asked-change.js';
import type { HandlersOf } from './handlers.js';
import { pageAsked } from './pages.js';

export function userHandlers({ users, own }: Accounts): HandlersOf<'listUsers' | 'getUser' | 'createUser' | 'changeUser' | 'listUserSessions'> {
  return {
    listUsers: async ({ query }) => ({ status: 200, body: await users.list(pageAsked(query)) }),
    getUser: async ({ params }) => shown(await users.get(params.id)),
    createUser: async ({ body }) => ({ ...shown(await users.create(body)), status: 201 }),
    changeUser: async (input, call) => shown(await users.change(input.params.id, askedChange(input, call), input.body)),
    listUserSessions: async ({ params, query }, { caller }) => ({ status: 200, body: await own.list(caller, params.id, pageAsked(query)) }),
  };
}

function shown(user: ManagedUser) {
  return { status: 200 as const, body: user, revision: user.revision };
}
