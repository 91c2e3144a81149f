import { statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { TUNING } from './service-programs.ts';

export const SERVICES = ['scheduler', 'dbio', 'attachment', 'renderer', 'sender', 'logs', 'gateway'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** How Tank reaches the demo customer's PostgreSQL: by itself, or as an Oracle through the Oracle Net test server. */
export const DEMO_SOURCES = ['postgres', 'oracle-net'] as const;
export type DemoSource = (typeof DEMO_SOURCES)[number];

/** What `npm start` was told: by its environment, where a variable puts a real part in place of an embedded one, and by its arguments. */
export interface StartSettings {
  once: boolean;
  source: DemoSource;
  logsDbUrl?: string;
  natsUrl?: string;
  /** Absent: `tank-` and the installation's id, so that two installations can share a nats-server. */
  natsPrefix?: string;
  ses?: { endpoint: string; region: string; accessKey: string; secretKey: string };
  fileRootPath?: string;
  port?: number;
  /** Absent password: one that is made at the first start and kept. */
  administrator: { name: string; password?: string };
  /** Absent: `.tank` in the checkout. */
  stateDir?: string;
  replicas: Record<ServiceName, number>;
  logLevel: string;
  /** Handed to every service as it is: PATH, HOME, TZ and OTEL_*. */
  inherited: Record<string, string>;
  /** Settings that tune a service, for whichever service knows them; it validates them. */
  tuning: Record<string, string>;
}

export class EnvironmentProblems extends Error {}

/** Any of these could make something mail real people, if anything ever used them. */
const CREDENTIALS = [
  'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE', 'AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', 'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'SES_ACCESS_KEY', 'SES_SECRET_KEY', 'SES_ACCESS_KEY_FILE', 'SES_SECRET_KEY_FILE',
];
const MAX_REPLICAS = 16;
const ARGUMENTS = ['--once', ...DEMO_SOURCES.map((source) => `--source=${source}`)];

const addressOf = (remedy: string, ...protocols: string[]) =>
  z.string().refine((value) => protocols.includes(URL.parse(value)?.protocol ?? ''), { error: `is not an address like ${remedy}` });

const environment = z.object({
  LOGS_DB_URL: addressOf('postgresql://user:password@host:5432/database', 'postgresql:', 'postgres:').optional(),
  NATS_URL: addressOf('nats://user:password@host:4222', 'nats:', 'tls:').optional(),
  NATS_PREFIX: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,30}$/i, { error: 'may hold letters, figures, - and _ (at most 31, the first one a letter or figure)' }).optional(),
  SES_ENDPOINT: addressOf('http://127.0.0.1:8005', 'http:', 'https:').refine(isLoopback, { error: refusalOfEndpoint }).optional(),
  SES_REGION: z.string().default('ap-northeast-2'),
  SES_ACCESS_KEY: z.string().default('embedded'),
  SES_SECRET_KEY: z.string().default('embedded'),
  FILE_ROOT_PATH: z.string().refine(isDirectory, { error: 'is not a folder that can be read: mount it, or leave it out to use the demo files' }).optional(),
  PORT: z.coerce.number({ error: 'is not a number' }).int().min(1).max(65_535).optional(),
  ADMIN_NAME: z.string().default('admin'),
  ADMIN_PASSWORD: z.string().min(12, { error: 'has less than 12 characters' }).optional(),
  TANK_STATE_DIR: z.string().refine(mayHoldState, { error: 'is not the absolute path of a folder; name one (it is made when it is not there), or leave it out to use .tank' }).optional(),
  TANK_REPLICAS: z.string().optional().transform(readReplicas),
  LOG_LEVEL: z.string().default('info'),
});

