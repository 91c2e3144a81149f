import { WEEKDAYS, type ForbiddenHours } from '@tank/contracts';

type Weekday = (typeof WEEKDAYS)[number];

const EXAMPLE = 'Write them as MON-FRI 09:00-18:00, SAT 09:00-12:00; without days they hold every day.';
const HOURS = /^(?:([A-Z][A-Z\s-]*?)\s+)?(\d{1,2}:\d\d)\s*[-~]\s*(\d{1,2}:\d\d)$/;
const TIME = /^([01]?\d|2[0-3]):([0-5]\d)$/;

/**
 * `MON-FRI 09:00-18:00, SAT 09:00-12:00` → hours of those days; days in a row or one by one (`MON WED FRI`), in any case.
 * An end that is not after its start is on the next day, `24:00` is its midnight.
 * @throws Error with a sentence that quotes what cannot be read.
 */
export function readForbiddenHours(text: string): ForbiddenHours[] {
  const parts = text.split(/[,;\n]/).map((part) => part.trim()).filter((part) => part !== '');
  if (parts.length === 0) throw new Error(`There are no hours in it. ${EXAMPLE}`);
  return parts.map(readOne);
}

function readOne(part: string): ForbiddenHours {
  const [, days, from, to] = HOURS.exec(part.toUpperCase()) ?? [];
  if (from === undefined || to === undefined) throw new Error(`"${part}" cannot be read. ${EXAMPLE}`);
  return { days: days === undefined ? [...WEEKDAYS] : readDays(days, part), from: readTime(from, part), to: readTime(to === '24:00' ? '00:00' : to, part) };
}

function readDays(text: string, part: string): Weekday[] {
  const days = text.replace(/\s*-\s*/g, '-').split(/\s+/).flatMap((item) => readRange(item, part));
  return WEEKDAYS.filter((day) => days.includes(day));
}

/** `FRI-MON` goes round the end of the week. */
function readRange(item: string, part: string): Weekday[] {
  const [first, last, another] = item.split('-').map((name) => dayNamed(name, part));
  if (another !== undefined) throw new Error(`"${part}": ${item} is no range of days. ${EXAMPLE}`);
  const start = WEEKDAYS.indexOf(first!);
  const count = last === undefined ? 1 : ((WEEKDAYS.indexOf(last) - start + WEEKDAYS.length) % WEEKDAYS.length) + 1;
  return Array.from({ length: count }, (_, n) => WEEKDAYS[(start + n) % WEEKDAYS.length]!);
}

function dayNamed(name: string, part: string): Weekday {
  const day = WEEKDAYS.find((one) => one === name);
  if (!day) throw new Error(`"${part}": ${name || 'nothing'} is no day, which are ${WEEKDAYS.join(', ')}. ${EXAMPLE}`);
  return day;
}

function readTime(text: string, part: string): string {
  const [, hour, minute] = TIME.exec(text) ?? [];
  if (hour === undefined) throw new Error(`"${part}": ${text} is no time of day. ${EXAMPLE}`);
  return `${hour.padStart(2, '0')}:${minute}`;
}
