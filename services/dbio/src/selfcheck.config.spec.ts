import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { readSelfcheckOptions } from './selfcheck.config.js';

const folder = mkdtempSync(join(tmpdir(), 'tank-selfcheck-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, content: string) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const needed = ['--connect', 'db.example:1521/crm', '--user', 'tank'];
const read = (args: string[], env: NodeJS.ProcessEnv = {}) => readSelfcheckOptions([...needed, ...args], env)!;

describe('the arguments of a self-check', () => {
  it('have the defaults of the product', () => {
    expect(read([])).toMatchObject({
      connection: { connectString: 'db.example:1521/crm', user: 'tank', timeZone: 'Asia/Seoul', wallet: null }, password: null, thick: null, tls: 'off', queries: [], updateTable: null,
      rowLimit: 10_000, limits: { connectMs: 10_000, askMs: 5_000, fetchMs: 300_000, poolSize: 8 }, language: 'both', out: null,
    });
  });

  it('take the password from a file, else from the environment, without its line end', () => {
    expect(read(['--password-file', file('password', ' s3cret \n')], { TANK_ORACLE_PASSWORD: 'other' }).password).toBe(' s3cret ');
    expect(read([], { TANK_ORACLE_PASSWORD: 'other' }).password).toBe('other');
    expect(read([], { TANK_ORACLE_PASSWORD_FILE: file('mounted', 'mounted\n') }).password).toBe('mounted');
  });

  it('understand paths as of the folder in which npm was called', () => {
    file('target.sql', '\uFEFFSELECT 1 FROM DUAL');
    const options = read(['--target', 'target.sql', '--out', 'report.md', '--wallet', 'wallets/crm', '--tns-admin', 'tns'], { INIT_CWD: folder });
    expect(options).toMatchObject({ queries: [{ purpose: 'target', sql: 'SELECT 1 FROM DUAL' }], out: join(folder, 'report.md'), walletDir: join(folder, 'wallets'), tnsAdmin: join(folder, 'tns') });
    expect(options.connection.wallet).toBe('crm');
  });

  it('write the table as Oracle keeps its name', () => {
    expect(read(['--update-table', 'crm.customer']).updateTable).toBe('CRM.CUSTOMER');
    expect(read(['--update-table', '"Crm"."고객"']).updateTable).toBe('Crm.고객');
  });

  it('choose thick mode with a folder, or with what the system finds', () => {
    expect(read(['--thick', '/opt/instantclient']).thick).toEqual({ libDir: '/opt/instantclient' });
    expect(read(['--thick', 'system']).thick).toEqual({ libDir: null });
  });

  it.each<[string, string[], RegExp]>([
    ['an unknown option', [...needed, '--frobnicate'], /frobnicate/],
    ['a word without an option', [...needed, 'db/crm'], /db\/crm/],
    ['no place', ['--user', 'tank'], /^--connect is missing/],
    ['no user', ['--connect', 'db/crm'], /^--user is missing/],
    ['a password within the connect string', ['--connect', 'tank/s@db/crm', '--user', 'tank'], /^--connect holds an @/],
    ['a configuration provider', ['--connect', 'config-https://elsewhere', '--user', 'tank'], /^--connect: Configuration providers/],
    ['a table without its schema', [...needed, '--update-table', 'customer'], /is not SCHEMA\.TABLE/],
    ['an unknown zone', [...needed, '--time-zone', 'Korea/Busan'], /^--time-zone Korea\/Busan/],
    ['a file that is not there', [...needed, '--target', join(folder, 'none.sql')], /^--target: .*none\.sql cannot be read \(ENOENT\)/],
    ['no number of rows', [...needed, '--rows', 'all'], /^--rows all/],
    ['another language', [...needed, '--lang', 'jp'], /^--lang jp is none of ko, en, both/],
  ])('are refused with %s, and the usage is told', (_, args, problem) => {
    expect(() => readSelfcheckOptions(args, {})).toThrow(problem);
    expect(() => readSelfcheckOptions(args, {})).toThrow(/--update-table SCHEMA\.TABLE/);
  });

  it('never repeat a password that stands in the connect string', () => {
    const attempt = () => readSelfcheckOptions(['--connect', 'tank/s3cret@db/crm', '--user', 'tank'], {});
    expect(attempt).toThrow('--connect holds an @');
    expect(attempt).not.toThrow('s3cret');
  });
});
