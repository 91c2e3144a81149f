import type { HealthProbe } from '@tank/messaging';
import { NO_ADMINISTRATOR } from '../accounts/account-problems.js';
import type { GatewayDatabase } from './gateway-database.js';
import type { UserStore } from './user-store.js';

const OK = { status: 'ok', detail: null } as const;

/** What the gateway needs beside NATS: its tables, and somebody who can sign in. */
export function accountProbes(db: GatewayDatabase, users: UserStore): HealthProbe[] {
  const [detail, detailKo] = NO_ADMINISTRATOR;
  return [
    { name: 'logs-db', check: async () => (await db.query('SELECT 1'), OK) },
    { name: 'administrator', check: async () => ((await users.isAnybody()) ? OK : { status: 'degraded', detail, detailKo }) },
  ];
}
