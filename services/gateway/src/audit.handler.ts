import { isDescending, NUMBER_PLACE, pageOf, placeIn } from '@tank/contracts';
import type { AuditFilters } from './adapters/audit-store.js';
import type { HandlersOf } from './handlers.js';
import { pageAsked } from './pages.js';
import type { PersonDigests } from './privacy/person-digests.js';
import type { RecipientViews } from './privacy/recipient-views.js';
import type { Records } from './records.js';

export function auditHandlers({ audit, persons }: Pick<Records, 'audit' | 'persons'>, views: RecipientViews): HandlersOf<'listAudit'> {
  return {
    listAudit: async ({ query: { limit, after, sort, ...asked } }, call) => {
      const page = pageAsked({ limit, after, sort });
      const [entryNo = null] = placeIn(page, NUMBER_PLACE) ?? [];
      // To ask who searched for somebody is a search for him, too.
      if (asked.person !== undefined) await call.record(views.told(asked));
      const found = await audit.page(auditFilters(asked, persons), entryNo, limit + 1, isDescending(sort) ? 'DESC' : 'ASC');
      return { status: 200, body: pageOf(found.map((item) => ({ item, place: [item.entryNo] })), page) };
    },
  };
}

type Asked = { [Name in 'userId' | 'operation' | 'objectId' | 'from' | 'to' | 'person']?: string };

export function auditFilters({ userId, operation, objectId, from, to, person }: Asked, persons: PersonDigests): AuditFilters {
  return { userId: userId ?? null, operation: operation ?? null, objectId: objectId ?? null, from: from ?? null, to: to ?? null, personDigest: person === undefined ? null : persons.of(person) };
}
