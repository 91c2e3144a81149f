import { randomUUID } from 'node:crypto';
import { DEFAULT_GROUP, type Role, type User } from '@tank/contracts';
import type { Sql } from '@tank/logs-db';
import type { StoredUser } from '../accounts/account.js';
import type { ProviderIdentity } from '../accounts/provider-sign-in.js';
import { userNamesFor } from '../accounts/provider-user-name.js';
import type { GatewayDatabase } from './gateway-database.js';
import { endSessions, setGroups, storedUser, USER_COLUMNS, type UserRow } from './user-store.js';

type Followed = ProviderIdentity & { role: Role };

/** Whom an administrator has disabled stays as he is; whom only the lack of a role has, is back. */
const FOLLOW = `
UPDATE user_account SET
  role = CASE WHEN disabled_at IS NULL OR disabled_by_provider THEN $3 ELSE role END,
  disabled_at = CASE WHEN disabled_by_provider THEN NULL ELSE disabled_at END, disabled_by_provider = false
WHERE provider_issuer = $1 AND provider_subject = $2 RETURNING user_id`;
const FIND = `SELECT ${USER_COLUMNS} FROM user_account WHERE provider_issuer = $1 AND provider_subject = $2`;
const SHUT_OUT = 'UPDATE user_account SET disabled_at = now(), disabled_by_provider = true WHERE user_id = $1 AND disabled_at IS NULL RETURNING user_id';
/** No row: the name is somebody's, or the same person has just come through another replica. */
const ADD = `
INSERT INTO user_account (user_id, name, display_name, role, must_change_password, email, provider_issuer, provider_subject)
VALUES ($1, $2, $3, $4, false, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING user_id`;

/** Users who sign in at the identity provider. They have no password, and the role that the provider says. */
export class ProviderUserStore {
  constructor(private readonly db: GatewayDatabase) {}

  /** The user of issuer and subject, with this role from now on; made where there is none, in the default group. */
  follow(identity: Followed): Promise<StoredUser> {
    return this.db.transaction(async (sql) => {
      const userId = (await known(sql, identity)) ?? (await added(sql, identity));
      const [row] = await sql.query<UserRow>(`SELECT ${USER_COLUMNS} FROM user_account WHERE user_id = $1`, [userId]);
      return storedUser(row!);
    });
  }

  async find({ issuer, subject }: Pick<ProviderIdentity, 'issuer' | 'subject'>): Promise<User | undefined> {
    const [row] = await this.db.query<UserRow>(FIND, [issuer, subject]);
    return row && storedUser(row).user;
  }

  /** Disabled until the provider gives a role again, and signed out everywhere. */
  shutOut(userId: string): Promise<void> {
    return this.db.transaction(async (sql) => {
      await sql.query(SHUT_OUT, [userId]);
      await endSessions(sql, userId, 'role-withdrawn');
    });
  }
}

async function known(sql: Sql, { issuer, subject, role }: Followed): Promise<string | undefined> {
  const [row] = await sql.query<{ user_id: string }>(FOLLOW, [issuer, subject, role]);
  return row?.user_id;
}

async function added(sql: Sql, identity: Followed): Promise<string> {
  const userId = randomUUID();
  for (const name of userNamesFor(identity, identity.wishedName)) {
    const { displayName, role, email, issuer, subject } = identity;
    const rows = await sql.query(ADD, [userId, name, displayName ?? name, role, email, issuer, subject]);
    if (rows.length > 0) {
      await setGroups(sql, userId, [DEFAULT_GROUP]);
      return userId;
    }
    const already = await known(sql, identity);
    if (already !== undefined) return already;
  }
  throw new Error('There is no free name for a user of the identity provider.');
}
