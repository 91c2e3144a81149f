import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto';
import { SignJWT } from 'jose';
import * as sample from '../test/samples.js';
import { ACCESS_TOKEN_MS, AccessTokens, derivedKey } from './access-tokens.js';

const KEY = Buffer.alloc(32, 1);
const BEARER = { userId: sample.USER, sessionId: sample.SESSION };
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('an access token', () => {
  const at = new Date('2026-11-20T00:00:00Z');
  let now = at;
  const tokens = new AccessTokens(KEY, () => now);
  const seconds = at.getTime() / 1000;
  const claims = { sid: sample.SESSION, iss: 'tank', aud: 'tank', sub: sample.USER, iat: seconds, exp: seconds + 600 };
  const signed = (header: object, payload: object, key = derivedKey(KEY, 'access token')) => {
    const text = `${encode(header)}.${encode(payload)}`;
    return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
  };
  beforeEach(() => (now = at));

  it('says who and which session, to every replica with the same key', async () => {
    const { accessToken, expiresAt } = await tokens.make(BEARER);
    expect(await new AccessTokens(Buffer.alloc(32, 1), () => now).read(accessToken)).toEqual(BEARER);
    expect(new Date(expiresAt).getTime() - at.getTime()).toBe(ACCESS_TOKEN_MS);
    expect(await tokens.read(signed({ alg: 'HS256', typ: 'at+jwt' }, claims))).toEqual(BEARER);
  });

  it('holds for ten minutes, and a moment for clocks that differ', async () => {
    const { accessToken } = await tokens.make(BEARER);
    now = new Date(at.getTime() + ACCESS_TOKEN_MS + 4_000);
    expect(await tokens.read(accessToken)).toEqual(BEARER);
    now = new Date(at.getTime() + ACCESS_TOKEN_MS + 6_000);
    expect(await tokens.read(accessToken)).toBeUndefined();
  });

  it.each<[string, () => string | Promise<string>]>([
    ['without a signature', () => `${encode({ alg: 'none', typ: 'at+jwt' })}.${encode(claims)}.`],
    ['whose algorithm is "none" over a signature', () => signed({ alg: 'none', typ: 'at+jwt' }, claims)],
    ['of a foreign key', () => signed({ alg: 'HS256', typ: 'at+jwt' }, claims, randomBytes(32))],
    ['signed with the setting itself', () => signed({ alg: 'HS256', typ: 'at+jwt' }, claims, KEY)],
    ['of another algorithm', () => new SignJWT(claims).setProtectedHeader({ alg: 'HS512', typ: 'at+jwt' }).sign(derivedKey(KEY, 'access token'))],
    ['of a public key', () => new SignJWT(claims).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' }).sign(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)],
    ['of another kind', () => signed({ alg: 'HS256', typ: 'JWT' }, claims)],
    ['of another issuer', () => signed({ alg: 'HS256', typ: 'at+jwt' }, { ...claims, iss: 'evil' })],
    ['for somebody else', () => signed({ alg: 'HS256', typ: 'at+jwt' }, { ...claims, aud: 'evil' })],
    ['without an end', () => signed({ alg: 'HS256', typ: 'at+jwt' }, { ...claims, exp: undefined })],
    ['of no session', () => signed({ alg: 'HS256', typ: 'at+jwt' }, { ...claims, sid: undefined })],
    ['of no user id', () => signed({ alg: 'HS256', typ: 'at+jwt' }, { ...claims, sub: "'; DROP TABLE user_account" })],
    ['with an extension nobody knows', () => signed({ alg: 'HS256', typ: 'at+jwt', crit: ['x'], x: 1 }, claims)],
    ['that is cut', async () => (await tokens.make(BEARER)).accessToken.slice(0, -2)],
    ['whose claims were changed', async () => (await tokens.make(BEARER)).accessToken.replace(/\.[^.]+\./, `.${encode({ ...claims, sub: sample.RUN })}.`)],
    ['that is none', () => 'a.b.c'],
    ['that is empty', () => ''],
  ])('%s is refused', async (_, token) => {
    expect(await tokens.read(await token())).toBeUndefined();
  });
});
