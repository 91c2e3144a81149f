import { connectionInputSchema, SOURCE_KINDS, timeZoneSchema, type ConnectionInput } from '@tank/contracts';
import { ConfigError, readConfig, serviceConfigShape } from '@tank/messaging';
import { z } from 'zod';

const milliseconds = (byDefault: number) => z.coerce.number().int().min(100).max(3_600_000).default(byDefault);

const shape = {
  ...serviceConfigShape,
  LOGS_DB_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'Expected postgres://tank_dbio:password@host:5432/database.' }),
  TANK_SECRET_KEY: z
    .string('Passwords of customer databases are sealed with it: make one with "openssl rand -base64 32" and keep it.')
    .transform((text) => Buffer.from(text, 'base64'))
    .refine((key) => key.length === 32, 'Expected 32 bytes in base64: make one with "openssl rand -base64 32".'),

  // The first connection, called "default"; the seeds' names.
  DB_KIND: z.enum(SOURCE_KINDS).default('postgres'),
  DB_HOST: z.string().optional(),
  DB_PORT: z.coerce.number().int().min(1).max(65535).optional(),
  DB_NAME: z.string().optional(),
  DB_USER: z.string().optional(),
  DB_PASS: z.string().optional(),
  DB_TIME_ZONE: timeZoneSchema.default('Asia/Seoul'),

  SOURCE_CONNECT_MS: milliseconds(3_000),
  SOURCE_ASK_MS: milliseconds(5_000),
  SOURCE_FETCH_MS: milliseconds(300_000),
  SOURCE_LOOK_UP_MS: milliseconds(10_000),
  SOURCE_UPDATE_MS: milliseconds(20_000),
  SOURCE_POOL_SIZE: z.coerce.number().int().min(1).max(100).default(8),
  SOURCE_TLS: z.enum(['off', 'on', 'verify']).default('off'),
  BREAKER_RESET_MS: milliseconds(10_000),
  BREAKER_VOLUME: z.coerce.number().int().min(1).max(1000).default(3),
  UPDATE_GIVE_UP_AFTER_MS: z.coerce.number().int().min(0).default(600_000),
  MANIFEST_TIMEOUT_MS: milliseconds(30_000),
};

const FIRST_CONNECTION = 'default';
const DEFAULT_PORTS = { postgres: 5432, oracle: 1521 };

export type DbioConfig = ReturnType<typeof readDbioConfig>;

/** @throws ConfigError naming every setting that is wrong. */
export function readDbioConfig(env: NodeJS.ProcessEnv = process.env) {
  const settings = readConfig(shape, env);
  return { ...settings, firstConnection: firstConnection(settings) };
}

/** Given whole or not at all. */
function firstConnection({ DB_KIND, DB_HOST, DB_PORT, DB_NAME, DB_USER, DB_PASS, DB_TIME_ZONE }: z.infer<z.ZodObject<typeof shape>>): ConnectionInput | null {
  const needed = { DB_HOST, DB_NAME, DB_USER, DB_PASS };
  const missing = Object.entries(needed).flatMap(([name, value]) => (value === undefined ? [name] : []));
  if (missing.length === Object.keys(needed).length) return null;
  if (missing.length > 0) throw new ConfigError(missing.map((name) => `${name} is missing. The first connection needs DB_HOST, DB_NAME, DB_USER and DB_PASS, or none of them.`));
  return connectionInputSchema.parse({
    name: FIRST_CONNECTION, kind: DB_KIND, host: DB_HOST, port: DB_PORT ?? DEFAULT_PORTS[DB_KIND], database: DB_NAME, user: DB_USER, password: DB_PASS, timeZone: DB_TIME_ZONE,
  });
}
