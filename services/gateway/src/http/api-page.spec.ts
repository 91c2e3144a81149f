import type { PasswordKey } from '@tank/contracts';
import { PasswordKeys } from '../adapters/password-keys.js';
import { FakeServices } from '../test/fake-services.js';
import { serveForTest, type ServedApi } from '../test/served-api.js';

describe('the page to try the API', () => {
  let api: ServedApi;
  beforeAll(async () => {
    api = await serveForTest(new FakeServices());
  });
  afterAll(() => api.close());
  const linksIn = (page: string) => [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link!);

  it('is there for everybody, in both languages, and lets nothing run but its own files', async () => {
    for (const path of ['/api/docs', '/api/docs/']) {
      const { status, headers, body } = await api.send(path);
      expect([status, headers['content-type'], headers['cache-control']]).toEqual([200, 'text/html; charset=utf-8', 'no-cache']);
      expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
      expect(headers['content-security-policy']).not.toMatch(/unsafe|http/);
      expect(body).toMatch(/<title>Tank API · [가-힣 ]+API|<title>Tank API · API [가-힣 ]+<\/title>/);
      expect(body).not.toMatch(/<script(?![^>]* src="\/)|style="|\son\w+="|https?:\/\//);
    }
  });

  it('has all that it needs, to be kept for ever under the hash of its content', async () => {
    const { body } = await api.send('/api/docs');
    const links = linksIn(body);
    expect(links).toHaveLength(5);
    for (const link of links) {
      const { status, headers } = await api.send(link, { method: 'HEAD' });
      expect([link, status, headers['cache-control'], headers['x-content-type-options']]).toEqual([link, 200, 'public, max-age=31536000, immutable', 'nosniff']);
      expect(headers['content-type']).toMatch(/^(text\/(css|javascript); charset=utf-8|image\/png)$/);
    }
  });

  it('is not sent again to whoever has it', async () => {
    const { headers } = await api.send('/api/docs/page.js?v=older');
    expect(headers['cache-control']).toBe('no-cache');
    const again = await api.send('/api/docs/page.js', { headers: { 'if-none-match': String(headers.etag) } });
    expect([again.status, again.body]).toEqual([304, undefined]);
  });

  it.each(['/api/docs/package.json', '/api/docs/../openapi.spec.ts', '/api/docs/..%2f..%2fpackage.json', '/api/docs/constructor', '/api/docs/page.js/', '/api/docsx'])('has nothing else: %s', async (path) => {
    expect((await api.send(path)).body).toMatchObject({ status: 404, code: 'NO_SUCH_PATH' });
  });

  it('encrypts passwords so that the gateway can read them', async () => {
    const keys = new PasswordKeys(Buffer.alloc(32, 3), 'refuse', { use: async () => true });
    const script = '../api-page/encrypt-password.js';
    const { encryptPassword } = (await import(script)) as { encryptPassword(password: string, key: PasswordKey): Promise<{ encrypted: string }> };
    const offered = await keys.offer();
    const { encrypted } = await encryptPassword('비밀번호 "geheim" 🔑', offered);
    expect(encrypted).not.toContain('geheim');
    expect(await keys.open(encrypted)).toEqual({ password: '비밀번호 "geheim" 🔑', nonce: offered.nonce });
  });

  it('takes nothing', async () => {
    expect((await api.send('/api/docs', { method: 'POST' })).status).toBe(404);
  });
});
