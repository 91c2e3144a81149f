import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DEFAULT_SETTINGS } from '@tank/contracts';
import { waitFor } from '../../../../embedded/test/parts.js';
import { OpenIdProvider, type ProviderSettings } from '../adapters/openid-provider.js';
import { PROVIDER_COOKIE } from '../http/provider-cookie.js';
import { REFRESH_COOKIE } from '../http/refresh-cookie.js';
import { LyingProvider } from '../test/lying-provider.js';
import { CLIENT, RealProvider } from '../test/real-provider.js';
import { ADMIN, ServedAccounts } from '../test/served-accounts.js';
import type { Answered, ServedApi } from '../test/served-api.js';

const START = '/api/session/provider/start';

function settingsFor(issuer: string, of: Partial<ProviderSettings> = {}): ProviderSettings {
  return {
    issuer: new URL(issuer), clientId: CLIENT.client_id, clientSecret: CLIENT.client_secret, redirectUri: new URL(CLIENT.redirect_uri), scopes: 'openid profile email',
    roleClaim: 'groups', roles: { 'tank-admin': 'administrator', 'mail-ops': 'operator' }, name: 'Customer Login', ...of,
  };
}
const cookiesOf = ({ headers }: Answered) => Object.fromEntries((headers['set-cookie'] ?? []).map((cookie) => cookie.split(';')[0]!.split(/=(.*)/s).slice(0, 2) as [string, string]));
const start = (api: ServedApi) => api.call('startProviderSignIn', START);
const ticketOf = (answered: Answered) => `${PROVIDER_COOKIE}=${cookiesOf(answered)[PROVIDER_COOKIE]}`;
const comeBack = (api: ServedApi, search: string, cookie = '') => api.call('finishProviderSignIn', `/api/session/provider/callback?${search}`, { headers: { ...(cookie && { cookie }), 'accept-language': 'ko' } });
const problemIn = ({ headers }: Answered) => new URLSearchParams(headers.location?.split('?')[1]).get('signInProblem');
const refreshCookieOf = (answered: Answered) => `${REFRESH_COOKIE}=${cookiesOf(answered)[REFRESH_COOKIE]}`;

/** What a browser does at the provider, from where it was sent to where it is sent back. @returns the query of the callback */
async function atProvider(location: string): Promise<string> {
  const jar = new Map<string, string>();
  for (let at = location; ; ) {
    if (at.startsWith(CLIENT.redirect_uri)) return new URL(at).search.slice(1);
    const answer = await fetch(at, { redirect: 'manual', headers: { cookie: [...jar].map((pair) => pair.join('=')).join('; ') } });
    for (const cookie of answer.headers.getSetCookie()) jar.set(...(cookie.split(';')[0]!.split(/=(.*)/s).slice(0, 2) as [string, string]));
    const next = answer.headers.get('location');
    if (next === null) throw new Error(`The provider answered ${answer.status}: ${await answer.text()}`);
    at = new URL(next, at).href;
  }
}

