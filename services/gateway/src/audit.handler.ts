import type { AuditStore } from './adapters/audit-store.js';
import type { HandlersOf } from './handlers.js';
import { numberIn } from './page-mark.js';

export function auditHandlers(audit: Pick<AuditStore, 'page'>): HandlersOf<'listAudit'> {
  return {
    listAudit: async ({ query: { limit, after, userId = null, operation = null, objectId = null, from = null, to = null } }) => {
      const found = await audit.page({ userId, operation, objectId, from, to }, after === undefined ? null : numberIn(after), limit + 1);
      const items = found.slice(0, limit);
      return { status: 200, body: { items, next: found.length > limit ? String(items.at(-1)!.entryNo) : null } };
    },
  };
}
