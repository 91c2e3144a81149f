import { join } from 'node:path';
import type { CustomerDatabase } from './databases.ts';
import { freePort } from './free-port.ts';
import type { Supervisor } from './supervisor.ts';

/** A customer's database as Oracle: where it is, and who may log on. */
export interface OracleSource {
  host: string;
  port: number;
  service: string;
  user: string;
  password: string;
}

const START_TRIES = 3;

/**
 * Starts the Oracle Net test server on loopback, in front of a customer's PostgreSQL: the same tables, through Oracle's driver.
 * Its user and password are those of the PostgreSQL.
 */
export async function startOracleNet(supervisor: Supervisor, options: { stateDir: string; customer: CustomerDatabase; service: string; usualPort?: number }): Promise<OracleSource> {
  const { customer, service } = options;
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort(attempt === 1 ? options.usualPort : undefined);
    try {
      await supervisor.start({
        name: 'oracle-net',
        command: process.execPath,
        // It knows no --state: that is there for whoever looks through the processes of the machine for ours.
        args: [join(import.meta.dirname, 'oracle-net/main.ts'), '--state', options.stateDir],
        env: {
          PATH: process.env.PATH ?? '/usr/bin:/bin', ORACLE_NET_PORT: String(port), ORACLE_NET_PG_URL: customer.url, ORACLE_NET_USER: customer.user, ORACLE_NET_PASSWORD: customer.password, ORACLE_NET_SERVICE: service,
        },
        ready: 'message',
        stopping: { signals: [{ signal: 'SIGTERM', deadlineMs: 5_000 }] },
        stage: 1, // after dbio, whose sessions it holds, and before PostgreSQL
      });
      return { host: '127.0.0.1', port, service, user: customer.user, password: customer.password };
    } catch (error) {
      if (attempt === START_TRIES || !/EADDRINUSE/.test((error as Error).message)) throw error;
    }
  }
}
