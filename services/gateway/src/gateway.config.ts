import { isIP } from 'node:net';
import { networkSchema, userNameSchema } from '@tank/contracts';
import { ConfigError, readConfig, serviceConfigShape } from '@tank/messaging';
import { z } from 'zod';
import { PASSWORD_LENGTH } from './accounts/password-policy.js';
import { isLoopback } from './http/loopback.js';
import { identityProviderOf, identityProviderShape } from './identity-provider.config.js';

/** Written with commas. */
const listOf = <T extends z.ZodType<string, string>>(item: T) => z.string().transform((text) => text.split(',').map((part) => part.trim()).filter((part) => part !== '')).pipe(z.array(item).min(1));
const minutes = (least: number, byDefault: number) => z.coerce.number().int().min(least).max(525_600).default(byDefault);

/** What opens the accounts; also for the command that resets an administrator. */
export const accountsConfigShape = {
  LOGS_DB_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'Expected a PostgreSQL address such as postgresql://tank_gateway:password@host:5432/tank.' }),
  TANK_SESSION_KEY: z
    .string('Access tokens are signed with it, in all replicas the same: make one with "openssl rand -base64 32" and keep it.')
    .transform((text) => Buffer.from(text, 'base64'))
    .refine((key) => key.length === 32, 'Expected 32 bytes in base64: make one with "openssl rand -base64 32".'),
};

export const gatewayConfigShape = {
  ...serviceConfigShape,
  ...accountsConfigShape,
  HOST: z.string().default('127.0.0.1').refine((host) => isLoopback(host) || isIP(host) !== 0, 'Expected an address such as 127.0.0.1 or 0.0.0.0.'),
  /** 0: a free one. */
  PORT: z.coerce.number().int().min(0).max(65535).default(3000),
  /** Networks of the proxies in front: only they are believed about the client's address, its protocol and the name it asked for. */
  TRUSTED_PROXIES: listOf(networkSchema).optional(),
  /** Names beside localhost under which it answers, through those proxies and over HTTPS. */
  ALLOWED_HOSTS: listOf(z.hostname('Expected names such as tank.example.com, without https:// and port.').transform((name) => name.toLowerCase())).optional(),
  /** The first administrator, made when there is no user yet. */
  ADMIN_NAME: userNameSchema.default('admin'),
  ADMIN_PASSWORD: z.string().min(PASSWORD_LENGTH, `Take at least ${PASSWORD_LENGTH} characters.`).max(200).optional(),
  /** A session without any call ends after so long; a page that is open refreshes its token every ten minutes. */
  SESSION_IDLE_MINUTES: minutes(15, 60),
  /** And every session after so long. */
  SESSION_LIFE_MINUTES: minutes(15, 720),
  /** Days that the audit trail is kept. */
  AUDIT_DAYS: z.coerce.number().int().min(1).max(36_500).default(1_825),
  /** Tries from one address within 15 minutes. */
  SIGN_IN_ATTEMPTS: z.coerce.number().int().min(1).max(10_000).default(20),
  /** Whether passwords may come as they are, or only encrypted to the key of GET /api/session/key. */
  PLAIN_PASSWORDS: z.enum(['allow', 'refuse']).default('allow'),
  ...identityProviderShape,
};
export type GatewayConfig = z.infer<z.ZodObject<typeof gatewayConfigShape>>;

/** @throws ConfigError naming every setting that is wrong. */
export function readGatewayConfig(env?: NodeJS.ProcessEnv): GatewayConfig {
  const config = readConfig(gatewayConfigShape, env);
  const problems = config.TRUSTED_PROXIES ? [] : [...(isLoopback(config.HOST) ? [] : [PLAIN_HTTP]), ...(config.ALLOWED_HOSTS ? [NO_PROXY] : [])];
  if (problems.length > 0) throw new ConfigError(problems);
  identityProviderOf(config);
  return config;
}

const PLAIN_HTTP = 'HOST: Tank speaks plain HTTP, in which passwords and tokens could be read on the way. So it listens on this machine only: use 127.0.0.1, ::1 or localhost and an SSH tunnel, or put a proxy with TLS before it and set TRUSTED_PROXIES.';
const NO_PROXY = 'ALLOWED_HOSTS: Under other names than localhost Tank answers only through a proxy with TLS: set TRUSTED_PROXIES to its address.';
