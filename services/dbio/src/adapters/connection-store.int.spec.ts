import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { connectionInputSchema, DEFAULT_GROUP, type ConnectionInput } from '@tank/contracts';
import { openLogsDb, type LogsDb } from '@tank/logs-db';
import pg from 'pg';
import { sameInPagesOfOne } from '../../../../embedded/test/pages.ts';
import { createDatabase, roleUrl, waitFor, type TestDatabase } from '../../../../embedded/test/parts.ts';
import { TcpProxy } from '../../test/tcp-proxy.js';
import { ConnectionStore } from './connection-store.js';
import { openDbioDatabase } from './dbio-database.js';
import { SourceConnections } from './migrations/0001-source-connections.js';
import { PasswordSeal } from './sealed-password.js';

const PASSWORD = 'pa55-한글-secret';
const WALLET_PASSWORD = 'wallet-비밀';
const BY = { userId: randomUUID(), name: 'kim' };
const WHATEVER_IT_IS = { revision: null, by: BY };
const BY_NAME = { limit: 100, after: null, sort: 'name' };
const input = (over: object = {}): ConnectionInput => connectionInputSchema.parse({ name: 'main', kind: 'postgres', host: '127.0.0.1', database: 'crm', user: 'tank', password: PASSWORD, ...over });
const oracle = (over: object = {}): ConnectionInput =>
  input({ name: 'oracle', kind: 'oracle', host: null, database: null, connectString: 'CRM_ALIAS', tls: 'verify', wallet: 'crm', walletPassword: WALLET_PASSWORD, limits: { rowLimit: 500, allowPlSql: true }, ...over });

let database: TestDatabase;
let owned: LogsDb;
const key = randomBytes(32);
let store: ConnectionStore;

beforeAll(async () => {
  database = await createDatabase('dbio');
  owned = await openDbioDatabase(roleUrl(database, 'dbio'));
  store = new ConnectionStore(owned.dataSource, new PasswordSeal(key));
});
afterAll(async () => {
  await owned.close();
  await database.drop();
});

