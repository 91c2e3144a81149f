const QUARTER_HOUR_MS = 900_000;
const MOST_KEPT = 10_000;

type OffsetAt = (epochMs: number) => number;

const zones = new Map<string, OffsetAt>();

/** The offset of a zone, in minutes, at an instant. Asking Intl is slow: it is kept for each quarter of an hour in which it does not change. */
export function offsetsOf(timeZone: string): OffsetAt {
  let offsetAt = zones.get(timeZone);
  if (!offsetAt) zones.set(timeZone, (offsetAt = keptOffsets(timeZone)));
  return offsetAt;
}

function keptOffsets(timeZone: string): OffsetAt {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  const ask = (epochMs: number) => offsetIn(format.format(epochMs));
  const known = new Map<number, number | null>();
  return (epochMs) => {
    const quarter = Math.floor(epochMs / QUARTER_HOUR_MS);
    let offset = known.get(quarter);
    if (offset === undefined) {
      if (known.size >= MOST_KEPT) known.clear();
      const [first, last] = [ask(quarter * QUARTER_HOUR_MS), ask((quarter + 1) * QUARTER_HOUR_MS - 1)];
      known.set(quarter, (offset = first === last ? first : null)); // a few zones change theirs at one minute past, or did
    }
    return offset ?? ask(epochMs);
  };
}

/** `11/20/2026, GMT+09:00`; some old local mean times have seconds, which no clock shows. */
function offsetIn(formatted: string): number {
  const match = /GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(formatted);
  if (!match?.[1]) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === '-' ? -minutes : minutes;
}
