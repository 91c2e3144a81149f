import { randomUUID } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import {
  pageOf, refuseChangedMeanwhile, Refused, rowPlaceIn, type Actor, type AskedChange, type Connection, type ConnectionChange, type ConnectionInput, type Page, type PageAsked,
} from '@tank/contracts';
import { isDatabaseAway, NAMES_SORTED, readSorted, type SortedList } from '@tank/logs-db';
import { changedConnection } from './changed-connection.js';
import { CHANGE, connectionOf, FIELDS, INSERT, MOVE, newRowOf, passwordOf, rowOf, walletPasswordOf, type StoredRow } from './connection-row.js';
import { CannotOpen, type PasswordSeal } from './sealed-password.js';

/** A connection with what opens it: stays inside dbio. */
export interface OpenableConnection {
  connection: Connection;
  revision: number;
  /** @throws CannotOpen */
  password(): string;
  /** @throws CannotOpen */
  walletPassword(): string | null;
}

/** $1 groups, or null. */
const CONNECTIONS: SortedList = {
  columns: FIELDS,
  from: 'source_connection',
  where: '$1::uuid[] IS NULL OR group_id = ANY ($1)',
  sorts: { name: { sql: `name ${NAMES_SORTED}`, of: 'text' }, createdAt: { sql: 'created_at', of: 'timestamptz' } },
  id: 'connection_id',
};
const GROUP = 'SELECT group_id FROM source_connection WHERE connection_id = $1';
const BY_ID = `SELECT ${FIELDS} FROM source_connection WHERE connection_id = $1`;
const BY_ID_LOCKED = `${BY_ID} FOR UPDATE`;
/** By whatever name it goes now; by name where it is from a time that did not remember who gave it. */
const GIVEN_LOCKED = `
  SELECT ${FIELDS} FROM source_connection WHERE given_by_settings IS NOT NULL OR name = $1
  ORDER BY given_by_settings IS NULL, connection_id LIMIT 1 FOR UPDATE`;
const REVISION = 'SELECT revision FROM source_connection WHERE connection_id = $1';
const NOTE_GIVEN = 'UPDATE source_connection SET given_by_settings = $2 WHERE connection_id = $1';
const UNIQUE_VIOLATION = '23505';

/** What the settings gave last, and who writes; null for the settings. */
interface Writer {
  given: string | null;
  by: Actor | null;
}

/** The source connections in dbio's own schema. Throws Refused UNAVAILABLE while that database is away. */
export class ConnectionStore {
  constructor(private readonly database: DataSource, private readonly seal: PasswordSeal) {}

  /** @throws Refused CONFLICT when the name is taken. */
  async create(input: ConnectionInput): Promise<Connection> {
    const [row] = await this.query(INSERT, newRowOf(randomUUID(), input, null, this.seal));
    if (!row) throw nameTaken(input.name);
    return connectionOf(row);
  }

  /**
   * Makes the one connection that the settings give as they give it. What was changed since through `change` stays, whatever
   * the settings say, until they say something else than last time.
   */
  async put(input: ConnectionInput): Promise<Connection> {
    const given = this.seal.digest(JSON.stringify(withoutNothing(input)));
    for (;;) {
      const put = await this.transaction((manager) => this.putOver(manager, input, given));
      if (put) return connectionOf(put);
      const [made] = await this.query(INSERT, newRowOf(randomUUID(), input, given, this.seal));
      if (made) return connectionOf(made); // otherwise another replica was first: look again
    }
  }

  /**
   * An absent field, password or limit stays as it is.
   * @throws Refused NOT_FOUND; INVALID naming the field when it would not be a connection any more; CONFLICT when the name is taken; CHANGED_MEANWHILE.
   */
  async change(connectionId: string, { revision, by }: AskedChange, change: ConnectionChange): Promise<Connection> {
    const changed = await this.transaction(async (manager) => {
      const [row] = (await manager.query(BY_ID_LOCKED, [connectionId])) as StoredRow[];
      if (!row) throw notFound(connectionId);
      refuseChangedMeanwhile(revision, row.revision, { by: row.changed_by, at: row.changed_at });
      return this.write(manager, row, changedConnection(row, change, this.seal), { given: row.given_by_settings, by });
    });
    return connectionOf(changed);
  }

  /** How it is reached stays, and so does its revision. @throws Refused NOT_FOUND */
  async move(connectionId: string, groupId: string): Promise<Connection> {
    const [[moved]] = (await orUnavailable(() => this.database.query(MOVE, [connectionId, groupId]))) as [[StoredRow?], number];
    if (!moved) throw notFound(connectionId);
    return connectionOf(moved);
  }

