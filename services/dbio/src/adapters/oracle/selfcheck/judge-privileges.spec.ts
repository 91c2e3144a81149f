import { describe, expect, it } from '@jest/globals';
import { judgePrivileges, type ObjectPrivilege, type Privileges } from './judge-privileges.js';

const least: Privileges = { system: ['CREATE SESSION'], grantable: [], roles: [], onSchemas: [], objects: [], owned: [] };
const on = (object: string, privilege: string, over: Partial<ObjectPrivilege> = {}): ObjectPrivilege => ({ object, privilege, column: null, role: null, ...over });
const judged = (over: Partial<Privileges>, table: string | null = null) => Object.fromEntries(judgePrivileges({ ...least, ...over }, table).map((finding) => [finding.id, finding]));

describe('the privileges of a user', () => {
  it('are well with a session, tables to read, and columns to update', () => {
    const objects = [on('CRM.CUSTOMER', 'SELECT'), on('CRM.CUSTOMER', 'UPDATE', { column: 'SENT_AT' }), on('CRM.CUSTOMER', 'UPDATE', { column: 'STATUS' }), on('CRM.DUE', 'READ')];
    const findings = judged({ objects }, 'CRM.CUSTOMER');
    expect(Object.values(findings).map(({ level }) => level)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'ok']);
    expect(findings['write-privileges']).toMatchObject({ figure: ['UPDATE (SENT_AT, STATUS) ON CRM.CUSTOMER', expect.anything()], remedy: null });
    expect(findings['read-privileges']!.figure[0]).toBe('tables and views: 2');
  });

  it.each([['UPDATE ANY TABLE'], ['SELECT ANY TABLE'], ['EXECUTE ANY PROCEDURE']])('are too many with %s', (privilege) => {
    expect(judged({ system: ['CREATE SESSION', privilege] })['system-privileges']).toMatchObject({ level: 'warning', figure: [privilege, privilege] });
  });

  it('are too many with rights on a whole schema', () => {
    expect(judged({ onSchemas: [{ privilege: 'UPDATE ANY TABLE', schema: 'CRM' }] })['system-privileges']).toMatchObject({ level: 'warning', figure: ['UPDATE ANY TABLE ON SCHEMA CRM', expect.anything()] });
  });

  it('are too many where tables can be made, or rights handed on', () => {
    expect(judged({ system: ['CREATE SESSION', 'CREATE TABLE'], grantable: ['CREATE TABLE'] })['system-privileges']).toMatchObject({ level: 'warning', figure: ['CREATE TABLE, CREATE TABLE WITH ADMIN OPTION', expect.anything()] });
  });

  it('are too many with the role DBA, not with a role of the house', () => {
    expect(judged({ roles: ['DBA', 'TANK_ROLE'] }).roles).toMatchObject({ level: 'warning', remedy: [expect.stringContaining('Revoke DBA:'), expect.anything()] });
    expect(judged({ roles: ['TANK_ROLE'] }).roles!.level).toBe('ok');
  });

  it.each<[string, ObjectPrivilege]>([
    ['another table', on('CRM.ORDER', 'UPDATE')],
    ['another table, through a role', on('CRM.ORDER', 'UPDATE', { role: 'CRM_ALL' })],
    ['the same name in another schema', on('OLD.CUSTOMER', 'UPDATE')],
    ['deleting of the right table', on('CRM.CUSTOMER', 'DELETE')],
  ])('are warned of where they allow %s', (_, privilege) => {
    expect(judged({ objects: [on('CRM.CUSTOMER', 'UPDATE'), privilege] }, 'CRM.CUSTOMER')['write-privileges']!.level).toBe('warning');
  });

  it('ask for the table of the Update Query where something can be written and none is named', () => {
    expect(judged({ objects: [on('CRM.CUSTOMER', 'UPDATE')] })['write-privileges']).toMatchObject({ level: 'warning', remedy: [expect.stringContaining('--update-table'), expect.anything()] });
    expect(judged({}, null)['write-privileges']).toMatchObject({ level: 'ok', figure: ['nothing', '없음'] });
  });

  it('advise columns where the whole table can be updated', () => {
    expect(judged({ objects: [on('CRM.CUSTOMER', 'SELECT'), on('CRM.CUSTOMER', 'UPDATE')] }, 'CRM.CUSTOMER')['write-privileges']).toMatchObject({ level: 'ok', remedy: [expect.stringContaining('columns'), expect.anything()] });
  });

  it('are not enough without UPDATE, or with READ in place of SELECT', () => {
    expect(judged({ objects: [on('CRM.CUSTOMER', 'SELECT')] }, 'CRM.CUSTOMER')['update-table']).toMatchObject({ level: 'warning', remedy: [expect.stringContaining('No right to update'), expect.anything()] });
    expect(judged({ objects: [on('CRM.CUSTOMER', 'READ'), on('CRM.CUSTOMER', 'UPDATE')] }, 'CRM.CUSTOMER')['update-table']).toMatchObject({ level: 'warning', remedy: [expect.stringContaining('SQL92_SECURITY'), expect.anything()] });
  });

  it('are those of an owner where the user has tables of its own', () => {
    expect(judged({ owned: [{ type: 'TABLE', count: 3 }, { type: 'INDEX', count: 4 }] })['own-objects']).toMatchObject({ level: 'warning', figure: ['TABLE 3, INDEX 4', expect.anything()] });
    expect(judged({ owned: [{ type: 'SYNONYM', count: 2 }] })['own-objects']!.level).toBe('ok');
  });

  it('show no more names than can be read', () => {
    const objects = Array.from({ length: 30 }, (_, n) => on(`CRM.T${n}`, 'UPDATE'));
    expect(judged({ objects })['write-privileges']!.figure[0]).toMatch(/T9 … \(\+20\)$/);
  });
});