describe('a sign-in at a real identity provider', () => {
  let provider: RealProvider;
  let served: ServedAccounts;
  beforeAll(async () => {
    provider = await RealProvider.start();
    served = await ServedAccounts.start({ provider: settingsFor(provider.issuer), settings: { ...DEFAULT_SETTINGS, secondFactorFor: ['operator'] } });
  });
  afterAll(async () => {
    await served.stop();
    await provider.stop();
  });

  const goThere = async (sub: string | null, claims: object = {}) => {
    provider.current = sub;
    if (sub !== null) provider.people.set(sub, { groups: ['mail-ops'], ...claims });
    const started = await start(served.api);
    return { ticket: ticketOf(started), search: await atProvider(started.headers.location!) };
  };
  /** Begun with one replica and finished with another. */
  const signIn = async (sub: string | null, claims: object = {}, cookie = '') => {
    const { ticket, search } = await goThere(sub, claims);
    return comeBack(served.otherReplica, search, `${cookie}${ticket}`);
  };
  const refresh = (cookie: string) => served.api.call('refreshSession', '/api/session/refresh', { headers: { cookie } });
  const userAfter = async (answered: Answered) => {
    expect([answered.status, answered.headers.location, answered.body.problem]).toEqual([302, '/', null]);
    return (await refresh(refreshCookieOf(answered))).body;
  };

  it('is offered by its name', async () => {
    expect((await served.api.call('getProvider', '/api/session/provider')).body).toEqual({ name: 'Customer Login' });
  });

  it('asks with state, nonce and PKCE, and keeps what it needs where no script and no other path gets at it', async () => {
    const started = await start(served.api);
    const asked = Object.fromEntries(new URL(started.headers.location!).searchParams);
    expect(asked).toMatchObject({ response_type: 'code', client_id: 'tank', scope: 'openid profile email', redirect_uri: CLIENT.redirect_uri, code_challenge_method: 'S256' });
    for (const name of ['state', 'nonce', 'code_challenge']) expect(asked[name]).toMatch(/^[\w-]{43}$/);
    expect(started.headers['set-cookie']).toEqual([expect.stringMatching(/^tank_provider=[\w-]+; Path=\/api\/session\/provider\/callback; Max-Age=600; HttpOnly; SameSite=Lax$/)]);
    expect(Buffer.from(ticketOf(started), 'base64url').toString('latin1')).not.toContain(asked.state);
  });

  it('makes the user at the first time: name, verified address, role; without a password', async () => {
    const answered = await signIn('s-1', { name: '김운영', preferred_username: 'Kim.Ops', email: 'kim@customer.example', email_verified: true });
    const { user, accessToken } = await userAfter(answered);
    expect(user).toMatchObject({ name: 'kim.ops', displayName: '김운영', email: 'kim@customer.example', role: 'operator', ofProvider: true, mustChangePassword: false, secondFactor: false });
    expect(answered.headers['set-cookie']).toEqual([expect.stringMatching(/^tank_provider=; .*Max-Age=0;/), expect.stringMatching(/^tank_refresh=[\w-]{43}; Path=\/api\/session; .*SameSite=Strict$/)]);
    const asKim = { headers: { authorization: `Bearer ${accessToken}` } };
    expect((await served.api.call('listRuns', '/api/run', asKim)).status).toBe(200); // though the role needs a second factor: the provider sees to it
    for (const password of ['x', 'null', '']) expect([401, 422]).toContain((await served.api.call('signIn', '/api/session', { body: { name: 'kim.ops', password } })).status);
    expect((await served.api.call('changePassword', '/api/session/password', { ...asKim, body: { currentPassword: 'x', newPassword: 'one of his own making' } })).body).toMatchObject({ status: 422, field: 'currentPassword' });
    expect((await served.api.call('startSecondFactor', '/api/session/second-factor', { ...asKim, body: { currentPassword: 'x' } })).body).toMatchObject({ status: 422, field: 'currentPassword' });
    const admin = await served.signIn();
    expect((await admin.call('changeUser', `/api/user/${user.userId}`, { body: { temporaryPassword: 'told on the telephone' } })).body).toMatchObject({ status: 422, field: 'temporaryPassword' });
  });

  it('finds the user again by issuer and subject, whatever name and address are now, and follows the role', async () => {
    const first = (await userAfter(await signIn('s-2', { preferred_username: 'lee' }))).user;
    const again = (await userAfter(await signIn('s-2', { preferred_username: 'lee-married', groups: ['other', 'tank-admin', 'mail-ops'] }))).user;
    expect(again).toMatchObject({ userId: first.userId, name: 'lee', role: 'administrator' });
    expect((await userAfter(await signIn('s-2', { groups: 'mail-ops' }))).user).toMatchObject({ userId: first.userId, role: 'operator' });
  });

  it('is no way into the account of somebody with the same name or address', async () => {
    const { user } = await served.person('park', 'administrator');
    await served.sql("UPDATE user_account SET email = 'park@customer.example' WHERE user_id = $1", [user.userId]);
    const other = (await userAfter(await signIn('s-3', { preferred_username: 'park', email: 'park@customer.example', email_verified: true }))).user;
    expect(other).toMatchObject({ name: expect.stringMatching(/^park-[0-9a-f]{8}$/), role: 'operator' });
    expect(other.userId).not.toBe(user.userId);
    expect((await userAfter(await signIn('s-4', { preferred_username: ADMIN.name, email: 'x@customer.example' }))).user).toMatchObject({ name: expect.stringMatching(/^admin-[0-9a-f]{8}$/), email: null });
  });

  it('makes one user when somebody comes twice at the same moment', async () => {
    const there = [await goThere('s-5'), await goThere('s-5')];
    const answers = await Promise.all(there.map(({ ticket, search }, at) => comeBack(at ? served.api : served.otherReplica, search, ticket)));
    expect(new Set(await Promise.all(answers.map(async (answered) => (await userAfter(answered)).user.userId))).size).toBe(1);
  });

  it.each([[{ groups: ['others'] }], [{ groups: [] }], [{ groups: undefined }], [{ groups: { 'tank-admin': true } }], [{ groups: ['TANK-ADMIN', 'toString'] }]])('lets nobody in whom %j gives no role, and says so', async (claims) => {
    const answered = await signIn(`without-${JSON.stringify(claims)}`, claims);
    expect([answered.status, problemIn(answered)]).toEqual([302, 'PROVIDER_NO_ROLE']);
    expect(answered.body.problem).toMatchObject({ detail: expect.stringMatching(/역할이 없습니다/), remedy: expect.stringContaining('OIDC_ROLES') });
    expect(await served.sql("SELECT FROM user_account WHERE provider_subject LIKE 'without-%'")).toEqual([]);
  });

  it('ends every session of somebody whose last role is gone, until there is one again', async () => {
    const there = await signIn('s-6');
    const { user, accessToken } = await userAfter(there);
    const statusOf = async (api: ServedApi) => (await api.call('getSession', '/api/session', { headers: { authorization: `Bearer ${accessToken}` } })).status;
    expect(await statusOf(served.otherReplica)).toBe(200);
    for (const _ of ['first', 'again']) expect(problemIn(await signIn('s-6', { groups: [] }))).toBe('PROVIDER_NO_ROLE');
    expect([await statusOf(served.otherReplica), (await refresh(refreshCookieOf(there))).status]).toEqual([401, 401]);
    expect((await served.users.find({ userId: user.userId }))?.user).toMatchObject({ role: 'operator', disabled: true });
    expect(await served.sql('SELECT DISTINCT end_reason FROM user_session WHERE user_id = $1', [user.userId])).toEqual([{ end_reason: 'role-withdrawn' }]);
    expect((await userAfter(await signIn('s-6', { groups: ['tank-admin'] }))).user).toMatchObject({ userId: user.userId, role: 'administrator', disabled: false });
    expect(await statusOf(served.api)).toBe(401);
  });

  it.each([['before the role is gone', true], ['after it', false]])('keeps somebody out whom an administrator has disabled, %s, whatever the provider says', async (when, isBefore) => {
    const { user } = await userAfter(await signIn(`s-6 ${when}`));
    const admin = await served.signIn();
    const disable = () => admin.call('changeUser', `/api/user/${user.userId}`, { body: { disabled: true } });
    if (isBefore) await disable();
    expect(problemIn(await signIn(`s-6 ${when}`, { groups: [] }))).toBe('PROVIDER_NO_ROLE');
    if (!isBefore) await disable();
    const answered = await signIn(`s-6 ${when}`, { groups: ['tank-admin'] });
    expect([problemIn(answered), cookiesOf(answered)[REFRESH_COOKIE]]).toEqual(['SIGN_IN_FAILED', '']);
    expect((await served.users.find({ userId: user.userId }))?.user).toMatchObject({ role: 'operator', disabled: true });
  });

  it('says that it was broken off', async () => {
    const answered = await signIn(null);
    expect([problemIn(answered), answered.body.problem.remedy]).toEqual(['PROVIDER_REFUSED', expect.stringMatching(/다시 시작/)]);
  });

  it('takes a callback once', async () => {
    const { ticket, search } = await goThere('s-7');
    await userAfter(await comeBack(served.api, search, ticket));
    for (const replica of [served.api, served.otherReplica]) expect(problemIn(await comeBack(replica, search, ticket))).toBe('PROVIDER_ANSWER_INVALID');
  });

  it('takes a callback once when it comes to two replicas at the same moment', async () => {
    const { ticket, search } = await goThere('s-8');
    const answers = await Promise.all([served.api, served.otherReplica, served.api].map((replica) => comeBack(replica, search, ticket)));
    expect(answers.filter(({ headers }) => headers.location === '/')).toHaveLength(1);
  });

  it('takes nothing that this browser has not asked for: another state, no ticket, the ticket or answer of somebody else', async () => {
    const [mine, attackers] = [await goThere('s-9'), await goThere('s-10')];
    const changed = (search: string, name: string, value: string) => new URLSearchParams({ ...Object.fromEntries(new URLSearchParams(search)), [name]: value }).toString();
    const answers = [
      await comeBack(served.api, attackers.search, mine.ticket), await comeBack(served.api, mine.search), await comeBack(served.api, mine.search, `${PROVIDER_COOKIE}=AAAA`),
      await comeBack(served.api, changed(mine.search, 'state', 'x'), (await goThere('s-9')).ticket), await comeBack(served.api, '', (await goThere('s-9')).ticket),
      await comeBack(served.api, changed(mine.search, 'iss', 'https://evil.example'), (await goThere('s-9')).ticket),
      await comeBack(served.api, mine.search, (await goThere('s-9')).ticket.replace(/.{4}$/, 'AAAA')),
    ];
    expect(answers.map(problemIn)).toEqual(Array(answers.length).fill('PROVIDER_ANSWER_INVALID'));
    expect(answers.map((answered) => cookiesOf(answered)[REFRESH_COOKIE] || 'none')).toEqual(Array(answers.length).fill('none'));
  });

  it('never goes on with the refresh cookie that came along, whether it succeeds or not', async () => {
    const planted = await served.signIn();
    const answered = await signIn('s-11', {}, `${planted.cookie}; `);
    expect(refreshCookieOf(answered)).not.toBe(planted.cookie);
    expect((await userAfter(answered)).user.ofProvider).toBe(true);
    expect(cookiesOf(await signIn('s-11', { groups: [] }, `${planted.cookie}; `))[REFRESH_COOKIE]).toBe('');
  });

  it('is in the audit trail', async () => {
    await userAfter(await signIn('s-12', { preferred_username: 'choi' }));
    await signIn('s-12', { groups: [] });
    await signIn('s-13', { groups: [] });
    const admin = await served.signIn();
    const { body } = await admin.call('listAudit', '/api/audit?limit=4');
    expect(body.items.map(({ operation, userName, detail }: Record<string, unknown>) => [operation, userName, detail])).toEqual([
      ['signIn', 'admin', { by: 'password' }], ['finishProviderSignIn', null, { refused: 'PROVIDER_NO_ROLE' }],
      ['finishProviderSignIn', 'choi', { refused: 'PROVIDER_NO_ROLE', disabled: true }], ['finishProviderSignIn', 'choi', { by: 'provider', role: 'operator' }],
    ]);
  });
});

