import { reportPeriod } from './report-period.js';

const timeZone = 'Asia/Seoul';
const now = new Date('2026-11-20T16:00:00Z'); // the 21st in Seoul

describe('the days of a report', () => {
  it('are the last 30 in the zone, when none are named', () => {
    expect(reportPeriod({ timeZone }, now)).toEqual({ from: '2026-10-23', to: '2026-11-21' });
    expect(reportPeriod({ timeZone: 'UTC' }, now)).toEqual({ from: '2026-10-22', to: '2026-11-20' });
  });

  it('end today or start 30 days before, when one is named', () => {
    expect(reportPeriod({ from: '2026-11-01', timeZone }, now)).toEqual({ from: '2026-11-01', to: '2026-11-21' });
    expect(reportPeriod({ to: '2026-03-01', timeZone }, now)).toEqual({ from: '2026-01-31', to: '2026-03-01' });
    expect(reportPeriod({ from: '2027-01-01', timeZone }, now)).toEqual({ from: '2027-01-01', to: '2027-01-01' });
    expect(reportPeriod({ to: '1900-01-05', timeZone }, now)).toEqual({ from: '1900-01-01', to: '1900-01-05' });
  });

  it('are refused backwards and for more than a year', () => {
    expect(() => reportPeriod({ from: '2026-02-01', to: '2026-01-01', timeZone }, now)).toThrow('is before');
    expect(() => reportPeriod({ from: '2025-01-01', to: '2026-01-02', timeZone }, now)).toThrow('367 days');
  });
});
