/** A month of business dates, `2026-11`: what one partition of the mail logs holds. */
export type BusinessMonth = string;

/**
 * @param businessDate local time, `2026-11-20T09:00:00`
 * @returns undefined when that is not a day of the calendar
 */
export function businessMonthOf(businessDate: string): BusinessMonth | undefined {
  const at = new Date(`${businessDate}Z`);
  const isReal = !Number.isNaN(at.getTime()) && at.toISOString().startsWith(businessDate) && at.getUTCFullYear() > 0;
  return isReal ? businessDate.slice(0, 7) : undefined;
}

/** The first day of the month and of the one after it, between which its partition lies. */
export function boundsOf(month: BusinessMonth): { from: string; to: string } {
  return { from: `${month}-01`, to: `${monthAfter(month)}-01` };
}

export function monthAfter(month: BusinessMonth): BusinessMonth {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return number === 12 ? `${String(year + 1).padStart(4, '0')}-01` : `${month.slice(0, 4)}-${String(number + 1).padStart(2, '0')}`;
}

/** The months whose partitions must be there before anything asks for them: this one and the next. */
export function monthsAhead(now: Date): BusinessMonth[] {
  const month = now.toISOString().slice(0, 7);
  return [month, monthAfter(month)];
}
