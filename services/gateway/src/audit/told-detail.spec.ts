import { toldDetail } from './told-detail.js';

describe('what the trail keeps of a request', () => {
  it('has no secret, at any depth', () => {
    const body = {
      name: 'bank', password: 'geheim-1', walletPassword: 'geheim-2', more: [{ newPassword: 'geheim-3', accessToken: 'geheim-4', clientSecret: 'geheim-5' }],
      code: '123456', temporaryPassword: { encrypted: 'geheim-6' }, errorCode: 'INVALID',
    };
    const told = JSON.stringify(toldDetail({ query: {}, body }));
    expect(told).not.toMatch(/geheim|123456/);
    expect(JSON.parse(told)).toMatchObject({ name: 'bank', password: '(hidden)', more: [{ newPassword: '(hidden)' }], errorCode: 'INVALID' });
  });

  it('cuts long texts and long lists, and says by what they can be compared', () => {
    const told = toldDetail({ query: {}, body: { sql: 'x'.repeat(5_000), ids: Array.from({ length: 1_000 }, (_, at) => at) } }) as { sql: string; ids: unknown[] };
    expect(told.sql).toMatch(/^x{300}… \(5000 characters, SHA-256 [0-9a-f]{64}\)$/);
    expect(told.ids).toHaveLength(51);
    expect(told.ids.at(-1)).toBe('… 1000 items');
  });

  it('is nothing for a request that says nothing', () => {
    expect(toldDetail({ query: {}, body: {} })).toBeUndefined();
    expect(toldDetail({ query: { limit: 3 }, body: undefined })).toEqual({ limit: 3 });
  });
});
