import { WEEKDAYS, type ForbiddenHours } from '@tank/contracts';
import { DateTime } from 'luxon';

const DAYS_AHEAD = 8;

/**
 * When the hours that hold at an instant are over, in the zone; null when none holds. Hours are those of the wall clock: where
 * it jumps they are shorter or longer, and where it shows a time twice they hold twice.
 */
export function forbiddenUntil(hours: ForbiddenHours[], timeZone: string, at: number): DateTime | null {
  const now = DateTime.fromMillis(at, { zone: timeZone });
  if (!isForbidden(hours, now)) return null;
  const ends = hours.flatMap((one) => endsFrom(one, now)).filter((end) => end > now && !isForbidden(hours, end));
  return ends.sort((a, b) => a.toMillis() - b.toMillis())[0] ?? now.plus({ days: DAYS_AHEAD });
}

function isForbidden(hours: ForbiddenHours[], at: DateTime): boolean {
  const time = at.toFormat('HH:mm');
  const today = WEEKDAYS[at.weekday - 1]!;
  const yesterday = WEEKDAYS[(at.weekday + 5) % WEEKDAYS.length]!;
  return hours.some(({ days, from, to }) => {
    if (from < to) return days.includes(today) && from <= time && time < to;
    return (days.includes(today) && from <= time) || (days.includes(yesterday) && time < to);
  });
}

/** Every time that the hours may end at in the days to come, also both of an hour that comes twice. */
function endsFrom({ to }: ForbiddenHours, now: DateTime): DateTime[] {
  const [hour, minute] = to.split(':').map(Number) as [number, number];
  return Array.from({ length: DAYS_AHEAD + 1 }, (_, days) => now.startOf('day').plus({ days }).set({ hour, minute })).flatMap((end) => end.getPossibleOffsets());
}
