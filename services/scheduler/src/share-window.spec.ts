import { shareWindow, windowFor, type RunLoad } from './share-window.js';

const run = (runId: string, change: Partial<RunLoad> = {}): RunLoad => ({ runId, priority: 5, serial: false, waiting: 1000, dispatched: 0, held: false, ...change });
const share = (loads: RunLoad[], window = 10) => Object.fromEntries(shareWindow(loads, window));

it('gives one run the whole window', () => {
  expect(share([run('a')])).toEqual({ a: 10 });
  expect(share([run('a', { waiting: 3 })])).toEqual({ a: 3 });
  expect(share([run('a', { dispatched: 8 })])).toEqual({ a: 2 });
});

it('gives nothing when the window is full', () => {
  expect(share([run('a', { dispatched: 10 })])).toEqual({});
  expect(share([run('a', { dispatched: 12 })])).toEqual({});
});

it('shares among equals, counting what they have on the road', () => {
  expect(share([run('a'), run('b')])).toEqual({ a: 5, b: 5 });
  expect(share([run('a', { dispatched: 6 }), run('b')])).toEqual({ b: 4 });
});

it('lets a run of higher priority pass, and leaves every run at least one', () => {
  expect(share([run('bulk', { priority: 1 }), run('urgent', { priority: 9 })])).toEqual({ bulk: 1, urgent: 9 });
  expect(share([run('bulk', { priority: 1 }), run('urgent', { priority: 9, waiting: 2 })])).toEqual({ bulk: 8, urgent: 2 });
});

it('lets a run in beside a full window, with one mail', () => {
  expect(share([run('bulk', { priority: 1, dispatched: 10 }), run('urgent', { priority: 9 })])).toEqual({ urgent: 1 });
});

it('never has more than one mail of a serial run on the road', () => {
  expect(share([run('a', { serial: true })])).toEqual({ a: 1 });
  expect(share([run('a', { serial: true, dispatched: 1 })])).toEqual({});
});

it('gives a held run nothing, but counts what it has on the road', () => {
  expect(share([run('held', { held: true, dispatched: 7 }), run('a')])).toEqual({ a: 3 });
});

describe('the window', () => {
  it('is what the account sends in the time a mail is on the road', () => {
    expect(windowFor(14, 1000)).toBe(28);
    expect(windowFor(0.5, 1000)).toBe(4);
  });

  it('is never larger than it may be', () => expect(windowFor(5000, 1000)).toBe(1000));

  it('is a usual one while the rate is unknown', () => {
    expect(windowFor(null, 1000)).toBe(200);
    expect(windowFor(null, 50)).toBe(50);
  });
});
