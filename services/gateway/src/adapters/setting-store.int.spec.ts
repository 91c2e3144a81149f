import { DEFAULT_SETTINGS } from '@tank/contracts';
import { createDatabase, roleUrl, type TestDatabase } from '../../../../embedded/test/parts.js';
import { openGatewayDatabase, type GatewayDatabase } from './gateway-database.js';
import { SettingStore } from './setting-store.js';

const BY = { userId: '5b8f2a90-33c4-4f0e-9d52-1c7f6a2b4d15', name: 'kim' };

describe('settings that change while Tank runs', () => {
  let database: TestDatabase;
  let db: GatewayDatabase;
  let nowMs = 0;
  beforeEach(async () => {
    database = await createDatabase('settings');
    db = await openGatewayDatabase(roleUrl(database, 'gateway'), 4);
  });
  afterEach(async () => {
    await db.close();
    await database.drop();
  });
  const replica = () => new SettingStore(db, () => nowMs);

  it('are as they come until somebody changes them, and every change is kept', async () => {
    const settings = replica();
    expect(await settings.current()).toEqual(DEFAULT_SETTINGS);
    await settings.change({ requireApproval: true, allowedNetworks: ['10.0.0.0/8'] }, BY, '내부 감사', null);
    await settings.change({ requireApproval: false }, BY, null, null);
    expect(await settings.current()).toEqual({ ...DEFAULT_SETTINGS, allowedNetworks: ['10.0.0.0/8'] });
    expect((await settings.history('requireApproval', null, 10)).map(({ value, reason, userName }) => [value, reason, userName])).toEqual([[false, null, 'kim'], [true, '내부 감사', 'kim']]);
  });

  it('are noticed by another replica within two seconds', async () => {
    const [one, other] = [replica(), replica()];
    await other.current();
    await one.change({ requireApproval: true }, BY, null, null);
    expect((await other.current()).requireApproval).toBe(false);
    nowMs += 2_000;
    expect((await other.current()).requireApproval).toBe(true);
  });

  it('are not overwritten by somebody who had not seen the last change', async () => {
    const { revision } = await replica().lastChanges();
    const ends = await Promise.all([true, false].map((requireApproval) => replica().change({ requireApproval }, BY, null, revision)));
    expect(ends.toSorted()).toEqual(['changed', 'changed-meanwhile']);
  });
});
