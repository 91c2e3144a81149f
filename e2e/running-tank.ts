import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureCustomerDatabase, type CustomerDatabase } from '../embedded/databases.ts';
import { SERVICES, type DemoSource, type ServiceName } from '../embedded/environment.ts';
import { freePort } from '../embedded/free-port.ts';
import { servicePrograms, type ServiceParts } from '../embedded/service-programs.ts';
import { startOracleNet } from '../embedded/start-oracle-net.ts';
import { startSesEmulator } from '../embedded/ses-emulator.ts';
import { Supervisor } from '../embedded/supervisor.ts';
import { createDatabase, uniquePrefix, urls, type TestDatabase } from '../embedded/test/parts.ts';
import { sharedParts } from '../embedded/test/shared-parts.ts';
import { prepareDemo } from '../examples/monthly-statement/run-demo.ts';
import { TankApi, type Account } from '../examples/monthly-statement/tank-api.ts';
import { findLeaks, logFiles } from './leaks.ts';

const ADMINISTRATOR: Account = { name: 'admin', password: 'only for this test' };
const [SECRET_KEY, SESSION_KEY] = [7, 8].map((byte) => Buffer.alloc(32, byte).toString('base64')) as [string, string];
const SES_SECRET = 'embedded-ses-secret-key';
const CUSTOMER_PASSWORD = 'only-for-this-test';
/** Whoever finds one of these in a log file has found a leak. */
export const SECRETS = [ADMINISTRATOR.password, SECRET_KEY, SESSION_KEY, SES_SECRET, CUSTOMER_PASSWORD];
const checkout = join(import.meta.dirname, '..');

export interface TankOptions {
  replicas?: Partial<Record<ServiceName, number>>;
  /** Where spans are sent; absent: nowhere. */
  otlpUrl?: string;
  /** An SES that a test has in hand; absent: an emulator of its own. */
  sesUrl?: string;
  /** How it reaches its customer's database; 'postgres' unless told. */
  source?: DemoSource;
  /** Of every process, such as NODE_OPTIONS. */
  environment?: Record<string, string>;
  /** Settings of services, by name. */
  tuning?: Record<string, string>;
}

/** A whole Tank as processes on the shared servers: its own database, NATS prefix, emulator and NAS folder. */
export interface RunningTank {
  apiUrl: string;
  account: Account;
  /** Signed in with that account. */
  api: TankApi;
  sesUrl: string;
  sessionKey: string;
  /** Whatever a test gave or got that opens something: at the end no log file may have it. */
  secrets: string[];
  customer: CustomerDatabase;
  logsDb: TestDatabase;
  fileRootPath: string;
  supervisor: Supervisor;
  stop(): Promise<void>;
}

export async function startTank({ replicas = {}, otlpUrl, sesUrl: givenSesUrl, source, environment, tuning }: TankOptions = {}): Promise<RunningTank> {
  const stateDir = mkdtempSync(join(tmpdir(), 'tank-e2e-'));
  const fileRootPath = mkdtempSync(join(tmpdir(), 'tank-nas-'));
  const supervisor = await Supervisor.take({ stateDir });
  const logsDb = await createDatabase('e2e');
  const customer = await ensureCustomerDatabase(urls().pgAdmin, `customer_${logsDb.name}`, CUSTOMER_PASSWORD);
  const secrets = [...SECRETS];
  const stop = async () => {
    await supervisor.stopAll();
    await logsDb.drop();
    const leaks = findLeaks(logFiles(stateDir), secrets);
    for (const folder of [stateDir, fileRootPath]) rmSync(folder, { recursive: true, force: true });
    if (leaks.length > 0) throw new Error(`What nobody may read stands in the log files:\n${leaks.slice(0, 20).join('\n')}`);
  };
  try {
    const sesUrl = givenSesUrl ?? (await startSesEmulator(supervisor, { stateDir, maxSendRate: 500 }));
    const port = await freePort();
    const oracle = source === 'oracle-net' ? await startOracleNet(supervisor, { stateDir, customer, service: 'demo' }) : undefined;
    const parts: ServiceParts = {
      logsDbUrl: logsDb.url,
      rolePasswords: sharedParts().passwords,
      natsUrl: urls().nats,
      natsPrefix: uniquePrefix(),
      ses: { endpoint: sesUrl, region: 'ap-northeast-2', accessKey: 'embedded', secretKey: SES_SECRET },
      fileRootPath,
      customer,
      oracle,
      tuning,
      secretKey: SECRET_KEY,
      sessionKey: SESSION_KEY,
      administrator: ADMINISTRATOR,
      port,
      logLevel: 'info',
      inherited: { PATH: process.env.PATH ?? '', ...environment, ...(otlpUrl ? { OTEL_EXPORTER_OTLP_ENDPOINT: otlpUrl } : {}) },
    };
    await startServices(supervisor, parts, replicas);
    const apiUrl = `http://127.0.0.1:${port}/api`;
    await prepareDemo({ customerDbUrl: customer.url, fileRootPath, report: () => undefined });
    return { apiUrl, account: ADMINISTRATOR, api: new TankApi(apiUrl, ADMINISTRATOR), sesUrl, sessionKey: SESSION_KEY, secrets, customer, logsDb, fileRootPath, supervisor, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startServices(supervisor: Supervisor, parts: ServiceParts, replicas: TankOptions['replicas']): Promise<void> {
  const counts = Object.fromEntries(SERVICES.map((service) => [service, replicas?.[service] ?? 1])) as Record<ServiceName, number>;
  const programs = servicePrograms(checkout, parts, counts);
  const schedulers = programs.filter(({ name }) => name.startsWith('scheduler'));
  for (const scheduler of schedulers) await supervisor.start(scheduler);
  await Promise.all(programs.filter((program) => !schedulers.includes(program)).map((program) => supervisor.start(program)));
}
