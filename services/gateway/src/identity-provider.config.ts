import { ROLES, type Role } from '@tank/contracts';
import { ConfigError } from '@tank/messaging';
import { z } from 'zod';
import type { ProviderSettings } from './adapters/openid-provider.js';
import { isSafeProviderUrl } from './http/loopback.js';

const address = (what: string) =>
  z.url(`Expected ${what}.`).transform((text) => new URL(text))
    .refine(isSafeProviderUrl, 'Tokens travel there, so it has to be https; plain http is for a provider on this machine (localhost) only.')
    .refine(({ search, hash }) => search === '' && hash === '', 'It has neither ? nor # in it.');

/** Sign-in at an OpenID Connect provider: all of it, or nothing. */
export const identityProviderShape = {
  OIDC_ISSUER: address('the address of the identity provider, such as https://login.customer.example').optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  /** Absent: a public client. */
  OIDC_CLIENT_SECRET: z.string().optional(),
  OIDC_REDIRECT_URI: address('the address of our own callback, such as http://localhost:3000/api/session/provider/callback').optional(),
  OIDC_SCOPES: z.string().refine((scopes) => scopes.split(' ').includes('openid'), 'The scope openid has to be among them.').default('openid profile email'),
  OIDC_ROLE_CLAIM: z.string().default('roles'),
  OIDC_ROLES: z.string().transform(roleNames).optional(),
  OIDC_NAME: z.string().trim().max(100).default('Single sign-on'),
};
type Config = z.infer<z.ZodObject<typeof identityProviderShape>>;

/** @returns undefined where no provider is set. @throws ConfigError naming what is missing. */
export function identityProviderOf({ OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_REDIRECT_URI, OIDC_SCOPES, OIDC_ROLE_CLAIM, OIDC_ROLES, OIDC_NAME }: Config): ProviderSettings | undefined {
  const needed = { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_REDIRECT_URI, OIDC_ROLES };
  const missing = Object.entries(needed).filter(([, value]) => value === undefined).map(([name]) => name);
  if (missing.length === Object.keys(needed).length) return undefined;
  if (!OIDC_ISSUER || !OIDC_CLIENT_ID || !OIDC_REDIRECT_URI || !OIDC_ROLES) {
    throw new ConfigError(missing.map((name) => `${name} is missing. An identity provider needs ${Object.keys(needed).join(', ')}, or none of them.`));
  }
  return {
    issuer: OIDC_ISSUER, clientId: OIDC_CLIENT_ID, clientSecret: OIDC_CLIENT_SECRET, redirectUri: OIDC_REDIRECT_URI,
    scopes: OIDC_SCOPES, roleClaim: OIDC_ROLE_CLAIM, roles: OIDC_ROLES, name: OIDC_NAME,
  };
}

/** `tank-admin=administrator,mail-ops=operator` */
function roleNames(text: string, context: z.RefinementCtx): Record<string, Role> {
  const pairs = text.split(',').map((pair) => /^(.+)=([a-z]+)$/.exec(pair.trim()));
  const isRole = (role: string | undefined): role is Role => ROLES.includes(role as Role);
  if (!pairs.every((pair) => pair && isRole(pair[2]))) {
    context.addIssue({ code: 'custom', message: `Expected pairs such as tank-admin=administrator,mail-ops=operator; roles are ${ROLES.join(', ')}.` });
    return z.NEVER;
  }
  return Object.fromEntries(pairs.map((pair) => [pair![1]!, pair![2] as Role]));
}
