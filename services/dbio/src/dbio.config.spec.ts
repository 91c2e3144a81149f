import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readDbioConfig } from './dbio.config.js';

const KEY = Buffer.alloc(32, 7).toString('base64');
const NEEDED = { NATS_URL: 'nats://127.0.0.1:4222', LOGS_DB_URL: 'postgres://tank_dbio:p@127.0.0.1:5432/tank', TANK_SECRET_KEY: KEY };
const POSTGRES = { DB_HOST: 'db', DB_NAME: 'n', DB_USER: 'u', DB_PASS: 'p' };
const ORACLE = { DB_KIND: 'oracle', DB_CONNECT_STRING: 'CRM_ALIAS', DB_USER: 'u', DB_PASS: 'p' };

describe('readDbioConfig', () => {
  it('makes the first connection from the seeds\' names', () => {
    const config = readDbioConfig({ ...NEEDED, DB_HOST: 'db', DB_NAME: 'n', DB_USER: 'u', DB_PASS: 'p' });
    expect(config.firstConnection).toEqual({
      name: 'default', kind: 'postgres', host: 'db', port: null, database: 'n', connectString: null, tls: null, wallet: null, user: 'u', password: 'p', walletPassword: null, timeZone: 'Asia/Seoul',
      limits: { poolMax: null, statementTimeoutMs: null, rowLimit: null, forbiddenHours: [], allowPlSql: false },
    });
    expect(readDbioConfig(NEEDED).firstConnection).toBeNull();
  });

  it('reaches Oracle by a connect string, within what its DBA allows', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tank-dbio-'));
    writeFileSync(join(folder, 'wallet'), 'sesame\n');
    const config = readDbioConfig({
      ...NEEDED, ...ORACLE, ORACLE_WALLET_DIR: '/run/wallets', DB_TLS: 'verify', DB_WALLET: 'crm', DB_WALLET_PASSWORD_FILE: join(folder, 'wallet'),
      DB_POOL_MAX: '2', DB_STATEMENT_TIMEOUT_MS: '30000', DB_ROW_LIMIT: '100000', DB_FORBIDDEN_HOURS: 'MON-FRI 09:00-18:00', DB_ALLOW_PLSQL: 'true',
    });
    rmSync(folder, { recursive: true });
    expect(config.firstConnection).toMatchObject({
      kind: 'oracle', host: null, port: null, database: null, connectString: 'CRM_ALIAS', tls: 'verify', wallet: 'crm', walletPassword: 'sesame',
      limits: { poolMax: 2, statementTimeoutMs: 30_000, rowLimit: 100_000, forbiddenHours: [{ days: ['MON', 'TUE', 'WED', 'THU', 'FRI'], from: '09:00', to: '18:00' }], allowPlSql: true },
    });
  });

  it.each<[string, object, RegExp]>([
    ['both ways at once', { ...ORACLE, DB_HOST: 'db', DB_NAME: 'n' }, /DB_CONNECT_STRING: .*not both/],
    ['a connect string for PostgreSQL', { ...ORACLE, DB_KIND: 'postgres' }, /DB_CONNECT_STRING: A connect string is for Oracle/],
    ['user and password within the connect string', { ...ORACLE, DB_CONNECT_STRING: 'scott/tiger@db/svc' }, /DB_CONNECT_STRING: .*no user and no password may stand in it/],
    ['the password of a wallet within the connect string', { ...ORACLE, DB_CONNECT_STRING: 'tcps://db/svc?wallet_password=w' }, /DB_CONNECT_STRING: .*walletPassword/],
    ['a wallet for PostgreSQL', { ...POSTGRES, ORACLE_WALLET_DIR: '/w', DB_WALLET: 'crm' }, /DB_WALLET: A wallet is for Oracle/],
    ['PL/SQL for PostgreSQL', { ...POSTGRES, DB_ALLOW_PLSQL: 'true' }, /DB_ALLOW_PLSQL: PL\/SQL is for Oracle/],
    ['a wallet that is nowhere', { ...ORACLE, DB_WALLET: 'crm' }, /ORACLE_WALLET_DIR is missing\. DB_WALLET names/],
    ['a wallet outside its folder', { ...ORACLE, ORACLE_WALLET_DIR: '/w', DB_WALLET: '../crm' }, /DB_WALLET: Expected the name of a folder/],
    ['hours that cannot be read', { ...POSTGRES, DB_FORBIDDEN_HOURS: 'MON-FRY 09:00-18:00' }, /DB_FORBIDDEN_HOURS: "MON-FRY 09:00-18:00": FRY is no day/],
    ['what is neither true nor false', { ...ORACLE, DB_ALLOW_PLSQL: 'perhaps' }, /DB_ALLOW_PLSQL: Expected true or false/],
    ['a relative folder', { TNS_ADMIN: 'oracle/admin' }, /TNS_ADMIN: The folder of tnsnames\.ora is an absolute path/],
    ['another client mode', { ORACLE_CLIENT_MODE: 'fat' }, /ORACLE_CLIENT_MODE/],
  ])('refuses %s by the name of the setting', (_, env, sentence) => expect(() => readDbioConfig({ ...NEEDED, ...env })).toThrow(sentence));

  it('wants the first connection whole', () => {
    expect(() => readDbioConfig({ ...NEEDED, DB_HOST: 'db' })).toThrow(/DB_NAME is missing[\s\S]*DB_USER is missing[\s\S]*DB_PASS is missing/);
    expect(() => readDbioConfig({ ...NEEDED, DB_KIND: 'oracle', DB_CONNECT_STRING: 'CRM_ALIAS', DB_USER: 'u' })).toThrow(/DB_PASS is missing\. The first connection needs DB_CONNECT_STRING, DB_USER and DB_PASS/);
  });

  it('reads the key from a file, and refuses one of another length', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tank-dbio-'));
    writeFileSync(join(folder, 'key'), `${KEY}\n`);
    const { TANK_SECRET_KEY: _, ...rest } = NEEDED;
    expect(readDbioConfig({ ...rest, TANK_SECRET_KEY_FILE: join(folder, 'key') }).TANK_SECRET_KEY).toEqual(Buffer.alloc(32, 7));
    rmSync(folder, { recursive: true });
    expect(() => readDbioConfig({ ...rest, TANK_SECRET_KEY: 'dG9vIHNob3J0' })).toThrow(/TANK_SECRET_KEY: Expected 32 bytes/);
    expect(() => readDbioConfig(rest)).toThrow(/TANK_SECRET_KEY is missing[\s\S]*openssl/);
  });
});
