import { randomUUID } from 'node:crypto';
import { DEFAULT_GROUP, DEFAULT_SETTINGS } from '@tank/contracts';
import { waitFor } from '../../../../embedded/test/parts.js';
import { accountProbes } from '../adapters/account-probes.js';
import { Argon2Passwords } from '../adapters/argon2-passwords.js';
import { openAccounts } from '../adapters/open-accounts.js';
import { addToken } from '../adapters/refresh-tokens.js';
import { SessionStore } from '../adapters/session-store.js';
import { REFRESH_COOKIE } from '../http/refresh-cookie.js';
import * as sample from '../test/samples.js';
import { ADMIN, cookieOf, ServedAccounts, SESSION_KEY, type Person } from '../test/served-accounts.js';
import { makeFirstAdministrator } from './first-administrator.js';

const KIM = { name: 'kim', password: 'kim has a long password' };

describe('users and their sessions', () => {
  let served: ServedAccounts;
  let admin: Person;
  beforeAll(async () => {
    served = await ServedAccounts.start();
    admin = await served.signIn();
  });
  afterAll(() => served.stop());

  let count = 0;
  /** A user with a password of its own, signed in. */
  const somebody = async (): Promise<Person & { credentials: typeof KIM }> => {
    const credentials = { name: `kim${++count}`, password: KIM.password };
    await served.users.add({ name: credentials.name, displayName: 'Kim', role: 'operator', passwordHash: await served.passwords.hash(credentials.password), mustChangePassword: false });
    return { ...(await served.signIn(credentials)), credentials };
  };
  const tryToSignIn = (credentials: object, headers = {}) => served.api.call('signIn', '/api/session', { body: credentials, headers });
  const refresh = (cookie: string, headers = {}) => served.api.call('refreshSession', '/api/session/refresh', { headers: { cookie, ...headers } });
  const isIn = async (person: Person, api = served.api) => (await api.send('/api/session', { headers: { authorization: `Bearer ${person.accessToken}` } })).status === 200;

  describe('a sign-in', () => {
    it('answers one thing for a wrong password, an unknown name and a disabled user', async () => {
      const { credentials, user } = await somebody();
      const { status, body } = await tryToSignIn({ ...credentials, password: 'not the password' });
      expect([status, body.code]).toEqual([401, 'SIGN_IN_FAILED']);
      await admin.call('changeUser', `/api/user/${user.userId}`, { body: { disabled: true } });
      for (const other of [{ name: 'nobody', password: 'x' }, { name: "' OR 1=1 --", password: '\u2028' }, credentials]) {
        const answered = await tryToSignIn(other);
        expect([answered.status, { ...answered.body, traceId: null }]).toEqual([401, { ...body, traceId: null }]);
      }
    });

    it('takes a name in whatever case and form', async () => {
      expect((await served.signIn({ ...ADMIN, name: ' ADMIN ' })).user.name).toBe('admin');
    });

    it('gives the refresh token to no script and no other path, and says nothing of it in the body', async () => {
      const { headers, body } = await tryToSignIn(ADMIN);
      expect(headers['set-cookie']).toEqual([expect.stringMatching(new RegExp(`^${REFRESH_COOKIE}=[\\w-]{43}; Path=/api/session; Max-Age=43\\d\\d\\d; HttpOnly; SameSite=Strict$`))]);
      expect(JSON.stringify(body)).not.toContain(cookieOf(headers).split('=')[1]);
    });

    it('makes a session of its own, whatever cookie comes with it', async () => {
      const fixed = 'A'.repeat(43);
      const { headers } = await tryToSignIn(ADMIN, { cookie: `${REFRESH_COOKIE}=${fixed}` });
      expect(cookieOf(headers)).not.toContain(fixed);
      expect((await refresh(`${REFRESH_COOKIE}=${fixed}`)).body.code).toBe('SESSION_ENDED');
    });

    it('of one user succeeds as often as it comes at the same moment', async () => {
      const { credentials } = await somebody();
      for (let round = 0; round < 5; round++) {
        const answers = await Promise.all(Array.from({ length: 8 }, (_, at) => (at % 2 ? served.otherReplica : served.api).call('signIn', '/api/session', { body: credentials })));
        expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
      }
    });

    it('hashes a password anew when its cost was raised', async () => {
      const { credentials, user } = await somebody();
      const cheaper = await new Argon2Passwords({ memory: 32, passes: 1, parallelism: 1 }).hash(credentials.password);
      await served.sql('UPDATE user_account SET password_hash = $2 WHERE user_id = $1', [user.userId, cheaper]);
      await served.signIn(credentials);
      const [row] = await served.sql('SELECT password_hash FROM user_account WHERE user_id = $1', [user.userId]);
      expect(row?.password_hash).toMatch(/m=64,/);
      await served.signIn(credentials);
    });

    it('leaves nothing in the database that would open a session', async () => {
      const { accessToken, cookie, credentials } = await somebody();
      const tables = await Promise.all(['user_account', 'user_session', 'refresh_token', 'sign_in_attempt', 'wrong_password'].map((table) => served.sql(`SELECT t::text FROM ${table} t`)));
      const all = JSON.stringify(tables);
      for (const secret of [accessToken, cookie.split('=')[1]!, credentials.password]) expect(all).not.toContain(secret);
    });
  });

  describe('a refresh', () => {
    it('gives another access token and another refresh token, in any replica', async () => {
      const person = await somebody();
      const { status, body, headers } = await served.otherReplica.call('refreshSession', '/api/session/refresh', { headers: { cookie: `a=b; ${person.cookie}` } });
      expect(status).toBe(200);
      expect(cookieOf(headers)).not.toBe(person.cookie);
      expect(await isIn(served.personOf(body, cookieOf(headers)))).toBe(true);
      expect((await refresh(cookieOf(headers))).status).toBe(200);
    });

    it('ends the session when a token comes a second time, for the thief and for the owner', async () => {
      const person = await somebody();
      const fresh = await refresh(person.cookie);
      expect([(await refresh(person.cookie)).body.code, (await refresh(cookieOf(fresh.headers))).body.code]).toEqual(['SESSION_ENDED', 'SESSION_ENDED']);
      await waitFor(async () => !(await isIn(person)) && !(await isIn(person, served.otherReplica)), { what: 'the end of the session', timeoutMs: 5_000 });
      expect(await served.sql('SELECT end_reason FROM user_session WHERE user_id = $1', [person.user.userId])).toEqual([{ end_reason: 'replayed' }]);
      const { body } = await admin.call('listAudit', `/api/audit?operation=refreshSession&userId=${person.user.userId}`);
      const [session] = await served.sql('SELECT session_id FROM user_session WHERE user_id = $1', [person.user.userId]);
      expect(body.items.map(({ userName, address, detail }: Record<string, unknown>) => [userName, address, detail])).toEqual([[person.user.name, '127.0.0.1', { replayed: true, endedSession: session?.session_id }]]);
    });

    it('with one token at the same moment succeeds once at most', async () => {
      const person = await somebody();
      const answers = await Promise.all(Array.from({ length: 8 }, (_, at) => (at % 2 ? served.otherReplica : served.api).send('/api/session/refresh', { method: 'POST', headers: { cookie: person.cookie } })));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    });

    it.each([{ origin: 'http://evil.example' }, { origin: 'http://localhost:9' }, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }])('is refused to a page of another site: %j', async (headers) => {
      const person = await somebody();
      expect((await refresh(person.cookie, headers)).body.code).toBe('CROSS_SITE');
      expect((await refresh(person.cookie)).status).toBe(200);
    });

    it.each(['', 'tank_refresh=', 'tank_refresh=x', 'tank_refresh', `tank_refresh=${'A'.repeat(9_000)}`])('is refused without a token of ours: %j', async (cookie) => {
      expect((await refresh(cookie)).body).toMatchObject({ status: 401, code: 'SESSION_ENDED' });
    });
  });

  describe('a session', () => {
    const later = (person: Person, column: string, interval: string) => served.sql(`UPDATE user_session SET ${column} = ${column} - interval '${interval}' WHERE user_id = $1`, [person.user.userId]);
    const isOver = async (person: Person) => {
      await waitFor(async () => !(await isIn(person)), { what: 'the end of the session', timeoutMs: 5_000 });
      return (await refresh(person.cookie)).body.code === 'SESSION_ENDED';
    };

    it('ends when it was idle for too long', async () => {
      const person = await somebody();
      await later(person, 'last_used_at', '59 minutes');
      expect(await isIn(person)).toBe(true); // which is a use
      await later(person, 'last_used_at', '59 minutes');
      expect(await isIn(person)).toBe(true);
      await later(person, 'last_used_at', '61 minutes');
      expect(await isOver(person)).toBe(true);
    });

    it('is not kept open by a stream that only looks on', async () => {
      const { accounts: { guard } } = openAccounts(served.db, { sessionKey: SESSION_KEY, limits: { idleMs: 3_600_000, lifeMs: 7_200_000 }, attemptsFromOneAddress: 20, plainPasswords: 'allow', provider: undefined, settings: { current: async () => DEFAULT_SETTINGS } });
      const person = await somebody();
      const idleMinutes = async () => (await served.sql("SELECT floor(extract(epoch FROM now() - last_used_at) / 60)::int AS minutes FROM user_session WHERE user_id = $1", [person.user.userId]))[0]?.minutes;
      const caller = (await guard.admit('watchRun', `Bearer ${person.accessToken}`))!;
      await later(person, 'last_used_at', '50 minutes');
      expect([await guard.admitAgain('watchRun', caller), await idleMinutes()]).toEqual([caller, 50]);
      await person.call('listRuns', '/api/run');
      expect(await idleMinutes()).toBe(0);
      await later(person, 'last_used_at', '61 minutes');
      expect(await guard.admitAgain('watchRun', caller)).toBeUndefined();
    });

    it.each<[string, (person: Person, sessionId: string) => Promise<unknown>]>([
      ['signs out', (person) => person.call('signOut', '/api/session')],
      ['has this session ended', (_, sessionId) => admin.call('endSession', `/api/session/${sessionId}`)],
      ['is disabled', ({ user }) => admin.call('changeUser', `/api/user/${user.userId}`, { body: { disabled: true } })],
      ['has a refresh token come a second time', async ({ cookie }) => [await refresh(cookie), await refresh(cookie)]],
    ])('looks on no longer, in this replica at once, when its user %s', async (_, end) => {
      const [person, other] = [await somebody(), await somebody()];
      const over: string[] = [];
      const lookOn = async ({ user, call }: Person) => {
        const runId = randomUUID();
        let asks = 0;
        served.fakes['scheduler.get-run'] = (asked) => (asked.runId === runId && asks++, { ...sample.run, runId: asked.runId });
        const stream = call('watchRun', `/api/run/${runId}/events`).then(({ body }) => (over.push(user.userId), body as string));
        await waitFor(() => asks > 1, { what: 'the stream' });
        return { over: stream };
      };
      const { body } = await person.call('getSession', '/api/session');
      const [ended, goesOn] = [await lookOn(person), await lookOn(other)];
      await end(person, body.session.sessionId);
      await waitFor(() => over.length > 0, { what: 'the end before the next look', timeoutMs: 5_000 });
      expect(await ended.over).toMatch(/event: signed-out\ndata: \{\}\n\n$/);
      expect(over).toEqual([person.user.userId]);
      await other.call('signOut', '/api/session');
      await goesOn.over;
    });

    it('ends at its time, however often it is used', async () => {
      const person = await somebody();
      await later(person, 'expires_at', '721 minutes');
      expect(await isOver(person)).toBe(true);
    });

    it('ends with a sign-out, and takes the cookie along', async () => {
      const person = await somebody();
      const { headers } = await person.call('signOut', '/api/session');
      expect(headers['set-cookie']?.[0]).toMatch(/^tank_refresh=; Path=\/api\/session; Max-Age=0; HttpOnly; SameSite=Strict/);
      expect(await isIn(person)).toBe(false);
      await waitFor(async () => !(await isIn(person, served.otherReplica)), { what: 'the other replica to know', timeoutMs: 5_000 });
      expect((await refresh(person.cookie)).status).toBe(401);
    });

    it('is listed with where it came from, and ended from another', async () => {
      const person = await somebody();
      const laptop = await served.signIn(person.credentials);
      const { body } = await person.call('listUserSessions', `/api/user/${person.user.userId}/session`);
      expect(body.items).toHaveLength(2);
      const [other] = body.items.filter(({ current }: { current: boolean }) => !current);
      expect(other).toMatchObject({ address: '127.0.0.1', current: false });
      expect((await person.call('endSession', `/api/session/${other.sessionId}`)).body).toEqual({ sessionId: other.sessionId, ended: true });
      expect([await isIn(person), await isIn(laptop)]).toEqual([true, false]);
      expect((await person.call('endSession', `/api/session/${crypto.randomUUID()}`)).status).toBe(403);
      expect((await admin.call('endSession', `/api/session/${crypto.randomUUID()}`)).status).toBe(404);
    });

    it('ends within seconds in every replica when its user is disabled, and does not come back with the user', async () => {
      const person = await somebody();
      expect(await isIn(person, served.otherReplica)).toBe(true);
      await admin.call('changeUser', `/api/user/${person.user.userId}`, { body: { disabled: true } });
      expect(await isIn(person)).toBe(false);
      await waitFor(async () => !(await isIn(person, served.otherReplica)), { what: 'the other replica to know', timeoutMs: 5_000 });
      await admin.call('changeUser', `/api/user/${person.user.userId}`, { body: { disabled: false } });
      expect([await isIn(person), (await refresh(person.cookie)).status]).toEqual([false, 401]);
      await served.signIn(person.credentials);
    });

    it('has the new role within seconds in every replica', async () => {
      const person = await somebody();
      const mayRead = async () => (await served.otherReplica.send('/api/user', { headers: { authorization: `Bearer ${person.accessToken}` } })).status;
      expect(await mayRead()).toBe(403);
      await admin.call('changeUser', `/api/user/${person.user.userId}`, { body: { role: 'administrator' } });
      await waitFor(async () => (await mayRead()) === 200, { what: 'the new role', timeoutMs: 5_000 });
      await admin.call('changeUser', `/api/user/${person.user.userId}`, { body: { role: 'viewer' } });
      await waitFor(async () => (await mayRead()) === 403, { what: 'the old role', timeoutMs: 5_000 });
    });
  });

  describe('a session that is opened late', () => {
    const open = async (person: Person, passwordHash?: string) => {
      const known = await served.users.find({ userId: person.user.userId });
      return new SessionStore(served.db, { idleMs: 60_000, lifeMs: 60_000 }).open({ ...known!, ...(passwordHash !== undefined && { passwordHash }) }, { address: '127.0.0.1', userAgent: '' });
    };

    it('is none when the user was disabled, or got another password, after it was checked', async () => {
      const person = await somebody();
      expect(await open(person)).toMatchObject({ refreshToken: expect.any(String) });
      expect(await open(person, await served.passwords.hash('the one before'))).toBeUndefined();
      await served.sql('UPDATE user_account SET disabled_at = now() WHERE user_id = $1', [person.user.userId]);
      expect(await open(person)).toBeUndefined();
    });

    it('does not go on for a user who is disabled, even where nobody ended it', async () => {
      const person = await somebody();
      await served.sql('UPDATE user_account SET disabled_at = now() WHERE user_id = $1', [person.user.userId]);
      expect([await isIn(person), (await refresh(person.cookie)).status]).toEqual([false, 401]);
    });
  });

  describe('a password', () => {
    const change = (person: Person, currentPassword: string, newPassword: string) => person.call('changePassword', '/api/session/password', { body: { currentPassword, newPassword } });

    it('is changed by whoever knows it; all other sessions end', async () => {
      const person = await somebody();
      const elsewhere = await served.signIn(person.credentials);
      expect((await change(person, person.credentials.password, 'quite another password')).status).toBe(200);
      expect([await isIn(person), await isIn(elsewhere)]).toEqual([true, false]);
      expect((await refresh(elsewhere.cookie)).status).toBe(401);
      expect((await tryToSignIn(person.credentials)).status).toBe(401);
      await served.signIn({ ...person.credentials, password: 'quite another password' });
    });

    it('that is changed leaves no refresh token of before, used or not, to whoever stole it; the owner goes on with the new cookie', async () => {
      const person = await somebody();
      const fresh = cookieOf((await refresh(person.cookie)).headers);
      const { headers } = await change(person, person.credentials.password, 'quite another password');
      expect(headers['set-cookie']).toEqual([expect.stringMatching(new RegExp(`^${REFRESH_COOKIE}=[\\w-]{43}; Path=/api/session; Max-Age=43\\d\\d\\d; HttpOnly; SameSite=Strict$`))]);
      for (const stolen of [fresh, person.cookie]) expect((await refresh(stolen)).body.code).toBe('SESSION_ENDED');
      expect([await isIn(person), (await refresh(cookieOf(headers))).status]).toEqual([true, 200]);
    });

    it('that is changed while the session is refreshed leaves no token of that refresh', async () => {
      const person = await somebody();
      const { sessionId } = (await person.call('getSession', '/api/session')).body.session;
      const isWaiting = async () => (await served.sql("SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")).length > 0;
      const { token, changing } = await served.db.transaction(async (sql) => {
        await sql.query('SELECT FROM user_session WHERE session_id = $1 FOR UPDATE', [sessionId]);
        const made = { token: await addToken(sql, sessionId), changing: change(person, person.credentials.password, 'quite another password') };
        await waitFor(isWaiting, { what: 'the change to wait', timeoutMs: 5_000 });
        return made;
      });
      const { status, headers } = await changing;
      expect([status, (await refresh(`${REFRESH_COOKIE}=${token}`)).status, (await refresh(cookieOf(headers))).status]).toEqual([200, 401, 200]);
    });

    it('is refused with a sentence when it is short, the old one, or its name', async () => {
      const person = await somebody();
      for (const weak of ['short', person.credentials.password, person.credentials.name.repeat(3)]) {
        expect((await change(person, person.credentials.password, weak)).body).toMatchObject({ status: 422, code: 'INVALID', field: 'newPassword' });
      }
      expect((await change(person, 'wrong', 'quite another password')).body).toMatchObject({ status: 422, field: 'currentPassword' });
      expect((await change(person, 'x'.repeat(201), 'quite another password')).status).toBe(422);
    });

    it('cannot be guessed by whoever has a session', async () => {
      const person = await somebody();
      const answers = [];
      for (let at = 0; at < 11; at++) answers.push(await change(person, `guess ${at}`, 'quite another password'));
      expect(answers.map(({ status }) => status)).toEqual([...Array(10).fill(422), 429]);
    });

    it('that an administrator gives is temporary, signs the user out everywhere and opens a locked name', async () => {
      const person = await somebody();
      for (let at = 0; at < 10; at++) await tryToSignIn({ ...person.credentials, password: `guess ${at}` });
      expect((await tryToSignIn(person.credentials)).body.code).toBe('SIGN_IN_LOCKED');
      await admin.call('changeUser', `/api/user/${person.user.userId}`, { body: { temporaryPassword: 'told on the telephone' } });
      expect(await isIn(person)).toBe(false);
      expect((await served.signIn({ ...person.credentials, password: 'told on the telephone' })).user.mustChangePassword).toBe(true);
    });
  });

  describe('a user', () => {
    it('is made with a temporary password and no second time', async () => {
      const body = { name: '  Park.JS ', displayName: '박지수', role: 'author', temporaryPassword: 'told on the telephone' };
      expect((await admin.call('createUser', '/api/user', { body })).body).toMatchObject({ name: 'park.js', displayName: '박지수', role: 'author', mustChangePassword: true, disabled: false });
      expect((await admin.call('createUser', '/api/user', { body: { ...body, name: 'PARK.JS' } })).body).toMatchObject({ status: 409, code: 'CONFLICT', field: 'name' });
      expect((await admin.call('createUser', '/api/user', { body: { ...body, name: 'two', temporaryPassword: 'short' } })).body).toMatchObject({ status: 422, field: 'temporaryPassword' });
    });

    it.each(["a'; DROP TABLE user_account; --", 'a\r\nb', '', ' ', '../etc', '<b>', 'a'.repeat(65)])('has no such name: %j', async (name) => {
      expect((await admin.call('createUser', '/api/user', { body: { name, role: 'viewer', temporaryPassword: 'told on the telephone' } })).status).toBe(422);
    });

    it('stays as it is in what is not named', async () => {
      const { user } = await somebody();
      const { body } = await admin.call('changeUser', `/api/user/${user.userId}`, { body: { displayName: '김철수' } });
      expect(body).toEqual({ ...user, displayName: '김철수', lastSignInAt: expect.any(String), revision: 2, lockedUntil: null });
      expect((await admin.call('changeUser', `/api/user/${crypto.randomUUID()}`, { body: { disabled: true } })).status).toBe(404);
    });

    it('is changed by one of two administrators who have both seen it as it was, in whatever replica', async () => {
      const { user } = await somebody();
      const path = `/api/user/${user.userId}`;
      const { headers: { etag } } = await admin.call('getUser', path);
      const authorization = `Bearer ${admin.accessToken}`;
      const ends = await Promise.all([served.api, served.otherReplica].map((api, at) =>
        api.call('changeUser', path, { body: { displayName: `of replica ${at}` }, headers: { authorization, 'if-match': etag! } })));
      expect(ends.map(({ status }) => status).sort()).toEqual([200, 412]);
      expect(ends.find(({ status }) => status === 412)?.body).toMatchObject({ code: 'CHANGED_MEANWHILE', detail: expect.stringContaining('by admin at 20') });
      const won = ends.find(({ status }) => status === 200)!;
      expect(won.headers.etag).toBe('"2"');
      expect((await admin.call('getUser', path)).body).toEqual(won.body);
    });

    it('is another one to whoever looked before a new password or a change of groups, not before a sign-in', async () => {
      const person = await somebody();
      const path = `/api/user/${person.user.userId}`;
      const change = (body: object, tag: string) => admin.call('changeUser', path, { body, headers: { 'if-match': tag } });
      await served.signIn(person.credentials);
      expect((await admin.call('getUser', path)).body.revision).toBe(1);
      await person.call('changePassword', '/api/session/password', { body: { currentPassword: person.credentials.password, newPassword: 'one of her own making' } });
      expect((await change({ displayName: 'x' }, '"1"')).body).toMatchObject({ status: 412, detail: expect.stringContaining(`by ${person.user.name} at 20`) });
      expect((await change({ groups: [] }, '"2"')).status).toBe(200);
      expect((await change({ groups: [DEFAULT_GROUP] }, '"2"')).status).toBe(412);
      expect((await admin.call('getUser', path)).body).toMatchObject({ groups: [], revision: 3 });
    });
  });
});

