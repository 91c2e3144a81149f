import { beforeAll, describe, expect, it } from '@jest/globals';
import { OracleError } from '../../../../../embedded/oracle-net/backend.ts';
import type { DialectName } from '../../../../../embedded/oracle-net/dialects.ts';
import type { Fault, FaultAction, FaultPlace } from '../../../../../embedded/oracle-net/faults.ts';
import { waitFor } from '../../../../../embedded/test/parts.ts';
import { CALL_MS, mixed, MOST_MS, PATIENT_LIMITS, warmUp, withOracle } from '../../../test/faulty-oracle.js';
import { TARGET, type Verb } from '../../../test/source-verbs.js';
import { failureOf, outcomeOf } from '../../../test/timed-outcome.js';

/*
 * What may go wrong in a session that is there, in each call that a verb makes of it. What an update may meet has a file of
 * its own.
 */
interface Place {
  verb: Verb;
  at: FaultPlace;
  matching?: RegExp;
}
type Expected = { problem: object } | { error: object; blame: string };

const BEGIN = /^SET TRANSACTION/;
const QUERY = /^SELECT/;
const CALLS: Place[] = [
  { verb: 'a connect test', at: 'ping' },
  { verb: 'a check', at: 'describe' },
  { verb: 'a sample', at: 'execute', matching: BEGIN },
  { verb: 'a sample', at: 'execute', matching: QUERY },
  { verb: 'the first rows of a Target Query', at: 'execute', matching: BEGIN },
  { verb: 'the first rows of a Target Query', at: 'execute', matching: QUERY },
  { verb: 'a whole Target Query', at: 'fetch' },
  { verb: 'a look-up', at: 'execute', matching: BEGIN },
  { verb: 'a look-up', at: 'execute', matching: QUERY },
];
const QUERIES = CALLS.filter(({ at, matching }) => at === 'describe' || matching === QUERY);
const ROWS_OF: Place[] = [...CALLS.filter(({ matching }) => matching === QUERY), { verb: 'a whole Target Query', at: 'fetch' }];
const FAREWELLS: Place[] = [
  { verb: 'a connect test', at: 'logoff' }, { verb: 'a check', at: 'logoff' }, { verb: 'a sample', at: 'logoff' }, { verb: 'a whole Target Query', at: 'logoff' },
  { verb: 'a look-up', at: 'rollback' },
];

const korean = (...words: string[]) => expect.objectContaining(Object.fromEntries(words.map((word) => [word, expect.stringMatching(/[가-힣]/)])));
const source = (code: string, ...databaseCodes: string[]): Expected => ({ problem: expect.objectContaining({ code, databaseCodes, ko: korean('message', 'cause', 'remedy') }) });
const query = (blame: string, code: string, position: number | null): Expected => (
  { blame, error: expect.objectContaining({ code, position, remedy: expect.any(String), ko: korean('cause', 'remedy') }) });
/** A place within the Target Query and the Mapping Query. */
const TABLE = TARGET.indexOf('customer');
const error = (number: number, text: string, offset: number | null = null): FaultAction => ({ error: new OracleError(number, text, offset) });

const TOO_LATE: FaultAction = { delayMs: 60_000 };
const TOO_SLOWLY: FaultAction = { rowDelayMs: CALL_MS + 100 };
/** Only a deadline ends it. */
const SLOW: FaultAction[] = ['hang', TOO_LATE, TOO_SLOWLY];
const FAULTS: [name: string, action: FaultAction, places: Place[], expected: Expected, dialects: DialectName[]][] = [
  ['hangs', 'hang', CALLS, source('SOURCE_TIMEOUT'), ['23ai', '19c']],
  ['takes too long, and obeys a break', TOO_LATE, CALLS, source('SOURCE_TIMEOUT', 'NJS-123'), ['23ai', '19c', '12.1']],
  ['sends its rows too slowly', TOO_SLOWLY, ROWS_OF, source('SOURCE_TIMEOUT', 'NJS-123'), ['23ai', '19c']],
  ['is cut', 'cut', CALLS, source('SOURCE_CUT_OFF', 'NJS-500', 'NJS-521'), ['23ai', '19c']],
  ['is cut among its rows', { cutAfterRows: 1 }, ROWS_OF.filter(({ verb }) => verb !== 'a look-up'), source('SOURCE_CUT_OFF', 'NJS-500', 'NJS-521'), ['23ai', '19c']],
  ['is killed', error(28, 'your session has been killed'), CALLS, source('SOURCE_CUT_OFF', 'ORA-00028', 'NJS-500'), ['23ai', '19c']],
  ['ends for having been idle', error(2396, 'exceeded maximum idle time, please connect again'), CALLS, source('SOURCE_CUT_OFF', 'ORA-02396', 'NJS-500'), ['19c']],
  ['is shut down', error(1089, 'immediate shutdown or close in progress - no operations are permitted'), CALLS, source('SOURCE_DOWN', 'ORA-01089', 'NJS-500'), ['23ai']],
  ['is refused with a place in its text', error(942, 'table or view does not exist', TABLE), QUERIES, query('query', 'ORA-00942', TABLE), ['23ai', '19c', '12.1']],
  ['loses its snapshot', error(1555, 'snapshot too old'), ROWS_OF, query('moment', 'ORA-01555', null), ['23ai', '19c']],
  ['is cancelled by a DBA', error(1013, 'user requested cancel of current operation'), QUERIES, query('moment', 'ORA-01013', null), ['19c']],
];

