import { z } from 'zod';
import type { InBoth } from './endings.js';
import { says } from './own-words.js';
import { passwordFieldSchema } from './password-field.js';
import { revisionSchema } from './revision.js';
import { timeZoneSchema } from './run.js';

export const SOURCE_KINDS = ['postgres', 'oracle'] as const;

const timeOfDaySchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, says('Expected a time such as 09:00.', '09:00 같은 시각을 쓰세요.'));
export const WEEKDAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const;
/** Hours of the connection's time zone in which nothing is read; `to` that is not after `from` is on the next day. */
export const forbiddenHoursSchema = z.object({
  days: z.array(z.enum(WEEKDAYS)).min(1).default([...WEEKDAYS]),
  from: timeOfDaySchema,
  to: timeOfDaySchema,
});
export type ForbiddenHours = z.infer<typeof forbiddenHoursSchema>;

/** What a DBA allows Tank to use of a database; null leaves it to the settings of dbio. */
export const connectionLimitsSchema = z.object({
  /** Sessions for look-ups and updates, from each replica of dbio. */
  poolMax: z.int().min(1).max(100).nullable().default(null),
  /** Of one statement, one fetch or one batch. */
  statementTimeoutMs: z.int().min(100).max(3_600_000).nullable().default(null),
  /** A Target Query with more rows ends its run before anything is sent. */
  rowLimit: z.int().min(1).max(100_000_000).nullable().default(null),
  /** Target and Mapping Queries wait until they are over; what was sent is still written back. */
  forbiddenHours: z.array(forbiddenHoursSchema).max(20).default([]),
  /** The Update Query may be a PL/SQL block: Oracle only, an administrator's decision. */
  allowPlSql: z.boolean().default(false),
});
export type ConnectionLimits = z.infer<typeof connectionLimitsSchema>;

const FOLDER_NAME = says('Expected the name of a folder.', '폴더 이름 하나를 쓰세요.');
/** How a connection is written by people. */
const connectionShape = {
  name: z.string().trim().min(1).max(100),
  kind: z.enum(SOURCE_KINDS),
  host: z.string().trim().min(1).max(255).nullable().default(null),
  /** Absent: 5432, for Oracle 1521. */
  port: z.int().min(1).max(65535).nullable().default(null),
  /** Oracle: the service name. */
  database: z.string().trim().min(1).max(255).nullable().default(null),
  /** Oracle only, in place of host, port and database: EZConnect, a descriptor, or an alias of the tnsnames.ora of dbio. */
  connectString: z.string().trim().min(1).max(4000).nullable().default(null),
  /** null: the setting SOURCE_TLS. A connect string says it itself. */
  tls: z.enum(['off', 'on', 'verify']).nullable().default(null),
  /** Oracle only: the folder of the wallet (`ewallet.pem`) below the setting ORACLE_WALLET_DIR. */
  wallet: z.string().trim().regex(/^[\w.-]+$/, FOLDER_NAME).refine((name) => !/^\.+$/.test(name), FOLDER_NAME).nullable().default(null),
  user: z.string().trim().min(1).max(255),
  timeZone: timeZoneSchema.default('Asia/Seoul'),
  limits: connectionLimitsSchema.prefault({}),
};
/** Never shown to anybody. */
const secrets = { password: passwordFieldSchema(z.string().max(1000)), walletPassword: passwordFieldSchema(z.string().max(1000)).nullable().default(null) };

/** `groupId` absent: the default group. A change does not name it: moving to another group is a request of its own. */
export const connectionInputSchema = z.object({ ...connectionShape, ...secrets, groupId: z.uuid().optional() }).superRefine(reachable);
export type ConnectionInput = z.infer<typeof connectionInputSchema>;

/** What is to be changed; an absent field stays, passwords above all, and so does an absent limit. */
export const connectionChangeSchema = z
  .object({ ...withoutDefaults({ ...connectionShape, ...secrets }), limits: z.object(withoutDefaults(connectionLimitsSchema.shape)).partial() })
  .partial();
export type ConnectionChange = z.infer<typeof connectionChangeSchema>;

/** A connection as anybody but dbio sees it: without its passwords. */
export const connectionSchema = z.object({ ...connectionShape, connectionId: z.uuid(), groupId: z.uuid(), createdAt: z.iso.datetime(), revision: revisionSchema });
export type Connection = z.infer<typeof connectionSchema>;

/** Where the database is, for sentences: never a password. */
export function placeOf({ host, port, connectString, kind }: Pick<Connection, 'host' | 'port' | 'connectString' | 'kind'>): string {
  return connectString ?? `${host}:${port ?? DEFAULT_PORTS[kind]}`;
}
export const DEFAULT_PORTS = { postgres: 5432, oracle: 1521 } as const;

/** A sentence's twin for Korean readers. */
export const koreanProblemSchema = z.object({ message: z.string(), cause: z.string().nullable(), remedy: z.string().nullable() });
export type KoreanProblem = z.infer<typeof koreanProblemSchema>;

/** Why a source could not be used, in words for an operator. */
export const sourceProblemSchema = z.object({
  code: z.string(),
  message: z.string(),
  cause: z.string(),
  remedy: z.string(),
  ko: koreanProblemSchema,
  /** What the database and its driver call it, such as `ORA-12514` and `NJS-518`. */
  databaseCodes: z.array(z.string()),
});
export type SourceProblem = z.infer<typeof sourceProblemSchema>;

