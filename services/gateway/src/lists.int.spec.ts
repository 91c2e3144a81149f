import type { OperationId } from '@tank/contracts';
import { pageByPage, sameInPagesOfOne } from '../../../embedded/test/pages.js';
import { ServedAccounts, type Person } from './test/served-accounts.js';

describe('a list that the gateway keeps itself', () => {
  let served: ServedAccounts;
  let admin: Person;
  beforeAll(async () => {
    served = await ServedAccounts.start();
    admin = await served.signIn();
    for (const name of ['hong', 'Hong2', 'an', 'never']) await admin.call('createUser', '/api/user', { body: { name, role: 'viewer', temporaryPassword: 'given in person' } });
    for (const name of ['한빛', 'card', '가온', 'Card', '나래']) await admin.call('createGroup', '/api/group', { body: { name } });
    for (const requireApproval of [true, false, true]) await admin.call('changeSettings', '/api/setting', { body: { requireApproval } });
    await served.sql("UPDATE user_account SET created_at = '2026-11-20T00:00:00.000123Z'");
    for (let at = 0; at < 3; at += 1) await served.signIn();
  });
  afterAll(() => served.stop());

  type Asked = { limit: number; after: string | null; sort: string };
  type Listed = { items: { name: string }[]; next: string | null };
  const reader = (id: OperationId, path: string) => async ({ limit, after, sort }: Asked): Promise<Listed> => {
    const { status, body } = await admin.call(id, `${path}?limit=${limit}&sort=${sort}${after === null ? '' : `&after=${after}`}`);
    expect([status, body.detail]).toEqual([200, undefined]);
    return body;
  };
  const users = reader('listUsers', '/api/user');

  it.each([
    ['listUsers', 'name', '/api/user', 5], ['listUsers', 'createdAt', '/api/user', 5], ['listUsers', 'lastSignInAt', '/api/user', 5],
    ['listGroups', 'name', '/api/group', 6], ['listSettingChanges', 'changeNo', '/api/setting/history', 3],
  ] as const)('%s by %s has the same in pages of one as in one page, in both directions', async (id, field, path, count) => {
    expect(await sameInPagesOfOne(reader(id, path), field)).toHaveLength(count);
  });

  it('is the audit trail, too, which lists of it do not lengthen', async () => {
    const entries = await sameInPagesOfOne(reader('listAudit', '/api/audit'), 'entryNo');
    expect(entries.length).toBeGreaterThan(10);
  });

  it('is the sessions of a user', async () => {
    const sessions = await sameInPagesOfOne(reader('listUserSessions', `/api/user/${admin.user.userId}/session`), 'createdAt');
    expect(sessions).toHaveLength(4);
    expect(await pageByPage(reader('listUserSessions', `/api/user/${admin.user.userId}/session`), '-lastUsedAt', 1)).toHaveLength(4);
  });

  it('sorts names as Koreans do, and those who never signed in before the others', async () => {
    const groups = await pageByPage(reader('listGroups', '/api/group'), 'name', 2);
    expect(groups.map(({ name }) => name)).toEqual(['가온', '기본 그룹', '나래', '한빛', 'card', 'Card']);
    const names = (await pageByPage(users, 'name', 2)).map(({ name }) => name);
    expect(names).toEqual(['admin', 'an', 'hong', 'hong2', 'never']);
    expect((await pageByPage(users, 'lastSignInAt', 2)).at(-1)).toMatchObject({ name: 'admin' });
  });

  it('shows each once, however many are added between two pages', async () => {
    const before = await pageByPage(users, 'name', 1000);
    const seen: { name: string }[] = [];
    await pageByPage(async (asked) => {
      const page = await users(asked);
      seen.push(...page.items);
      await admin.call('createUser', '/api/user', { body: { name: `a${seen.length}`, role: 'viewer', temporaryPassword: 'given in person' } });
      return page;
    }, 'name', 2);
    expect(new Set(seen.map(({ name }) => name)).size).toBe(seen.length);
    expect(seen.map(({ name }) => name)).toEqual(expect.arrayContaining(before.map(({ name }) => name)));
  });

  it('refuses a mark that was made with another sort, and one that is none', async () => {
    const { next } = await users({ limit: 1, after: null, sort: 'name' });
    for (const query of [`after=${next}&sort=-name`, `after=${next}&sort=createdAt`, 'after=nonsense']) {
      expect(await admin.call('listUsers', `/api/user?${query}`)).toMatchObject({ status: 422, body: { code: 'INVALID', field: 'after' } });
    }
    for (const [id, path] of [['listAudit', '/api/audit'], ['listSettingChanges', '/api/setting/history']] as const) {
      expect(await admin.call(id, `${path}?after=${next}`)).toMatchObject({ status: 422, body: { field: 'after' } });
    }
  });
});
