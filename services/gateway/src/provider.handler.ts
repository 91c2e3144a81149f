import type { Accounts } from './accounts/accounts.js';
import type { Call, HandlersOf } from './handlers.js';
import { ApiProblem } from './problem.js';
import { recordSignIn } from './sessions.handler.js';

const SIGNED_IN = '/';
const NOT_SIGNED_IN = '/?signInProblem=';

/** Sign-in at the identity provider. A browser is on its way here, so what goes wrong is told to the page that it comes to. */
export function providerHandlers({ provider }: Accounts): HandlersOf<'getProvider' | 'startProviderSignIn' | 'finishProviderSignIn'> {
  return {
    getProvider: async () => ({ status: 200, body: provider.describe() }),
    startProviderSignIn: (_, call) => goOn(call, async () => {
      const { location, ticket } = await provider.start();
      call.setProviderTicket(ticket);
      return location;
    }),
    finishProviderSignIn: ({ query }, call) => goOn(call, async () => {
      const { providerTicket: ticket } = call;
      call.setProviderTicket(null);
      try {
        call.setRefreshToken((await provider.finish(query, ticket, call.client, recordSignIn(call))).cookie);
      } catch (error) {
        // Whoever wanted to sign in does not go on in the session that was there before.
        if (ticket !== undefined) call.setRefreshToken(null);
        throw error;
      }
      return SIGNED_IN;
    }),
  };
}

async function goOn({ say, setHeader }: Call, where: () => Promise<string>) {
  const { location, problem } = await where().then((found) => ({ location: found, problem: null }), (error) => problemPage(error, say));
  setHeader('Location', location);
  return { status: 302 as const, body: { location, problem } };
}

/** @throws what is no problem of the sign-in: a defect, or that there is no provider at all. */
function problemPage(error: unknown, say: Call['say']) {
  if (!(error instanceof ApiProblem) || error.parts.status === 404) throw error;
  const { code, detail, remedy } = error.parts;
  return { location: `${NOT_SIGNED_IN}${code}`, problem: { code, detail: say(detail), remedy: remedy ? say(remedy) : null } };
}
