/** The wall clock of a zone at an instant: `2026-11-20T09:00:00`. Swedish writes dates the ISO way. */
export function localDateTime(at: Date, timeZone: string): string {
  const written = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(at);
  return written.replace(' ', 'T');
}
