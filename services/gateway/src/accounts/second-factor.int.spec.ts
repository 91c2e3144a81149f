import { DEFAULT_SETTINGS, OPERATION_IDS, ACCESS, BEFORE_SECOND_FACTOR, type Access } from '@tank/contracts';
import { waitFor } from '../../../../embedded/test/parts.js';
import { SessionStore } from '../adapters/session-store.js';
import { authenticatorCode } from '../test/authenticator.js';
import { CALLS } from '../test/sample-calls.js';
import { ADMIN, ServedAccounts, type Person } from '../test/served-accounts.js';

describe('a second factor', () => {
  let served: ServedAccounts;
  let admin: Person;
  let nowMs = Date.parse('2026-11-20T00:00:00Z');
  const settings = { ...DEFAULT_SETTINGS };
  beforeAll(async () => {
    served = await ServedAccounts.start({ now: () => new Date(nowMs), settings });
    admin = await served.signIn();
  });
  afterEach(() => (settings.secondFactorFor = []));
  afterAll(() => served.stop());

  let count = 0;
  const somebody = async () => {
    const person = await served.person(`kim${++count}`, 'operator');
    return { ...person, credentials: { name: `kim${count}`, password: 'operator has a password' } };
  };
  type Somebody = Awaited<ReturnType<typeof somebody>>;
  const start = (person: Somebody) => person.call('startSecondFactor', '/api/session/second-factor', { body: { currentPassword: person.credentials.password } });
  const confirm = (person: Person, code: string) => person.call('confirmSecondFactor', '/api/session/second-factor/confirm', { body: { code } });
  const remove = (person: Somebody, code: string, currentPassword = person.credentials.password) => person.call('removeSecondFactor', '/api/session/second-factor', { body: { currentPassword, code } });
  const nextCode = (secret: string) => authenticatorCode(secret, new Date((nowMs += 30_000)));
  const wrongCode = (secret: string) => String((Number(nextCode(secret)) + 1) % 1_000_000).padStart(6, '0');
  const tryToSignIn = (credentials: object, api = served.api) => api.call('signIn', '/api/session', { body: credentials });
  const protectedSomebody = async () => {
    const person = await somebody();
    const { secret } = (await start(person)).body;
    const { body } = await confirm(person, nextCode(secret));
    return { ...person, secret: secret as string, recoveryCodes: body.recoveryCodes as string[] };
  };

  it('counts once a code has confirmed it, ends all other sessions, and gives ten recovery codes', async () => {
    const person = await somebody();
    const elsewhere = await served.signIn(person.credentials);
    const { secret, uri } = (await start(person)).body;
    expect(uri).toContain(`secret=${secret}`);
    expect((await served.signIn(person.credentials)).user.secondFactor).toBe(false);
    expect((await confirm(person, wrongCode(secret))).body).toMatchObject({ status: 422, field: 'code' });
    const { status, body } = await confirm(person, nextCode(secret));
    expect([status, body.user.secondFactor, body.recoveryCodes.length]).toEqual([200, true, 10]);
    expect([(await elsewhere.call('getSession', '/api/session')).status, (await person.call('getSession', '/api/session')).status]).toEqual([401, 200]);
  });

  it('is asked for beside the right password, and only then', async () => {
    const person = await protectedSomebody();
    expect((await tryToSignIn(person.credentials)).body).toMatchObject({ status: 401, code: 'SECOND_FACTOR_REQUIRED', field: 'code' });
    expect((await tryToSignIn({ ...person.credentials, code: wrongCode(person.secret) })).body.code).toBe('SECOND_FACTOR_WRONG');
    expect((await tryToSignIn({ ...person.credentials, password: 'wrong', code: nextCode(person.secret) })).body.code).toBe('SIGN_IN_FAILED');
    const code = nextCode(person.secret);
    expect((await served.signIn({ ...person.credentials, code: `${code.slice(0, 3)} ${code.slice(3)}` })).user.secondFactor).toBe(true);
  });

  it('takes a code once, also at the same moment in two replicas, and none from before it', async () => {
    const person = await protectedSomebody();
    const [before, code] = [nextCode(person.secret), nextCode(person.secret)];
    const answers = await Promise.all(Array.from({ length: 8 }, (_, at) => tryToSignIn({ ...person.credentials, code }, at % 2 ? served.api : served.otherReplica)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const used of [code, before]) expect((await tryToSignIn({ ...person.credentials, code: used })).body.code).toBe('SECOND_FACTOR_WRONG');
    expect((await tryToSignIn({ ...person.credentials, code: nextCode(person.secret) })).status).toBe(200);
  });

  it('takes a recovery code once, whichever replica has it', async () => {
    const { credentials, recoveryCodes: [code, other] } = await protectedSomebody();
    const answers = await Promise.all(Array.from({ length: 4 }, (_, at) => tryToSignIn({ ...credentials, code }, at % 2 ? served.api : served.otherReplica)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await tryToSignIn({ ...credentials, code: other!.toUpperCase() })).status).toBe(200);
  });

  it('cannot be guessed by whoever has the password: asking without a code gives no new tries', async () => {
    const person = await protectedSomebody();
    const codes = [];
    for (let at = 0; at < 6; at++) {
      codes.push((await tryToSignIn({ ...person.credentials, code: wrongCode(person.secret) })).body.code, (await tryToSignIn(person.credentials)).body.code);
    }
    expect(codes.filter((code) => code === 'SIGN_IN_LOCKED')).toHaveLength(2);
    expect((await tryToSignIn({ ...person.credentials, code: nextCode(person.secret) })).body.code).toBe('SIGN_IN_LOCKED');
  });

  it('cannot be guessed, begun or confirmed by whoever has a session alone', async () => {
    const person = await somebody();
    expect((await person.call('startSecondFactor', '/api/session/second-factor', { body: { currentPassword: 'wrong' } })).body).toMatchObject({ status: 422, field: 'currentPassword' });
    expect((await confirm(person, '123456')).body).toMatchObject({ status: 409, field: 'code' });
    const { secret } = (await start(person)).body;
    const answers = [];
    for (let at = 0; at < 11; at++) answers.push((await confirm(person, wrongCode(secret))).status);
    expect(answers).toEqual([...Array(10).fill(422), 429]);
  });

  it('is taken away by password and code together, and set up anew only after that', async () => {
    const person = await protectedSomebody();
    expect((await start(person)).body).toMatchObject({ status: 409, code: 'CONFLICT' });
    expect((await remove(person, nextCode(person.secret), 'wrong')).body).toMatchObject({ status: 422, field: 'currentPassword' });
    expect((await remove(person, wrongCode(person.secret))).body).toMatchObject({ status: 422, field: 'code' });
    expect((await remove(person, person.recoveryCodes[3]!)).body.secondFactor).toBe(false);
    expect((await remove(person, person.recoveryCodes[4]!)).status).toBe(409);
    await served.signIn(person.credentials);
    expect(await served.sql('SELECT FROM recovery_code WHERE user_id = $1', [person.user.userId])).toEqual([]);
    const { secret } = (await start(person)).body;
    expect((await confirm(person, nextCode(person.secret))).status).toBe(422);
    expect((await confirm(person, nextCode(secret))).status).toBe(200);
  });

  it('is taken away by an administrator; the user is signed out', async () => {
    const person = await protectedSomebody();
    const { body } = await admin.call('changeUser', `/api/user/${person.user.userId}`, { body: { secondFactor: 'off' } });
    expect(body.secondFactor).toBe(false);
    expect((await person.call('getSession', '/api/session')).status).toBe(401);
    expect(await served.sql('SELECT FROM recovery_code WHERE user_id = $1', [person.user.userId])).toEqual([]);
    await served.signIn(person.credentials);
  });

  it('that was moved to another user, or sealed with another key, opens nothing, and the user is told what to do', async () => {
    const [person, other] = [await protectedSomebody(), await protectedSomebody()];
    await served.sql('UPDATE user_account SET second_factor = (SELECT second_factor FROM user_account WHERE user_id = $2) WHERE user_id = $1', [person.user.userId, other.user.userId]);
    expect((await tryToSignIn({ ...person.credentials, code: nextCode(other.secret) })).body).toMatchObject({ status: 401, code: 'SECOND_FACTOR_UNREADABLE', remedy: expect.stringContaining('admin:reset') });
  });

  it('is never open to a session that was checked before there was one', async () => {
    const person = await somebody();
    const { secret } = (await start(person)).body;
    const known = await served.users.find({ userId: person.user.userId });
    await confirm(person, nextCode(secret));
    expect(await new SessionStore(served.db, { idleMs: 60_000, lifeMs: 60_000 }).open(known!, { address: '127.0.0.1', userAgent: '' })).toBeUndefined();
  });

  it('stands nowhere in the database, nor do its codes', async () => {
    const { secret, recoveryCodes } = await protectedSomebody();
    const tables = await Promise.all(['user_account', 'recovery_code', 'audit_entry'].map((table) => served.sql(`SELECT t::text FROM ${table} t`)));
    for (const text of [secret, ...recoveryCodes]) expect(JSON.stringify(tables)).not.toContain(text);
  });

  describe('that a role has to have', () => {
    const access = (id: keyof typeof ACCESS): Access => ACCESS[id];

    it('comes before anything else, in every replica', async () => {
      const person = await somebody();
      settings.secondFactorFor = ['operator'];
      await waitFor(async () => (await person.call('listRuns', '/api/run')).status === 403, { what: 'the setting to be noticed', timeoutMs: 5_000 });
      for (const id of OPERATION_IDS.filter((one) => access(one) !== 'public' && !BEFORE_SECOND_FACTOR.includes(one))) {
        const { status, body } = await person.call(id, CALLS[id][0], CALLS[id][2]);
        expect([id, status, body.code]).toEqual([id, 403, 'SECOND_FACTOR_SETUP_REQUIRED']);
      }
      const { secret } = (await start(person)).body;
      expect((await confirm(person, nextCode(secret))).status).toBe(200);
      expect((await person.call('listRuns', '/api/run')).status).toBe(200);
      expect((await served.otherReplica.send('/api/run', { headers: { authorization: `Bearer ${person.accessToken}` } })).status).toBe(200);
    });

    it('is not asked of other roles', async () => {
      settings.secondFactorFor = ['author', 'viewer'];
      expect((await (await somebody()).call('listRuns', '/api/run')).status).toBe(200);
      expect((await (await served.signIn(ADMIN)).call('listRuns', '/api/run')).status).toBe(200);
    });
  });

  it('leaves its traces in the audit trail: sign-ins, refused ones, and every change', async () => {
    const person = await protectedSomebody();
    await tryToSignIn({ ...person.credentials, password: 'wrong' });
    await tryToSignIn({ ...person.credentials, code: wrongCode(person.secret) });
    await tryToSignIn({ name: 'geheim-name', password: 'geheim-word' });
    await served.signIn({ ...person.credentials, code: nextCode(person.secret) });
    const { body } = await admin.call('listAudit', '/api/audit?limit=6');
    const told = body.items.map(({ operation, userName, detail, answer }: { operation: string; userName: string; detail: unknown; answer: { status: number } | null }) => [operation, userName, detail, answer?.status]);
    expect(told.slice(0, 5)).toEqual([
      ['signIn', person.user.name, { by: 'password' }, undefined],
      ['signIn', null, { refused: 'SIGN_IN_FAILED' }, undefined],
      ['signIn', person.user.name, { refused: 'SECOND_FACTOR_WRONG' }, undefined],
      ['signIn', person.user.name, { refused: 'SIGN_IN_FAILED' }, undefined],
      ['confirmSecondFactor', person.user.name, { code: '(hidden)' }, 200],
    ]);
  });
});
