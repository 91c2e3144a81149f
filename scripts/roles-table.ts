import { ACCESS, API, BEFORE_PASSWORD_CHANGE, BEFORE_SECOND_FACTOR, mayCall, OPERATION_IDS, ROLES, type Access, type OperationId, type Role } from '@tank/contracts';

/** The table of docs/roles.md: a row an operation, a column a role. */
export function rolesTable(): string {
  const head = ['Operation · 작업', '', 'nobody · 비로그인', ...ROLES];
  const rows = [...OPERATION_IDS].sort(byAccess).map((id) => [`\`${API[id].method} ${API[id].path}\``, API[id].summary.join(' · '), accessOf(id) === 'public' ? '✓' : '', ...ROLES.map((role) => cell(id, role))]);
  return [head, head.map((_, at) => (at < 2 ? '---' : ':-:')), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** What a user with a temporary password may do. */
export function beforePasswordChange(): string {
  return listed(BEFORE_PASSWORD_CHANGE);
}

/** What a user may do who still has to set up a second factor. */
export function beforeSecondFactor(): string {
  return listed(BEFORE_SECOND_FACTOR);
}

function listed(ids: readonly OperationId[]): string {
  return ids.map((id) => `\`${API[id].method} ${API[id].path}\``).join(', ');
}

function cell(id: OperationId, role: Role): string {
  if (!mayCall(id, role)) return '';
  return accessOf(id) === 'own' && role !== 'administrator' ? 'own' : '✓';
}

const accessOf = (id: OperationId): Access => ACCESS[id];
const ORDER: Access[] = ['public', 'own', 'viewer', 'operator', 'author', 'administrator'];

function byAccess(one: OperationId, other: OperationId): number {
  return ORDER.indexOf(accessOf(one)) - ORDER.indexOf(accessOf(other)) || OPERATION_IDS.indexOf(one) - OPERATION_IDS.indexOf(other);
}
