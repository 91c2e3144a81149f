/** One formatter a zone: to make one takes half a millisecond. */
const formats = new Map<string, Intl.DateTimeFormat>();
const MOST_FORMATS = 1_000;

/** The wall clock of a zone at an instant: `2026-11-20T09:00:00`. Swedish writes dates the ISO way. */
export function localDateTime(at: Date, timeZone: string): string {
  return formatOf(timeZone).format(at).replace(' ', 'T');
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  if (formats.size < MOST_FORMATS) formats.set(timeZone, format);
  return format;
}
