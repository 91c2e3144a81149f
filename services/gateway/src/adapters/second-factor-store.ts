import type { User } from '@tank/contracts';
import type { EndReason } from '../accounts/account.js';
import type { GatewayDatabase } from './gateway-database.js';
import { endSessions, userOf } from './user-store.js';

const REMOVE = `
UPDATE user_account SET second_factor = NULL, second_factor_pending = NULL, second_factor_step = NULL
WHERE user_id = $1 AND second_factor IS NOT NULL RETURNING user_id`;

/** Secrets (sealed) and recovery codes (digests) of second factors. Of several who use or confirm one thing at once, one does. */
export class SecondFactorStore {
  constructor(private readonly db: GatewayDatabase) {}

  /** `pending`: not confirmed yet. */
  async secretsOf(userId: string): Promise<{ current: Buffer | null; pending: Buffer | null } | undefined> {
    const [row] = await this.db.query<{ current: Buffer | null; pending: Buffer | null }>(
      'SELECT second_factor AS current, second_factor_pending AS pending FROM user_account WHERE user_id = $1', [userId]);
    return row;
  }

  /** False where there is a confirmed one. */
  async keepPending(userId: string, sealed: Buffer): Promise<boolean> {
    return this.#isDone('UPDATE user_account SET second_factor_pending = $2 WHERE user_id = $1 AND second_factor IS NULL RETURNING user_id', [userId, sealed]);
  }

  /** False for a time step that was used, or one before it; and when the secret is another by now. */
  async useStep(userId: string, sealed: Buffer, step: number): Promise<boolean> {
    return this.#isDone(`
      UPDATE user_account SET second_factor_step = $3
      WHERE user_id = $1 AND second_factor = $2 AND (second_factor_step IS NULL OR second_factor_step < $3) RETURNING user_id`, [userId, sealed, step]);
  }

  async useRecoveryCode(userId: string, digest: Buffer): Promise<boolean> {
    return this.#isDone('DELETE FROM recovery_code WHERE user_id = $1 AND code_digest = $2 RETURNING user_id', [userId, digest]);
  }

  /** The pending secret counts from now on; all other sessions of the user end. Undefined when it is not pending any more. */
  confirm(userId: string, { sealed, step, digests, sessionId }: { sealed: Buffer; step: number; digests: Buffer[]; sessionId: string }): Promise<User | undefined> {
    return this.db.transaction(async (sql) => {
      const confirmed = await sql.query(`
        UPDATE user_account SET second_factor = second_factor_pending, second_factor_pending = NULL, second_factor_step = $3
        WHERE user_id = $1 AND second_factor_pending = $2 AND second_factor IS NULL RETURNING user_id`, [userId, sealed, step]);
      if (confirmed.length === 0) return undefined;
      await sql.query('DELETE FROM recovery_code WHERE user_id = $1', [userId]);
      await sql.query('INSERT INTO recovery_code (user_id, code_digest) SELECT $1, unnest($2::bytea[])', [userId, digests]);
      await endSessions(sql, userId, 'second-factor-changed' satisfies EndReason, sessionId);
      return userOf(sql, userId);
    });
  }

  /** Undefined where there is none. */
  remove(userId: string): Promise<User | undefined> {
    return this.db.transaction(async (sql) => {
      if ((await sql.query(REMOVE, [userId])).length === 0) return undefined;
      await sql.query('DELETE FROM recovery_code WHERE user_id = $1', [userId]);
      return userOf(sql, userId);
    });
  }

  async #isDone(statement: string, values: unknown[]): Promise<boolean> {
    return (await this.db.query(statement, values)).length > 0;
  }
}