export const connectTestSchema = z.discriminatedUnion('ok', [
  /** `warnings`: it works, and something is to be done soon, such as a new password. */
  z.object({ ok: z.literal(true), serverVersion: z.string(), durationMs: z.number(), warnings: z.array(sourceProblemSchema) }),
  z.object({ ok: z.literal(false), problem: sourceProblemSchema }),
]);
export type ConnectTest = z.infer<typeof connectTestSchema>;

/** What is wrong with a query; `position` counts characters of the author's text from 0, `line` and `column` from 1. */
export const queryErrorSchema = z.object({
  code: z.string(),
  message: z.string(),
  cause: z.string().nullable(),
  remedy: z.string().nullable(),
  ko: koreanProblemSchema.nullable(),
  position: z.int().nonnegative().nullable(),
  line: z.int().positive().nullable(),
  column: z.int().positive().nullable(),
});
export type QueryError = z.infer<typeof queryErrorSchema>;

type Place = Pick<z.infer<z.ZodObject<typeof connectionShape>>, 'kind' | 'host' | 'port' | 'database' | 'connectString' | 'wallet' | 'limits'>;

function reachable(connection: Place, context: z.RefinementCtx): void {
  const refuse = (field: string, message: InBoth) => context.addIssue({ code: 'custom', path: [field], message: says(...message) });
  const isWhole = connection.host !== null && connection.database !== null;
  if (connection.kind === 'postgres') {
    if (!isWhole) refuse(connection.host === null ? 'host' : 'database', ['PostgreSQL needs host and database.', 'PostgreSQL에는 host와 database가 필요합니다.']);
    if (connection.connectString !== null) {
      refuse('connectString', ['A connect string is for Oracle: give host, port and database.', 'connectString은 Oracle용입니다. host, port, database를 쓰세요.']);
    }
    if (connection.wallet !== null) refuse('wallet', ['A wallet is for Oracle.', 'wallet은 Oracle용입니다. 비워 두세요.']);
    if (connection.limits.allowPlSql) refuse('limits', ['PL/SQL is for Oracle.', 'PL/SQL은 Oracle용입니다. allowPlSql을 끄세요.']);
    return;
  }
  if (connection.connectString === null && !isWhole) {
    refuse(connection.host === null ? 'host' : 'database', [
      'Oracle needs host and service name (database), or a connect string.', 'Oracle에는 host와 서비스 이름(database), 또는 connectString이 필요합니다.',
    ]);
  }
  if (connection.connectString !== null && (connection.host ?? connection.database ?? connection.port) !== null) {
    refuse('connectString', [
      'Give a connect string, or host, port and database: not both.', 'connectString과 host, port, database 중 한쪽만 쓰세요.',
    ]);
  }
  if (connection.connectString !== null && /^config-/i.test(connection.connectString)) {
    refuse('connectString', [
      'Configuration providers (config-…://) are not used: write the descriptor itself.', '구성 공급자(config-…://)는 쓰지 않습니다. 접속 기술자를 직접 쓰세요.',
    ]);
  }
  const secret = connection.connectString === null ? null : secretIn(connection.connectString);
  if (secret !== null) refuse('connectString', secret);
}

/** A connect string is stored as it stands and shown to everybody who sees connections. @returns what stands in it that must not, and where it belongs; never the secret. */
function secretIn(connectString: string): InBoth | null {
  if (/(?:password|passwd|pwd)\s*=/i.test(connectString)) {
    return [
      'A connect string is stored unsealed and shown, so no password may stand in it: take the parameter out. The password of a wallet belongs into walletPassword, that of the user into password.',
      'connectString은 암호화되지 않고 저장되어 화면에 보이므로 비밀번호를 넣을 수 없습니다. 그 매개변수를 지우고 wallet의 비밀번호는 walletPassword에, 사용자의 비밀번호는 password에 쓰세요.',
    ];
  }
  if (outsideParentheses(connectString).includes('@')) {
    return [
      'A connect string is stored unsealed and shown, so no user and no password may stand in it: take out the @ and all before it. They belong into user and password.',
      'connectString은 암호화되지 않고 저장되어 화면에 보이므로 사용자와 비밀번호를 넣을 수 없습니다. @와 그 앞을 지우고 user와 password에 쓰세요.',
    ];
  }
  return null;
}

/** What is not closed counts as outside. */
function outsideParentheses(text: string): string {
  let outside = text;
  for (let before = ''; before !== outside; ) {
    before = outside;
    outside = before.replace(/\([^()]*\)/g, '');
  }
  return outside;
}

type Inner<T> = T extends z.ZodDefault<infer U> | z.ZodPrefault<infer U> ? U : T;

/** A default would overwrite what a change leaves alone. */
function withoutDefaults<S extends Record<string, z.ZodType>>(shape: S): { [K in keyof S]: Inner<S[K]> } {
  const inner = (schema: z.ZodType) => (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault ? schema.unwrap() : schema);
  return Object.fromEntries(Object.entries(shape).map(([name, schema]) => [name, inner(schema)])) as { [K in keyof S]: Inner<S[K]> };
}
