import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { connectionSchema, Refused, type Connection, type ConnectionInput } from '@tank/contracts';
import { isDatabaseAway } from '@tank/logs-db';
import { CannotOpen, type PasswordSeal, type SealedPassword } from './sealed-password.js';

/** A connection with what opens it: stays inside dbio. */
export interface OpenableConnection {
  connection: Connection;
  revision: number;
  /** @throws CannotOpen */
  password(): string;
}

interface StoredRow {
  connection_id: string;
  name: string;
  kind: string;
  host: string;
  port: number;
  database_name: string;
  user_name: string;
  password_sealed: Buffer;
  key_id: string;
  time_zone: string;
  created_at: Date;
  revision: number;
}

const FIELDS = 'connection_id, name, kind, host, port, database_name, user_name, password_sealed, key_id, time_zone, created_at, revision';
const ALL = `SELECT ${FIELDS} FROM source_connection ORDER BY name`;
const BY_ID = `SELECT ${FIELDS} FROM source_connection WHERE connection_id = $1`;
const BY_NAME_LOCKED = `SELECT ${FIELDS} FROM source_connection WHERE name = $1 FOR UPDATE`;
const REVISION = 'SELECT revision FROM source_connection WHERE connection_id = $1';
const INSERT = `
  INSERT INTO source_connection (connection_id, name, kind, host, port, database_name, user_name, password_sealed, key_id, time_zone)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (name) DO NOTHING RETURNING ${FIELDS}`;
const CHANGE = `
  UPDATE source_connection SET name = $2, kind = $3, host = $4, port = $5, database_name = $6, user_name = $7, password_sealed = $8, key_id = $9,
    time_zone = $10, revision = revision + 1
  WHERE connection_id = $1 RETURNING ${FIELDS}`;

/** The source connections in dbio's own schema. Throws Refused UNAVAILABLE while that database is away. */
export class ConnectionStore {
  constructor(private readonly database: DataSource, private readonly seal: PasswordSeal) {}

  /** @throws Refused CONFLICT when the name is taken. */
  async create(input: ConnectionInput): Promise<Connection> {
    const [row] = await this.query(INSERT, this.parameters(randomUUID(), input));
    if (!row) throw new Refused('CONFLICT', `There is a connection called ${input.name} already: choose another name.`, 'name');
    return connectionOf(row);
  }

  /** Makes the connection of that name as given; one that is so already stays untouched. */
  async put(input: ConnectionInput): Promise<Connection> {
    const [made] = await this.query(INSERT, this.parameters(randomUUID(), input));
    if (made) return connectionOf(made);
    return this.database.transaction(async (manager) => {
      const [known] = (await manager.query(BY_NAME_LOCKED, [input.name])) as [StoredRow];
      if (this.isAsGiven(known, input)) return connectionOf(known);
      const [[changed]] = (await manager.query(CHANGE, this.parameters(known.connection_id, input))) as [[StoredRow], number];
      return connectionOf(changed);
    });
  }

  async list(): Promise<Connection[]> {
    return (await this.query(ALL)).map(connectionOf);
  }

  /** @throws Refused NOT_FOUND */
  async find(connectionId: string): Promise<OpenableConnection> {
    const [row] = await this.query(BY_ID, [connectionId]);
    if (!row) throw new Refused('NOT_FOUND', `There is no connection ${connectionId}: choose one of the list.`, 'connectionId');
    return { connection: connectionOf(row), revision: row.revision, password: () => this.seal.open(sealedOf(row), connectionId) };
  }

  /** Cheaper than find, to notice a change; undefined when it is gone. */
  async revisionOf(connectionId: string): Promise<number | undefined> {
    return (await this.query(REVISION, [connectionId]))[0]?.revision;
  }

  private parameters(connectionId: string, input: ConnectionInput): unknown[] {
    const { sealed, keyId } = this.seal.seal(input.password, connectionId);
    return [connectionId, input.name, input.kind, input.host, input.port, input.database, input.user, sealed, keyId, input.timeZone];
  }

  private isAsGiven(row: StoredRow, input: ConnectionInput): boolean {
    const { connectionId: _id, createdAt: _at, ...stored } = connectionOf(row);
    try {
      const password = this.seal.open(sealedOf(row), row.connection_id);
      return JSON.stringify(sorted({ ...stored, password })) === JSON.stringify(sorted(input));
    } catch (error) {
      if (error instanceof CannotOpen) return false; // the key is a new one: seal it again
      throw error;
    }
  }

  private async query(sql: string, parameters: unknown[] = []): Promise<StoredRow[]> {
    try {
      return await this.database.query(sql, parameters);
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
      throw new Refused('UNAVAILABLE', 'Tank\'s own database (LOGS_DB_URL) cannot be reached: see that it runs.', null, { cause: error });
    }
  }
}

function connectionOf(row: StoredRow): Connection {
  const { connection_id: connectionId, name, kind, host, port, database_name: database, user_name: user, time_zone: timeZone } = row;
  return connectionSchema.parse({ connectionId, name, kind, host, port, database, user, timeZone, createdAt: row.created_at.toISOString() });
}

function sealedOf(row: StoredRow): SealedPassword {
  return { sealed: row.password_sealed, keyId: row.key_id };
}

function sorted(of: object): [string, unknown][] {
  return Object.entries(of).sort(([a], [b]) => (a < b ? -1 : 1));
}
