import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { roleUrl, waitFor } from '../../../../embedded/test/parts.js';
import { ADMIN, ServedAccounts, SESSION_KEY } from '../test/served-accounts.js';

const PROGRAM = join(import.meta.dirname, '../../dist/reset-administrator.main.js');

describe('npm run admin:reset', () => {
  let served: ServedAccounts;
  beforeAll(async () => {
    served = await ServedAccounts.start();
  });
  afterAll(() => served.stop());

  /** The built program, with no more of the environment than it needs. */
  const run = async (...args: string[]): Promise<{ code: number; output: string }> => {
    const env = { PATH: process.env.PATH, LOGS_DB_URL: roleUrl(served.database, 'gateway'), TANK_SESSION_KEY: SESSION_KEY.toString('base64') };
    try {
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [PROGRAM, ...args], { env });
      return { code: 0, output: stdout + stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, output: stdout + stderr };
    }
  };
  const passwordIn = (output: string) => /: ([\w-]{20})\n$/.exec(output)?.[1] ?? '';

  it('opens the door again to an administrator who is locked and disabled and has lost his second factor, with a password to be changed', async () => {
    const second = await served.person('second', 'administrator');
    const lost = await served.signIn();
    await second.call('changeUser', `/api/user/${lost.user.userId}`, { body: { disabled: true, role: 'viewer' } });
    for (let at = 0; at < 10; at++) await served.api.call('signIn', '/api/session', { body: { ...ADMIN, password: 'x' } });
    await served.sql("UPDATE user_account SET second_factor = '\\x00', second_factor_step = 1 WHERE user_id = $1", [lost.user.userId]);
    const { code, output } = await run('--name', 'Admin');
    expect([code, output]).toEqual([0, expect.stringMatching(/^admin is an administrator/)]);
    expect((await served.signIn({ name: 'admin', password: passwordIn(output) })).user).toMatchObject({ role: 'administrator', disabled: false, mustChangePassword: true, secondFactor: false });
    expect((await lost.call('getSession', '/api/session')).status).toBe(401);
  });

  it('says which names there are when it is none of them, and changes nothing', async () => {
    expect(await run('--name', 'nobody')).toEqual({ code: 1, output: expect.stringContaining('There is no user nobody, but: admin, second.') });
  });

  it('lets Tank be used from everywhere again, which is written down', async () => {
    const admin = await served.signIn({ name: 'second', password: 'administrator has a password' });
    const change = async (allowedNetworks: string[]) => (await admin.call('changeSettings', '/api/setting', { body: { allowedNetworks } })).status;
    expect([await change(['10.20.0.0/16']), await change(['127.0.0.1', '10.20.0.0/16'])]).toEqual([422, 200]);
    await served.sql(`INSERT INTO setting_change (name, value, user_id, user_name) VALUES ('allowedNetworks', '["10.20.0.0/16"]', $1, 'second')`, [admin.user.userId]);
    await waitFor(async () => (await served.api.send('/api/session')).body.code === 'NETWORK_NOT_ALLOWED', { what: 'the door shut' });
    expect(await run('--networks')).toEqual({ code: 0, output: expect.stringContaining('10.20.0.0/16') });
    await waitFor(async () => (await served.api.send('/api/session')).body.code === 'UNAUTHENTICATED', { what: 'the door open' });
    const history = await admin.call('listSettingChanges', '/api/setting/history');
    expect(history.body.items[0]).toMatchObject({ name: 'allowedNetworks', value: [], userName: 'admin:reset', reason: 'npm run admin:reset -- --networks' });
    const audit = await admin.call('listAudit', '/api/audit?operation=resetNetworks');
    expect(audit.body.items).toEqual([expect.objectContaining({ operation: 'resetNetworks', detail: { allowedNetworks: ['10.20.0.0/16'] } })]);
  });

  it('says how it is used', async () => {
    expect(await run('admin')).toEqual({ code: 2, output: expect.stringContaining('npm run admin:reset -- --name <name>') });
  });

  it('makes the first user where there is none', async () => {
    await served.sql('DELETE FROM user_account');
    const { output } = await run('--name', 'boss');
    expect((await served.signIn({ name: 'boss', password: passwordIn(output) })).user).toMatchObject({ role: 'administrator', mustChangePassword: true });
  });
});
