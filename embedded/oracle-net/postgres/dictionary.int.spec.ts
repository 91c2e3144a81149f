import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { OracleError, type Account } from '../backend.ts';
import { OpenedSessions, time, type OpenedSession } from './opened-session.fixture.ts';
import { PostgresBackend } from './postgres-backend.ts';

const ROLE = `reader_${randomBytes(4).toString('hex')}`;
const WARNING: Account['warning'] = new OracleError(28002, 'the password will expire within 5 days');

let sessions: OpenedSessions;
let owner: OpenedSession;
let reader: OpenedSession;

beforeAll(async () => {
  sessions = await OpenedSessions.begin(
    `CREATE TABLE statement (id integer PRIMARY KEY, name varchar(20) NOT NULL, amount numeric(12, 2), sent_at timestamptz, note oracle_types.clob); CREATE TABLE secret (id integer);
     CREATE ROLE ${ROLE}; GRANT USAGE ON SCHEMA public TO ${ROLE}; GRANT SELECT ON statement TO ${ROLE}; GRANT UPDATE (sent_at) ON statement TO ${ROLE}`,
    {
      owner: 'CARD',
      accounts: { card: { password: 'only-for-this-test' }, reader: { password: 'only-for-this-test', role: ROLE, warning: WARNING, expiresOn: '2026-11-25' } },
    },
  );
  [owner, reader] = [await sessions.open('CARD'), await sessions.open('READER')];
});
afterAll(async () => {
  await sessions.admin.query(`DROP OWNED BY ${ROLE}; DROP ROLE ${ROLE}`);
  await sessions.end();
});

describe('the dictionary', () => {
  it.each(['v$version', 'v$instance', 'v$session', 'v$session_connect_info', 'product_component_version', 'nls_database_parameters', 'nls_session_parameters', 'session_privs', 'session_roles', 'user_tab_privs', 'user_col_privs',
    'user_sys_privs', 'user_role_privs', 'role_tab_privs', 'user_tables', 'all_tables', 'user_objects', 'user_tab_columns', 'all_tab_columns', 'user_users', 'user_resource_limits', 'user_password_limits'])(
    'has %s, for whoever asks', async (view) => expect(Array.isArray(await reader.all(`SELECT * FROM ${view}`))).toBe(true));

  it('says what a user may do, and through what', async () => {
    expect(await reader.all('SELECT privilege FROM session_privs')).toEqual([['CREATE SESSION']]);
    expect(await reader.all('SELECT grantee, owner, table_name, privilege FROM user_tab_privs WHERE grantee = USER')).toEqual([['READER', 'CARD', 'STATEMENT', 'SELECT']]);
    expect(await reader.all('SELECT owner, table_name, column_name, privilege FROM user_col_privs WHERE grantee = USER')).toEqual([['CARD', 'STATEMENT', 'SENT_AT', 'UPDATE']]);
    expect(await reader.all('SELECT object_type FROM user_objects')).toEqual([]);
    expect(await owner.all('SELECT table_name, privilege FROM user_tab_privs')).toEqual([]); // an owner needs no grant
    expect(await owner.all('SELECT role FROM session_roles')).toEqual([['DBA']]);
    expect(await owner.all('SELECT privilege FROM session_privs')).toContainEqual(['UPDATE ANY TABLE']);
  });

  it('tells the truth: what it does not show is refused', async () => {
    expect(await reader.one('SELECT COUNT(*) FROM statement')).toBe('0');
    await expect(reader.run('DELETE FROM statement')).rejects.toThrow('ORA-01031: insufficient privileges');
    await expect(reader.all('SELECT id FROM secret')).rejects.toThrow('ORA-01031: insufficient privileges');
    expect(await reader.run('UPDATE statement SET sent_at = SYSTIMESTAMP')).toBe(0);
  });

  it('lists tables and columns by their owner, in upper case', async () => {
    expect(await owner.all('SELECT table_name FROM user_tables ORDER BY table_name')).toEqual([['SECRET'], ['STATEMENT']]);
    expect(await reader.all("SELECT owner, table_name FROM all_tables WHERE owner = 'CARD'")).toEqual([['CARD', 'STATEMENT']]);
    expect(await owner.all("SELECT column_name, data_type, data_precision, data_scale, nullable FROM user_tab_columns WHERE table_name = 'STATEMENT' ORDER BY column_id")).toEqual([
      ['ID', 'NUMBER', '10', '0', 'N'], ['NAME', 'VARCHAR2', null, null, 'N'], ['AMOUNT', 'NUMBER', '12', '2', 'Y'], ['SENT_AT', 'TIMESTAMP(6) WITH TIME ZONE', null, null, 'Y'], ['NOTE', 'CLOB', null, null, 'Y'],
    ]);
  });

  it('tells when the password expires', async () => {
    expect(await reader.all('SELECT username, account_status, expiry_date FROM user_users')).toEqual([['READER', 'EXPIRED(GRACE)', time('2026-11-25')]]);
    expect(await owner.all('SELECT username, account_status, expiry_date FROM user_users')).toEqual([['CARD', 'OPEN', null]]);
  });

  it('says which release it is taken for', async () => {
    expect(await owner.one('SELECT banner FROM v$version')).toBe('Oracle Database 19c Enterprise Edition Release 19.0.0.0.0 - Production');
    const newer = new PostgresBackend({ url: sessions.database.url, services: ['demo'], accounts: { card: { password: 'x' } }, dialect: '23ai', timeZone: '+09:00' });
    const session = await newer.open({ user: 'CARD', service: 'DEMO', program: 'p', machine: 'm', sessionId: 1, serialNumber: 1 });
    const rows = await session.query('SELECT version, DBTIMEZONE, SESSIONTIMEZONE, TRUE FROM product_component_version', []);
    expect([await rows.next(2), rows.columns[3]!.type]).toEqual([[['23.0.0.0.0', '+09:00', '+09:00', true]], 'BOOLEAN']);
    await session.close();
  });
});

describe('the backend', () => {
  it('knows its services and accounts in any case', () => {
    const { backend } = sessions;
    expect([backend.hasService('DEMO'), backend.hasService('OTHER'), backend.account('READER')?.warning?.number, backend.account('NOBODY')]).toEqual([true, false, 28002, undefined]);
  });

  it('says that the database is not there', async () => {
    const url = new URL(sessions.database.url);
    url.port = '1';
    const backend = new PostgresBackend({ url: url.href, services: ['demo'], accounts: {} });
    await expect(backend.open({ user: 'CARD', service: 'DEMO', program: 'p', machine: 'm', sessionId: 1, serialNumber: 1 })).rejects.toThrow('ORA-01034: ORACLE not available');
  });
});
