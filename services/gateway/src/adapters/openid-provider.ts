import type { HealthProbe } from '@tank/messaging';
import { createLog } from '@tank/telemetry';
import * as oidc from 'openid-client';
import { providerAnswerInvalid, providerRefused, providerUnavailable } from '../accounts/provider-problems.js';
import { claimOf, roleFrom, type RoleNames } from '../accounts/provider-role.js';
import type { ProviderIdentity, ProviderTicket } from '../accounts/provider-sign-in.js';
import { isSafeProviderUrl } from '../http/loopback.js';

/** As the settings give it. */
export interface ProviderSettings {
  issuer: URL;
  clientId: string;
  /** Absent: a public client, which PKCE protects. */
  clientSecret: string | undefined;
  /** Of the callback, as it is registered at the provider. */
  redirectUri: URL;
  scopes: string;
  roleClaim: string;
  roles: RoleNames;
  /** Shown on the button. */
  name: string;
}

/** What the provider says of itself, its keys too, is asked anew after so long. */
const FRESH_MS = 60_000;
const log = createLog('gateway');

type Claims = Readonly<Record<string, unknown>>;

/** An OpenID Connect provider: authorization code with PKCE, state and nonce; the signature of each id token is checked with the provider's keys. */
export class OpenIdProvider {
  #discovered: { atMs: number; configuration: Promise<oidc.Configuration> } | undefined;

  /** `timeoutSeconds`: of each call of the provider. */
  constructor(private readonly settings: ProviderSettings, private readonly limits = { timeoutSeconds: 5 }) {}

  get name(): string {
    return this.settings.name;
  }

  async begin(): Promise<{ location: string; ticket: ProviderTicket }> {
    const configuration = await this.#configuration().catch(sayUnavailable);
    const ticket = { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier: oidc.randomPKCECodeVerifier() };
    const location = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: this.settings.redirectUri.href, scope: this.settings.scopes, state: ticket.state, nonce: ticket.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(ticket.verifier), code_challenge_method: 'S256',
    });
    return { location: location.href, ticket };
  }

  async finish(answer: Readonly<Record<string, string>>, ticket: ProviderTicket): Promise<ProviderIdentity> {
    const configuration = await this.#configuration().catch(sayUnavailable);
    const came = new URL(this.settings.redirectUri);
    came.search = new URLSearchParams(answer).toString();
    try {
      const tokens = await oidc.authorizationCodeGrant(configuration, came, { expectedState: ticket.state, expectedNonce: ticket.nonce, pkceCodeVerifier: ticket.verifier, idTokenExpected: true });
      const claims: Claims = tokens.claims()!;
      return this.#identityFrom(claims, await this.#alsoByUserInfo(configuration, tokens.access_token, claims));
    } catch (error) {
      throw problemOf(error);
    }
  }

  /** While it is away, users with a password still get in: that is no reason to be down. */
  get probe(): HealthProbe {
    return {
      name: 'identity provider',
      check: async () => {
        const isThere = await Promise.race([this.#configuration().then(() => true, () => false), afterMs(PROBE_MS)]);
        return isThere ? { status: 'ok', detail: null } : { status: 'degraded', detail: AWAY[0], detailKo: AWAY[1] };
      },
    };
  }

  #configuration(): Promise<oidc.Configuration> {
    const known = this.#discovered;
    if (known && performance.now() - known.atMs < FRESH_MS) return known.configuration;
    const found = { atMs: performance.now(), configuration: this.#discover() };
    this.#discovered = found;
    found.configuration.catch((error: unknown) => {
      log.warn('provider.unavailable', { reason: reasonOf(error) });
      if (this.#discovered === found) this.#discovered = undefined;
    });
    return found.configuration;
  }

  #discover(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret } = this.settings;
    // Without it openid-client trusts TLS instead of the signature. Plain HTTP is for a provider on this machine; fetchSafely sees to that.
    const execute = [oidc.enableNonRepudiationChecks, ...(issuer.protocol === 'http:' ? [oidc.allowInsecureRequests] : [])];
    return oidc.discovery(issuer, clientId, clientSecret, undefined, { timeout: this.limits.timeoutSeconds, execute, [oidc.customFetch]: fetchSafely });
  }

  /** Many providers tell roles only when they are asked for them. */
  async #alsoByUserInfo(configuration: oidc.Configuration, accessToken: string, claims: Claims): Promise<Claims> {
    if (claimOf(claims, this.settings.roleClaim) !== undefined || configuration.serverMetadata().userinfo_endpoint === undefined) return claims;
    return { ...(await oidc.fetchUserInfo(configuration, accessToken, String(claims.sub))), ...claims };
  }

  #identityFrom({ iss, sub }: Claims, claims: Claims): ProviderIdentity {
    const email = claims.email_verified === true && typeof claims.email === 'string' && claims.email.length <= 320 ? claims.email : null;
    const displayName = typeof claims.name === 'string' ? claims.name.trim().slice(0, 100) : '';
    return {
      issuer: String(iss), subject: String(sub), wishedName: claims.preferred_username ?? claims.email, displayName: displayName || undefined, email,
      role: roleFrom(claims, this.settings.roleClaim, this.settings.roles),
    };
  }
}

const AWAY = [
  'The identity provider does not answer at OIDC_ISSUER, so nobody can sign in there; sign-in by password works.', 'OIDC_ISSUER의 외부 인증 기관이 응답하지 않습니다. 비밀번호 로그인은 됩니다.',
] as const;
const PROBE_MS = 1_500;

function afterMs(ms: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), ms).unref());
}

/** Secrets and tokens travel to these addresses. */
const fetchSafely: oidc.CustomFetch = async (url, options) => {
  if (!isSafeProviderUrl(new URL(url))) throw new TypeError('An address of the identity provider is not https.');
  return fetch(url, options as RequestInit);
};

function sayUnavailable(): never {
  throw providerUnavailable();
}

function problemOf(error: unknown): Error {
  log.warn('provider.refused', { reason: reasonOf(error) });
  if (error instanceof oidc.AuthorizationResponseError) return providerRefused();
  if (error instanceof oidc.ResponseBodyError) return error.error === 'invalid_grant' ? providerAnswerInvalid() : providerUnavailable();
  if (error instanceof oidc.ClientError) return error.code === 'OAUTH_TIMEOUT' ? providerUnavailable() : providerAnswerInvalid();
  return error instanceof TypeError ? providerUnavailable() : (error as Error);
}

/** Codes only: what a provider writes may name somebody. */
function reasonOf(error: unknown): string {
  const { name, code, cause } = error as { name?: string; code?: unknown; cause?: { code?: unknown } };
  return [name, code, cause?.code].filter((part) => typeof part === 'string').join(' ');
}
