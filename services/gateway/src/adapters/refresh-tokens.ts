import { createHash, randomBytes } from 'node:crypto';
import type { Sql } from '@tank/logs-db';

const TOKEN_BYTES = 32;

export async function addToken(sql: Sql, sessionId: string): Promise<string> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  await sql.query('INSERT INTO refresh_token (token_hash, session_id) VALUES ($1, $2)', [digest(token), sessionId]);
  return token;
}

/** Another token instead of all that the session had. It is locked first: a refresh at the same moment leaves no token behind. */
export async function replaceTokens(sql: Sql, sessionId: string): Promise<{ refreshToken: string; expiresAt: Date }> {
  const [session] = await sql.query<{ expiresAt: Date }>('SELECT expires_at AS "expiresAt" FROM user_session WHERE session_id = $1 FOR UPDATE', [sessionId]);
  await sql.query('DELETE FROM refresh_token WHERE session_id = $1', [sessionId]);
  return { refreshToken: await addToken(sql, sessionId), expiresAt: session!.expiresAt };
}

export function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
