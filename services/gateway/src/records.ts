import type { AuditStore } from './adapters/audit-store.js';
import type { SettingStore } from './adapters/setting-store.js';
import type { AuditTrail } from './audit/audit-trail.js';
import type { PersonDigests } from './privacy/person-digests.js';

/** What the gateway writes down for later readers. */
export interface Records {
  trail: Pick<AuditTrail, 'begin' | 'record'>;
  audit: Pick<AuditStore, 'page'>;
  persons: PersonDigests;
  settings: Pick<SettingStore, 'current' | 'lastChanges' | 'change' | 'history'>;
}
