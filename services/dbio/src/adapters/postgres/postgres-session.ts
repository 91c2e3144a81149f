import pg from 'pg';
import { DEFAULT_PORTS, type Connection } from '@tank/contracts';
import type { SourceLimits } from '../source-limits.js';
import { DeadlinePassed } from './postgres-problems.js';
import { sourceTypes } from './postgres-values.js';

/** How long a statement waits for somebody else's lock before it gives way to the other rows. */
const LOCK_TIMEOUT_MS = 2_000;
/** The server stops a statement first, in good order; the deadline is for servers that no longer answer. */
const DEADLINE_SLACK_MS = 1_000;

/*
 * Dates as ISO text in the connection's zone, strings as the standard has them, all digits of a double, and no hurry for
 * the first rows of a cursor: a Target Query is read to its end.
 */
const PREPARE_SESSION = `
  SELECT set_config('TimeZone', $1, false), set_config('statement_timeout', $2, false), set_config('lock_timeout', $3, false),
         set_config('DateStyle', 'ISO, YMD', false), set_config('IntervalStyle', 'iso_8601', false),
         set_config('bytea_output', 'hex', false), set_config('extra_float_digits', '1', false),
         set_config('standard_conforming_strings', 'on', false), set_config('cursor_tuple_fraction', '1', false),
         set_config('idle_in_transaction_session_timeout', '0', false)`;

export function clientConfig(connection: Connection, password: string, limits: SourceLimits): pg.ClientConfig {
  const { host, port, database, user } = connection;
  return {
    host: host!, port: port ?? DEFAULT_PORTS.postgres, database: database!, user, password,
    application_name: 'tank-dbio',
    connectionTimeoutMillis: limits.connectMs,
    keepAlive: true,
    ssl: limits.tls === 'off' ? false : { rejectUnauthorized: limits.tls === 'verify' },
    types: sourceTypes,
  };
}

export async function prepareSession(client: pg.ClientBase, timeZone: string, statementMs: number): Promise<void> {
  await client.query(PREPARE_SESSION, [timeZone, String(statementMs), String(LOCK_TIMEOUT_MS)]);
}

/** Connects a session of its own, for work that takes long or that somebody waits for. */
export async function openSession(config: pg.ClientConfig, timeZone: string, statementMs: number): Promise<pg.Client> {
  const client = new pg.Client(config);
  client.on('error', ignoreHere);
  await client.connect();
  try {
    await withinDeadline(client, config.connectionTimeoutMillis!, () => prepareSession(client, timeZone, statementMs));
    return client;
  } catch (error) {
    destroySession(client);
    throw error;
  }
}

/** A broken connection also rejects the call in hand, which says what happened; without a listener Node would end the process. */
export function ignoreHere(): void {}

/**
 * Waits for work on a session, and no longer: past the deadline the session is destroyed, whatever its server does.
 * @throws DeadlinePassed, or what the work throws.
 */
export async function withinDeadline<T>(client: pg.ClientBase, ms: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new DeadlinePassed(ms));
      destroySession(client);
    }, ms + DEADLINE_SLACK_MS);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Unlike `end()` it waits for nobody. */
export function destroySession(client: pg.ClientBase): void {
  (client as pg.Client).connection.stream.destroy();
}