  /** Of all groups when null. */
  async page(groupIds: string[] | null, asked: PageAsked): Promise<Page<Connection>> {
    const sql = { query: <R>(statement: string, values?: unknown[]) => orUnavailable(() => this.database.query<R[]>(statement, values)) };
    const found = await readSorted<StoredRow>(sql, CONNECTIONS, [groupIds], asked, rowPlaceIn(asked));
    return pageOf(found.map(({ row, place }) => ({ item: connectionOf(row), place })), asked);
  }

  async groupOf(connectionId: string): Promise<string | undefined> {
    return (await this.query(GROUP, [connectionId]))[0]?.group_id;
  }

  /** @throws Refused NOT_FOUND */
  async find(connectionId: string): Promise<OpenableConnection> {
    const [row] = await this.query(BY_ID, [connectionId]);
    if (!row) throw notFound(connectionId);
    return { connection: connectionOf(row), revision: row.revision, password: () => passwordOf(row, this.seal), walletPassword: () => walletPasswordOf(row, this.seal) };
  }

  /** @throws Refused NOT_FOUND */
  async get(connectionId: string): Promise<Connection> {
    return (await this.find(connectionId)).connection;
  }

  /** Cheaper than find, to notice a change; undefined when it is gone. */
  async revisionOf(connectionId: string): Promise<number | undefined> {
    return (await this.query(REVISION, [connectionId]))[0]?.revision;
  }

  /** @returns undefined when there is nothing to put it over. */
  private async putOver(manager: EntityManager, input: ConnectionInput, given: string): Promise<StoredRow | undefined> {
    const [known] = (await manager.query(GIVEN_LOCKED, [input.name])) as StoredRow[];
    if (!known || known.given_by_settings === given) return known;
    if (!this.isAsGiven(known, input)) return this.write(manager, known, { ...input, name: known.name }, { given, by: null });
    await manager.query(NOTE_GIVEN, [known.connection_id, given]);
    return known;
  }

  private async write(manager: EntityManager, { connection_id }: StoredRow, input: ConnectionInput, { given, by }: Writer): Promise<StoredRow> {
    try {
      const [[changed]] = (await manager.query(CHANGE, [...rowOf(connection_id, input, given, this.seal), by && JSON.stringify(by)])) as [[StoredRow], number];
      return changed;
    } catch (error) {
      if ((error as { code?: string }).code === UNIQUE_VIOLATION) throw nameTaken(input.name, error);
      throw error;
    }
  }

  /** From a time that did not remember what the settings gave: nothing could be changed then but by them. */
  private isAsGiven(row: StoredRow, input: ConnectionInput): boolean {
    const { connectionId: _id, groupId: _group, createdAt: _at, revision: _revision, ...stored } = connectionOf(row);
    try {
      const secrets = { password: passwordOf(row, this.seal), walletPassword: walletPasswordOf(row, this.seal) };
      return JSON.stringify(withoutNothing({ ...stored, ...secrets })) === JSON.stringify(withoutNothing({ ...input, name: stored.name }));
    } catch (error) {
      if (error instanceof CannotOpen) return false; // the key is a new one: seal it again
      throw error;
    }
  }

  private query(sql: string, parameters: unknown[] = []): Promise<StoredRow[]> {
    return orUnavailable(() => this.database.query(sql, parameters));
  }

  private transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return orUnavailable(() => this.database.transaction(work));
  }
}

async function orUnavailable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isDatabaseAway(error)) throw error;
    throw new Refused('UNAVAILABLE', ['Tank\'s own database (LOGS_DB_URL) cannot be reached: see that it runs.', 'Tank의 데이터베이스(LOGS_DB_URL)에 연결할 수 없습니다. 실행 중인지 확인하세요.'], null, { cause: error });
  }
}

function nameTaken(name: string, cause?: unknown): Refused {
  return new Refused('CONFLICT', [`There is a connection called ${name} already: choose another name.`, `이름이 ${name}인 연결이 이미 있습니다. 다른 이름을 쓰세요.`], 'name', { cause });
}

function notFound(connectionId: string): Refused {
  return new Refused('NOT_FOUND', [`There is no connection ${connectionId}: choose one of the list.`, `연결 ${connectionId}이(가) 없습니다. 목록에서 선택하세요.`], 'connectionId');
}

/** Its fields by name without those that say nothing, so that a field which a later version adds makes no difference. */
function withoutNothing(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutNothing);
  const said = Object.entries(value).flatMap(([name, field]) => (saysNothing(field) ? [] : [[name, withoutNothing(field)] as const]));
  return Object.fromEntries(said.filter(([, field]) => JSON.stringify(field) !== '{}').sort(([a], [b]) => (a < b ? -1 : 1)));
}

function saysNothing(field: unknown): boolean {
  return field === null || field === undefined || field === false || (Array.isArray(field) && field.length === 0);
}
