import { expect, it } from '@jest/globals';
import { boundsOf, businessMonthOf, monthsAhead } from './business-month.js';

it('a business date lies in the month it says, in nobody\'s time zone', () => {
  expect(businessMonthOf('2026-11-01T00:00:00')).toBe('2026-11');
  expect(businessMonthOf('2026-11-30T23:59:59')).toBe('2026-11');
});

it.each(['2026-13-01T00:00:00', '2026-02-30T00:00:00', '2026-01-01T24:00:00', '0000-01-01T00:00:00'])('%s is no day of the calendar', (date) => {
  expect(businessMonthOf(date)).toBeUndefined();
});

it('December ends where January begins', () => {
  expect(boundsOf('2026-12')).toEqual({ from: '2026-12-01', to: '2027-01-01' });
  expect(boundsOf('2026-09')).toEqual({ from: '2026-09-01', to: '2026-10-01' });
  expect(monthsAhead(new Date('2026-12-31T23:00:00Z'))).toEqual(['2026-12', '2027-01']);
});
