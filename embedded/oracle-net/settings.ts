import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { DIALECTS, type DialectName } from './dialects.ts';

/** What the program is told by its environment. */
export interface OracleNetSettings {
  port: number;
  dialect: DialectName;
  /** The PostgreSQL behind; its role needs CREATE on the database. */
  pgUrl: string;
  user: string;
  password: string;
  service: string;
}

const environment = z.object({
  ORACLE_NET_PORT: z.coerce.number({ error: 'is not a number' }).int().min(0).max(65_535).default(0),
  ORACLE_NET_DIALECT: z.enum(Object.keys(DIALECTS) as [DialectName, ...DialectName[]], { error: `is none of ${Object.keys(DIALECTS).join(', ')}` }).default('19c'),
  ORACLE_NET_PG_URL: z.string({ error: 'is missing: postgresql://user:password@host:5432/database' }),
  ORACLE_NET_USER: z.string({ error: 'is missing: the user of Oracle who may log on' }),
  ORACLE_NET_PASSWORD: z.string({ error: 'is missing: give it, or the name of a file with it in ORACLE_NET_PASSWORD_FILE' }),
  ORACLE_NET_SERVICE: z.string({ error: 'is missing: the name of the service, as in the connect string' }),
});

/** @throws Error with everything that is wrong, in one message. An empty variable counts as absent; a value is never shown. */
export function readOracleNetSettings(env: NodeJS.ProcessEnv): OracleNetSettings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const file = given.ORACLE_NET_PASSWORD_FILE;
  if (file !== undefined) given.ORACLE_NET_PASSWORD = readFileSync(file, 'utf8').trim();
  const result = environment.safeParse(given);
  if (!result.success) throw new Error(`The Oracle Net server did not start:\n${result.error.issues.map(({ path, message }) => `  - ${path.join('.')}: ${message}`).join('\n')}`);
  const { ORACLE_NET_PORT, ORACLE_NET_DIALECT, ORACLE_NET_PG_URL, ORACLE_NET_USER, ORACLE_NET_PASSWORD, ORACLE_NET_SERVICE } = result.data;
  return { port: ORACLE_NET_PORT, dialect: ORACLE_NET_DIALECT, pgUrl: ORACLE_NET_PG_URL, user: ORACLE_NET_USER, password: ORACLE_NET_PASSWORD, service: ORACLE_NET_SERVICE };
}
