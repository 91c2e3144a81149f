import { randomUUID } from 'node:crypto';
import { DEFAULT_GROUP, pageOf, refuseChangedMeanwhile, rowPlaceIn, type Actor, type LastChange, type Page, type PageAsked, type Role, type User } from '@tank/contracts';
import { NAMES_SORTED, readSorted, type SortedList, type Sql } from '@tank/logs-db';
import type { EndReason, StoredUser } from '../accounts/account.js';
import type { GatewayDatabase } from './gateway-database.js';
import { replaceTokens } from './refresh-tokens.js';

/** Of a user_account. */
export const GROUPS = 'ARRAY(SELECT group_id FROM group_member WHERE group_member.user_id = user_account.user_id ORDER BY group_id)::text[]';
export const USER_COLUMNS = `
  user_account.user_id AS "userId", name, display_name AS "displayName", email, role, ${GROUPS} AS groups, disabled_at IS NOT NULL AS disabled,
  must_change_password AS "mustChangePassword", second_factor IS NOT NULL AS "secondFactor",
  provider_issuer IS NOT NULL AS "ofProvider", user_account.created_at AS "createdAt", last_sign_in_at AS "lastSignInAt", revision, password_hash AS "passwordHash"`;

const USERS: SortedList = {
  columns: USER_COLUMNS,
  from: 'user_account',
  where: 'true',
  sorts: {
    name: { sql: `name ${NAMES_SORTED}`, of: 'text' },
    createdAt: { sql: 'user_account.created_at', of: 'timestamptz' },
    // Whoever never signed in did so before everybody else.
    lastSignInAt: { sql: "coalesce(last_sign_in_at, 'epoch')", of: 'timestamptz' },
  },
  id: 'user_account.user_id',
};

const ADD = `
INSERT INTO user_account (user_id, name, display_name, role, password_hash, must_change_password, email)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (name) DO NOTHING RETURNING user_id`;
const FIND = `SELECT ${USER_COLUMNS} FROM user_account WHERE user_id = $1`;

const JOIN = 'INSERT INTO group_member (user_id, group_id) SELECT $1, group_id FROM user_group WHERE group_id = ANY($2::uuid[]) ON CONFLICT DO NOTHING RETURNING group_id';
const LEAVE = 'DELETE FROM group_member WHERE user_id = $1 AND group_id <> ALL($2::uuid[]) RETURNING group_id';
/** Locked: a group that is just being removed gets no member. */
const KNOWN_GROUPS = 'SELECT group_id FROM user_group WHERE group_id = ANY($1::uuid[]) ORDER BY group_id FOR SHARE';

/** One after the other, of all replicas: the second finds what the first made. */
const ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('tank.gateway.first-user'))";

/** Locked, so that of two administrators who disable each other at once one is left. */
const ACTIVE_ADMINISTRATORS = `
SELECT user_id AS "userId" FROM user_account WHERE role = 'administrator' AND disabled_at IS NULL ORDER BY user_id FOR UPDATE`;

const LAST_CHANGE = 'SELECT revision, changed_by AS by, changed_at AS at FROM user_account WHERE user_id = $1 FOR UPDATE';
/**
 * $2 shown name, $3 role, $4 disabled, $5 password's hash (a temporary one); null: as it is. $7 e-mail address, where $6; $8: no second factor any more.
 * $9 who changes it.
 */
const CHANGE = `
UPDATE user_account SET
  display_name = coalesce($2, display_name), role = coalesce($3, role),
  disabled_at = CASE WHEN $4::boolean THEN coalesce(disabled_at, now()) WHEN NOT $4::boolean THEN NULL ELSE disabled_at END,
  disabled_by_provider = disabled_by_provider AND $4::boolean IS NULL,
  password_hash = coalesce($5, password_hash), must_change_password = $5::text IS NOT NULL OR must_change_password,
  email = CASE WHEN $6::boolean THEN $7::text ELSE email END,
  second_factor = CASE WHEN $8::boolean THEN NULL ELSE second_factor END, second_factor_pending = CASE WHEN $8::boolean THEN NULL ELSE second_factor_pending END,
  second_factor_step = CASE WHEN $8::boolean THEN NULL ELSE second_factor_step END,
  revision = revision + 1, changed_by = $9::json, changed_at = now()
WHERE user_id = $1 RETURNING user_id`;

