import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { connectionInputSchema, timeZoneSchema, type ConnectionInput, type QueryPurpose } from '@tank/contracts';
import { ConfigError, readConfig } from '@tank/messaging';
import { z } from 'zod';

/** The arguments cannot be used; the message says which and how they should be. */
export class UsageError extends Error {
  constructor(problem: string) {
    super(`${problem}\n\n${USAGE}`);
    this.name = 'UsageError';
  }
}

export const USAGE = `Checks, read-only, whether Tank will get along with an Oracle database, and writes a report.
Tank이 사용할 Oracle 데이터베이스를 읽기 전용으로 점검하고 보고서를 만듭니다.

  npm run oracle:selfcheck -- --connect <EZConnect|descriptor|alias> --user <name> [options]

  --connect host:1521/service | tcps://host:2484/service | "(DESCRIPTION=…)" | ALIAS    접속 문자열
  --user NAME                 database user 사용자
  --password-file FILE        or TANK_ORACLE_PASSWORD, or it is asked for 비밀번호 파일(없으면 환경 변수, 또는 물어봄)
  --wallet DIR                folder of ewallet.pem 지갑 폴더
  --wallet-password-file FILE or TANK_ORACLE_WALLET_PASSWORD 지갑 비밀번호
  --tns-admin DIR             folder of tnsnames.ora (TNS_ADMIN)
  --thick DIR | system        thick mode with Oracle Instant Client of that folder, or where the system finds it
  --tls on | verify           verify: the certificate must name the host 인증서의 호스트 이름까지 확인
  --time-zone Asia/Seoul      of the dates in the database 시간대
  --target FILE  --mapping FILE  --update FILE    queries; the update is parsed, never run 쿼리 파일(업데이트는 구문 검사만)
  --update-table SCHEMA.TABLE table that the Update Query writes 업데이트 쿼리가 쓰는 테이블
  --rows N                    most rows of --target to fetch (10000) 조회할 최대 행 수
  --out FILE                  write the report there 보고서 파일
  --json                      JSON instead of Markdown; beside --out FILE.md as FILE.json
  --lang ko | en | both       language 언어(both)

Exit code 종료 코드: 0 ok 정상, 1 failed 실패, 2 warnings 경고.`;

const environmentShape = {
  TANK_ORACLE_PASSWORD: z.string().optional(),
  TANK_ORACLE_WALLET_PASSWORD: z.string().optional(),
  TNS_ADMIN: z.string().optional(),
  SOURCE_CONNECT_MS: z.coerce.number().int().min(100).max(3_600_000).default(10_000),
  SOURCE_ASK_MS: z.coerce.number().int().min(100).max(3_600_000).default(5_000),
  SOURCE_FETCH_MS: z.coerce.number().int().min(100).max(3_600_000).default(300_000),
  SOURCE_POOL_SIZE: z.coerce.number().int().min(1).max(100).default(8),
};

