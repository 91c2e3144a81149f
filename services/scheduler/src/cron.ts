import { Refused } from '@tank/contracts';
import { Cron } from 'croner';
import { DateTime } from 'luxon';

/** When a schedule fires. Instants; `startAt` inclusive, `endAt` exclusive. */
export interface Timing {
  cron: string;
  timeZone: string;
  startAt: Date | null;
  endAt: Date | null;
}

const REMEDY = 'Write five fields, minute first: 0 9 25 * * is 09:00 on the 25th of each month.';

/** @throws Refused INVALID naming the field, when these times never come or cannot be read. */
export function checkTiming(timing: Timing, now: Date): void {
  if (timing.cron.trim().split(/\s+/).length !== 5) {
    throw new Refused('INVALID', `The cron expression has ${timing.cron.trim().split(/\s+/).length} fields, not five. ${REMEDY}`, 'cron');
  }
  if (timing.startAt && timing.endAt && timing.endAt <= timing.startAt) {
    throw new Refused('INVALID', 'The schedule ends before it starts: set endAt after startAt, or leave one of them out.', 'endAt');
  }
  if (firingsAfter(timing, now, 1).length === 0) {
    const isOver = timing.endAt !== null && timing.endAt <= now;
    const why = isOver ? 'endAt is in the past' : 'no such day comes, or none between startAt and endAt';
    throw new Refused('INVALID', `The schedule would never fire: ${why}. ${REMEDY}`, isOver ? 'endAt' : 'cron');
  }
}

/** The next firings strictly after an instant, soonest first. A local time that daylight saving skips fires when the clock has jumped. */
export function firingsAfter(timing: Timing, after: Date, count: number): Date[] {
  const { startAt, endAt } = timing;
  const from = startAt && startAt > after ? new Date(startAt.getTime() - 1000) : after;
  const isWithin = (firing: Date) => (startAt === null || firing >= startAt) && (endAt === null || firing < endAt);
  return readCron(timing).nextRuns(count + 1, from).filter(isWithin).slice(0, count);
}

/** Wall-clock time of an instant in a zone: `2026-11-20T09:00:00`. */
export function localTime(instant: Date, timeZone: string): string {
  return DateTime.fromJSDate(instant, { zone: timeZone }).toFormat("yyyy-MM-dd'T'HH:mm:ss");
}

function readCron({ cron, timeZone }: Timing): Cron {
  try {
    return new Cron(cron.trim(), { timezone: timeZone, mode: '5-part', paused: true });
  } catch (error) {
    // croner says no with a TypeError or a RangeError.
    throw new Refused('INVALID', `The cron expression cannot be read: ${(error as Error).message.replace(/^CronPattern: /, '')} ${REMEDY}`, 'cron', { cause: error });
  }
}
