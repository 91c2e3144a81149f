import { randomUUID } from 'node:crypto';
import { pageOf, rowPlaceIn, type Page, type PageAsked, type Session, type User } from '@tank/contracts';
import { readSorted, type SortedList } from '@tank/logs-db';
import type { Caller, Client, EndReason, StoredUser } from '../accounts/account.js';
import type { Replayed } from '../accounts/sign-in.js';
import type { GatewayDatabase } from './gateway-database.js';
import { addToken, digest } from './refresh-tokens.js';
import { GROUPS, storedUser, USER_COLUMNS, type UserRow } from './user-store.js';

export interface SessionLimits {
  /** Without any call for so long, it is over. */
  idleMs: number;
  /** However often it is used. */
  lifeMs: number;
}

/** A session that was just opened or refreshed. */
export interface OpenSession {
  sessionId: string;
  user: User;
  refreshToken: string;
  expiresAt: Date;
}

/** $1 idle time (ms). */
const IS_OPEN = "ended_at IS NULL AND expires_at > now() AND last_used_at > now() - $1::float8 * interval '1 millisecond'";
const SESSION_COLUMNS = `
  session_id AS "sessionId", user_session.created_at AS "createdAt", last_used_at AS "lastUsedAt", expires_at AS "expiresAt", address, user_agent AS "userAgent"`;

/** $2 whose. */
const SESSIONS: SortedList = {
  columns: SESSION_COLUMNS,
  from: 'user_session',
  where: `${IS_OPEN} AND user_id = $2`,
  sorts: { lastUsedAt: { sql: 'last_used_at', of: 'timestamptz' }, createdAt: { sql: 'user_session.created_at', of: 'timestamptz' } },
  id: 'session_id',
};

/**
 * Only with the very hash, and the second factor or none, that was just checked: whoever is disabled or gets others meanwhile stays outside.
 * Locked as the change that follows does it: with a weaker lock two sign-ins of one user at the same moment wait for each other for ever.
 */
const OPEN = `
INSERT INTO user_session (session_id, user_id, expires_at, address, user_agent)
SELECT $1, user_id, now() + $2::float8 * interval '1 millisecond', $3, $4
FROM user_account
WHERE user_id = $5 AND password_hash IS NOT DISTINCT FROM $6 AND (second_factor IS NOT NULL) = $7 AND disabled_at IS NULL FOR NO KEY UPDATE
RETURNING expires_at AS "expiresAt"`;

/** The session is locked: of two refreshes with one token the second sees it used. */
const FIND_TOKEN = `
SELECT session_id AS "sessionId", used_at IS NOT NULL AS "isUsed", expires_at AS "expiresAt", ${IS_OPEN} AND disabled_at IS NULL AS "isOpen", ${USER_COLUMNS}
FROM refresh_token JOIN user_session USING (session_id) JOIN user_account USING (user_id)
WHERE token_hash = $2 FOR UPDATE OF user_session, refresh_token`;

const CALLER = `
SELECT session_id AS "sessionId", user_account.user_id AS "userId", name, role, CASE WHEN role = 'administrator' THEN NULL ELSE ${GROUPS} END AS groups, must_change_password AS "mustChangePassword",
  second_factor IS NULL AND password_hash IS NOT NULL AS "lacksSecondFactor"
FROM user_session JOIN user_account USING (user_id) WHERE session_id = $2 AND ${IS_OPEN} AND disabled_at IS NULL`;
/** $3: a use is written down when the last one is so long ago (ms). */
const USING_CALLER = `
WITH used AS (
  UPDATE user_session SET last_used_at = now()
  WHERE session_id = $2 AND ${IS_OPEN} AND last_used_at < now() - $3::float8 * interval '1 millisecond'
)
${CALLER}`;

const END = 'UPDATE user_session SET ended_at = now(), end_reason = $2 WHERE session_id = $1 AND ended_at IS NULL RETURNING session_id';
const TOUCH_EVERY_MS = 30_000;

/** Sessions and their refresh tokens. A token is good for one refresh; one that comes a second time ends its session. */
export class SessionStore {
  constructor(private readonly db: GatewayDatabase, private readonly limits: SessionLimits) {}

