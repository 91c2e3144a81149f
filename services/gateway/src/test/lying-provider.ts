import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { CLIENT } from './real-provider.js';

const ALGORITHM = 'RS256';

/** Looks like a provider and answers any code with the id token that it is told to make. */
export class LyingProvider {
  /** What the token endpoint answers with. */
  idToken = async (): Promise<string> => this.sign();
  /** Of discovery, over what would be right. */
  metadata: Record<string, unknown> = {};

  private constructor(readonly issuer: string, private readonly own: CryptoKey, private readonly foreign: CryptoKey, readonly stop: () => Promise<void>) {}

  static async start(): Promise<LyingProvider> {
    const [own, foreign] = await Promise.all([generateKeyPair(ALGORITHM), generateKeyPair(ALGORITHM)]);
    const jwks = { keys: [{ ...(await exportJWK(own.publicKey)), kid: 'k', alg: ALGORITHM, use: 'sig' }] };
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const liar = new LyingProvider(issuer, own.privateKey, foreign.privateKey, () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }));
    server.on('request', async (request, response) => {
      const answer = request.url === '/jwks' ? jwks : request.url === '/token' ? await liar.#tokens() : liar.#describe();
      request.resume();
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
    return liar;
  }

  /** A good token, but for what is said otherwise. */
  sign(claims: JWTPayload = {}, { by = 'own' }: { by?: 'own' | 'foreign' } = {}): Promise<string> {
    return new SignJWT(this.#claims(claims)).setProtectedHeader({ alg: ALGORITHM, kid: 'k' }).sign(this[by]);
  }

  /** As if the client's secret, which it knows, were the key. */
  signWithSecret(claims: JWTPayload = {}): Promise<string> {
    return new SignJWT(this.#claims(claims)).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(CLIENT.client_secret));
  }

  unsigned(claims: JWTPayload = {}): string {
    return new UnsecuredJWT(this.#claims(claims)).encode();
  }

  #claims(claims: JWTPayload): JWTPayload {
    const seconds = Math.floor(Date.now() / 1000);
    return { iss: this.issuer, aud: CLIENT.client_id, sub: 'liar', iat: seconds, exp: seconds + 300, groups: ['tank-admin'], ...claims };
  }

  async #tokens() {
    return { access_token: 'a', token_type: 'Bearer', id_token: await this.idToken() };
  }

  #describe() {
    return {
      issuer: this.issuer, authorization_endpoint: `${this.issuer}/auth`, token_endpoint: `${this.issuer}/token`, jwks_uri: `${this.issuer}/jwks`,
      response_types_supported: ['code'], subject_types_supported: ['public'], id_token_signing_alg_values_supported: [ALGORITHM], ...this.metadata,
    };
  }
}
