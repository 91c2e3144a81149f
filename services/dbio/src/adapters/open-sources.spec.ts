import { describe, expect, it } from '@jest/globals';
import { connectionLimitsSchema, DEFAULT_GROUP, type Connection } from '@tank/contracts';
import { CONNECTION_ID, sourceDown, sourceWith } from '../../test/fakes.js';
import type { OpenableConnection } from './connection-store.js';
import { OpenSources, type BreakableSource } from './open-sources.js';
import { CannotOpen } from './sealed-password.js';

const connection: Connection = {
  connectionId: CONNECTION_ID, groupId: DEFAULT_GROUP, name: 'customers', kind: 'oracle', host: 'db', port: null, database: 'ORCL', connectString: null, tls: null, wallet: null, user: 'TANK',
  timeZone: 'Asia/Seoul', limits: connectionLimitsSchema.parse({}), createdAt: '2026-11-20T00:00:00.000Z', revision: 1,
};

function opened(parts: Partial<BreakableSource>, password = () => 'p') {
  const store = { find: async () => ({ connection, revision: 1, password, walletPassword: () => null }) as OpenableConnection, revisionOf: async () => 1 };
  return new OpenSources(store, () => ({ ...sourceWith({ warnings: () => [] }), openBecause: () => null, ...parts }) as BreakableSource);
}

describe('what operators are told of the sources in use', () => {
  it('is nothing while all is well', async () => {
    const sources = opened({});
    await sources.sourceOf(CONNECTION_ID);
    expect(sources.warnings()).toEqual([]);
  });

  it('is why calls do not go through, and what will not work much longer, in both languages', async () => {
    const expiring = { ...sourceDown().problem, code: 'SOURCE_PASSWORD_EXPIRES', message: 'It expires soon.', ko: { ...sourceDown().problem.ko, message: '곧 만료됩니다.' } };
    const sources = opened({ openBecause: () => sourceDown().problem, warnings: () => [expiring] });
    expect(sources.warnings()).toEqual([]);
    await sources.sourceOf(CONNECTION_ID);
    expect(sources.warnings()).toEqual([
      ['customers: It is away. Because (X-1). Do something.', 'customers: 응답이 없습니다. 그래서입니다 (X-1). 조치하세요.'],
      ['customers: It expires soon. Because (X-1). Do something.', 'customers: 곧 만료됩니다. 그래서입니다 (X-1). 조치하세요.'],
    ]);
  });

  it('is that a password cannot be read with this key, until it can', async () => {
    let isReadable = false;
    const sources = opened({}, () => {
      if (!isReadable) throw new CannotOpen(['Another key.', '다른 키입니다.']);
      return 'p';
    });
    await expect(sources.sourceOf(CONNECTION_ID)).rejects.toMatchObject({ isLasting: true, problem: { code: 'SOURCE_PASSWORD_SEALED', cause: 'Another key.', ko: { cause: '다른 키입니다.' } } });
    expect(sources.warnings()).toEqual([[expect.stringMatching(/^customers: .*Another key/), expect.stringMatching(/^customers: .*다른 키/)]]);
    isReadable = true;
    await sources.sourceOf(CONNECTION_ID);
    expect(sources.warnings()).toEqual([]);
  });
});
