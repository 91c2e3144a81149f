import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { API, OPERATION_IDS, type OperationId } from '@tank/contracts';
import { roleUrl } from '../embedded/test/parts.ts';
import { withValue, fieldsOf, parametersOf, typesOf, type Json, type Path } from '../services/gateway/src/test/field-walk.ts';
import { CALLS } from '../services/gateway/src/test/sample-calls.ts';
import * as sample from '../services/gateway/src/test/samples.ts';
import { AUTOMATION } from '../examples/monthly-statement/automation.ts';
import { findLeaks, type Written } from './leaks.ts';
import { startOtlpReceiver } from './otlp-receiver.ts';
import { SECRETS, startTank, type RunningTank } from './running-tank.ts';

const VERIFY = join(import.meta.dirname, '../services/gateway/dist/verify-audit.main.js');

/** What opens doors elsewhere: SQL, header lines, paths, templates, markup, odd Unicode. */
const ATTACKS: Record<string, string> = {
  sql: "x'); DROP TABLE automation CASCADE; --",
  lines: 'x\r\nSet-Cookie: tank_refresh=stolen\r\nX-Injected: yes\r\n\r\n<html>',
  path: '../../../../../../etc/passwd',
  template: "{{constructor.constructor('return process')().exit(1)}}${7*7}#{process.exit(1)}",
  markup: '"><script>fetch("//evil.example")</script>',
  unicode: '\u202egnp.exe\ufeff\ud83d',
};
/** Would sign the attacker out, or lock its own name: their own tests attack them (accounts, throttle). */
const ELSEWHERE: OperationId[] = ['signOut', 'endSession', 'changePassword', 'signIn', 'changeUser'];

describe('an attacker with every right there is', () => {
  let tank: RunningTank;
  let receiver: Awaited<ReturnType<typeof startOtlpReceiver>>;
  let authorization: string;
  let automationId: string;
  let connectionId: string;
  const problems: Written[] = [];

  beforeAll(async () => {
    receiver = await startOtlpReceiver();
    tank = await startTank({ otlpUrl: receiver.url, tuning: { SIGN_IN_ATTEMPTS: '1000' } });
    const { accessToken } = (await (await send('POST', '/api/session', tank.account)).json()) as { accessToken: string };
    authorization = `Bearer ${accessToken}`;
    await tank.api.patch('/setting', { callsPerMinuteOfUser: 1_000_000, callsPerMinuteOfAddress: 1_000_000 });
    connectionId = (await tank.api.get<{ items: { connectionId: string }[] }>('/connection')).items[0]!.connectionId;
    automationId = (await tank.api.post<{ automationId: string }>('/automation', { ...AUTOMATION.basics, connectionId })).automationId;
    await tank.api.post(`/automation/${automationId}/dbio/target`, AUTOMATION.target);
  }, 120_000);
  afterAll(async () => {
    await tank?.stop();
    await receiver?.close();
  });

  const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => fetch(`${new URL(tank.apiUrl).origin}${path}`, {
    method, redirect: 'manual', signal: AbortSignal.timeout(20_000),
    headers: { ...(authorization && { authorization }), 'if-match': '*', ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  /** The sample call, on what there really is. */
  const real = <T>(text: T): T => JSON.parse(JSON.stringify(text).replaceAll(sample.AUTOMATION, automationId).replaceAll(sample.CONNECTION, connectionId)) as T;

  const attack = async (id: OperationId, what: string, path: string, body?: unknown) => {
    const response = await send(API[id].method, path, body);
    const text = await response.text();
    expect([id, what, response.status, response.status < 500 && response.status !== 429 ? '' : text]).toEqual([id, what, expect.any(Number), '']);
    expect([response.headers.get('x-injected'), response.headers.getSetCookie().filter((cookie) => cookie.includes('stolen'))]).toEqual([null, []]);
    if (response.status >= 400) problems.push({ where: `${id} ${what}`, text });
  };

  const attacked = OPERATION_IDS.filter((id) => !ELSEWHERE.includes(id));
  it.each(attacked)('gets nowhere through any text of %s', async (id) => {
    const [samplePath, , sent] = CALLS[id];
    const path = real(samplePath);
    const texts = fieldsOf(id).filter(({ schema }) => typesOf(schema)?.has('string') ?? true);
    for (const [name, value] of Object.entries(ATTACKS)) {
      for (const { path: place } of texts) await attack(id, `${name} in ${nameOf(place)}`, path, withValue(real((sent?.body ?? {}) as Json), place, value));
      for (const parameter of parametersOf(id, 'query')) await attack(id, `${name} in ?${parameter}`, `${path.split('?')[0]}?${parameter}=${encodeURIComponent(value.toWellFormed())}`);
    }
  }, 120_000);

  it('has left everything as it was: the tables are there, nobody else is administrator, the trail is whole', async () => {
    expect(await tank.api.get(`/automation/${automationId}`)).toMatchObject({ automationId });
    expect((await send('GET', '/api/health')).status).toBe(200);
    const { items } = await tank.api.get<{ items: { name: string; role: string }[] }>('/user');
    expect(items.filter(({ role, name }) => role === 'administrator' && name !== tank.account.name)).toEqual([]);
    const env = { PATH: process.env.PATH, LOGS_DB_URL: roleUrl(tank.logsDb, 'gateway'), TANK_SESSION_KEY: tank.sessionKey };
    const { stdout } = await promisify(execFile)(process.execPath, [VERIFY], { env });
    expect(stdout).toMatch(/^The audit trail is whole: \d{3,} entries/);
  });

  it('has read no secret and nothing of any customer in an answer that refused it, a log file or a trace', () => {
    expect(findLeaks([{ where: 'a text', text: 'to customer17@mail.example' }, { where: 'another', text: SECRETS[0]! }], SECRETS)).toHaveLength(2);
    expect(problems.length).toBeGreaterThan(300);
    expect(receiver.spans.length).toBeGreaterThan(300);
    expect(findLeaks([...problems, ...receiver.spans.map(({ name, words }) => ({ where: `span ${name}`, text: words }))], SECRETS)).toEqual([]);
  });
});

function nameOf(path: Path): string {
  return path.join('.');
}
