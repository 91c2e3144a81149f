import { expect, it } from '@jest/globals';
import { summaryOf } from './summary.js';

it('sums groups up by outcome, error, day and automation, so that all agree', () => {
  const group = (date: string, automationId: string, outcome: string, errorCode: string | null, count: number) => ({ date, automationId, outcome, errorCode, count });
  const summary = summaryOf(
    { from: '2026-11-01', to: '2026-11-30', timeZone: 'Asia/Seoul' },
    [group('2026-11-02', 'a', 'SENT', null, 5), group('2026-11-01', 'b', 'SENT', null, 90), group('2026-11-02', 'a', 'FAIL', 'BAD_ADDRESS', 2), group('2026-11-02', 'a', 'SKIPPED', 'NOT_FOUND', 3)],
    [{ status: 'COMPLETED', count: 2 }],
    new Map([['a', '월 명세서']]),
  );
  expect(summary).toEqual({
    from: '2026-11-01',
    to: '2026-11-30',
    timeZone: 'Asia/Seoul',
    runs: { COMPLETED: 2 },
    mails: { SENT: 95, FAIL: 2, SKIPPED: 3 },
    errors: [{ errorCode: 'NOT_FOUND', count: 3 }, { errorCode: 'BAD_ADDRESS', count: 2 }],
    days: [{ date: '2026-11-01', mails: { SENT: 90 } }, { date: '2026-11-02', mails: { SENT: 5, FAIL: 2, SKIPPED: 3 } }],
    automations: [
      { automationId: 'b', automationName: null, mails: { SENT: 90 } },
      { automationId: 'a', automationName: '월 명세서', mails: { SENT: 5, FAIL: 2, SKIPPED: 3 } },
    ],
  });
});
