import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** What every service needs to know. */
export const serviceConfigShape = {
  NATS_URL: z.url({ protocol: /^(nats|tls)$/, error: 'Expected a NATS address such as nats://user:password@host:4222.' }),
  /** Two installations on one NATS keep out of each other's way by their prefixes. */
  NATS_PREFIX: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,30}$/i).default('tank'),
  HEALTH_HOST: z.string().default('127.0.0.1'),
  /** 0: a free one, told to the parent process. */
  HEALTH_PORT: z.coerce.number().int().min(0).max(65535).default(0),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
};
export type ServiceConfig = z.infer<z.ZodObject<typeof serviceConfigShape>>;

/** All that is wrong with the environment, in one message. */
export class ConfigError extends Error {
  constructor(problems: string[]) {
    super(`The settings are not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/**
 * The one validated settings object of a service. `NAME_FILE` names a file that holds the value of `NAME` (secrets);
 * an empty variable counts as absent, since compose files pass those for settings nobody gave.
 * @throws ConfigError naming every setting that is wrong.
 */
export function readConfig<S extends z.ZodRawShape>(shape: S, env: NodeJS.ProcessEnv = process.env): z.infer<z.ZodObject<S>> {
  const problems: string[] = [];
  const values = Object.fromEntries(Object.keys(shape).map((name) => [name, readSetting(name, env, problems)]));
  const parsed = z.object(shape).safeParse(values);
  for (const issue of parsed.error?.issues ?? []) {
    const name = issue.path.join('.');
    problems.push(values[name] === undefined ? `${name} is missing. ${issue.message}` : `${name}: ${issue.message}`);
  }
  if (problems.length > 0 || !parsed.success) throw new ConfigError(problems);
  return parsed.data;
}

function readSetting(name: string, env: NodeJS.ProcessEnv, problems: string[]): string | undefined {
  const value = env[name] || undefined;
  const file = env[`${name}_FILE`] || undefined;
  if (!file) return value;
  if (value) problems.push(`${name} and ${name}_FILE are both set: keep one.`);
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    problems.push(`${name}_FILE: ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
    return undefined;
  }
}
