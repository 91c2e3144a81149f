import { connectionSchema, DEFAULT_GROUP, type Actor, type Connection, type ConnectionInput } from '@tank/contracts';
import type { PasswordSeal } from './sealed-password.js';

/** A row of source_connection, as `FIELDS` selects it. */
export interface StoredRow {
  connection_id: string;
  name: string;
  group_id: string;
  kind: string;
  host: string | null;
  port: number | null;
  database_name: string | null;
  connect_string: string | null;
  tls: string | null;
  wallet: string | null;
  user_name: string;
  password_sealed: Buffer;
  wallet_password_sealed: Buffer | null;
  key_id: string;
  time_zone: string;
  limits: object;
  given_by_settings: string | null;
  created_at: Date;
  revision: number;
  changed_by: Actor | null;
  changed_at: Date | null;
}

const WRITTEN = `name, kind, host, port, database_name, connect_string, tls, wallet, user_name, password_sealed, wallet_password_sealed,
  key_id, time_zone, limits, given_by_settings`;
export const FIELDS = `connection_id, ${WRITTEN}, group_id, created_at, revision, changed_by, changed_at`;

/** Their parameters are those of `rowOf`; INSERT has the group after them, which no change touches, CHANGE who changes it, null for the settings. */
export const INSERT = `
  INSERT INTO source_connection (connection_id, ${WRITTEN}, group_id)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) ON CONFLICT (name) DO NOTHING RETURNING ${FIELDS}`;
export const MOVE = `UPDATE source_connection SET group_id = $2 WHERE connection_id = $1 RETURNING ${FIELDS}`;
export const CHANGE = `
  UPDATE source_connection SET
    (${WRITTEN}) = ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16),
    revision = revision + 1, changed_by = $17::json, changed_at = now()
  WHERE connection_id = $1 RETURNING ${FIELDS}`;

export function newRowOf(connectionId: string, input: ConnectionInput, givenBySettings: string | null, seal: PasswordSeal): unknown[] {
  return [...rowOf(connectionId, input, givenBySettings, seal), input.groupId ?? DEFAULT_GROUP];
}

/** Both passwords are sealed anew, with the key of today. */
export function rowOf(connectionId: string, input: ConnectionInput, givenBySettings: string | null, seal: PasswordSeal): unknown[] {
  const { sealed, keyId } = seal.seal(input.password, connectionId);
  const wallet = input.walletPassword === null ? null : seal.seal(input.walletPassword, ownerOfWallet(connectionId)).sealed;
  return [
    connectionId, input.name, input.kind, input.host, input.port, input.database, input.connectString, input.tls, input.wallet, input.user, sealed, wallet, keyId,
    input.timeZone, JSON.stringify(input.limits), givenBySettings,
  ];
}

export function connectionOf(row: StoredRow): Connection {
  const { connection_id: connectionId, group_id: groupId, database_name: database, connect_string: connectString, user_name: user, time_zone: timeZone, created_at: createdAt } = row;
  const { name, kind, host, port, tls, wallet, limits, revision } = row;
  const shape = { name, kind, host, port, database, connectString, tls, wallet, user, timeZone, limits };
  return connectionSchema.parse({ connectionId, groupId, ...shape, createdAt: createdAt.toISOString(), revision });
}

/** @throws CannotOpen */
export function passwordOf({ connection_id, password_sealed: sealed, key_id: keyId }: StoredRow, seal: PasswordSeal): string {
  return seal.open({ sealed, keyId }, connection_id);
}

/** @throws CannotOpen */
export function walletPasswordOf({ connection_id, wallet_password_sealed: sealed, key_id: keyId }: StoredRow, seal: PasswordSeal): string | null {
  return sealed === null ? null : seal.open({ sealed, keyId }, ownerOfWallet(connection_id));
}

/** One sealed password must not open in the place of the other. */
function ownerOfWallet(connectionId: string): string {
  return `${connectionId} wallet`;
}
