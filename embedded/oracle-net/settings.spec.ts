import { describe, expect, it } from '@jest/globals';
import { readOracleNetSettings } from './settings.ts';

const GIVEN = { ORACLE_NET_PG_URL: 'postgresql://u:p@127.0.0.1:5432/d', ORACLE_NET_USER: 'tank', ORACLE_NET_PASSWORD: 'the-password', ORACLE_NET_SERVICE: 'demo' };

describe('the settings of the Oracle Net server', () => {
  it('take any free port and the dialect of 19c unless told otherwise', () => {
    expect(readOracleNetSettings(GIVEN)).toEqual({ port: 0, dialect: '19c', pgUrl: GIVEN.ORACLE_NET_PG_URL, user: 'tank', password: 'the-password', service: 'demo' });
    expect(readOracleNetSettings({ ...GIVEN, ORACLE_NET_PORT: '1521', ORACLE_NET_DIALECT: '23ai' })).toMatchObject({ port: 1521, dialect: '23ai' });
  });

  it('take the password from a file', () => {
    const { password } = readOracleNetSettings({ ...GIVEN, ORACLE_NET_PASSWORD: '', ORACLE_NET_PASSWORD_FILE: import.meta.filename });
    expect(password).toMatch(/^import \{ describe/);
  });

  it('say all that is wrong in one message, without a value', () => {
    const read = () => readOracleNetSettings({ ORACLE_NET_PORT: 'x', ORACLE_NET_DIALECT: '9i', ORACLE_NET_PASSWORD: 'the-password' });
    for (const name of ['ORACLE_NET_PORT', 'ORACLE_NET_DIALECT', 'ORACLE_NET_PG_URL', 'ORACLE_NET_USER', 'ORACLE_NET_SERVICE']) expect(read).toThrow(name);
    expect(read).not.toThrow('the-password');
  });
});
