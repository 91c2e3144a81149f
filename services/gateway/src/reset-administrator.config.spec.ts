import { readAccountsConfig, readReset } from './reset-administrator.config.js';

describe('the command for a lost administrator', () => {
  it('takes one name, as it is kept', () => {
    expect([readReset(['--name', ' Admin ']), readReset(['--name=kim'])]).toEqual([{ administrator: 'admin' }, { administrator: 'kim' }]);
  });

  it('takes the networks instead', () => {
    expect(readReset(['--networks'])).toBe('networks');
  });

  it.each([[], ['admin'], ['--name'], ['--name', ''], ['--name', 'admin', '--force'], ['--nmae', 'admin'], ['--networks', '--name', 'admin'], ['--networks', 'x'], ['--networks=no']])('tells how it is used for %j %j %j', (...args) => {
    expect(readReset(args)).toBeUndefined();
  });

  it('needs no more than the database and the key of the gateway', () => {
    const key = Buffer.alloc(32, 5);
    const given = { LOGS_DB_URL: 'postgres://tank_gateway:p@127.0.0.1/tank', TANK_SESSION_KEY: key.toString('base64') };
    expect(readAccountsConfig(given)).toEqual({ LOGS_DB_URL: given.LOGS_DB_URL, TANK_SESSION_KEY: key });
    expect(() => readAccountsConfig({})).toThrow(/LOGS_DB_URL is missing[\s\S]*TANK_SESSION_KEY is missing/);
  });
});
