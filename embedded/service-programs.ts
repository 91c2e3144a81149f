import { join } from 'node:path';
import type { CustomerDatabase } from './databases.ts';
import { SERVICES, type ServiceName } from './environment.ts';
import { roleUrlOf, type Owner, type RolePasswords } from './logs-db-roles.ts';
import type { OracleSource } from './start-oracle-net.ts';
import type { Program } from './supervisor.ts';

/** Everything that a service can be given; each gets only what it needs. */
export interface ServiceParts {
  /** The Logs DB as its administrator; a service gets the address for its own role. */
  logsDbUrl: string;
  rolePasswords: RolePasswords;
  natsUrl: string;
  natsPrefix: string;
  ses: { endpoint: string; region: string; accessKey: string; secretKey: string };
  fileRootPath: string;
  customer: CustomerDatabase;
  /** The customer's database is reached as this Oracle instead. */
  oracle?: OracleSource;
  /** Base64 of 32 bytes: seals the passwords of source connections, and what was sent. */
  secretKey: string;
  /** Base64 of 32 bytes: signs the access tokens of the gateway. */
  sessionKey: string;
  /** Made at the first start, when there is no user yet. */
  administrator: { name: string; password: string };
  port: number;
  logLevel: string;
  inherited: Record<string, string>;
  /** Of `TUNING`, by name. */
  tuning?: Record<string, string>;
}

/** Settings of a service that only tune it: handed on from the environment of `npm start` where they are there. */
export const TUNING: Record<ServiceName, string[]> = {
  scheduler: ['WINDOW', 'REDISPATCH_AFTER_MS', 'SELECT_AGAIN_AFTER_MS', 'LEADER_LEASE_MS', 'STOP_GRACE_MS', 'MANIFEST_VALUES_DAYS'],
  dbio: [
    'DB_TIME_ZONE', 'DB_POOL_MAX', 'DB_STATEMENT_TIMEOUT_MS', 'DB_ROW_LIMIT', 'DB_FORBIDDEN_HOURS', 'DB_ALLOW_PLSQL', 'TNS_ADMIN', 'ORACLE_WALLET_DIR', 'ORACLE_CLIENT_MODE',
    'ORACLE_CLIENT_LIB_DIR', 'SOURCE_CONNECT_MS', 'SOURCE_ASK_MS', 'SOURCE_FETCH_MS', 'SOURCE_LOOK_UP_MS', 'SOURCE_UPDATE_MS', 'SOURCE_POOL_SIZE', 'SOURCE_TLS',
    'BREAKER_RESET_MS', 'BREAKER_VOLUME', 'UPDATE_GIVE_UP_AFTER_MS', 'MANIFEST_TIMEOUT_MS',
  ],
  attachment: ['FILE_ROOT_POLL_MS', 'FILE_ROOT_TIMEOUT_MS', 'STILL_WRITING_MS', 'SETTLE_MS'],
  renderer: ['RENDER_PROCESSES', 'RENDER_TIME_LIMIT_MS', 'RENDER_MEMORY_MB', 'RENDER_MAX_BYTES'],
  sender: ['SES_MAX_PER_SECOND', 'SES_MAX_24H', 'SES_CALL_TIMEOUT_MS', 'SENDER_CONCURRENCY', 'LEDGER_DAYS', 'SENT_MAIL_DAYS'],
  logs: ['LOG_ADDRESSES', 'LOG_HASH_KEY', 'LOG_DAYS', 'LOG_DAYS_SYSTEM_ERRORS', 'LOG_DAYS_DEAD_LETTERS'],
  gateway: ['SESSION_IDLE_MINUTES', 'SESSION_LIFE_MINUTES', 'SIGN_IN_ATTEMPTS', 'AUDIT_DAYS', 'PLAIN_PASSWORDS', 'TRUSTED_PROXIES', 'ALLOWED_HOSTS'],
};

/** One program per replica, in the order of starting: the scheduler first, because it makes the streams. */
export function servicePrograms(checkout: string, parts: ServiceParts, replicas: Record<ServiceName, number>): Program[] {
  return SERVICES.flatMap((service) =>
    Array.from({ length: replicas[service] }, (_, index) => ({
      name: replicas[service] === 1 ? service : `${service}-${index + 1}`,
      command: process.execPath,
      args: ['--import', join(checkout, 'packages/telemetry/dist/register.js'), join(checkout, 'services', service, 'dist/main.js')],
      env: serviceEnvironment(service, parts),
      cwd: checkout,
      ready: 'message' as const,
      readyWithinMs: 60_000,
      stopping: { signals: [{ signal: 'SIGTERM' as const, deadlineMs: 20_000 }] },
      // The scheduler feeds the others: it goes down after them, so that what they give back is received.
      stage: service === 'scheduler' ? 1 : 2,
    })),
  );
}

export function serviceEnvironment(service: ServiceName, parts: ServiceParts): Record<string, string> {
  const database = (owner: Owner) => ({ LOGS_DB_URL: roleUrlOf(parts.logsDbUrl, owner, parts.rolePasswords) });
  const files = { FILE_ROOT_PATH: parts.fileRootPath };
  const own: Record<ServiceName, Record<string, string>> = {
    scheduler: database('scheduler'),
    dbio: { ...database('dbio'), TANK_SECRET_KEY: parts.secretKey, ...firstConnection(parts) },
    attachment: files,
    renderer: {},
    sender: {
      ...database('sender'),
      ...files,
      TANK_SECRET_KEY: parts.secretKey,
      SES_ENDPOINT: parts.ses.endpoint,
      SES_REGION: parts.ses.region,
      SES_ACCESS_KEY: parts.ses.accessKey,
      SES_SECRET_KEY: parts.ses.secretKey,
    },
    logs: database('logs'),
    gateway: {
      ...database('gateway'),
      TANK_SESSION_KEY: parts.sessionKey,
      ADMIN_NAME: parts.administrator.name,
      ADMIN_PASSWORD: parts.administrator.password,
      HOST: '127.0.0.1',
      PORT: String(parts.port),
    },
  };
  const tuning = Object.fromEntries(Object.entries(parts.tuning ?? {}).filter(([name]) => TUNING[service].includes(name)));
  return { ...parts.inherited, ...tuning, OTEL_SERVICE_NAME: `tank-${service}`, NATS_URL: parts.natsUrl, NATS_PREFIX: parts.natsPrefix, HEALTH_PORT: '0', LOG_LEVEL: parts.logLevel, ...own[service] };
}

/** Whole: an empty setting counts as absent, so that nothing of another database comes with it. */
function firstConnection({ customer, oracle }: ServiceParts): Record<string, string> {
  const { host, port, user, password } = oracle ?? customer;
  const place = oracle ? { DB_KIND: 'oracle', DB_NAME: oracle.service } : { DB_KIND: 'postgres', DB_NAME: customer.name };
  return { ...place, DB_HOST: host, DB_PORT: String(port), DB_USER: user, DB_PASS: password, ...NOT_OURS };
}

const NOT_OURS = { DB_CONNECT_STRING: '', DB_TLS: '', DB_WALLET: '', DB_WALLET_PASSWORD: '' };
