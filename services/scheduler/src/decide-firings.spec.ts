import { decideFirings, type DueSchedule } from './decide-firings.js';

const at = (iso: string) => new Date(iso);
const schedule = (change: Partial<DueSchedule> = {}): DueSchedule => ({
  scheduleId: 's', automationId: 'a', cron: '0 9 * * *', timeZone: 'Asia/Seoul', startAt: null, endAt: null, misfire: 'run-once',
  nextFireAt: at('2026-11-20T00:00:00Z'), ...change,
});

it('makes one run at its minute, with the wall-clock time of its zone as the business date', () => {
  expect(decideFirings(schedule(), at('2026-11-20T00:00:00.700Z'))).toEqual({
    run: { fireTime: at('2026-11-20T00:00:00Z'), businessDate: '2026-11-20T09:00:00' },
    missed: [],
    next: at('2026-11-21T00:00:00Z'),
  });
});

it('makes one late run after five minutes down, which keeps its business date', () => {
  const decision = decideFirings(schedule(), at('2026-11-20T00:05:00Z'));
  expect(decision.run).toEqual({ fireTime: at('2026-11-20T00:00:00Z'), businessDate: '2026-11-20T09:00:00' });
});

it('makes no late run when the schedule skips missed firings, and goes on', () => {
  const decision = decideFirings(schedule({ misfire: 'skip' }), at('2026-11-20T00:05:00Z'));
  expect(decision).toEqual({ run: null, missed: [at('2026-11-20T00:00:00Z')], next: at('2026-11-21T00:00:00Z') });
});

it('does not call a firing missed that is some seconds late', () => {
  expect(decideFirings(schedule({ misfire: 'skip' }), at('2026-11-20T00:00:30Z')).run).not.toBeNull();
});

it('makes one run for the latest of several missed firings and records the others', () => {
  const decision = decideFirings(schedule(), at('2026-11-23T05:00:00Z'));
  expect(decision.run).toEqual({ fireTime: at('2026-11-23T00:00:00Z'), businessDate: '2026-11-23T09:00:00' });
  expect(decision.missed).toEqual([at('2026-11-20T00:00:00Z'), at('2026-11-21T00:00:00Z'), at('2026-11-22T00:00:00Z')]);
});

it('runs the latest one on time and skips only those before it', () => {
  const decision = decideFirings(schedule({ misfire: 'skip', cron: '* * * * *' }), at('2026-11-20T00:05:01Z'));
  expect(decision.run?.fireTime).toEqual(at('2026-11-20T00:05:00Z'));
  expect(decision.missed).toHaveLength(5);
});

it('deals with a long outage bit by bit, without a run before the latest firing', () => {
  const decision = decideFirings(schedule({ cron: '* * * * *' }), at('2026-11-27T00:00:00Z'));
  expect(decision.run).toBeNull();
  expect(decision.missed).toHaveLength(500);
  expect(decision.next).toEqual(at('2026-11-20T08:20:00Z'));
});

it('ends with its last firing', () => {
  expect(decideFirings(schedule({ endAt: at('2026-11-20T12:00:00Z') }), at('2026-11-20T00:00:01Z')).next).toBeNull();
});