/** Throws EnvironmentProblems with everything that is wrong, in one message. An empty variable counts as absent. */
export function readSettings(env: NodeJS.ProcessEnv, args: string[]): StartSettings {
  const given = Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => Boolean(entry[1])));
  const result = environment.safeParse(given);
  const problems = [
    ...args.filter((arg) => !ARGUMENTS.includes(arg)).map((arg) => `argument ${arg}: is not known; there are only ${ARGUMENTS.join(', ')}`),
    ...(result.error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    ...refusalOfCredentials(given),
  ];
  if (problems.length > 0 || !result.success) {
    throw new EnvironmentProblems(`시작하지 않았습니다. Tank did not start:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
  const { LOGS_DB_URL, NATS_URL, NATS_PREFIX, SES_ENDPOINT, SES_REGION, SES_ACCESS_KEY, SES_SECRET_KEY, FILE_ROOT_PATH, PORT, ADMIN_NAME, ADMIN_PASSWORD, TANK_STATE_DIR, TANK_REPLICAS, LOG_LEVEL } = result.data;
  return {
    once: args.includes('--once'),
    source: DEMO_SOURCES.findLast((source) => args.includes(`--source=${source}`)) ?? 'postgres',
    logsDbUrl: LOGS_DB_URL,
    natsUrl: NATS_URL,
    natsPrefix: NATS_PREFIX,
    ses: SES_ENDPOINT ? { endpoint: SES_ENDPOINT, region: SES_REGION, accessKey: SES_ACCESS_KEY, secretKey: SES_SECRET_KEY } : undefined,
    fileRootPath: FILE_ROOT_PATH,
    port: PORT,
    administrator: { name: ADMIN_NAME, password: ADMIN_PASSWORD },
    stateDir: TANK_STATE_DIR,
    replicas: TANK_REPLICAS,
    logLevel: LOG_LEVEL,
    inherited: Object.fromEntries(Object.entries(given).filter(([name]) => ['PATH', 'HOME', 'TZ'].includes(name) || name.startsWith('OTEL_'))),
    tuning: Object.fromEntries(Object.entries(given).filter(([name]) => Object.values(TUNING).flat().includes(name))),
  };
}

/** The demo mails invented people. Whoever has credentials at hand means something else by starting Tank, so ask first. */
function refusalOfCredentials(given: Record<string, string>): string[] {
  const found = CREDENTIALS.filter((name) => given[name]);
  if (given.SES_ENDPOINT || found.length === 0) return [];
  const names = found.join(', ');
  return [
    `${names}: AWS 자격 증명이 환경 변수에 있고 SES_ENDPOINT가 없습니다. 데모는 이 컴퓨터 안의 에뮬레이터로만 보내므로, 실제 계정으로 오해하고 보내는 일이 없도록 시작을 거부합니다. ` +
      `해결: unset ${found.join(' ')} 후 다시 시작하거나, SES_ENDPOINT=http://127.0.0.1:<포트> 로 로컬 에뮬레이터를 지정하십시오.\n` +
      `    ${names}: AWS credentials are in the environment and SES_ENDPOINT is not set. The demo sends to an emulator on this machine only, so it refuses to start beside real credentials. ` +
      `Remedy: unset ${found.join(' ')} and start again, or point SES_ENDPOINT=http://127.0.0.1:<port> at a local emulator.`,
  ];
}

function refusalOfEndpoint({ input }: { input?: unknown }): string {
  return (
    `데모는 이 컴퓨터(127.0.0.1, ::1, localhost) 밖의 SES로는 보내지 않습니다: ${hostOf(String(input))}. 해결: SES_ENDPOINT를 지우면 내장 에뮬레이터를 씁니다.\n` +
    `    SES_ENDPOINT: the demo sends to nothing but this machine (127.0.0.1, ::1, localhost), not to ${hostOf(String(input))}. Remedy: unset SES_ENDPOINT to use the embedded emulator.`
  );
}

/** Only names that cannot mean another machine. The URL parser has already normalised forms like 0x7f.1. */
export function isLoopback(address: string): boolean {
  const host = hostOf(address);
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function hostOf(address: string): string {
  return URL.parse(address)?.hostname ?? '';
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function mayHoldState(path: string): boolean {
  return isAbsolute(path) && (statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? true);
}

/** `sender=3,renderer=2`; what is not named runs once. */
function readReplicas(value: string | undefined, context: z.RefinementCtx): Record<ServiceName, number> {
  const counts = Object.fromEntries(SERVICES.map((name) => [name, 1])) as Record<ServiceName, number>;
  for (const entry of (value ?? '').split(',').map((part) => part.trim()).filter(Boolean)) {
    const [, name, count] = /^(\w+)=(\d+)$/.exec(entry) ?? [];
    const service = SERVICES.find((known) => known === name);
    if (service && Number(count) >= 1 && Number(count) <= MAX_REPLICAS) counts[service] = Number(count);
    else context.addIssue({ code: 'custom', message: `"${entry}" is not <service>=<1 to ${MAX_REPLICAS}>, like sender=3,renderer=2; the services are ${SERVICES.join(', ')}` });
  }
  if (counts.gateway > 1) context.addIssue({ code: 'custom', message: 'gateway runs once here: it has the one PORT' });
  return counts;
}
