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

const REMEDY = ['Write five fields, minute first: 0 9 25 * * is 09:00 on the 25th of each month.', '분부터 다섯 항목으로 쓰세요. 0 9 25 * *는 매월 25일 09:00입니다.'] as const;

/** @throws Refused INVALID naming the field, when these times never come or cannot be read. */
export function checkTiming(timing: Timing, now: Date): void {
  checkReadable(timing);
  if (firingsAfter(timing, now, 1).length === 0) {
    const isOver = timing.endAt !== null && timing.endAt <= now;
    const why = isOver ? ['endAt is in the past', 'endAt이 이미 지났습니다'] : ['no such day comes, or none between startAt and endAt', '해당하는 날이 없거나 startAt과 endAt 사이에 없습니다'];
    throw new Refused('INVALID', [`The schedule would never fire: ${why[0]}. ${REMEDY[0]}`, `한 번도 실행되지 않을 스케줄입니다: ${why[1]}. ${REMEDY[1]}`], isOver ? 'endAt' : 'cron');
  }
}

/** @param place of the schedule among what was sent, such as `schedules[0].` @throws Refused INVALID naming the field, also of times that are over. */
export function checkReadable(timing: Timing, place = ''): void {
  if (timing.cron.trim().split(/\s+/).length !== 5) {
    const count = timing.cron.trim().split(/\s+/).length;
    throw new Refused('INVALID', [`The cron expression has ${count} fields, not five. ${REMEDY[0]}`, `cron 식의 항목이 다섯 개가 아니라 ${count}개입니다. ${REMEDY[1]}`], `${place}cron`);
  }
  if (timing.startAt && timing.endAt && timing.endAt <= timing.startAt) {
    throw new Refused('INVALID', ['The schedule ends before it starts: set endAt after startAt, or leave one of them out.', '종료 시각이 시작 시각보다 앞섭니다. endAt을 startAt 뒤로 하거나 하나를 비우세요.'], `${place}endAt`);
  }
  readCron(timing, place);
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

function readCron({ cron, timeZone }: Timing, place = ''): Cron {
  try {
    return new Cron(cron.trim(), { timezone: timeZone, mode: '5-part', paused: true });
  } catch (error) {
    // croner says no with a TypeError or a RangeError.
    const why = (error as Error).message.replace(/^CronPattern: /, '');
    throw new Refused('INVALID', [`The cron expression cannot be read: ${why} ${REMEDY[0]}`, `cron 식을 해석할 수 없습니다(${why}). ${REMEDY[1]}`], `${place}cron`, { cause: error });
  }
}
