import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const CLIENT = { client_id: 'tank', client_secret: 'the secret of tank', redirect_uri: 'http://localhost:3000/api/session/provider/callback' };

const HOUR = 3_600;

type Claims = Record<string, unknown>;
/** The little that is used of oidc-provider, which comes without types. */
interface Oidc {
  callback(): (request: IncomingMessage, response: ServerResponse) => void;
  interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<unknown>;
  interactionFinished(request: IncomingMessage, response: ServerResponse, result: object, options: object): Promise<void>;
  Grant: new (of: { accountId: string; clientId: string }) => { addOIDCScope(scope: string): void; save(): Promise<string> };
}

/** oidc-provider on a free loopback port. Whoever comes is signed in there as `current`, without being asked; null: says no. */
export class RealProvider {
  current: string | null = null;

  private constructor(readonly issuer: string, readonly people: Map<string, Claims>, private readonly close: () => Promise<void>) {}

  /** `claimsOnlyByUserInfo`: the id token says who it is, and no more. */
  static async start({ claimsOnlyByUserInfo = false } = {}): Promise<RealProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const made = new RealProvider(issuer, new Map(), () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }));
    const oidc = await quietly(() => open(issuer, made.people, claimsOnlyByUserInfo));
    const serve = oidc.callback();
    server.on('request', (request, response) => (request.url?.startsWith('/interaction/') ? void made.#interact(oidc, request, response) : serve(request, response)));
    return made;
  }

  stop(): Promise<void> {
    return this.close();
  }

  async #interact(oidc: Oidc, request: IncomingMessage, response: ServerResponse): Promise<void> {
    await oidc.interactionDetails(request, response);
    await oidc.interactionFinished(request, response, this.current === null ? { error: 'access_denied' } : await consent(oidc, this.current), { mergeWithLastSubmission: false });
  }
}

/** It warns that it is not set up for production, which it is not. */
async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const { warn, info } = globalThis.console;
  Object.assign(globalThis.console, { warn: () => undefined, info: () => undefined });
  return work().finally(() => Object.assign(globalThis.console, { warn, info }));
}

async function consent(oidc: Oidc, accountId: string): Promise<object> {
  const grant = new oidc.Grant({ accountId, clientId: CLIENT.client_id });
  grant.addOIDCScope('openid profile email');
  return { login: { accountId }, consent: { grantId: await grant.save() } };
}

async function open(issuer: string, people: Map<string, Claims>, claimsOnlyByUserInfo: boolean): Promise<Oidc> {
  const { Provider } = (await import('oidc-provider' as string)) as { Provider: new (issuer: string, setup: object) => Oidc };
  return new Provider(issuer, {
    clients: [{ client_id: CLIENT.client_id, client_secret: CLIENT.client_secret, redirect_uris: [CLIENT.redirect_uri], token_endpoint_auth_method: 'client_secret_post' }],
    cookies: { keys: ['of the test'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    ttl: { AccessToken: HOUR, AuthorizationCode: HOUR, Grant: HOUR, IdToken: HOUR, Interaction: HOUR, Session: HOUR },
    conformIdTokenClaims: claimsOnlyByUserInfo,
    claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'groups'], email: ['email', 'email_verified'] },
    findAccount: (_: unknown, sub: string) => ({ accountId: sub, claims: () => ({ ...people.get(sub), sub }) }),
  });
}
