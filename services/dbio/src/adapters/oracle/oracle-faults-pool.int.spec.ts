import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '../../../../../embedded/test/parts.ts';
import { CALL_MS, FAULT_LIMITS, MOST_MS, PATIENT_LIMITS, warmUp } from '../../../test/faulty-oracle.js';
import { inPool, slowest } from '../../../test/pool-in-use.js';
import { settled, UPDATE } from '../../../test/source-verbs.js';
import { failureOf } from '../../../test/timed-outcome.js';

/*
 * Many calls share few sessions and one thread: what one of them meets must cost the others as little as possible.
 */
const FREE_SOON = { failed: expect.objectContaining({ blame: 'moment' }) };

beforeAll(warmUp);

describe('a pool', () => {
  it.concurrent('whose logons are slow serves all that wait for it, though each waits longer than its own call may take', () => (
    inPool({ poolSize: 4, connectMs: 3_000, lookUpMs: 300 }, async ({ oracle, lookUps }) => {
      oracle.server.faults.add({ at: 'logon', do: { delayMs: 600 }, times: Infinity });
      oracle.server.faults.add({ at: 'execute', matching: /^SELECT/, do: { delayMs: 100 }, times: Infinity }); // so that no session is free for the next one
      expect((await lookUps(4)).map(({ value }) => value)).toEqual([0, 1, 2, 3].map((id) => `고객 ${id}`));
    })
  ));

  it.concurrent.each([2, 60])('whose logon hangs fails all that wait for it at once: %i look-ups, and updates', (count) => (
    inPool({ poolSize: 4, lookUpMs: 1_000, updateMs: 1_000 }, async ({ oracle, lookUps, update }) => {
      oracle.server.faults.add({ at: 'logon', do: 'hang', times: Infinity });
      const outcomes = await Promise.all([lookUps(count), update(1), update(2)]).then((all) => all.flat());
      expect(new Set(outcomes.map(({ code }) => code))).toEqual(new Set(['SOURCE_TIMEOUT']));
      expect(slowest(outcomes)).toBeLessThan(FAULT_LIMITS.connectMs + 1_000 + 1_000);
      expect(oracle.server.seen.counts.connections).toBe(1);
    })
  ));

  it.concurrent.each(['cut', 'refuse'] as const)('that nobody lets in tries once for all that wait: %s', (ending) => (
    inPool({ ...PATIENT_LIMITS, poolSize: 4 }, async ({ oracle, lookUps, update }) => {
      oracle.server.faults.add({ at: ending === 'cut' ? 'accept' : 'connect', do: ending, times: Infinity });
      const outcomes = await Promise.all([lookUps(200), ...Array.from({ length: 20 }, (_, id) => update(id))]).then((all) => all.flat());
      expect(new Set(outcomes.map(({ code }) => code))).toEqual(new Set([ending === 'cut' ? 'SOURCE_CUT_OFF' : 'SOURCE_FULL']));
      expect(oracle.server.seen.counts.connections).toBe(1);
      oracle.server.faults.clear();
      expect((await lookUps(200)).map(({ code }) => code)).toEqual(Array(200).fill(undefined));
    })
  ));

  it.concurrent('that is used up makes nobody wait for a session much longer than a logon and a call may take', () => (
    inPool({ poolSize: 2, updateMs: 5_000 }, async ({ oracle, lookUp, lookUps, update }) => {
      oracle.server.faults.add({ at: 'execute', matching: /^UPDATE/, do: { delayMs: 10_000 }, times: Infinity });
      const long = [update(1), update(2)];
      await waitFor(() => oracle.server.seen.statements.filter(({ sql }) => sql.startsWith('UPDATE')).length === 2, { what: 'both sessions to be busy' });
      const outcomes = await lookUps(40);
      expect(new Set(outcomes.map(({ code }) => code))).toEqual(new Set(['SOURCE_FULL']));
      expect(slowest(outcomes)).toBeLessThan(MOST_MS);
      expect((await Promise.all(long)).map(({ value }) => value)).toEqual([[FREE_SOON], [FREE_SOON]]);
      expect(await lookUp(1)).toMatchObject({ value: '고객 1' });
    })
  ));

  it.concurrent('that is used up lets updates wait no longer than that, either', () => (
    inPool({ poolSize: 1, lookUpMs: 3_000, updateMs: 200 }, async ({ oracle, lookUp, update }) => {
      oracle.server.faults.add({ at: 'execute', matching: /AS slow/, do: { delayMs: 10_000 } });
      const long = lookUp(1, 'AS slow');
      await waitFor(() => oracle.server.seen.counts.logons === 1, { what: 'the one session' });
      const waited = await update(1, 2);
      expect(waited).toMatchObject({ code: 'SOURCE_FULL' });
      expect(waited.tookMs).toBeLessThan(FAULT_LIMITS.connectMs + 200 + 1_000);
      expect(await long).toMatchObject({ code: 'SOURCE_TIMEOUT' });
      expect(await lookUp(1)).toMatchObject({ value: '고객 1' });
    })
  ));

  it.concurrent('lets no look-up wait long for the slow ones that go with it: those done are told, and the others fail', () => (
    inPool({ poolSize: 2 }, async ({ oracle, lookUps }) => {
      await lookUps(2);
      oracle.server.faults.add({ at: 'execute', matching: /^SELECT/, do: { delayMs: 300 }, times: Infinity });
      const outcomes = await lookUps(64);
      expect(slowest(outcomes)).toBeLessThan(MOST_MS + CALL_MS); // sixteen of them go together: 4.8 s
      expect(outcomes[0]).toMatchObject({ value: '고객 0' });
      expect(outcomes[0]!.tookMs).toBeLessThan(CALL_MS);
      expect(new Set(outcomes.map(({ code }) => code))).toEqual(new Set([undefined, 'SOURCE_FULL']));
      oracle.server.faults.clear();
      expect((await lookUps(64)).map(({ code }) => code)).toEqual(Array(64).fill(undefined));
    })
  ));

  it.concurrent('loses no look-up to a session that hangs when its transaction ends', () => (
    inPool({ poolSize: 1, connectMs: 1_000, lookUpMs: 1_000 }, async ({ oracle, lookUp, lookUps }) => {
      await lookUp(1);
      oracle.server.faults.add({ at: 'rollback', do: 'hang' });
      const outcomes = await lookUps(10);
      outcomes.push(...(await lookUps(10)));
      expect(outcomes.map(({ code }) => code)).toEqual(Array(20).fill(undefined));
    })
  ));

  it.concurrent('does again what lost its thread to a call that hung, and counts no update twice', () => (
    inPool({ poolSize: 4 }, async ({ oracle, lookUp, lookUps }) => {
      await lookUps(4);
      oracle.server.faults.add({ at: 'execute', matching: /AS hung/, do: 'hang' });
      const hung = lookUp(1, 'AS hung');
      oracle.server.faults.add({ at: 'execute', matching: /AS late/, do: { hangMs: 5_000 }, times: 3 });
      const late = [1, 2, 3].map((id) => lookUp(id, 'AS late'));
      expect(await hung).toMatchObject({ code: 'SOURCE_TIMEOUT' });
      expect((await Promise.all(late)).map(({ value }) => value)).toEqual(['고객 1', '고객 2', '고객 3']);
    })
  ));

  it.concurrent('says of an update that lost its thread to a call that hung that nobody knows, and does it the next time', () => (
    inPool({ poolSize: 2, updateMs: 5_000 }, async ({ oracle, lookUp, update }) => {
      await Promise.all([lookUp(1), lookUp(2)]);
      oracle.server.faults.add({ at: 'commit', do: { hangMs: 60_000 }, afterwards: true });
      const lost = oracle.during(() => failureOf(oracle.source.update(UPDATE, settled(1, 2))));
      await waitFor(() => oracle.committed.length === 2, { what: 'the commit, of which the answer never comes' });
      oracle.server.faults.add({ at: 'execute', matching: /AS hung/, do: 'hang' });
      expect(await lookUp(1, 'AS hung')).toMatchObject({ code: 'SOURCE_TIMEOUT' });
      expect((await lost).problem).toMatchObject({ code: 'SOURCE_TIMEOUT', remedy: expect.stringContaining('may or may not have been done') });
      expect(await update(1, 2)).toMatchObject({ value: [{ changed: 1 }, { changed: 1 }] });
    })
  ));

  it.concurrent('replaces sessions that died unused, and nobody hears of it', () => inPool({ poolSize: 2 }, async ({ oracle, lookUps }) => {
    await lookUps(2);
    for (let times = 0; times < 3; times += 1) {
      oracle.server.cutConnections();
      await waitFor(() => oracle.server.seen.connectionsOpen === 0, { what: 'the cut' });
      await oracle.expectWellBeing('a connect test'); // meanwhile the pool has heard of it
      expect((await lookUps(2)).map(({ code }) => code)).toEqual([undefined, undefined]);
    }
  }));

  it.concurrent('knows an alias as soon as tnsnames.ora does', () => inPool({}, async ({ oracle }) => {
    const tnsAdmin = mkdtempSync(join(tmpdir(), 'tank-tns-'));
    writeFileSync(join(tnsAdmin, 'tnsnames.ora'), '');
    const source = oracle.open({ settings: { tnsAdmin }, connection: { host: null, port: null, database: null, connectString: 'CRM' } });
    expect((await oracle.failureOf('a look-up', source)).problem).toMatchObject({ databaseCodes: expect.arrayContaining(['ORA-12154']) });
    const address = `(ADDRESS=(PROTOCOL=TCP)(HOST=127.0.0.1)(PORT=${oracle.server.port}))`;
    writeFileSync(join(tnsAdmin, 'tnsnames.ora'), `CRM = (DESCRIPTION=${address}(CONNECT_DATA=(SERVICE_NAME=ORCL)))`);
    await oracle.expectWellBeing('a look-up', source);
    await source.close();
    rmSync(tnsAdmin, { recursive: true });
  }));

  it.concurrent('logs on no more often than it has sessions, and no call of one after the other needs a second one', () => (
    inPool({ poolSize: 4 }, async ({ oracle, lookUp, lookUps }) => {
      for (let id = 0; id < 30; id += 1) await lookUp(id);
      expect(oracle.server.seen.counts.logons).toBe(1);
      await lookUps(200);
      expect(oracle.server.seen.counts.logons).toBeLessThanOrEqual(4);
    })
  ));

  it.concurrent('closes when what is under way has come to its end, at its deadline at the latest', () => inPool({ poolSize: 2 }, async ({ oracle, lookUps }) => {
    oracle.server.faults.add({ at: 'execute', matching: /^SELECT/, do: 'hang', times: Infinity });
    const outcomes = lookUps(20);
    await waitFor(() => oracle.server.faults.hanging > 0, { what: 'a look-up that hangs' });
    const from = performance.now();
    await oracle.source.close();
    expect(performance.now() - from).toBeLessThan(MOST_MS);
    for (const { code } of await outcomes) expect(['SOURCE_TIMEOUT', 'SOURCE_CUT_OFF']).toContain(code);
  }));
});
