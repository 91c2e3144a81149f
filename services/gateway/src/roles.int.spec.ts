import { ACCESS, API, BEFORE_PASSWORD_CHANGE, OPERATION_IDS, ROLES, type Access, type OperationId, type Role } from '@tank/contracts';
import { CALLS } from './test/sample-calls.js';
import { ServedAccounts, type Person } from './test/served-accounts.js';

const RANK: Record<Role, number> = { administrator: 3, author: 2, operator: 1, viewer: 0 };
const access = (id: OperationId): Access => ACCESS[id];
const protectedOnes = OPERATION_IDS.filter((id) => access(id) !== 'public');
const cells = protectedOnes.flatMap((id) => ROLES.map((role) => [id, role] as const));
/** Where the sample call meets real users and groups: its password, code, user, group or address is none of theirs, which is found out behind the guard. */
const OTHERWISE: Partial<Record<OperationId, number>> = {
  changePassword: 422, startSecondFactor: 422, confirmSecondFactor: 409, removeSecondFactor: 409, getUser: 404, changeUser: 404, changeGroup: 404, removeGroup: 404,
  sendTestMail: 409, moveAutomation: 404, moveConnection: 404,
};

describe('every operation of the API, for every role and for nobody', () => {
  let served: ServedAccounts;
  const people = {} as Record<Role, Person>;
  beforeAll(async () => {
    served = await ServedAccounts.start();
    for (const role of ROLES) people[role] = await served.person(`${role}-1`, role);
  });
  afterAll(() => served.stop());

  /** The sample call, on what is the caller's own where it is about somebody. */
  const pathOf = (id: OperationId, { user }: Pick<Person, 'user'>, sessionId: string) =>
    id === 'endSession' ? `/api/session/${sessionId}` : id === 'listUserSessions' ? `/api/user/${user.userId}/session` : CALLS[id][0];

  it.each(OPERATION_IDS)('%s: nobody is asked to sign in, unless it is public', async (id) => {
    const [path, , sent] = CALLS[id];
    for (const authorization of [undefined, 'Bearer', 'Bearer a.b.c', `Basic ${btoa('admin:x')}`, people.administrator.accessToken]) {
      const { status, body, headers } = await served.api.call(id, path, { ...sent, headers: { ...sent?.headers, ...(authorization !== undefined && { authorization }) } });
      if (access(id) === 'public') {
        expect(status).toBeLessThan(500);
        expect(body?.code).not.toBe('UNAUTHENTICATED');
        continue;
      }
      expect([status, body.code, headers['www-authenticate']]).toEqual([401, 'UNAUTHENTICATED', expect.stringMatching(/^Bearer realm="tank"/)]);
    }
  });

  it.each(cells)('%s, by the role %s', async (id, role) => {
    const person = await served.signIn({ name: `${role}-1`, password: `${role} has a password` });
    const own = await person.call('getSession', '/api/session');
    const { status, body } = await person.call(id, pathOf(id, person, own.body.session.sessionId), CALLS[id][2]);
    const needed = access(id);
    if (needed === 'public' || needed === 'own' || RANK[role] >= RANK[needed]) {
      expect([id, status]).toEqual([id, OTHERWISE[id] ?? CALLS[id][1]]);
      return;
    }
    expect([status, body.code, body.detail]).toEqual([403, 'FORBIDDEN', expect.stringContaining(needed)]);
    const korean = await person.call(id, CALLS[id][0], { ...CALLS[id][2], headers: { 'accept-language': 'ko' } });
    expect(korean.body.detail).toContain(needed);
    expect(korean.body.detail).toMatch(/역할이 필요합니다/);
  });

  it.each(ROLES)("leaves what is somebody else's to administrators: %s", async (role) => {
    const other = await served.person(`other-than-${role}`, 'viewer');
    const { body } = await other.call('getSession', '/api/session');
    const statuses = [
      await people[role].call('listUserSessions', `/api/user/${other.user.userId}/session`),
      await people[role].call('endSession', `/api/session/${body.session.sessionId}`),
      await other.call('getSession', '/api/session'),
    ].map(({ status }) => status);
    expect(statuses).toEqual(role === 'administrator' ? [200, 200, 401] : [403, 403, 200]);
  });

  it('lets a user with a temporary password change it, and nothing else', async () => {
    const temporary = { name: 'new', password: 'a temporary password' };
    await people.administrator.call('createUser', '/api/user', { body: { name: 'new', role: 'administrator', temporaryPassword: temporary.password } });
    const person = await served.signIn(temporary);
    expect(person.user.mustChangePassword).toBe(true);
    for (const id of protectedOnes.filter((one) => !BEFORE_PASSWORD_CHANGE.includes(one))) {
      const { status, body } = await person.call(id, CALLS[id][0], CALLS[id][2]);
      expect([id, status, body.code]).toEqual([id, 403, 'PASSWORD_CHANGE_REQUIRED']);
    }
    expect((await person.call('getSession', '/api/session')).status).toBe(200);
    expect((await person.call('changePassword', '/api/session/password', { body: { currentPassword: temporary.password, newPassword: 'one of her own making' } })).status).toBe(200);
    expect((await person.call('listUsers', '/api/user')).status).toBe(200);
    expect((await served.otherReplica.send('/api/user', { headers: { authorization: `Bearer ${person.accessToken}` } })).status).toBe(200);
  });

  it('shows nobody a hash of a password', async () => {
    const answers = [
      await people.administrator.call('listUsers', '/api/user'), await people.administrator.call('getSession', '/api/session'),
      await people.administrator.call('changeUser', `/api/user/${people.viewer.user.userId}`, { body: { temporaryPassword: 'another temporary one' } }),
    ];
    expect(JSON.stringify(answers.map(({ body }) => body))).not.toMatch(/argon2|hash|another temporary/i);
  });

  it('has more than reading to protect', () => {
    expect(protectedOnes.filter((id) => API[id].method !== 'GET' && access(id) === 'viewer')).toEqual([]);
  });
});
