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
  /** What was written of a person, oldest first; nothing where none is asked for. */
  readonly audit: Records['audit'] = {
    page: async ({ personDigest }) => (personDigest === null ? [] : this.written.map(itemOf).filter(({ detail }) => JSON.stringify(detail).includes(personDigest))),
  };
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

function itemOf({ asked: { by, detail, ...asked } }: FakeRecords['written'][number], at: number): AuditItem {
  const who = { userId: by?.userId ?? null, userName: by?.name ?? null };
  return { entryNo: at + 1, at: '2026-11-20T00:00:00.000Z', ...asked, ...who, detail: JSON.parse(JSON.stringify(detail ?? null)) as AuditItem['detail'], answer: null, hash: '00' };
}
