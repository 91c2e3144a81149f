import { API, OPERATION_IDS, passwordFieldsOf, type Operation, type PasswordKey } from '@tank/contracts';
import { PasswordKeys } from '../adapters/password-keys.js';
import { AccountCleaner } from '../adapters/account-cleaner.js';
import { openRecords } from '../adapters/open-records.js';
import { encryptPassword } from '../test/encrypt-password.js';
import { FakeAccounts } from '../test/fake-accounts.js';
import { FakeServices } from '../test/fake-services.js';
import { CALLS, FAKES } from '../test/sample-calls.js';
import * as sample from '../test/samples.js';
import { serveForTest } from '../test/served-api.js';
import { ADMIN, ServedAccounts, SESSION_KEY, type Person } from '../test/served-accounts.js';

describe('a password that comes encrypted', () => {
  let served: ServedAccounts;
  let admin: Person;
  let nowMs = Date.now();
  beforeAll(async () => {
    served = await ServedAccounts.start({ now: () => new Date(nowMs) });
    admin = await served.signIn();
  });
  afterAll(() => served.stop());

  const fetchKey = async (): Promise<PasswordKey> => (await served.api.call('getPasswordKey', '/api/session/key')).body;
  const signIn = (password: unknown, api = served.api) => api.call('signIn', '/api/session', { body: { name: ADMIN.name, password } });
  const NOT_READABLE = { status: 422, code: 'PASSWORD_NOT_READABLE', field: 'password', remedy: expect.stringContaining('GET /api/session/key') };

  it('opens the door by the steps that a browser has, at another replica than gave the key', async () => {
    expect((await signIn(await encryptPassword(ADMIN.password, await fetchKey()), served.otherReplica)).status).toBe(200);
    expect((await signIn(await encryptPassword('wrong', await fetchKey()))).body.code).toBe('SIGN_IN_FAILED');
  });

  it('is encrypted to one key, the same in all replicas, of which the answer has the public part only', async () => {
    const [one, other] = [await fetchKey(), (await served.otherReplica.call('getPasswordKey', '/api/session/key')).body as PasswordKey];
    expect([one.key, one.nonce === other.nonce]).toEqual([other.key, false]);
    expect(Object.keys(one.key).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    expect(new Date(one.expiresAt).getTime()).toBe(nowMs + 120_000);
  });

  it('is good once, also when it comes to two replicas at the same moment', async () => {
    const encrypted = await encryptPassword(ADMIN.password, await fetchKey());
    const answers = await Promise.all(Array.from({ length: 6 }, (_, at) => signIn(encrypted, at % 2 ? served.api : served.otherReplica)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await signIn(encrypted)).body).toMatchObject(NOT_READABLE);
  });

  it('is not readable with the nonce of another request, though encrypted anew', async () => {
    const key = await fetchKey();
    expect((await signIn(await encryptPassword(ADMIN.password, key))).status).toBe(200);
    expect((await signIn(await encryptPassword(ADMIN.password, key))).body).toMatchObject(NOT_READABLE);
  });

  it('is not readable after two minutes, nor with a nonce that says otherwise', async () => {
    const key = await fetchKey();
    const encrypted = await encryptPassword(ADMIN.password, key);
    nowMs += 120_000;
    expect((await signIn(encrypted)).body).toMatchObject(NOT_READABLE);
    const nonce = Buffer.from(key.nonce, 'base64url');
    nonce.writeBigUInt64BE(BigInt(nowMs + 60_000));
    for (const made of [nonce.toString('base64url'), `${(await fetchKey()).nonce}A`, '', 'x']) {
      expect((await signIn(await encryptPassword(ADMIN.password, { ...key, nonce: made }))).body).toMatchObject(NOT_READABLE);
    }
  });

  it('is not readable to another key than ours, and ours reads nothing of another house', async () => {
    const foreign = new PasswordKeys(Buffer.alloc(32, 99), 'allow', { use: async () => true });
    expect((await signIn(await encryptPassword(ADMIN.password, await foreign.offer()))).body).toMatchObject(NOT_READABLE);
    expect((await signIn(await encryptPassword(ADMIN.password, { ...(await fetchKey()), nonce: (await foreign.offer()).nonce }))).body).toMatchObject(NOT_READABLE);
  });

  it.each([0, 2, 3, 4])('is not readable when its part %d was changed', async (part) => {
    const { encrypted } = await encryptPassword(ADMIN.password, await fetchKey());
    const parts = encrypted.split('.');
    parts[part] = parts[part]!.replace(/.{2}$/, (end) => (end === 'AA' ? 'BB' : 'AA'));
    expect((await signIn({ encrypted: parts.join('.') })).body).toMatchObject(NOT_READABLE);
  });

  it.each([
    [{ alg: 'dir', enc: 'A256GCM' }], [{ alg: 'ECDH-ES', enc: 'A128CBC-HS256' }], [{ alg: 'none' }], [{ alg: 'ECDH-ES', enc: 'A256GCM' }],
    [{ alg: 'ECDH-ES', enc: 'A256GCM', zip: 'DEF', epk: { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' } }], [{ alg: 'ECDH-ES', enc: 'A256GCM', epk: { kty: 'OKP', crv: 'X25519', x: 'AA' } }], [null],
  ])('is not readable with the header %j', async (header) => {
    const encrypted = `${Buffer.from(JSON.stringify(header)).toString('base64url')}..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA`;
    expect((await signIn({ encrypted })).body).toMatchObject(NOT_READABLE);
  });

  it.each([[{ encrypted: 'x' }], [{ encrypted: 5 }], [{}], [{ encrypted: 'a..b.c.d', more: 1 }], [['x']]])('has a form, and %j is refused as any wrong input', async (password) => {
    expect((await signIn(password)).body).toMatchObject({ status: 422, code: 'INVALID', field: expect.stringMatching(/^password/) });
  });

  it('is checked as any other once it is read', async () => {
    expect((await signIn(await encryptPassword('', await fetchKey()))).body).toMatchObject({ code: 'INVALID', field: 'password' });
    expect((await signIn(await encryptPassword('x'.repeat(201), await fetchKey()))).body).toMatchObject({ code: 'INVALID', field: 'password' });
  });

  it('may come with another in one request, both with the one nonce', async () => {
    const person = await served.person('lee', 'operator');
    const key = await fetchKey();
    const change = async (current: string, next: string) => person.call('changePassword', '/api/session/password', { body: { currentPassword: await encryptPassword(current, key), newPassword: await encryptPassword(next, key) } });
    expect((await change('operator has a password', 'quite another password')).status).toBe(200);
    expect((await change('quite another password', 'and a third password')).body).toMatchObject({ code: 'PASSWORD_NOT_READABLE', errors: [{ field: 'currentPassword' }, { field: 'newPassword' }] });
    await served.signIn({ name: 'lee', password: await encryptPassword('quite another password', await fetchKey()) });
  });

  it('reaches the services in clear, and nothing else of it does', async () => {
    const services = new FakeServices(FAKES);
    const keys = new PasswordKeys(SESSION_KEY, 'refuse', { use: async () => true });
    const api = await serveForTest(services, Object.assign(new FakeAccounts(), { passwordKeys: keys }));
    const key = await keys.offer();
    const body = { ...sample.CONNECTION_INPUT, password: await encryptPassword('db geheim', key), walletPassword: await encryptPassword('wallet geheim', key) };
    expect((await api.call('createConnection', '/api/connection', { body })).status).toBe(201);
    await api.call('changeConnection', `/api/connection/${sample.CONNECTION}`, { body: { password: await encryptPassword('another geheim', key), walletPassword: null } });
    await api.close();
    expect(services.asksOf('dbio.create-connection')).toMatchObject([{ password: 'db geheim', walletPassword: 'wallet geheim' }]);
    expect(services.asksOf('dbio.change-connection')).toMatchObject([{ change: { password: 'another geheim', walletPassword: null } }]);
  });

  it('is demanded of every operation, for every password, where the settings say so', async () => {
    const keys = new PasswordKeys(SESSION_KEY, 'refuse', { use: async () => true });
    const api = await serveForTest(new FakeServices(FAKES), Object.assign(new FakeAccounts(), { passwordKeys: keys }));
    for (const [id, field] of OPERATION_IDS.flatMap((one) => passwordFieldsOf((API[one] as Operation).body).map((name) => [one, name] as const))) {
      const [path, , sent] = CALLS[id];
      const { body } = await api.call(id, path, { ...sent, body: { ...(sent?.body as object), [field]: 'geheim in clear' } });
      expect([id, body.status, body.code, body.errors.map((error: { field: string }) => error.field)]).toEqual([id, 422, 'PASSWORD_NOT_ENCRYPTED', expect.arrayContaining([field])]);
      expect(JSON.stringify(body)).not.toContain('geheim');
    }
    await api.close();
  });

  it('can be each password that there is', () => {
    const fields = OPERATION_IDS.flatMap((id) => passwordFieldsOf((API[id] as Operation).body).map((field) => `${id}.${field}`));
    expect(fields.toSorted()).toEqual([
      'changeConnection.password', 'changeConnection.walletPassword', 'changePassword.currentPassword', 'changePassword.newPassword', 'changeUser.temporaryPassword',
      'createConnection.password', 'createConnection.walletPassword', 'createUser.temporaryPassword', 'removeSecondFactor.currentPassword', 'signIn.password', 'startSecondFactor.currentPassword',
    ]);
    const secrets = OPERATION_IDS.flatMap((id) => Object.keys((API[id] as Operation).body?.shape ?? {}).filter((name) => /password/i.test(name)).map((name) => `${id}.${name}`));
    expect(secrets.toSorted()).toEqual(fields.toSorted());
  });

  it('is forgotten an hour after its nonce is over, and stands nowhere meanwhile', async () => {
    await admin.call('createUser', '/api/user', { body: { name: 'park', role: 'viewer', temporaryPassword: await encryptPassword('told on the telephone', await fetchKey()) } });
    const tables = await Promise.all(['used_once', 'audit_entry'].map((table) => served.sql(`SELECT t::text FROM ${table} t`)));
    expect(JSON.stringify(tables)).not.toMatch(/telephone|encrypted/);
    const rows = async () => (await served.sql('SELECT FROM used_once')).length;
    const cleaner = new AccountCleaner(served.db, openRecords(served.db, SESSION_KEY).audit, 365);
    const before = await rows();
    await served.sql("UPDATE used_once SET expires_at = now() - interval '59 minutes'");
    await cleaner.clean();
    expect([before > 0, await rows()]).toEqual([true, before]);
    await served.sql("UPDATE used_once SET expires_at = now() - interval '61 minutes'");
    await cleaner.clean();
    expect(await rows()).toBe(0);
  });
});