interface Cell {
  name: string;
  verb: Verb;
  fault: Fault;
  dialect: DialectName;
}
const faultIn = (action: FaultAction, { at, matching }: Place): Fault => ({ at, do: action, times: Infinity, ...(matching ? { matching } : {}) });
const nameOf = ({ matching, at }: Place) => (matching === BEGIN ? 'the beginning of its transaction' : at);
const cellsOf = (name: string, action: FaultAction, places: Place[], dialects: DialectName[]): Cell[] => (
  places.flatMap((place) => dialects.map((dialect) => ({ name: `${name}, in ${nameOf(place)}`, verb: place.verb, fault: faultIn(action, place), dialect }))));

beforeAll(warmUp);

describe('a session that', () => {
  const all = FAULTS.flatMap(([name, action, places, expected, dialects]) => (
    cellsOf(name, action, places, dialects).map((cell) => ({ ...cell, expected, isSlow: SLOW.includes(action) }))));
  const cells = mixed(all, ({ isSlow }) => isSlow);

  it.concurrent.each(cells)('$name, fails $verb in time and is replaced by one that works ($dialect)', ({ verb, fault, dialect, expected, isSlow }) => (
    withOracle(dialect, async (oracle) => {
      oracle.server.faults.add(fault);
      const failure = await oracle.failureOf(verb);
      expect(failure).toMatchObject(expected);
      if (failure.isLasting !== undefined) expect(failure.isLasting).toBe(false);
      if (isSlow) expect(failure.tookMs).toBeLessThan(MOST_MS);
      if (verb !== 'a look-up') expect(oracle.threadCount).toBe(0);
      oracle.server.faults.clear();
      await oracle.expectWellBeing(verb);
    }, isSlow ? {} : { limits: PATIENT_LIMITS })
  ));

  const again = ([['hangs', 'hang'], ['takes too long', TOO_LATE]] as const).flatMap(([what, action]) => (
    (['23ai', '19c', '12.1'] as const).map((dialect) => ({ what, action, dialect }))));

  it.concurrent.each(again)('$what when it is used again, is over in time, too ($dialect)', ({ action, dialect }) => withOracle(dialect, async (oracle) => {
    await oracle.expectWellBeing('a look-up');
    oracle.server.faults.add({ at: 'execute', matching: QUERY, do: action });
    const { problem, tookMs } = await oracle.failureOf('a look-up');
    expect(problem).toMatchObject({ code: 'SOURCE_TIMEOUT' });
    expect(tookMs).toBeLessThan(CALL_MS + 1_000);
    await oracle.expectWellBeing('a look-up');
  }));

  /** What a look-up begins is over before an update gets its session, whatever became of it, and however late one hears of that. */
  const LEFT_OPEN: [what: string, action: FaultAction, place: Omit<Fault, 'do'>][] = [
    ['begins too late', TOO_LATE, { at: 'execute', matching: BEGIN, afterwards: true }],
    ['hangs when it has begun', 'hang', { at: 'execute', matching: BEGIN, afterwards: true }],
    ['is found too late', TOO_LATE, { at: 'execute', matching: QUERY, afterwards: true }],
    ['is refused', error(942, 'table or view does not exist'), { at: 'execute', matching: QUERY }],
    ['ends too late', TOO_LATE, { at: 'rollback' }],
    ['has ended too late', TOO_LATE, { at: 'rollback', afterwards: true }],
  ];
  const left = LEFT_OPEN.flatMap(([what, action, place]) => (['23ai', '19c', '12.1'] as const).map((dialect) => ({ what, dialect, fault: { ...place, do: action } })));

  it.concurrent.each(left)('$what in a look-up, leaves its transaction to no update and to no other look-up ($dialect)', ({ fault, dialect }) => withOracle(dialect, async (oracle) => {
    await oracle.expectWellBeing('a look-up');
    oracle.server.faults.add(fault);
    const { tookMs } = await outcomeOf(oracle.use('a look-up').catch((reason: unknown) => reason));
    expect(tookMs).toBeLessThan(CALL_MS + 1_000);
    oracle.server.faults.clear();
    for (const verb of ['an update', 'a look-up', 'an update of one row'] as Verb[]) await oracle.expectWellBeing(verb);
  }, { limits: { poolSize: 1 } }));

  const WITH_TEXTS = 'SELECT id, body FROM letters';
  const ofTexts = ([['hangs', 'hang', ['SOURCE_TIMEOUT', []]], ['takes too long', TOO_LATE, ['SOURCE_TIMEOUT', ['NJS-123']]], ['is cut', 'cut', ['SOURCE_CUT_OFF', ['NJS-500', 'NJS-521']]]] as const)
    .flatMap(([what, action, [code, databaseCodes]]) => (['23ai', '19c', '12.1'] as const).map((dialect) => ({ what, action, dialect, code, databaseCodes })));

  it.concurrent.each(ofTexts)('$what while it sends texts of any length, is over in time ($dialect)', ({ action, dialect, code, databaseCodes }) => (
    withOracle(dialect, async (oracle) => {
      const columns = [{ name: 'ID', type: 'VARCHAR2' as const, size: 10 }, { name: 'BODY', type: 'CLOB' as const }];
      oracle.backend.on(/letters/, { columns, rows: (at) => [`C${at}`, '가'.repeat(5_000)], count: 3 });
      const read = () => oracle.during(async () => {
        const rows = [];
        for await (const batch of oracle.source.streamTarget(WITH_TEXTS, new AbortController().signal)) rows.push(...batch);
        return rows.map(({ BODY }) => String(BODY).length);
      });
      oracle.server.faults.add({ at: 'fetch', matching: /letters/, do: action });
      const { problem, tookMs } = await failureOf(read());
      expect(problem).toMatchObject({ code, databaseCodes });
      expect(tookMs).toBeLessThan(MOST_MS);
      expect(oracle.threadCount).toBe(0);
      oracle.server.faults.clear();
      expect(await read()).toEqual([5_000, 5_000, 5_000]);
    }, action === 'cut' ? { limits: PATIENT_LIMITS } : {})
  ));

  const farewells = [...cellsOf('hangs at its end', 'hang', FAREWELLS, ['23ai', '19c']), ...cellsOf('is cut at its end', 'cut', FAREWELLS, ['23ai', '19c'])];

  it.concurrent.each(farewells)('$name, has done $verb all the same ($dialect)', ({ verb, fault, dialect }) => withOracle(dialect, async (oracle) => {
    oracle.server.faults.add(fault);
    const { tookMs } = await outcomeOf(oracle.expectWellBeing(verb));
    expect(tookMs).toBeLessThan(MOST_MS);
    oracle.server.faults.clear();
    await oracle.expectWellBeing(verb);
  }));
});

