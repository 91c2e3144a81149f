import type { AuditFilters } from './adapters/audit-store.js';
import type { HandlersOf } from './handlers.js';
import { numberIn } from './page-mark.js';
import type { PersonDigests } from './privacy/person-digests.js';
import type { RecipientViews } from './privacy/recipient-views.js';
import type { Records } from './records.js';

export function auditHandlers({ audit, persons }: Pick<Records, 'audit' | 'persons'>, views: RecipientViews): HandlersOf<'listAudit'> {
  return {
    listAudit: async ({ query: { limit, after, ...asked } }, call) => {
      // To ask who searched for somebody is a search for him, too.
      if (asked.person !== undefined) await call.record(views.told(asked));
      const found = await audit.page(auditFilters(asked, persons), after === undefined ? null : numberIn(after), limit + 1);
      const items = found.slice(0, limit);
      return { status: 200, body: { items, next: found.length > limit ? String(items.at(-1)!.entryNo) : null } };
    },
  };
}

type Asked = { [Name in 'userId' | 'operation' | 'objectId' | 'from' | 'to' | 'person']?: string };

export function auditFilters({ userId, operation, objectId, from, to, person }: Asked, persons: PersonDigests): AuditFilters {
  return { userId: userId ?? null, operation: operation ?? null, objectId: objectId ?? null, from: from ?? null, to: to ?? null, personDigest: person === undefined ? null : persons.of(person) };
}
