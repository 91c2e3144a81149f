import { isAbsolute } from 'node:path';
import { connectionInputSchema, SOURCE_KINDS, timeZoneSchema, type ConnectionInput, type ForbiddenHours } from '@tank/contracts';
import { ConfigError, readConfig, serviceConfigShape } from '@tank/messaging';
import { z } from 'zod';
import { readForbiddenHours } from './read-forbidden-hours.js';

const folder = (what: string) => z.string().refine(isAbsolute, `${what} is an absolute path, such as /opt/oracle.`).optional();
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
  // Oracle: in place of host, port and name, and how it is encrypted.
  DB_CONNECT_STRING: z.string().optional(),
  DB_TLS: z.enum(['off', 'on', 'verify']).optional(),
  DB_WALLET: z.string().optional(),
  DB_WALLET_PASSWORD: z.string().optional(),
  // What its DBA allows.
  DB_POOL_MAX: z.coerce.number().int().min(1).max(100).optional(),
  DB_STATEMENT_TIMEOUT_MS: z.coerce.number().int().min(100).max(3_600_000).optional(),
  DB_ROW_LIMIT: z.coerce.number().int().min(1).max(100_000_000).optional(),
  DB_FORBIDDEN_HOURS: z.string().transform(forbiddenHours).optional(),
  DB_ALLOW_PLSQL: z.stringbool({ error: 'Expected true or false.' }).default(false),

  // Of every Oracle connection.
  TNS_ADMIN: folder('The folder of tnsnames.ora'),
  ORACLE_WALLET_DIR: folder('The folder that holds a folder for each wallet'),
  ORACLE_CLIENT_MODE: z.enum(['thin', 'thick']).default('thin'),
  ORACLE_CLIENT_LIB_DIR: folder('The folder of Oracle Instant Client'),

  SOURCE_CONNECT_MS: milliseconds(10_000),
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

export type DbioConfig = ReturnType<typeof readDbioConfig>;

/** @throws ConfigError naming every setting that is wrong. */
export function readDbioConfig(env: NodeJS.ProcessEnv = process.env) {
  const settings = readConfig(shape, env);
  return { ...settings, firstConnection: firstConnection(settings) };
}

type Settings = z.infer<z.ZodObject<typeof shape>>;

/** Given whole or not at all. */
function firstConnection(settings: Settings): ConnectionInput | null {
  const { DB_CONNECT_STRING, DB_HOST, DB_NAME, DB_USER, DB_PASS } = settings;
  const place = DB_CONNECT_STRING === undefined ? { DB_HOST, DB_NAME } : { DB_CONNECT_STRING };
  const needed = { ...place, DB_USER, DB_PASS };
  const missing = Object.entries(needed).flatMap(([name, value]) => (value === undefined ? [name] : []));
  if (missing.length === Object.keys(needed).length) return null;
  if (missing.length > 0) throw new ConfigError(missing.map((name) => `${name} is missing. The first connection needs ${listed(Object.keys(needed))}, or none of them.`));
  if (settings.DB_WALLET !== undefined && settings.ORACLE_WALLET_DIR === undefined) throw new ConfigError(['ORACLE_WALLET_DIR is missing. DB_WALLET names a folder below it.']);
  const parsed = connectionInputSchema.safeParse(inputOf(settings));
  if (parsed.success) return parsed.data;
  throw new ConfigError(parsed.error.issues.map(({ path, message }) => `${settingOf(path[0])}: ${message}`));
}

function inputOf(settings: Settings): z.input<typeof connectionInputSchema> {
  return {
    name: FIRST_CONNECTION,
    kind: settings.DB_KIND,
    host: settings.DB_HOST ?? null,
    port: settings.DB_PORT ?? null,
    database: settings.DB_NAME ?? null,
    connectString: settings.DB_CONNECT_STRING ?? null,
    tls: settings.DB_TLS ?? null,
    wallet: settings.DB_WALLET ?? null,
    user: settings.DB_USER ?? '',
    password: settings.DB_PASS ?? '',
    walletPassword: settings.DB_WALLET_PASSWORD ?? null,
    timeZone: settings.DB_TIME_ZONE,
    limits: {
      poolMax: settings.DB_POOL_MAX ?? null,
      statementTimeoutMs: settings.DB_STATEMENT_TIMEOUT_MS ?? null,
      rowLimit: settings.DB_ROW_LIMIT ?? null,
      forbiddenHours: settings.DB_FORBIDDEN_HOURS ?? [],
      allowPlSql: settings.DB_ALLOW_PLSQL,
    },
  };
}

const FIELDS: { [N in keyof Settings]?: keyof ConnectionInput } = {
  DB_HOST: 'host', DB_PORT: 'port', DB_NAME: 'database', DB_CONNECT_STRING: 'connectString', DB_WALLET: 'wallet', DB_USER: 'user', DB_PASS: 'password',
  DB_WALLET_PASSWORD: 'walletPassword', DB_ALLOW_PLSQL: 'limits',
};

function settingOf(field: PropertyKey | undefined): string {
  return Object.entries(FIELDS).find(([, of]) => of === field)?.[0] ?? 'The first connection';
}

function listed(names: string[]): string {
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function forbiddenHours(text: string, context: z.RefinementCtx): ForbiddenHours[] {
  try {
    return readForbiddenHours(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
}