describe('the last administrator', () => {
  let served: ServedAccounts;
  beforeAll(async () => {
    served = await ServedAccounts.start();
  });
  afterAll(() => served.stop());

  it('cannot be disabled or demoted, but renamed', async () => {
    const admin = await served.signIn();
    await served.person('author', 'author');
    const change = (body: object) => admin.call('changeUser', `/api/user/${admin.user.userId}`, { body });
    for (const body of [{ disabled: true }, { role: 'viewer' }, { role: 'administrator', disabled: true }]) expect((await change(body)).body).toMatchObject({ status: 409, code: 'CONFLICT' });
    expect((await change({ displayName: '관리자', role: 'administrator', disabled: false })).status).toBe(200);
  });

  it('is left over when two demote each other at once', async () => {
    const one = await served.signIn();
    const other = await served.person('second', 'administrator');
    const answers = await Promise.all([
      one.call('changeUser', `/api/user/${other.user.userId}`, { body: { role: 'viewer' } }),
      served.otherReplica.call('changeUser', `/api/user/${one.user.userId}`, { body: { role: 'viewer' }, headers: { authorization: `Bearer ${other.accessToken}` } }),
    ]);
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
    expect(await served.sql("SELECT count(*)::int FROM user_account WHERE role = 'administrator' AND disabled_at IS NULL")).toEqual([{ count: 1 }]);
  });
});