  /** Undefined when the user was disabled, or got another password or a second factor, since it was checked. */
  open({ user, passwordHash }: StoredUser, { address, userAgent }: Client): Promise<OpenSession | undefined> {
    return this.db.transaction(async (sql) => {
      const sessionId = randomUUID();
      const [row] = await sql.query<{ expiresAt: Date }>(OPEN, [sessionId, this.limits.lifeMs, address, userAgent.slice(0, 300), user.userId, passwordHash, user.secondFactor]);
      if (!row) return undefined;
      const [signedIn] = await sql.query<UserRow>(`UPDATE user_account SET last_sign_in_at = now() WHERE user_id = $1 RETURNING ${USER_COLUMNS}`, [user.userId]);
      return { sessionId, user: storedUser(signedIn!).user, refreshToken: await addToken(sql, sessionId), expiresAt: row.expiresAt };
    });
  }

  /** Undefined for what is no token, or of a session that is over; Replayed for one that was used, whose session it ended. */
  refresh(refreshToken: string): Promise<OpenSession | Replayed | undefined> {
    return this.db.transaction(async (sql) => {
      const [found] = await sql.query<UserRow & { sessionId: string; isUsed: boolean; isOpen: boolean; expiresAt: Date }>(FIND_TOKEN, [this.limits.idleMs, digest(refreshToken)]);
      if (!found?.isOpen) return undefined;
      const { sessionId, expiresAt } = found;
      if (found.isUsed) {
        await sql.query(END, [sessionId, 'replayed' satisfies EndReason]);
        return { replayedOf: { userId: found.userId, name: found.name }, sessionId };
      }
      await sql.query('UPDATE refresh_token SET used_at = now() WHERE token_hash = $1', [digest(refreshToken)]);
      await sql.query('UPDATE user_session SET last_used_at = now() WHERE session_id = $1', [sessionId]);
      return { sessionId, user: storedUser(found).user, refreshToken: await addToken(sql, sessionId), expiresAt };
    });
  }

  /** Who has this session, while it is open; it counts as used. */
  async callerOf(sessionId: string): Promise<Caller | undefined> {
    const [caller] = await this.db.query<Caller>(USING_CALLER, [this.limits.idleMs, sessionId, TOUCH_EVERY_MS]);
    return caller;
  }

  /** The same without counting as a use: whoever only looks on does not keep a session open. */
  async holderOf(sessionId: string): Promise<Caller | undefined> {
    const [caller] = await this.db.query<Caller>(CALLER, [this.limits.idleMs, sessionId]);
    return caller;
  }

  /** Open ones. */
  async page(userId: string, currentId: string, asked: PageAsked): Promise<Page<Session>> {
    const found = await readSorted<SessionRow>(this.db, SESSIONS, [this.limits.idleMs, userId], asked, rowPlaceIn(asked));
    return pageOf(found.map(({ row, place }) => ({ item: sessionOf(row, currentId), place })), asked);
  }

  /** One's own, while it is open. */
  async find(sessionId: string): Promise<Session | undefined> {
    const [row] = await this.db.query<SessionRow>(`SELECT ${SESSION_COLUMNS} FROM user_session WHERE ${IS_OPEN} AND session_id = $2`, [this.limits.idleMs, sessionId]);
    return row && sessionOf(row, sessionId);
  }

  /** Whose session it is, while it is open. */
  async ownerOf(sessionId: string): Promise<string | undefined> {
    const [row] = await this.db.query<{ userId: string }>(`SELECT user_id AS "userId" FROM user_session WHERE ${IS_OPEN} AND session_id = $2`, [this.limits.idleMs, sessionId]);
    return row?.userId;
  }

  async end(sessionId: string, reason: EndReason): Promise<void> {
    await this.db.query(END, [sessionId, reason]);
  }
}

interface SessionRow extends Pick<Session, 'sessionId' | 'address' | 'userAgent'> {
  createdAt: Date;
  lastUsedAt: Date;
  expiresAt: Date;
}

function sessionOf({ createdAt, lastUsedAt, expiresAt, ...row }: SessionRow, currentId: string): Session {
  return { ...row, current: row.sessionId === currentId, createdAt: createdAt.toISOString(), lastUsedAt: lastUsedAt.toISOString(), expiresAt: expiresAt.toISOString() };
}