const END_SESSIONS = `
UPDATE user_session SET ended_at = now(), end_reason = $2
WHERE user_id = $1 AND ended_at IS NULL AND session_id IS DISTINCT FROM $3::uuid RETURNING session_id`;

export interface NewUser {
  name: string;
  displayName: string;
  email?: string | null;
  role: Role;
  /** Absent: the default group. */
  groups?: readonly string[];
  passwordHash: string;
  mustChangePassword: boolean;
}
/** Who changes a user, and the revision that the change was decided by; null: whatever it is. */
export interface ChangerOfUser {
  revision: number | null;
  by: Actor | null;
}
export interface ChangeOfUser {
  displayName?: string;
  email?: string | null;
  role?: Role;
  groups?: readonly string[];
  disabled?: boolean;
  /** Of a temporary password. */
  passwordHash?: string;
  secondFactor?: 'off';
}

/** The users, and what a change of one does to the sessions. */
export class UserStore {
  constructor(private readonly db: GatewayDatabase) {}

  async find(by: { userId: string } | { name: string }): Promise<StoredUser | undefined> {
    const [column, value] = 'userId' in by ? ['user_id', by.userId] : ['name', by.name];
    const rows = await this.db.query<UserRow>(`SELECT ${USER_COLUMNS} FROM user_account WHERE ${column} = $1`, [value]);
    return rows[0] && storedUser(rows[0]);
  }

  async page(asked: PageAsked): Promise<Page<User>> {
    const found = await readSorted<UserRow>(this.db, USERS, [], asked, rowPlaceIn(asked));
    return pageOf(found.map(({ row, place }) => ({ item: storedUser(row).user, place })), asked);
  }

  async names(): Promise<string[]> {
    return (await this.db.query<{ name: string }>('SELECT name FROM user_account ORDER BY name')).map(({ name }) => name);
  }

  async isAnybody(): Promise<boolean> {
    return (await this.db.query('SELECT FROM user_account LIMIT 1')).length > 0;
  }

  add(user: NewUser): Promise<User | 'name-in-use' | 'unknown-group'> {
    return this.db.transaction((sql) => add(sql, user));
  }

  /** Undefined when there is a user already. */
  addFirst(user: NewUser): Promise<User | undefined> {
    return this.db.transaction(async (sql) => {
      await sql.query(ONE_AT_A_TIME);
      const known = await sql.query('SELECT FROM user_account LIMIT 1');
      const added = known.length > 0 ? undefined : await add(sql, user);
      return typeof added === 'object' ? added : undefined;
    });
  }

  /** The same password, hashed at today's cost; unless it was changed meanwhile. */
  async keepHash(userId: string, before: string | null, hash: string): Promise<void> {
    await this.db.query('UPDATE user_account SET password_hash = $3 WHERE user_id = $1 AND password_hash = $2 RETURNING user_id', [userId, before, hash]);
  }

  /** The user's own change: other sessions than this one end, and this one gets another refresh token. Undefined when it was changed by somebody else meanwhile. */
  changeOwnPassword(userId: string, before: string, hash: string, sessionId: string): Promise<{ user: User; refreshToken: string; expiresAt: Date } | undefined> {
    return this.db.transaction(async (sql) => {
      const [row] = await sql.query<UserRow>(
        `UPDATE user_account SET password_hash = $3, must_change_password = false, revision = revision + 1,
           changed_by = json_build_object('userId', user_id, 'name', name), changed_at = now()
         WHERE user_id = $1 AND password_hash = $2 RETURNING ${USER_COLUMNS}`, [userId, before, hash]);
      if (!row) return undefined;
      await endSessions(sql, userId, 'password-changed', sessionId);
      return { user: storedUser(row).user, ...(await replaceTokens(sql, sessionId)) };
    });
  }