describe('the first administrator', () => {
  let served: ServedAccounts;
  beforeAll(async () => {
    served = await ServedAccounts.start({ withAdministrator: false });
  });
  afterAll(() => served.stop());

  it('is missed with a sentence, at the sign-in and in health', async () => {
    const probe = accountProbes(served.db, served.users).find(({ name }) => name === 'administrator');
    expect(await probe?.check()).toEqual({ status: 'degraded', detail: expect.stringContaining('ADMIN_PASSWORD'), detailKo: expect.stringContaining('ADMIN_PASSWORD') });
    const { status, body } = await served.api.call('signIn', '/api/session', { body: ADMIN });
    expect([status, body.code, body.detail]).toEqual([503, 'NO_ADMINISTRATOR', expect.stringContaining('ADMIN_PASSWORD')]);
  });

  it('is not made without a password, nor with a weak one', async () => {
    expect(await makeFirstAdministrator(served.users, served.passwords, { name: 'admin', password: undefined })).toBeUndefined();
    await expect(makeFirstAdministrator(served.users, served.passwords, { name: 'admin', password: 'adminadminadmin' })).rejects.toThrow(/^ADMIN_PASSWORD: .*at least 12/);
    expect(await served.users.isAnybody()).toBe(false);
  });

  it('is made once by replicas that start together, and not changed by a later start', async () => {
    const made = await Promise.all([1, 2, 3, 4].map(() => makeFirstAdministrator(served.users, served.passwords, ADMIN)));
    expect(made.filter(Boolean)).toHaveLength(1);
    expect(await makeFirstAdministrator(served.users, served.passwords, { name: 'boss', password: 'another first password' })).toBeUndefined();
    expect((await served.signIn()).user).toMatchObject({ role: 'administrator', mustChangePassword: false });
    expect(await Promise.all(accountProbes(served.db, served.users).map((probe) => probe.check()))).toEqual([{ status: 'ok', detail: null }, { status: 'ok', detail: null }]);
  });
});