describe('roles that the provider tells only when it is asked', () => {
  it('are asked for', async () => {
    const provider = await RealProvider.start({ claimsOnlyByUserInfo: true });
    const served = await ServedAccounts.start({ provider: settingsFor(provider.issuer) });
    provider.current = 's-1';
    provider.people.set('s-1', { groups: ['tank-admin'], preferred_username: 'kim' });
    const started = await start(served.api);
    const answered = await comeBack(served.api, await atProvider(started.headers.location!), ticketOf(started));
    const { body } = await served.api.call('refreshSession', '/api/session/refresh', { headers: { cookie: refreshCookieOf(answered) } });
    await served.stop();
    await provider.stop();
    expect(body.user).toMatchObject({ name: 'kim', role: 'administrator' });
  });
});

describe('an identity provider that lies', () => {
  let liar: LyingProvider;
  let other: LyingProvider;
  let served: ServedAccounts;
  beforeAll(async () => {
    [liar, other] = [await LyingProvider.start(), await LyingProvider.start()];
    served = await ServedAccounts.start({ provider: settingsFor(liar.issuer) });
  });
  afterAll(async () => {
    await served.stop();
    await liar.stop();
    await other.stop();
  });

  type Make = (nonce: string) => Promise<string> | string;
  const comeBackWith = async (make: Make) => {
    const started = await start(served.api);
    const { state, nonce } = Object.fromEntries(new URL(started.headers.location!).searchParams);
    liar.idToken = async () => make(nonce!);
    return comeBack(served.api, `code=c&state=${state}`, ticketOf(started));
  };
  const past = Math.floor(Date.now() / 1000) - 3_600;

  it('is believed as long as it tells the truth', async () => {
    expect((await comeBackWith((nonce) => liar.sign({ nonce }))).headers.location).toBe('/');
  });

  it.each<[string, Make]>([
    ['is signed by another key', (nonce) => liar.sign({ nonce }, { by: 'foreign' })],
    ['is not signed (alg: none)', (nonce) => liar.unsigned({ nonce })],
    ["is signed with the client's secret", (nonce) => liar.signWithSecret({ nonce })],
    ['has the nonce of another sign-in', () => liar.sign({ nonce: 'another' })],
    ['has no nonce', () => liar.sign()],
    ['is for another client', (nonce) => liar.sign({ nonce, aud: 'another' })],
    ['is of another issuer', (nonce) => liar.sign({ nonce, iss: 'https://evil.example' })],
    ['has expired', (nonce) => liar.sign({ nonce, iat: past, exp: past + 60 })],
    ['is none', () => 'x.y.z'],
  ])('is not believed when its id token %s', async (_, make) => {
    const answered = await comeBackWith(make);
    expect([problemIn(answered), cookiesOf(answered)[REFRESH_COOKIE]]).toEqual(['PROVIDER_ANSWER_INVALID', '']);
  });

  it('cannot make one ticket good twice by taking one code twice', async () => {
    const started = await start(served.api);
    const { state, nonce } = Object.fromEntries(new URL(started.headers.location!).searchParams);
    liar.idToken = () => liar.sign({ nonce: nonce! });
    const answers = await Promise.all([served.api, served.otherReplica, served.api].map((replica) => comeBack(replica, `code=c&state=${state}`, ticketOf(started))));
    expect(answers.filter(({ headers }) => headers.location === '/')).toHaveLength(1);
  });

  it('cannot talk us into taking what is not signed', async () => {
    other.metadata = { id_token_signing_alg_values_supported: ['none', 'HS256'] };
    const gullible = new OpenIdProvider(settingsFor(other.issuer));
    for (const make of [(nonce: string) => other.unsigned({ nonce }), (nonce: string) => other.signWithSecret({ nonce })]) {
      const { ticket } = await gullible.begin();
      other.idToken = async () => make(ticket.nonce);
      await expect(gullible.finish({ code: 'c', state: ticket.state }, ticket)).rejects.toMatchObject({ name: 'ApiProblem' });
    }
  });

  it('cannot talk us into sending the secret over plain HTTP to elsewhere', async () => {
    other.metadata = { token_endpoint: 'http://10.255.255.1/token' };
    const careful = new OpenIdProvider(settingsFor(other.issuer));
    const { ticket } = await careful.begin();
    await expect(careful.finish({ code: 'c', state: ticket.state }, ticket)).rejects.toMatchObject({ parts: { code: 'PROVIDER_UNAVAILABLE' } });
  });

  it('is not that one when it calls itself otherwise', async () => {
    other.metadata = { issuer: 'https://evil.example' };
    await expect(new OpenIdProvider(settingsFor(other.issuer)).begin()).rejects.toMatchObject({ parts: { code: 'PROVIDER_UNAVAILABLE' } });
  });
});

