import { ConfigError, readConfig, serviceConfigShape } from '@tank/messaging';
import { z } from 'zod';

const days = z.coerce.number().int().min(1).max(3650);

const shape = {
  ...serviceConfigShape,
  /** With the role `tank_logs`, whose search_path is its own schema. */
  LOGS_DB_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'Expected a PostgreSQL address such as postgres://tank_logs:password@host:5432/tank.' }),
  /** `masked` keeps `h***@example.com` and `김*수`, also of a recipient key that is an address; a full one still finds its mails, through its keyed hash. */
  LOG_ADDRESSES: z.enum(['plain', 'masked']).default('plain'),
  /** Key of the addresses' hash. Another key finds only what was written under it. */
  LOG_HASH_KEY: z.string().min(16, 'Expected at least 16 characters, such as the output of: openssl rand -hex 32').optional(),
  /** Days that runs and mails are kept; whole months are dropped when all of their mails are older. */
  LOG_DAYS: days.default(365),
  LOG_DAYS_SYSTEM_ERRORS: days.default(90),
  LOG_DAYS_DEAD_LETTERS: days.default(30),
};
export type LogsConfig = z.infer<z.ZodObject<typeof shape>>;

/** @throws ConfigError naming every setting that is wrong. */
export function readLogsConfig(env?: NodeJS.ProcessEnv): LogsConfig {
  const config = readConfig(shape, env);
  if (config.LOG_ADDRESSES === 'masked' && !config.LOG_HASH_KEY) {
    throw new ConfigError(['LOG_HASH_KEY is missing. LOG_ADDRESSES=masked needs it, or nobody could find the mails of an address: set it to the output of openssl rand -hex 32 and keep it.']);
  }
  return config;
}
