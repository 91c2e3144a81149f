import { claimOf, roleFrom } from './provider-role.js';

const NAMES = { 'tank-admin': 'administrator', 'mail-ops': 'operator', readers: 'viewer' } as const;

describe('the role by a claim', () => {
  it.each([
    [['readers', 'mail-ops', 'others'], 'operator'], [['mail-ops', 'tank-admin'], 'administrator'], ['readers', 'viewer'],
    [[], undefined], [['others'], undefined], [undefined, undefined], [null, undefined], [5, undefined], [{ 'tank-admin': true }, undefined], [['toString', '__proto__', 'constructor'], undefined],
    ['tank-admin mail-ops', undefined], [[['tank-admin']], undefined],
  ])('of %j is %s', (told, role) => {
    expect(roleFrom({ roles: told }, 'roles', NAMES)).toBe(role);
  });

  it('may be deeper, or have a name with dots in it', () => {
    expect(roleFrom({ realm_access: { roles: ['mail-ops'] } }, 'realm_access.roles', NAMES)).toBe('operator');
    expect(roleFrom({ 'https://tank.example/roles': ['readers'] }, 'https://tank.example/roles', NAMES)).toBe('viewer');
    expect(claimOf({ a: { b: null } }, 'a.b.c')).toBeUndefined();
  });
});
