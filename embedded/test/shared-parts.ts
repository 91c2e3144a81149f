import { z } from 'zod';
import { LOGS_DB_ROLES, type RolePasswords } from '../logs-db-roles.ts';

/** What global setup publishes to the test files through the environment. */
export const TEMPLATE_DATABASE = 'tank_template';

const shared = z.object({
  TEST_PG_ADMIN_URL: z.string(),
  TEST_PG_PASSWORDS: z.string(),
  TEST_NATS_URL: z.string(),
  TEST_SES_URL: z.string(),
});

export interface SharedParts {
  pgAdminUrl: string;
  passwords: RolePasswords;
  natsUrl: string;
  sesUrl: string;
}

export function publishParts(parts: SharedParts): void {
  Object.assign(process.env, {
    TEST_PG_ADMIN_URL: parts.pgAdminUrl,
    TEST_PG_PASSWORDS: JSON.stringify(parts.passwords),
    TEST_NATS_URL: parts.natsUrl,
    TEST_SES_URL: parts.sesUrl,
  });
}

export function sharedParts(): SharedParts {
  const result = shared.safeParse(process.env);
  if (!result.success) throw new Error('The shared PostgreSQL, nats-server and SES emulator run only for files named *.int.spec.ts or *.e2e.ts, started by scripts/jest.mjs.');
  const passwords = z.record(z.enum(LOGS_DB_ROLES as [string, ...string[]]), z.string()).parse(JSON.parse(result.data.TEST_PG_PASSWORDS));
  return { pgAdminUrl: result.data.TEST_PG_ADMIN_URL, passwords: passwords as RolePasswords, natsUrl: result.data.TEST_NATS_URL, sesUrl: result.data.TEST_SES_URL };
}
