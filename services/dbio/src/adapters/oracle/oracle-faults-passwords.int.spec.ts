import { afterEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '../../../../../embedded/test/parts.ts';
import { definition, HeardAlarms, mailSettled, sourcesWith, versionsWith } from '../../../test/fakes.js';
import { FaultyOracle, PATIENT_LIMITS } from '../../../test/faulty-oracle.js';
import { MAPPING, UPDATE, type Verb } from '../../../test/source-verbs.js';
import type { Source } from '../../source.js';
import { WriteBack } from '../../write-back.js';
import { GuardedSource } from '../guarded-source.js';

/*
 * Oracle locks an account after some wrong passwords, ten by default, and with it everything else that uses the account: the
 * password of a customer's connection is tried once where somebody asks for it, and hardly ever by Tank itself.
 */
const MINUTE_MS = 60_000;
const problem = expect.objectContaining({ code: 'SOURCE_WRONG_PASSWORD', databaseCodes: ['ORA-01017'] });
const REFUSED = { status: 'rejected', reason: expect.objectContaining({ isLasting: true, problem }) };
const ASKED_BY_SOMEBODY: Verb[] = ['a connect test', 'a check', 'a sample', 'the first rows of a Target Query'];

let now = 0;
let oracle: FaultyOracle;
afterEach(() => oracle.close());

async function start(poolSize = 4): Promise<void> {
  now = Date.parse('2026-11-20T00:00:00Z');
  oracle = await FaultyOracle.start('19c', { now: () => now, limits: { ...PATIENT_LIMITS, poolSize } });
}
const refusals = () => oracle.server.seen.counts.refusedLogons;
const changePassword = (password: string) => void (oracle.backend.accounts.TANK = { password });
/** As the work of a busy run: many recipients at once, and the outcomes of others. */
const rush = (source: Source = oracle.source) => oracle.during(() => Promise.allSettled([
  ...Array.from({ length: 200 }, (_, at) => source.lookUp(MAPPING, { id: `C${at}` })),
  ...Array.from({ length: 20 }, (_, at) => source.update(UPDATE, [{ id: `C${at}`, status: 'SENT' }])),
]));
const killSessions = async () => {
  const { connections } = oracle.server.seen.counts;
  oracle.server.cutConnections();
  await oracle.during(() => oracle.source.connectTest()); // meanwhile the pool has heard of it
  expect(oracle.server.seen.counts.connections).toBe(connections + 1);
};

describe('a wrong password is tried', () => {
  it.each(ASKED_BY_SOMEBODY)('once for %s, also while Tank itself leaves the account alone', async (verb) => {
    await start();
    changePassword('another');
    await rush();
    expect(refusals()).toBe(1);
    await oracle.failureOf(verb);
    expect(refusals()).toBe(2);
  });

  it('once for many runs at a time, three times in a row for runs, and once more by the pool', async () => {
    await start();
    changePassword('another');
    const runs = (count: number) => Promise.all(Array.from({ length: count }, () => oracle.failureOf('the first rows of a Target Query')));
    expect(await runs(8)).toEqual(Array(8).fill(expect.objectContaining({ problem, isLasting: true })));
    expect(refusals()).toBe(1);
    for (let times = 0; times < 5; times += 1) await runs(4);
    expect(refusals()).toBe(3);
    for (let hours = 0; hours < 5; hours += 1, now += 60 * MINUTE_MS) {
      await rush();
      await runs(4);
    }
    expect(refusals()).toBe(4);
    changePassword('tank');
    await oracle.expectWellBeing('a connect test');
    await oracle.expectWellBeing('the first rows of a Target Query');
  });

  it('once for 200 look-ups and 20 updates at a time, and for all that follow within a minute', async () => {
    await start();
    changePassword('another');
    for (let times = 0; times < 3; times += 1) expect(await rush()).toEqual(Array(220).fill(REFUSED));
    expect(refusals()).toBe(1);
  });

  it('once where some sessions are still open and others are wanted', async () => {
    await start();
    await oracle.use('a look-up');
    changePassword('another');
    for (let times = 0; times < 3; times += 1) await rush();
    expect(refusals()).toBe(1);
  });

  it('once where all sessions were killed with the change', async () => {
    await start();
    await rush();
    await killSessions();
    changePassword('another');
    for (let times = 0; times < 3; times += 1) expect(await rush()).toEqual(Array(220).fill(REFUSED));
    expect(refusals()).toBe(1);
  });

  it('again after a minute, after ten more, after an hour more, however many calls there are', async () => {
    await start();
    changePassword('another');
    const tries: number[] = [];
    for (let minute = 0; minute < 75; minute += 1) {
      const before = refusals();
      await rush();
      if (refusals() > before) tries.push(minute);
      now += MINUTE_MS;
    }
    expect(tries).toEqual([0, 1, 11, 71]);
  });
});

describe('a run during which the password changes', () => {
  const mails = Array.from({ length: 20 }, (_, at) => mailSettled({ settledAt: '2026-11-20T00:00:00.000Z' }, at + 1));
  const GIVE_UP_MS = 10 * MINUTE_MS;
  const BREAKER = { resetMs: 10, volume: 3 };

  it('tries it three times at most, whatever its breaker and its updates try, until the last outcome is given up', async () => {
    await start();
    const guarded = new GuardedSource(oracle.source, BREAKER);
    const version = versionsWith(definition({ update: { sql: UPDATE.replace(':id', ':MAIL_ID').replace(':status', ':SEND_STATUS') } }));
    const writeBack = new WriteBack(version, sourcesWith(guarded), new HeardAlarms(), GIVE_UP_MS, () => now);
    expect(await oracle.use('a whole Target Query', guarded)).toBe(2_500);
    await rush(guarded);
    await killSessions();
    changePassword('another');
    let isOver = false;
    for (; !isOver; now += 5_000) {
      await rush(guarded);
      const endings = await oracle.during(() => writeBack.writeBack(mails));
      isOver = endings.every((ending) => 'type' in ending && ending.type === 'MailRecorded');
      await waitFor(() => guarded.openBecause() !== null, { what: 'the breaker to be open' });
      await new Promise((resolve) => setTimeout(resolve, BREAKER.resetMs + 1));
    }
    expect(now).toBeGreaterThanOrEqual(Date.parse('2026-11-20T00:10:00Z'));
    expect(refusals()).toBeLessThanOrEqual(3);
    expect(refusals()).toBeGreaterThanOrEqual(1);
    await guarded.close();
  });

  it('is followed by one that works, as soon as the password is right again', async () => {
    await start();
    changePassword('another');
    await rush();
    changePassword('tank');
    expect(await rush()).toEqual(Array(220).fill(REFUSED)); // the minute is not over
    await oracle.expectWellBeing('a whole Target Query');
    const outcomes = await rush();
    expect(outcomes.map(({ status }) => status)).toEqual(Array(220).fill('fulfilled'));
    expect(refusals()).toBe(1);
  });

  it('goes on by itself when the password is right again and the pause is over', async () => {
    await start();
    changePassword('another');
    await rush();
    changePassword('tank');
    now += MINUTE_MS;
    expect((await rush()).map(({ status }) => status)).toEqual(Array(220).fill('fulfilled'));
    expect(refusals()).toBe(1);
  });
});
