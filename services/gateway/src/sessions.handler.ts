import type { Accounts } from './accounts/accounts.js';
import type { Opened, RecordSignIn } from './accounts/sign-in.js';
import type { Call, HandlersOf } from './handlers.js';

type Sessions = 'signIn' | 'refreshSession' | 'getSession' | 'signOut' | 'changePassword' | 'endSession' | 'getPasswordKey';
type SecondFactors = 'startSecondFactor' | 'confirmSecondFactor' | 'removeSecondFactor';

export function sessionHandlers({ signIn, own, passwordKeys }: Accounts): HandlersOf<Sessions> {
  return {
    signIn: async ({ body }, call) => ({ status: 200, body: given(await signIn.signIn(body, call.client, recordSignIn(call)), call) }),
    refreshSession: async (_, call) => ({ status: 200, body: given(await signIn.refresh(call.refreshToken, recordSignIn(call)), call) }),
    getPasswordKey: async () => ({ status: 200, body: await passwordKeys.offer() }),
    getSession: async (_, { caller }) => ({ status: 200, body: await own.whoAmI(caller) }),
    signOut: async (_, { caller, setRefreshToken }) => {
      await own.signOut(caller);
      setRefreshToken(null);
      return { status: 200, body: { sessionId: caller.sessionId, ended: true } };
    },
    changePassword: async ({ body }, { caller, setRefreshToken, record }) => {
      const { user, cookie } = await own.changePassword(caller, body, record);
      setRefreshToken(cookie);
      return { status: 200, body: user };
    },
    endSession: async ({ params }, { caller }) => {
      await own.end(caller, params.id);
      return { status: 200, body: { sessionId: params.id, ended: true } };
    },
  };
}

export function secondFactorHandlers({ secondFactor }: Accounts): HandlersOf<SecondFactors> {
  return {
    startSecondFactor: async ({ body }, { caller, record }) => ({ status: 200, body: await secondFactor.start(caller, body, record) }),
    confirmSecondFactor: async ({ body }, { caller, record }) => ({ status: 200, body: await secondFactor.confirm(caller, body, record) }),
    removeSecondFactor: async ({ body }, { caller, record }) => ({ status: 200, body: await secondFactor.remove(caller, body, record) }),
  };
}

/** Of the user only who it is goes into the trail. */
export function recordSignIn({ record }: Call): RecordSignIn {
  return (detail, by) => record(detail, by && { userId: by.userId, name: by.name });
}

function given({ signedIn, cookie }: Opened, { setRefreshToken }: Call): Opened['signedIn'] {
  setRefreshToken(cookie);
  return signedIn;
}
