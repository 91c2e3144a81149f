import { firingsAfter, localTime, type Timing } from './cron.js';

export interface DueSchedule extends Timing {
  scheduleId: string;
  automationId: string;
  misfire: 'run-once' | 'skip';
  /** The firing that is due, the oldest not yet dealt with. */
  nextFireAt: Date;
}

export interface Firing {
  fireTime: Date;
  /** The scheduled wall-clock time in the schedule's zone: a late run keeps it. */
  businessDate: string;
}

export interface Decision {
  /** At most one run, for the latest firing that is due. */
  run: Firing | null;
  /** Firings that make no run, oldest first. */
  missed: Date[];
  next: Date | null;
}

/** A firing that comes later than this was missed: the system was down, and the schedule's policy says what happens. */
export const MISSED_AFTER_MS = 60_000;
/** So many missed firings are dealt with at once; the rest the next time. */
const MOST_AT_ONCE = 500;

/** What becomes of the firings of a schedule that are due now. */
export function decideFirings(schedule: DueSchedule, now: Date): Decision {
  const due = [schedule.nextFireAt];
  let next = following(schedule, schedule.nextFireAt);
  while (next && next <= now && due.length < MOST_AT_ONCE) {
    due.push(next);
    next = following(schedule, next);
  }
  const isLatest = !next || next > now;
  const latest = due.at(-1)!;
  const isMissed = now.getTime() - latest.getTime() > MISSED_AFTER_MS;
  if (!isLatest || (isMissed && schedule.misfire === 'skip')) return { run: null, missed: due, next };
  return { run: { fireTime: latest, businessDate: localTime(latest, schedule.timeZone) }, missed: due.slice(0, -1), next };
}

function following(schedule: DueSchedule, after: Date): Date | null {
  return firingsAfter(schedule, after, 1)[0] ?? null;
}