const options = {
  connect: { type: 'string' }, user: { type: 'string' }, 'password-file': { type: 'string' },
  wallet: { type: 'string' }, 'wallet-password-file': { type: 'string' }, 'tns-admin': { type: 'string' },
  thick: { type: 'string' }, tls: { type: 'string', default: 'off' }, 'time-zone': { type: 'string', default: 'Asia/Seoul' },
  target: { type: 'string' }, mapping: { type: 'string' }, update: { type: 'string' }, 'update-table': { type: 'string' }, rows: { type: 'string', default: '10000' },
  out: { type: 'string' }, json: { type: 'boolean', default: false }, lang: { type: 'string', default: 'both' }, help: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parse>;

/** What somebody who runs the self-check asked for. */
export interface SelfcheckOptions {
  connection: Omit<ConnectionInput, 'password'>;
  /** null: it has to be asked for. */
  password: string | null;
  /** Folder that holds the wallet's folder. */
  walletDir: string | null;
  tnsAdmin: string | null;
  thick: { libDir: string | null } | null;
  tls: 'off' | 'on' | 'verify';
  queries: { purpose: QueryPurpose; sql: string }[];
  updateTable: string | null;
  rowLimit: number;
  limits: { connectMs: number; askMs: number; fetchMs: number; poolSize: number };
  out: string | null;
  json: boolean;
  language: 'ko' | 'en' | 'both';
}

/**
 * `null` where only help was asked for. Relative paths are those of the folder in which npm was called.
 * @throws UsageError
 */
export function readSelfcheckOptions(args: string[], env: NodeJS.ProcessEnv = process.env): SelfcheckOptions | null {
  const values = parse(args);
  if (values.help) return null;
  const settings = readEnvironment(env);
  const path = (given: string) => resolve(env.INIT_CWD ?? process.cwd(), given);
  const textOf = (option: keyof Values, given: string) => readText(`--${option}`, path(given));
  const secret = (option: 'password-file' | 'wallet-password-file', otherwise: string | undefined) =>
    values[option] === undefined ? (otherwise ?? null) : textOf(option, values[option]).replace(/\r?\n$/, '');
  const tnsAdmin = values['tns-admin'] ?? settings.TNS_ADMIN;
  return {
    connection: connectionOf(values, secret('wallet-password-file', settings.TANK_ORACLE_WALLET_PASSWORD)),
    password: secret('password-file', settings.TANK_ORACLE_PASSWORD),
    walletDir: values.wallet === undefined ? null : dirname(path(values.wallet)),
    tnsAdmin: tnsAdmin === undefined ? null : path(tnsAdmin),
    thick: values.thick === undefined ? null : { libDir: values.thick === 'system' ? null : path(values.thick) },
    tls: oneOf('tls', values.tls, ['off', 'on', 'verify']),
    queries: (['target', 'mapping', 'update'] as const).flatMap((purpose) => (values[purpose] === undefined ? [] : [{ purpose, sql: textOf(purpose, values[purpose]) }])),
    updateTable: values['update-table'] === undefined ? null : tableName(values['update-table']),
    rowLimit: count(values.rows),
    limits: { connectMs: settings.SOURCE_CONNECT_MS, askMs: settings.SOURCE_ASK_MS, fetchMs: settings.SOURCE_FETCH_MS, poolSize: settings.SOURCE_POOL_SIZE },
    out: values.out === undefined ? null : path(values.out),
    json: values.json,
    language: oneOf('lang', values.lang, ['ko', 'en', 'both']),
  };
}

function readEnvironment(env: NodeJS.ProcessEnv) {
  try {
    return readConfig(environmentShape, env);
  } catch (error) {
    throw error instanceof ConfigError ? new UsageError(error.message) : error;
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function connectionOf(values: Values, walletPassword: string | null): Omit<ConnectionInput, 'password'> {
  if (values.connect === undefined) throw new UsageError('--connect is missing: where is the database?');
  if (values.user === undefined) throw new UsageError('--user is missing: as whom does Tank log on?');
  if (!values.connect.startsWith('(') && values.connect.includes('@')) throw new UsageError('--connect holds an @: user and password are given by --user and --password-file.');
  const zone = timeZoneSchema.safeParse(values['time-zone']);
  if (!zone.success) throw new UsageError(`--time-zone ${values['time-zone']} is unknown: give one such as Asia/Seoul.`);
  const wallet = values.wallet === undefined ? null : basename(values.wallet);
  const input = { name: 'self-check', kind: 'oracle', connectString: values.connect, user: values.user, password: '', wallet, walletPassword, timeZone: zone.data };
  const parsed = connectionInputSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw new UsageError(`--${path[0] === 'connectString' ? 'connect' : String(path[0])}: ${message}`);
}

function oneOf<T extends string>(option: string, given: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === given);
  if (found === undefined) throw new UsageError(`--${option} ${given} is none of ${allowed.join(', ')}.`);
  return found;
}

function count(given: string): number {
  const rows = Number(given);
  if (!Number.isInteger(rows) || rows < 1 || rows > 1_000_000) throw new UsageError(`--rows ${given} is no number from 1 to 1000000.`);
  return rows;
}

/** Names without quotes are kept in upper case by Oracle. */
function tableName(given: string): string {
  const parts = /^("[^"]+"|[^".\s]+)\.("[^"]+"|[^".\s]+)$/.exec(given.trim());
  if (!parts) throw new UsageError(`--update-table ${given} is not SCHEMA.TABLE.`);
  return parts.slice(1).map((part) => (part.startsWith('"') ? part.slice(1, -1) : part.toUpperCase())).join('.');
}

function readText(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw new UsageError(`${option}: ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}
