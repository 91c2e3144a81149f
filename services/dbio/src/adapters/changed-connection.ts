import { connectionInputSchema, inKorean, Refused, type ConnectionChange, type ConnectionInput } from '@tank/contracts';
import { connectionOf, passwordOf, walletPasswordOf, type StoredRow } from './connection-row.js';
import { CannotOpen, type PasswordSeal } from './sealed-password.js';

/**
 * A stored connection with a change over it, whole and checked again.
 * @throws Refused INVALID naming the field: of what it becomes, or of a password that another key sealed and the change does not give.
 */
export function changedConnection(row: StoredRow, change: ConnectionChange, seal: PasswordSeal): ConnectionInput {
  const { connectionId: _id, groupId: _group, createdAt: _at, revision: _revision, limits, ...stored } = connectionOf(row);
  const secrets = {
    password: change.password ?? kept('password', () => passwordOf(row, seal)),
    walletPassword: change.walletPassword === undefined ? kept('walletPassword', () => walletPasswordOf(row, seal)) : change.walletPassword,
  };
  const parsed = connectionInputSchema.safeParse({ ...stored, ...change, limits: { ...limits, ...change.limits }, ...secrets });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Refused('INVALID', [issue!.message, inKorean(issue!.message) ?? `바꾼 연결이 올바르지 않습니다: ${issue!.message}`], issue!.path.join('.') || null);
}

function kept<T>(field: string, open: () => T): T {
  try {
    return open();
  } catch (cause) {
    if (!(cause instanceof CannotOpen)) throw cause;
    throw new Refused('INVALID', [`What is stored cannot be kept: ${cause.message} Give ${field} with the change.`, `저장된 값을 유지할 수 없습니다. 변경할 때 ${field}도 함께 보내세요. (${cause.message})`], field, { cause });
  }
}