  /** Sessions end with the right to have them. `last-administrator`: nothing was changed, since nobody could undo it. @throws Refused CHANGED_MEANWHILE */
  change(
    userId: string, { revision, by }: ChangerOfUser, { displayName, email, role, groups, disabled, passwordHash, secondFactor }: ChangeOfUser,
  ): Promise<User | 'unknown' | 'unknown-group' | 'last-administrator'> {
    return this.db.transaction(async (sql) => {
      const administrators = await sql.query<{ userId: string }>(ACTIVE_ADMINISTRATORS);
      const isLast = administrators.length === 1 && administrators[0]?.userId === userId;
      if (isLast && (disabled || (role !== undefined && role !== 'administrator'))) return 'last-administrator';
      if (groups && !(await areGroups(sql, groups))) return 'unknown-group';
      const [last] = await sql.query<LastChange & { revision: number }>(LAST_CHANGE, [userId]);
      if (!last) return 'unknown';
      refuseChangedMeanwhile(revision, last.revision, last);
      const texts = [displayName ?? null, role ?? null, disabled ?? null, passwordHash ?? null, email !== undefined, email ?? null];
      await sql.query(CHANGE, [userId, ...texts, secondFactor === 'off', by && JSON.stringify(by)]);
      if (groups) await setGroups(sql, userId, groups);
      if (secondFactor) await sql.query('DELETE FROM recovery_code WHERE user_id = $1', [userId]);
      const reason: EndReason | undefined = disabled ? 'disabled' : passwordHash !== undefined ? 'password-changed' : secondFactor && 'second-factor-changed';
      if (reason) await endSessions(sql, userId, reason);
      return userOf(sql, userId);
    });
  }
}

interface UserRow extends Omit<User, 'createdAt' | 'lastSignInAt'> {
  createdAt: Date;
  lastSignInAt: Date | null;
  passwordHash: string | null;
}

export function storedUser(row: UserRow): StoredUser {
  const { userId, name, displayName, email, role, groups, disabled, mustChangePassword, secondFactor, ofProvider, revision, passwordHash } = row;
  const times = { createdAt: row.createdAt.toISOString(), lastSignInAt: row.lastSignInAt?.toISOString() ?? null };
  return { passwordHash, user: { userId, name, displayName, email, role, groups, disabled, mustChangePassword, secondFactor, ofProvider, ...times, revision } };
}
export type { UserRow };

async function add(sql: Sql, { name, displayName, email, role, groups = [DEFAULT_GROUP], passwordHash, mustChangePassword }: NewUser): Promise<User | 'name-in-use' | 'unknown-group'> {
  if (!(await areGroups(sql, groups))) return 'unknown-group';
  const userId = randomUUID();
  const added = await sql.query(ADD, [userId, name, displayName, role, passwordHash, mustChangePassword, email ?? null]);
  if (added.length === 0) return 'name-in-use';
  await setGroups(sql, userId, groups);
  return userOf(sql, userId);
}

export async function userOf(sql: Sql, userId: string): Promise<User> {
  const [row] = await sql.query<UserRow>(FIND, [userId]);
  return storedUser(row!).user;
}

async function areGroups(sql: Sql, groups: readonly string[]): Promise<boolean> {
  return (await sql.query(KNOWN_GROUPS, [groups])).length === new Set(groups).size;
}

export async function setGroups(sql: Sql, userId: string, groups: readonly string[]): Promise<void> {
  await sql.query(LEAVE, [userId, groups]);
  await sql.query(JOIN, [userId, groups]);
}

export async function endSessions(sql: Sql, userId: string, reason: EndReason, but: string | null = null): Promise<void> {
  await sql.query(END_SESSIONS, [userId, reason, but]);
}
