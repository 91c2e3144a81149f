import { countOutcomes, drawOutcomeTable } from './outcome-table.ts';

const mails = [
  { outcome: 'SKIPPED', errorCode: 'INVALID' },
  { outcome: 'SENT', errorCode: null },
  { outcome: 'SKIPPED', errorCode: 'NOT_FOUND' },
  { outcome: 'SENT', errorCode: null },
  { outcome: 'SKIPPED', errorCode: 'NOT_FOUND' },
];

describe('the table of outcomes', () => {
  it('counts by outcome and cause, what was sent first', () => {
    expect(countOutcomes(mails)).toEqual([
      { outcome: 'SENT', errorCode: null, count: 2 },
      { outcome: 'SKIPPED', errorCode: 'NOT_FOUND', count: 2 },
      { outcome: 'SKIPPED', errorCode: 'INVALID', count: 1 },
    ]);
  });

  it('adds up to the manifest', () => {
    expect(drawOutcomeTable(countOutcomes(mails)).at(-1)).toMatch(/^ +5 /);
  });
});
