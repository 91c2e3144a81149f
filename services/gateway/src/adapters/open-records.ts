import { createLog } from '@tank/telemetry';
import { AuditTrail } from '../audit/audit-trail.js';
import { PersonDigests } from '../privacy/person-digests.js';
import type { Records } from '../records.js';
import { derivedKey } from './access-tokens.js';
import { AuditStore } from './audit-store.js';
import type { GatewayDatabase } from './gateway-database.js';
import { SettingStore } from './setting-store.js';

const log = createLog('gateway');

/** The audit trail and the settings, on an open database. */
export function openRecords(db: GatewayDatabase, sessionKey: Buffer): Records & { audit: AuditStore } {
  const audit = openAudit(db, sessionKey);
  return { audit, trail: new AuditTrail(audit, (error) => log.error('audit.end-not-written', error)), persons: new PersonDigests(derivedKey(sessionKey, 'persons')), settings: new SettingStore(db) };
}

export function openAudit(db: GatewayDatabase, sessionKey: Buffer): AuditStore {
  return new AuditStore(db, derivedKey(sessionKey, 'audit trail'));
}
