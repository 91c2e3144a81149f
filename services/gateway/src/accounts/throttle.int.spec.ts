import { ADMIN, ServedAccounts, type Person } from '../test/served-accounts.js';

describe('trying passwords', () => {
  let served: ServedAccounts;
  beforeEach(async () => {
    served = await ServedAccounts.start({ attemptsFromOneAddress: 20 });
  });
  afterEach(() => served.stop());
  const tries = (name: string, password: string, api = served.api) => api.call('signIn', '/api/session', { body: { name, password } });
  const inTrail = async (admin: Person, what: string) => {
    const { body } = await admin.call('listAudit', '/api/audit?limit=100');
    return body.items.filter(({ detail }: { detail: object | null }) => detail !== null && what in detail);
  };

  it('is possible 20 times in 15 minutes from one address, whatever the names, in all replicas together', async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, (_, at) => tries(`name${at}`, 'x', at % 2 ? served.api : served.otherReplica)));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(20);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(20);
    for (const { body, headers } of refused) {
      expect(body.code).toBe('TOO_MANY_ATTEMPTS');
      expect(Number(headers['retry-after'])).toBeGreaterThan(890);
      expect(Number(headers['retry-after'])).toBeLessThanOrEqual(900);
    }
    expect((await tries(ADMIN.name, ADMIN.password)).status).toBe(429);
  });

  it('too often from one address is in the trail once in 15 minutes, whatever replica and however often', async () => {
    const admin = await served.signIn();
    const over = () => Promise.all(Array.from({ length: 30 }, (_, at) => tries(`name${at}`, 'x', at % 2 ? served.api : served.otherReplica)));
    await over();
    await over();
    const [told, ...more] = await inTrail(admin, 'addressShutOutUntil');
    expect(told).toMatchObject({ operation: 'signIn', userId: null, userName: null, address: '127.0.0.1' });
    expect(Date.parse(told.detail.addressShutOutUntil) - Date.parse(told.at)).toBeGreaterThan(890_000);
    expect(more).toEqual([]);
  });

  it('is possible again one by one, as the tries become older than 15 minutes', async () => {
    for (let at = 0; at < 20; at++) await tries(`name${at}`, 'x');
    await served.sql("UPDATE sign_in_attempt SET at = at - interval '15 minutes' WHERE attempt_id = (SELECT min(attempt_id) FROM sign_in_attempt)");
    expect([(await tries(ADMIN.name, ADMIN.password)).status, (await tries(ADMIN.name, ADMIN.password)).status]).toEqual([200, 429]);
  });

  it('ten thousand times finds nothing, breaks nothing, and keeps nobody waiting who is signed in', async () => {
    await served.sql(`INSERT INTO setting_change (name, value, user_id, user_name) VALUES ('callsPerMinuteOfAddress', '1000000', gen_random_uuid(), 'test'), ('callsPerMinuteOfUser', '1000000', gen_random_uuid(), 'test')`);
    const admin = await served.signIn();
    const statuses = new Map<number, number>();
    let slowestMs = 0;
    let isOver = false;
    const guessing = Promise.all(Array.from({ length: 100 }, async (_, worker) => {
      for (let at = 0; at < 100; at++) {
        const { status } = await tries('admin', `guess ${worker} ${at}`);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    })).finally(() => (isOver = true));
    while (!isOver) {
      const startedAt = performance.now();
      expect((await admin.call('listUsers', '/api/user')).status).toBe(200);
      slowestMs = Math.max(slowestMs, performance.now() - startedAt);
    }
    await guessing;
    expect(Object.fromEntries(statuses)).toEqual({ 401: 10, 429: 9_990 });
    expect(slowestMs).toBeLessThan(3_000);
  }, 120_000);

  it.each(['admin', 'nobody'])('locks a name, which the trail has once and administrators see: %s', async (name) => {
    const admin = await served.signIn();
    const lockedUntil = async () => (await admin.call('getUser', `/api/user/${admin.user.userId}`)).body.lockedUntil;
    for (let at = 0; at < 3; at++) await tries(name, `guess ${at}`);
    expect([await inTrail(admin, 'nameLockedUntil'), await lockedUntil()]).toEqual([[], null]);
    await Promise.all(Array.from({ length: 10 }, (_, at) => tries(name, `guess ${at}`, at % 2 ? served.api : served.otherReplica)));
    const locks = await inTrail(admin, 'nameLockedUntil');
    const { detail: { nameLockedUntil } } = locks[0];
    const known = name === 'admin' ? admin.user : { userId: null, name: null };
    expect(locks).toEqual([expect.objectContaining({ operation: 'signIn', userId: known.userId, userName: known.name, address: '127.0.0.1', detail: { nameLockedUntil: expect.any(String) } })]);
    const until = name === 'admin' ? nameLockedUntil : null;
    expect([await lockedUntil(), (await admin.call('listUsers', '/api/user')).body.items[0].lockedUntil]).toEqual([until, until]);
    await served.sql("UPDATE wrong_password SET locked_until = now() - interval '1 second'");
    expect(await lockedUntil()).toBeNull();
  });

  it('of somebody who is signed in is in the trail, too, when it locks the name; a right tenth try is not', async () => {
    const admin = await served.signIn();
    const change = (currentPassword: string) => admin.call('changePassword', '/api/session/password', { body: { currentPassword, newPassword: 'one of her own making' } });
    const tenth = async (currentPassword: string) => {
      for (let at = 0; at < 9; at++) await change('wrong');
      return change(currentPassword);
    };
    expect([(await tenth(ADMIN.password)).status, await inTrail(admin, 'nameLockedUntil')]).toEqual([200, []]);
    expect([(await tenth('wrong')).status, (await change('wrong')).status]).toEqual([422, 429]);
    expect(await inTrail(admin, 'nameLockedUntil')).toEqual([expect.objectContaining({ operation: 'changePassword', userName: ADMIN.name })]);
  });

  it.each(['admin', 'nobody'])('locks a name after ten wrong ones in a row, also when they come at once: %s', async (name) => {
    const answers = await Promise.all(Array.from({ length: 15 }, (_, at) => tries(name, `guess ${at}`, at % 2 ? served.api : served.otherReplica)));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
    const locked = answers.filter(({ body }) => body.code === 'SIGN_IN_LOCKED');
    expect(locked).toHaveLength(5);
    expect(Number(locked[0]?.headers['retry-after'])).toBeGreaterThan(890);
    expect((await tries(name, ADMIN.password)).status).toBe(429);
    await served.sql("UPDATE wrong_password SET locked_until = now() - interval '1 second'");
    expect((await tries(name, ADMIN.password)).status).toBe(name === 'admin' ? 200 : 401);
  });

  it('counts anew after a right one', async () => {
    for (let at = 0; at < 9; at++) await tries('admin', 'wrong');
    expect((await tries('admin', ADMIN.password)).status).toBe(200);
    for (let at = 0; at < 9; at++) expect((await tries('admin', 'wrong')).status).toBe(401);
    expect((await tries('admin', ADMIN.password)).status).toBe(200);
  });

  it('leaves whoever is signed in alone', async () => {
    const admin = await served.signIn();
    await Promise.all(Array.from({ length: 30 }, () => tries('admin', 'wrong')));
    expect((await admin.call('listUsers', '/api/user')).status).toBe(200);
    expect((await served.api.call('refreshSession', '/api/session/refresh', { headers: { cookie: admin.cookie } })).status).toBe(200);
  });

  it('keeps no name that was tried', async () => {
    await tries('my-password-by-mistake', 'x');
    expect(JSON.stringify(await served.sql('SELECT t::text FROM wrong_password t'))).not.toContain('mistake');
  });
});