describe('an identity provider that is away', () => {
  let silent: Server;
  let issuer: string;
  beforeAll(async () => {
    silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    issuer = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  });
  afterAll(() => silent.closeAllConnections());

  it('is waited for no longer than the limit, and health says so sooner', async () => {
    const waiting = new OpenIdProvider(settingsFor(issuer), { timeoutSeconds: 2 });
    const startedAt = performance.now();
    expect(await waiting.probe.check()).toMatchObject({ status: 'degraded', detail: expect.stringContaining('sign-in by password works'), detailKo: expect.stringContaining('비밀번호 로그인은 됩니다') });
    expect(performance.now() - startedAt).toBeLessThan(1_900);
    await expect(waiting.begin()).rejects.toMatchObject({ parts: { code: 'PROVIDER_UNAVAILABLE' } });
    expect(performance.now() - startedAt).toBeLessThan(4_000);
  });

  it('keeps nobody out who has a password, and is there again by itself', async () => {
    await new Promise<void>((resolve) => { silent.close(() => resolve()); silent.closeAllConnections(); });
    const served = await ServedAccounts.start({ provider: settingsFor(issuer) });
    const answered = await start(served.api);
    expect([answered.status, problemIn(answered), answered.body.problem.remedy]).toEqual([302, 'PROVIDER_UNAVAILABLE', expect.stringContaining('password')]);
    await served.signIn();
    silent = createServer((_, answer) => answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ issuer, authorization_endpoint: `${issuer}/auth` })));
    await new Promise<void>((resolve) => silent.listen(Number(new URL(issuer).port), '127.0.0.1', resolve));
    await waitFor(async () => problemIn(await start(served.api)) === null, { what: 'the provider to be back', timeoutMs: 5_000 });
    await served.stop();
    await new Promise<void>((resolve) => { silent.close(() => resolve()); silent.closeAllConnections(); });
  });

  it('is none at all where none is set', async () => {
    const served = await ServedAccounts.start();
    expect((await served.api.call('getProvider', '/api/session/provider')).body).toBeNull();
    for (const answered of [await start(served.api), await comeBack(served.api, 'code=c&state=s')]) expect([answered.status, answered.body.code]).toEqual([404, 'NOT_FOUND']);
    await served.stop();
  });
});
