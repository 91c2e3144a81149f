import { randomBytes } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { ensureCustomerDatabase, ensureDatabase } from './databases.ts';
import type { StartSettings } from './environment.ts';
import { natsCacheDirs } from './find-nats-server.ts';
import { freePort } from './free-port.ts';
import { prepareLogsDb } from './logs-db.ts';
import { startNatsServer } from './nats-server.ts';
import { startPostgres } from './postgres.ts';
import { servicePrograms, type ServiceParts } from './service-programs.ts';
import { startOracleNet } from './start-oracle-net.ts';
import { startSesEmulator } from './ses-emulator.ts';
import type { StateFolder } from './state-folder.ts';
import type { Supervisor } from './supervisor.ts';

/** What the services are given, but for the port of the REST API, which is chosen when it is started. */
export type BroughtUp = Omit<ServiceParts, 'port'>;

export interface BringingUp {
  supervisor: Supervisor;
  settings: StartSettings;
  state: StateFolder;
  report: (line: string) => void;
  signal: AbortSignal;
}

const START_TRIES = 3;
const USUAL = { postgres: 5432, oracleNet: 1521, nats: 4222, ses: 8005, gateway: 3000 };
const ORACLE_SERVICE = 'demo';
const newKey = () => randomBytes(32).toString('base64');
/** 96 bits, short enough to be typed. */
const newPassword = () => randomBytes(12).toString('hex');

/** The servers, each embedded unless a setting names a real one, and the databases in them. */
export async function bringUpParts({ supervisor, settings, state, report, signal }: BringingUp): Promise<BroughtUp> {
  await gatewayPort(settings.port); // known before anything is started
  const [postgres, natsUrl, sesEndpoint] = await Promise.all([
    startPostgres(supervisor, { stateDir: state.dir, dataHome: state.dataHome, usualPort: USUAL.postgres }),
    settings.natsUrl ?? startNatsServer(supervisor, { stateDir: state.dir, cacheDirs: natsCacheDirs(state.dir), usualPort: USUAL.nats, report, signal }),
    settings.ses?.endpoint ?? startSesEmulator(supervisor, { stateDir: state.dir, usualPort: USUAL.ses }),
  ]);
  report(`PostgreSQL on 127.0.0.1:${postgres.port}${settings.logsDbUrl ? " (the demo customer's database; the Logs DB is the one of LOGS_DB_URL)" : ''}`);
  report(`SES emulator on ${sesEndpoint}`);
  const logsDbUrl = settings.logsDbUrl ?? (await ensureDatabase(postgres.adminUrl, 'tank'));
  const { installationId, repaired } = await prepareLogsDb(logsDbUrl, state.rolePasswords);
  if (repaired.length > 0) report(`Logs DB: ${repaired.map((role) => `tank_${role}`).join(', ')} had another password, which nobody used; now it is the one of .tank/secrets`);
  const natsPrefix = settings.natsPrefix ?? `tank-${installationId}`;
  report(`nats-server ${settings.natsUrl ? 'of NATS_URL' : `on ${new URL(natsUrl).host}`}, where our names begin with ${natsPrefix}`);
  const customer = await ensureCustomerDatabase(postgres.adminUrl, 'demo_customer', state.secret('demo-customer'));
  const oracle = settings.source === 'oracle-net' ? await startOracleNet(supervisor, { stateDir: state.dir, customer, service: ORACLE_SERVICE, usualPort: USUAL.oracleNet }) : undefined;
  if (oracle) report(`Oracle Net test server on ${oracle.host}:${oracle.port}/${oracle.service}, in front of the demo customer's database`);
  return {
    logsDbUrl,
    rolePasswords: state.rolePasswords,
    natsUrl,
    natsPrefix,
    ses: settings.ses ?? { endpoint: sesEndpoint, region: 'ap-northeast-2', accessKey: 'embedded', secretKey: 'embedded' },
    fileRootPath: fileRoot(settings, state),
    customer,
    oracle,
    secretKey: state.secret('dbio-key', newKey),
    sessionKey: state.secret('gateway-key', newKey),
    administrator: { name: settings.administrator.name, password: settings.administrator.password ?? state.secret('administrator', newPassword) },
    logLevel: settings.logLevel,
    inherited: settings.inherited,
    tuning: settings.tuning,
  };
}

/** The seven services, as many of each as asked for. Returns the address of the REST API. */
export async function bringUpServices(up: BringingUp, checkout: string, parts: BroughtUp): Promise<string> {
  const { supervisor, settings, report } = up;
  const port = await gatewayPort(settings.port);
  const programs = servicePrograms(checkout, { ...parts, port }, settings.replicas);
  const [scheduler, ...others] = programs.filter(({ name }) => name !== 'gateway');
  await supervisor.start(scheduler!);
  await Promise.all(others.map((program) => supervisor.start(program)));
  const apiUrl = await startGateway(up, checkout, parts, port);
  report(`services: ${programs.map((program) => program.name).join(', ')}`);
  return apiUrl;
}

/** Two checkouts started together may choose the same free port: the one that loses takes another. */
async function startGateway({ supervisor, settings }: BringingUp, checkout: string, parts: BroughtUp, firstPort: number): Promise<string> {
  for (let port = firstPort, attempt = 1; ; port = await freePort(), attempt += 1) {
    const gateway = servicePrograms(checkout, { ...parts, port }, settings.replicas).find(({ name }) => name === 'gateway')!;
    try {
      await supervisor.start(gateway);
      return `http://127.0.0.1:${port}/api`;
    } catch (error) {
      if (settings.port !== undefined || attempt === START_TRIES || !(error as Error).message.includes('EADDRINUSE')) throw error;
    }
  }
}

function fileRoot(settings: StartSettings, state: StateFolder): string {
  if (settings.fileRootPath) return realpathSync(settings.fileRootPath);
  const dir = join(state.dir, 'files');
  mkdirSync(dir, { recursive: true });
  return realpathSync(dir);
}

async function gatewayPort(wanted: number | undefined): Promise<number> {
  const port = await freePort(wanted ?? USUAL.gateway);
  if (wanted !== undefined && port !== wanted) throw new Error(`PORT: ${wanted} is taken by another program; choose another, or leave PORT out to get a free one.`);
  return port;
}
