import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

/** Every table has one owner and nobody else reads it: one schema and one login role for each. */
export const OWNERS = ['scheduler', 'dbio', 'sender', 'logs', 'gateway'] as const;
export type Owner = (typeof OWNERS)[number];
/** `reader` sees the log tables, and nothing else, without a schema prefix. */
export type LogsDbRole = Owner | 'reader';
export const LOGS_DB_ROLES: LogsDbRole[] = [...OWNERS, 'reader'];
export type RolePasswords = Record<LogsDbRole, string>;

/** The address under which one role reaches the database of `adminUrl`. */
export function roleUrlOf(adminUrl: string, role: LogsDbRole, passwords: RolePasswords): string {
  const url = new URL(adminUrl);
  url.username = `tank_${role}`;
  url.password = passwords[role];
  return url.href;
}

/** What PostgreSQL stores for a SCRAM-SHA-256 password (RFC 5802): so no password appears in SQL or in a server's log. */
export function scramVerifier(password: string, salt = randomBytes(16), iterations = 4096): string {
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const storedKey = createHash('sha256').update(createHmac('sha256', salted).update('Client Key').digest()).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
