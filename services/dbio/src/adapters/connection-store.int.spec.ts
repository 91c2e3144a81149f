import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ConnectionInput } from '@tank/contracts';
import type { LogsDb } from '@tank/logs-db';
import { createDatabase, roleUrl, type TestDatabase } from '../../../../embedded/test/parts.ts';
import { TcpProxy } from '../../test/tcp-proxy.js';
import { ConnectionStore } from './connection-store.js';
import { openDbioDatabase } from './dbio-database.js';
import { GuardedSource } from './guarded-source.js';
import { OpenSources } from './open-sources.js';
import { PasswordSeal } from './sealed-password.js';

const PASSWORD = 'pa55-한글-secret';
const input = (over: Partial<ConnectionInput> = {}): ConnectionInput => ({
  name: 'main', kind: 'postgres', host: '127.0.0.1', port: 5432, database: 'crm', user: 'tank', password: PASSWORD, timeZone: 'Asia/Seoul', ...over,
});

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
});

describe('ConnectionStore', () => {
  it('keeps the password sealed and gives it to nobody but who opens it', async () => {
    const made = await store.create(input());
    expect(made).toMatchObject({ name: 'main', host: '127.0.0.1', timeZone: 'Asia/Seoul' });
    expect(JSON.stringify([made, await store.list()])).not.toContain(PASSWORD);
    expect((await store.find(made.connectionId)).password()).toBe(PASSWORD);
    const [row] = await owned.query<{ password_sealed: Buffer }>('SELECT * FROM source_connection');
    expect(row!.password_sealed.includes(PASSWORD)).toBe(false);
    expect(JSON.stringify(row)).not.toContain(Buffer.from(PASSWORD).toString('hex'));
  });

  it('refuses a name that is taken, and an id that is not', async () => {
    await expect(store.create(input())).rejects.toMatchObject({ refusal: { code: 'CONFLICT', field: 'name' } });
    await expect(store.find(randomUUID())).rejects.toMatchObject({ refusal: { code: 'NOT_FOUND' } });
  });

  it('puts a connection by its name: the same leaves it alone, a changed port or password is taken over under its id', async () => {
    const first = await store.put(input({ name: 'default' }));
    const { revision } = await store.find(first.connectionId);
    await store.put(input({ name: 'default' }));
    expect(await store.revisionOf(first.connectionId)).toBe(revision);
    const changed = await store.put(input({ name: 'default', port: 6543, password: 'new' }));
    expect(changed).toEqual({ ...first, port: 6543 });
    const found = await store.find(first.connectionId);
    expect([found.revision, found.password()]).toEqual([revision + 1, 'new']);
  });

  it('puts once when replicas start together', async () => {
    const made = await Promise.all(Array.from({ length: 5 }, () => store.put(input({ name: 'together' }))));
    expect(new Set(made.map(({ connectionId }) => connectionId)).size).toBe(1);
  });

  it('seals again with a new key when the connection is given at start', async () => {
    const renewed = new ConnectionStore(owned.dataSource, new PasswordSeal(randomBytes(32)));
    const before = await store.put(input({ name: 'rekeyed' }));
    await expect(renewed.find(before.connectionId).then(({ password }) => password())).rejects.toThrow(/sealed with the key/);
    await renewed.put(input({ name: 'rekeyed' }));
    expect((await renewed.find(before.connectionId)).password()).toBe(PASSWORD);
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
    await expect(away.list()).rejects.toMatchObject({ refusal: { code: 'UNAVAILABLE' } });
    await proxy.mend();
    await expect(away.list()).resolves.toEqual(expect.any(Array));
    await behind.close();
    await proxy.cut();
  });
});

describe('OpenSources', () => {
  it('keeps a source open, and replaces it when its connection changes', async () => {
    let now = 0;
    const closed: string[] = [];
    const open = ({ name, port }: { name: string; port: number }, password: string) => ({ name: `${name} ${port} ${password}`, close: async () => void closed.push(`${port}`) }) as unknown as GuardedSource;
    const sources = new OpenSources(store, open, 3_000, () => now);
    const { connectionId } = await store.put(input({ name: 'moving', port: 1000 }));
    const [first, same] = await Promise.all([sources.sourceOf(connectionId), sources.sourceOf(connectionId)]);
    expect(first).toBe(same);
    await store.put(input({ name: 'moving', port: 2000, password: 'next' }));
    expect(await sources.sourceOf(connectionId)).toBe(first);
    now += 3_000;
    expect(await sources.sourceOf(connectionId)).toMatchObject({ name: 'moving 2000 next' });
    expect(closed).toEqual(['1000']);
    await sources.close();
    expect(closed).toEqual(['1000', '2000']);
  });
});