describe('the schema of dbio', () => {
  it('is what the entities say', async () => {
    const { upQueries } = await owned.dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('keeps what was there before the limits, password and all', async () => {
    const older = await createDatabase('dbio_older');
    const before = await openLogsDb({ url: roleUrl(older, 'dbio'), owner: 'dbio', entities: [], migrations: [SourceConnections], connections: 2 });
    const connectionId = randomUUID();
    const { sealed, keyId } = new PasswordSeal(key).seal(PASSWORD, connectionId);
    await before.query("INSERT INTO source_connection VALUES ($1, 'old', 'postgres', 'db', 5433, 'crm', 'tank', $2, $3, 'Asia/Tokyo', '2026-01-01Z', 7)", [connectionId, sealed, keyId]);
    await before.close();
    const after = await openDbioDatabase(roleUrl(older, 'dbio'));
    const found = await new ConnectionStore(after.dataSource, new PasswordSeal(key)).find(connectionId);
    await after.close();
    await older.drop();
    expect(found.connection).toEqual({
      connectionId, groupId: DEFAULT_GROUP, name: 'old', kind: 'postgres', host: 'db', port: 5433, database: 'crm', connectString: null, tls: null, wallet: null, user: 'tank', timeZone: 'Asia/Tokyo',
      limits: { poolMax: null, statementTimeoutMs: null, rowLimit: null, forbiddenHours: [], allowPlSql: false }, createdAt: '2026-01-01T00:00:00.000Z', revision: 7,
    });
    expect([found.revision, found.password(), found.walletPassword()]).toEqual([7, PASSWORD, null]);
  });
});

describe('ConnectionStore', () => {
  it('keeps the password sealed and gives it to nobody but who opens it', async () => {
    const made = await store.create(input());
    expect(made).toMatchObject({ name: 'main', host: '127.0.0.1', timeZone: 'Asia/Seoul' });
    expect(JSON.stringify([made, await store.page(null, BY_NAME)])).not.toContain(PASSWORD);
    expect((await store.find(made.connectionId)).password()).toBe(PASSWORD);
    const [row] = await owned.query<{ password_sealed: Buffer }>('SELECT * FROM source_connection');
    expect(row!.password_sealed.includes(PASSWORD)).toBe(false);
    expect(JSON.stringify(row)).not.toContain(Buffer.from(PASSWORD).toString('hex'));
  });

  it('refuses a name that is taken, and an id that is not', async () => {
    await expect(store.create(input())).rejects.toMatchObject({ refusal: { code: 'CONFLICT', field: 'name' } });
    await expect(store.find(randomUUID())).rejects.toMatchObject({ refusal: { code: 'NOT_FOUND' } });
  });

  it('keeps a connect string, a wallet and limits, and the password of the wallet sealed', async () => {
    const { connectionId, ...made } = await store.create(oracle());
    expect(made).toMatchObject({ host: null, port: null, database: null, connectString: 'CRM_ALIAS', tls: 'verify', wallet: 'crm', limits: { rowLimit: 500, poolMax: null, allowPlSql: true } });
    const found = await store.find(connectionId);
    expect([found.password(), found.walletPassword()]).toEqual([PASSWORD, WALLET_PASSWORD]);
    const [row] = await owned.query<{ wallet_password_sealed: Buffer }>("SELECT * FROM source_connection WHERE name = 'oracle'");
    expect(row!.wallet_password_sealed.includes(WALLET_PASSWORD)).toBe(false);
    await owned.query("UPDATE source_connection SET password_sealed = wallet_password_sealed WHERE name = 'oracle'");
    expect((await store.find(connectionId)).password).toThrow(/belongs to another connection/);
  });

  it('does not open a sealed password that was moved to another row', async () => {
    const [one, two] = [await store.create(input({ name: 'one' })), await store.create(input({ name: 'two', password: 'other' }))];
    await owned.query('UPDATE source_connection SET password_sealed = (SELECT password_sealed FROM source_connection WHERE connection_id = $1) WHERE connection_id = $2', [one.connectionId, two.connectionId]);
    expect((await store.find(two.connectionId)).password).toThrow(/belongs to another connection/);
  });

  it('is unavailable, and not broken, while its database is away', async () => {
    const url = new URL(roleUrl(database, 'dbio'));
    const proxy = await TcpProxy.to(Number(url.port));
    url.port = String(proxy.port);
    const behind = await openDbioDatabase(url.href);
    const away = new ConnectionStore(behind.dataSource, new PasswordSeal(key));
    await proxy.cut();
    await expect(away.page(null, BY_NAME)).rejects.toMatchObject({ refusal: { code: 'UNAVAILABLE' } });
    await expect(away.change(randomUUID(), WHATEVER_IT_IS, {})).rejects.toMatchObject({ refusal: { code: 'UNAVAILABLE' } });
    await proxy.mend();
    await expect(away.page(null, BY_NAME)).resolves.toMatchObject({ items: expect.any(Array) });
    await behind.close();
    await proxy.cut();
  });
});

describe('a change of a connection', () => {
  it('leaves what it does not name alone, passwords and limits above all, and moves the revision', async () => {
    const { connectionId, ...before } = await store.create(oracle({ name: 'changing' }));
    await expect(store.change(connectionId, WHATEVER_IT_IS, { user: 'other', limits: { poolMax: 2 } })).resolves.toEqual(
      { ...before, connectionId, user: 'other', limits: { ...before.limits, poolMax: 2 }, revision: 2 },
    );
    const found = await store.find(connectionId);
    expect([found.revision, found.password(), found.walletPassword()]).toEqual([2, PASSWORD, WALLET_PASSWORD]);
  });

  it('gives new passwords, and takes that of a wallet away', async () => {
    const { connectionId } = await store.create(oracle({ name: 'secrets' }));
    await store.change(connectionId, WHATEVER_IT_IS, { password: '', walletPassword: null });
    const found = await store.find(connectionId);
    expect([found.password(), found.walletPassword()]).toEqual(['', null]);
  });

  it.each([
    ['host', { host: null }],
    ['connectString', { kind: 'oracle' as const, connectString: 'ALIAS' }],
    ['limits', { limits: { allowPlSql: true } }],
  ])('is refused whole, naming %s, when it would leave no connection', async (field, change) => {
    const { connectionId } = await store.create(input({ name: `refused ${field}` }));
    await expect(store.change(connectionId, WHATEVER_IT_IS, { ...change, user: 'nobody' })).rejects.toMatchObject({ refusal: { code: 'INVALID', field } });
    expect(await store.find(connectionId)).toMatchObject({ revision: 1, connection: { user: 'tank' } });
  });

  it('is refused for a name that is taken, and for an id that is not', async () => {
    const { connectionId } = await store.create(input({ name: 'unique' }));
    await expect(store.change(connectionId, WHATEVER_IT_IS, { name: 'main' })).rejects.toMatchObject({ refusal: { code: 'CONFLICT', field: 'name' } });
    await expect(store.change(connectionId, WHATEVER_IT_IS, { name: 'unique' })).resolves.toMatchObject({ name: 'unique' });
    await expect(store.change(randomUUID(), WHATEVER_IT_IS, {})).rejects.toMatchObject({ refusal: { code: 'NOT_FOUND' } });
  });

  it('loses none of two that come together', async () => {
    const { connectionId } = await store.create(input({ name: 'two at once' }));
    const holder = new pg.Client({ connectionString: database.url });
    await holder.connect();
    await holder.query('BEGIN; SET search_path = dbio');
    await holder.query('SELECT 1 FROM source_connection WHERE connection_id = $1 FOR UPDATE', [connectionId]);
    const changes = [store.change(connectionId, WHATEVER_IT_IS, { user: 'a', limits: { rowLimit: 1 } }), store.change(connectionId, WHATEVER_IT_IS, { port: 1, limits: { poolMax: 1 } })];
    const areBothWaiting = async () => {
      await holder.query('SELECT pg_stat_clear_snapshot()');
      return (await holder.query("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")).rowCount === 2;
    };
    await waitFor(areBothWaiting, { what: 'both to wait for the row' });
    await holder.query('COMMIT');
    await Promise.all(changes);
    await holder.end();
    expect(await store.find(connectionId)).toMatchObject({ revision: 3, connection: { user: 'a', port: 1, limits: { rowLimit: 1, poolMax: 1 } } });
  });

  it('lets one of two win that were decided by one revision, and tells the other who did', async () => {
    const { connectionId, revision } = await store.create(input({ name: 'one revision' }));
    const users = ['a', 'b'];
    const ends = await Promise.allSettled(users.map((user) => store.change(connectionId, { revision, by: { ...BY, name: `who wrote ${user}` } }, { user })));
    const winner = users[ends.findIndex(({ status }) => status === 'fulfilled')];
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(ends.find((end) => end.status === 'rejected')?.reason).toMatchObject({
      refusal: { code: 'CHANGED_MEANWHILE', message: expect.stringContaining(`by who wrote ${winner} at 20`), ko: expect.stringContaining(`who wrote ${winner}`) },
    });
    expect(await store.get(connectionId)).toMatchObject({ user: winner, revision: 2 });
    expect(await store.change(connectionId, { revision: 2, by: BY }, { user: 'c' })).toMatchObject({ user: 'c', revision: 3 });
  });

  it('asks for what another key sealed, and takes it', async () => {
    const { connectionId } = await store.create(oracle({ name: 'other key' }));
    const renewed = new ConnectionStore(owned.dataSource, new PasswordSeal(randomBytes(32)));
    await expect(renewed.change(connectionId, WHATEVER_IT_IS, { user: 'x' })).rejects.toMatchObject({ refusal: { code: 'INVALID', field: 'password' } });
    await expect(renewed.change(connectionId, WHATEVER_IT_IS, { password: 'new' })).rejects.toMatchObject({ refusal: { code: 'INVALID', field: 'walletPassword' } });
    await renewed.change(connectionId, WHATEVER_IT_IS, { password: 'new', walletPassword: null });
    expect((await renewed.find(connectionId)).password()).toBe('new');
  });
});

describe('a connection of a group', () => {
  const [ours, theirs] = [randomUUID(), randomUUID()];
  const namesFor = async (groupIds: string[] | null) => (await store.page(groupIds, BY_NAME)).items.map(({ name }) => name);

  it('is in the default one where none is named, is listed for its own group, and is nobody\'s where there is none', async () => {
    const { connectionId } = await store.create(input({ name: 'ours', groupId: ours }));
    const other = await store.create(input({ name: 'of nobody in particular' }));
    expect([await namesFor([ours]), await namesFor([theirs]), await namesFor([])]).toEqual([['ours'], [], []]);
    expect(await namesFor(null)).toEqual(expect.arrayContaining(['ours', 'of nobody in particular']));
    expect([await store.groupOf(connectionId), await store.groupOf(other.connectionId), await store.groupOf(randomUUID())]).toEqual([ours, DEFAULT_GROUP, undefined]);
  });

  it('is listed by name as Koreans do, or by when it was made, page by page in either direction', async () => {
    const groupId = randomUUID();
    for (const name of ['한빛 CRM', 'card', '가온 CRM', 'Card', '나래 CRM']) await store.create(input({ name, groupId }));
    const listed = await sameInPagesOfOne((asked) => store.page([groupId], asked), 'name');
    expect(listed.map(({ name }) => name)).toEqual(['가온 CRM', '나래 CRM', '한빛 CRM', 'card', 'Card']);
    await owned.query("UPDATE source_connection SET created_at = '2026-11-20T00:00:00.000123Z' WHERE group_id = $1", [groupId]);
    expect(await sameInPagesOfOne((asked) => store.page([groupId], asked), 'createdAt')).toHaveLength(5);
    const { next } = await store.page([groupId], { ...BY_NAME, limit: 1 });
    await expect(store.page([groupId], { ...BY_NAME, sort: '-name', after: next })).rejects.toMatchObject({ refusal: { code: 'INVALID', field: 'after' } });
  });

  it('is moved as it is, and stays there whatever else is changed', async () => {
    const before = await store.create(oracle({ name: 'moving', groupId: ours }));
    const { connectionId } = before;
    await expect(store.move(connectionId, theirs)).resolves.toEqual({ ...before, groupId: theirs });
    const found = await store.find(connectionId);
    expect([found.revision, found.password(), found.walletPassword()]).toEqual([1, PASSWORD, WALLET_PASSWORD]);
    await expect(store.change(connectionId, WHATEVER_IT_IS, { user: 'other' })).resolves.toMatchObject({ user: 'other', groupId: theirs });
    await expect(store.move(randomUUID(), ours)).rejects.toMatchObject({ refusal: { code: 'NOT_FOUND', field: 'connectionId' } });
  });
});

describe('the connection that the settings give', () => {
  const given = (over: object = {}) => input({ name: 'default', ...over });
  afterEach(() => owned.query('DELETE FROM source_connection WHERE given_by_settings IS NOT NULL'));

  it('is made once when replicas start together', async () => {
    const made = await Promise.all(Array.from({ length: 5 }, () => store.put(given())));
    expect(new Set(made.map(({ connectionId }) => connectionId)).size).toBe(1);
  });

  it('stays untouched by the same settings, and follows changed ones under its id', async () => {
    const first = await store.put(given());
    await store.put(given());
    expect(await store.revisionOf(first.connectionId)).toBe(1);
    const changed = await store.put(given({ port: 6543, password: 'new' }));
    expect(changed).toEqual({ ...first, port: 6543, revision: 2 });
    const found = await store.find(first.connectionId);
    expect([found.revision, found.password()]).toEqual([2, 'new']);
  });

  it('keeps what was changed through the API at every start, until the settings themselves change', async () => {
    const { connectionId } = await store.put(given());
    await store.change(connectionId, WHATEVER_IT_IS, { password: 'rotated', name: 'CRM', limits: { poolMax: 3 } });
    const { groupId } = await store.move(connectionId, randomUUID());
    await store.put(given());
    const kept = await store.find(connectionId);
    expect([kept.revision, kept.password(), kept.connection.name, kept.connection.limits.poolMax]).toEqual([2, 'rotated', 'CRM', 3]);
    expect((await store.page(null, BY_NAME)).items.map(({ name }) => name)).not.toContain('default');
    await store.put(given({ password: 'from the settings' }));
    const overwritten = await store.find(connectionId);
    expect([overwritten.password(), overwritten.connection.name, overwritten.connection.limits.poolMax]).toEqual(['from the settings', 'CRM', null]);
    expect([kept.connection.groupId, overwritten.connection.groupId]).toEqual([groupId, groupId]);
  });

  it('is taken over from a version that did not remember who gave it', async () => {
    const { connectionId } = await store.create(given());
    await store.put(given());
    expect(await store.revisionOf(connectionId)).toBe(1);
    await store.change(connectionId, WHATEVER_IT_IS, { password: 'rotated' });
    await store.put(given());
    expect((await store.find(connectionId)).password()).toBe('rotated');
  });

  it('is sealed again with a new key', async () => {
    const renewed = new ConnectionStore(owned.dataSource, new PasswordSeal(randomBytes(32)));
    const before = await store.put(given());
    await expect(renewed.find(before.connectionId).then(({ password }) => password())).rejects.toThrow(/sealed with the key/);
    await renewed.put(given());
    expect((await renewed.find(before.connectionId)).password()).toBe(PASSWORD);
  });

  it('leaves no trace of its password in what is remembered of it', async () => {
    await store.put(given());
    const [row] = await owned.query<{ given_by_settings: string }>('SELECT * FROM source_connection WHERE given_by_settings IS NOT NULL');
    expect(row!.given_by_settings).toMatch(/^[0-9a-f]{64}$/);
    await new ConnectionStore(owned.dataSource, new PasswordSeal(randomBytes(32))).put(given());
    const [other] = await owned.query<{ given_by_settings: string }>('SELECT * FROM source_connection WHERE given_by_settings IS NOT NULL');
    expect(other!.given_by_settings).not.toBe(row!.given_by_settings);
  });
});
