import { DEFAULT_SETTINGS, type AuditItem, type SettingChange, type Settings } from '@tank/contracts';
import type { Asked, Ended } from '../audit/audit-trail.js';
import { PersonDigests } from '../privacy/person-digests.js';
import type { Records } from '../records.js';

/** Remembers what was written down, and has whatever settings a test wants. */
export class FakeRecords implements Records {
  readonly written: { asked: Asked; ended: Ended | 'event' | null }[] = [];

  constructor(public current: Settings = DEFAULT_SETTINGS) {}

  readonly trail: Records['trail'] = {
    begin: async (asked) => {
      const entry: FakeRecords['written'][number] = { asked, ended: null };
      this.written.push(entry);
      return async (ended) => void (entry.ended = ended);
    },
    record: async (asked) => void this.written.push({ asked, ended: 'event' }),
  };
  readonly audit = { page: async (): Promise<AuditItem[]> => [] };
  readonly persons = new PersonDigests(Buffer.alloc(32, 7));
  readonly settings: Records['settings'] = {
    current: async () => this.current,
    lastChanges: async () => ({ revision: 0, changes: [] as SettingChange[] }),
    change: async (changes) => {
      this.current = { ...this.current, ...changes };
      return 'changed';
    },
    history: async () => [],
  };
}
