import type { Summary } from '@tank/contracts';

/** Mails of one day, automation, outcome and error code. */
export interface MailCount {
  date: string;
  automationId: string;
  outcome: string;
  errorCode: string | null;
  count: number;
}
type Counts = Record<string, number>;

/**
 * Sums the smallest groups up, so that every total agrees with its parts. Days without mails are left out; errors come
 * with the most frequent first, automations with the most mails first.
 */
export function summaryOf(
  asked: Pick<Summary, 'from' | 'to' | 'timeZone'>,
  groups: MailCount[],
  runs: { status: string; count: number }[],
  names: Map<string, string>,
): Summary {
  const byOutcome: Counts = {};
  const byError: Counts = {};
  const byDay = new Map<string, Counts>();
  const byAutomation = new Map<string, Counts>();
  for (const { date, automationId, outcome, errorCode, count } of groups) {
    add(byOutcome, outcome, count);
    if (errorCode !== null) add(byError, errorCode, count);
    add(countsOf(byDay, date), outcome, count);
    add(countsOf(byAutomation, automationId), outcome, count);
  }
  return {
    from: asked.from,
    to: asked.to,
    timeZone: asked.timeZone,
    runs: Object.fromEntries(runs.map(({ status, count }) => [status, count])),
    mails: byOutcome,
    errors: Object.entries(byError).map(([errorCode, count]) => ({ errorCode, count })).sort((a, b) => b.count - a.count),
    days: [...byDay].map(([date, mails]) => ({ date, mails })).sort((a, b) => (a.date < b.date ? -1 : 1)),
    automations: [...byAutomation]
      .map(([automationId, mails]) => ({ automationId, automationName: names.get(automationId) ?? null, mails }))
      .sort((a, b) => totalOf(b.mails) - totalOf(a.mails)),
  };
}

function countsOf(groups: Map<string, Counts>, key: string): Counts {
  const counts = groups.get(key) ?? {};
  groups.set(key, counts);
  return counts;
}

function add(counts: Counts, key: string, count: number): void {
  counts[key] = (counts[key] ?? 0) + count;
}

function totalOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
