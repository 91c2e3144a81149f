import { z } from 'zod';

/** What a list is sorted by: a field, with `-` before it from the last to the first. */
export type Sort<By extends string = string> = By | `-${By}`;

function sortedBy<const By extends string>(fields: readonly By[]) {
  return z.enum(fields.flatMap((field): Sort<By>[] => [field, `-${field}`]));
}

/** The sorts of each list; names by the Korean collation, ties by the id. */
export const SORTS = {
  users: sortedBy(['name', 'createdAt', 'lastSignInAt']).default('name'),
  sessions: sortedBy(['lastUsedAt', 'createdAt']).default('-lastUsedAt'),
  groups: sortedBy(['name']).default('name'),
  automations: sortedBy(['createdAt', 'name']).default('createdAt'),
  versions: sortedBy(['number']).default('-number'),
  schedules: sortedBy(['createdAt']).default('createdAt'),
  runs: sortedBy(['createdAt']).default('-createdAt'),
  connections: sortedBy(['name', 'createdAt']).default('name'),
  runMails: sortedBy(['row']).default('row'),
  /** Of one run by `row` alone, of all by `settledAt` alone, which is how their indexes go; absent: `row`, or the newest first. */
  mails: sortedBy(['settledAt', 'row']),
  failedChecks: sortedBy(['loggedAt']).default('-loggedAt'),
  systemErrors: sortedBy(['occurredAt']).default('-occurredAt'),
  deadLetters: sortedBy(['occurredAt']).default('-occurredAt'),
  /** In the order in which they were written, whatever the clocks of several replicas say. */
  audit: sortedBy(['entryNo']).default('-entryNo'),
  settingChanges: sortedBy(['changeNo']).default('-changeNo'),
};

export function isDescending(sort: Sort): boolean {
  return sort.startsWith('-');
}

/** The field alone. */
export function sortField(sort: Sort): string {
  return isDescending(sort) ? sort.slice(1) : sort;
}