describe('a Target Query that is given up', () => {
  const PLACES: [string, FaultPlace, RegExp?][] = [
    ['before its connection is accepted', 'accept'], ['in its logon', 'logon'], ['while it is executed', 'execute', QUERY], ['between two fetches', 'fetch'],
  ];
  const cells = PLACES.flatMap(([where, at, matching]) => (
    (['23ai', '19c'] as const).map((dialect) => ({ where, dialect, fault: faultIn('hang', { verb: 'a whole Target Query', at, matching }) }))));

  it.concurrent.each(cells)('$where ends at once, though the server hangs ($dialect)', ({ fault, dialect }) => withOracle(dialect, async (oracle) => {
    const stop = new AbortController();
    oracle.server.faults.add(fault);
    const reading = oracle.during(async () => { for await (const _ of oracle.source.streamTarget(TARGET, stop.signal)) continue; });
    const over = reading.catch((error: unknown) => error);
    await waitFor(() => oracle.server.faults.hanging === 1, { what: 'the hang' });
    stop.abort(new Error('not wanted any more'));
    const { value, tookMs } = await outcomeOf(over);
    expect(value).toEqual(new Error('not wanted any more'));
    expect(tookMs).toBeLessThan(500);
    expect(oracle.threadCount).toBe(0);
  }, { limits: PATIENT_LIMITS }));

  it.concurrent('by its reader ends at once, too, though the next rows never come', () => withOracle('19c', async (oracle) => {
    oracle.server.faults.add({ at: 'fetch', do: 'hang', times: Infinity });
    const { tookMs } = await outcomeOf(oracle.expectWellBeing('the first rows of a Target Query'));
    expect(tookMs).toBeLessThan(1_000);
    expect(oracle.threadCount).toBe(0);
  }, { limits: PATIENT_LIMITS }));
});

describe('closing a source', () => {
  const cells = cellsOf('', 'hang', [{ verb: 'a look-up', at: 'logoff' }, { verb: 'an update', at: 'logoff' }], ['23ai', '19c']);
  it.concurrent.each(cells)('takes a moment when the logoff hangs after $verb ($dialect)', ({ verb, fault, dialect }) => (
    withOracle(dialect, async (oracle) => {
      await oracle.expectWellBeing(verb);
      oracle.server.faults.add(fault);
      expect((await outcomeOf(oracle.source.close())).tookMs).toBeLessThan(200 + 1_000);
      expect(oracle.threadCount).toBe(0);
    })
  ));

  it.concurrent('stops what is asked of it later', () => withOracle('19c', async (oracle) => {
    await oracle.expectWellBeing('a look-up');
    await oracle.source.close();
    for (const verb of ['a connect test', 'a check', 'a sample', 'a whole Target Query', 'a look-up', 'an update'] as Verb[]) {
      expect((await oracle.failureOf(verb)).problem).toMatchObject({ code: 'SOURCE_CUT_OFF' });
    }
    expect(oracle.threadCount).toBe(0);
  }));
});
