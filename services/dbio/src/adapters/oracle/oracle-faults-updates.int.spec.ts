import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Row } from '@tank/contracts';
import { OracleError } from '../../../../../embedded/oracle-net/backend.ts';
import type { Fault } from '../../../../../embedded/oracle-net/faults.ts';
import { CALL_MS, FAULT_LIMITS, mixed, MOST_MS, PATIENT_LIMITS, warmUp, withOracle, type FaultyOracle } from '../../../test/faulty-oracle.js';
import { UPDATE } from '../../../test/source-verbs.js';
import { failureOf, outcomeOf } from '../../../test/timed-outcome.js';
import { QueryFailed, SourceFailed, type UpdateResult } from '../../source.js';

/*
 * What an update says must be true: a row that was `changed` is committed, whatever happened on the way. Where nobody knows,
 * the whole update fails, is repeated by whoever asked for it, and passes by itself.
 */
const DEADLOCK = new OracleError(60, 'deadlock detected while waiting for resource');
const UNSURE = 'may or may not have been done';
const CHANGED = { changed: 1 };
const FREE_SOON = { failed: expect.objectContaining({ blame: 'moment' }) };
const DEADLOCKED = { failed: expect.objectContaining({ blame: 'moment', error: expect.objectContaining({ code: 'ORA-00060' }) }) };

const rowsOf = (...ids: string[]): Row[] => ids.map((id) => ({ id, status: 'SENT' }));
const update = (oracle: FaultyOracle, ...ids: string[]) => oracle.during(() => oracle.source.update(UPDATE, rowsOf(...ids)));

/** Whoever changes these rows waits until they give it up. */
function lock({ backend }: FaultyOracle, ...ids: string[]): void {
  backend.on(/^UPDATE/, ({ rows }) => (rows.some((row) => row.some(({ value }) => ids.includes(String(value)))) ? { hang: true } : { changes: 1 }));
}

beforeAll(warmUp);

describe.each(['23ai', '19c', '12.1'] as const)('an update, as %s speaks,', (dialect) => {
  const LONGER_MS = 2_000;
  it.concurrent('gives way to a row that somebody holds, and commits the others', () => withOracle(dialect, async (oracle) => {
    lock(oracle, 'C2');
    const { value: results, tookMs } = await outcomeOf(update(oracle, 'C1', 'C2', 'C3'));
    expect(results).toEqual([CHANGED, FREE_SOON, CHANGED]);
    expect(oracle.committed).toEqual(['C1', 'C3']);
    expect(tookMs).toBeLessThan(LONGER_MS + FAULT_LIMITS.connectMs + 1_000);
  }, { limits: { updateMs: LONGER_MS } }));

  it.concurrent('of one row waits for it as long as it may', () => withOracle(dialect, async (oracle) => {
    lock(oracle, 'C1');
    const { value: results, tookMs } = await outcomeOf(update(oracle, 'C1'));
    expect(results).toEqual([FREE_SOON]);
    expect(tookMs).toBeGreaterThan(CALL_MS);
    expect(tookMs).toBeLessThan(MOST_MS);
  }));

  it.concurrent('of very many rows, all of them held, ends in time and blames nobody', () => withOracle(dialect, async (oracle) => {
    const ids = Array.from({ length: 300 }, (_, at) => `C${at}`);
    lock(oracle, ...ids);
    const { value: results, tookMs } = await outcomeOf(update(oracle, ...ids));
    expect(results).toEqual(ids.map(() => FREE_SOON));
    expect(tookMs).toBeLessThan(MOST_MS);
    oracle.backend.on(/^UPDATE/, { changes: 1 });
    expect(await update(oracle, ...ids)).toEqual(ids.map(() => CHANGED));
    expect(oracle.committed).toEqual(ids);
  }));

  it.concurrent('that meets a deadlock as a batch is done row by row', () => withOracle(dialect, async (oracle) => {
    oracle.server.faults.add({ at: 'execute', matching: /^UPDATE/, do: { error: DEADLOCK } });
    expect(await update(oracle, 'C1', 'C2', 'C3')).toEqual([CHANGED, CHANGED, CHANGED]);
    expect(oracle.committed).toEqual(['C1', 'C2', 'C3']);
  }));

  it.concurrent('loses only the row that a deadlock took', () => withOracle(dialect, async (oracle) => {
    oracle.backend.on(/^UPDATE/, { changes: (binds) => (binds.some(({ value }) => value === 'C2') ? DEADLOCK : 1) });
    expect(await update(oracle, 'C1', 'C2', 'C3')).toEqual([CHANGED, DEADLOCKED, CHANGED]);
    expect(await update(oracle, 'C2')).toEqual([DEADLOCKED]);
    expect(oracle.committed).toEqual(['C1', 'C3']);
  }));

  it.concurrent('that the commit takes back is done row by row', () => withOracle(dialect, async (oracle) => {
    oracle.server.faults.add({ at: 'commit', do: { error: new OracleError(2091, 'transaction rolled back\nORA-00001: unique constraint (CRM.T_PK) violated') } });
    expect(await update(oracle, 'C1', 'C2')).toEqual([CHANGED, CHANGED]);
    expect(oracle.committed).toEqual(['C1', 'C2']);
  }));

  it.concurrent.each([false, true])('whose commit takes too long is in doubt, and not repeated at once (committed: %s)', (afterwards) => (
    withOracle(dialect, async (oracle) => {
      oracle.server.faults.add({ at: 'commit', do: { delayMs: 60_000 }, afterwards });
      const { problem, tookMs } = await failureOf(update(oracle, 'C1', 'C2'));
      expect(problem).toMatchObject({ code: 'SOURCE_TIMEOUT', databaseCodes: ['NJS-123'], remedy: expect.stringContaining(UNSURE) });
      expect(tookMs).toBeLessThan(MOST_MS);
      expect(oracle.committed).toEqual(afterwards ? ['C1', 'C2'] : []);
      expect(await update(oracle, 'C1', 'C2')).toEqual([CHANGED, CHANGED]);
    })
  ));

  it.concurrent('points at the error in its text, for all rows at once', () => withOracle(dialect, async (oracle) => {
    oracle.backend.on(/^UPDATE/, { error: new OracleError(904, '"STATUS": invalid identifier', 20) });
    const { error } = await outcomeOf(update(oracle, 'C1', 'C2'));
    expect(error).toMatchObject({ blame: 'query', error: { code: 'ORA-00904', position: UPDATE.indexOf('status') } });
  }));
});

const KILLED = { error: new OracleError(28, 'your session has been killed') };
const IDLE = { error: new OracleError(2396, 'exceeded maximum idle time, please connect again') };
const SHUTDOWN = { error: new OracleError(1089, 'immediate shutdown or close in progress - no operations are permitted') };

const ENDINGS: [what: string, ending: Fault['do'], code: string, databaseCodes: string[], remedy: string][] = [
  ['cut', 'cut', 'SOURCE_CUT_OFF', ['NJS-500', 'NJS-521'], UNSURE],
  ['killed', KILLED, 'SOURCE_CUT_OFF', ['ORA-00028', 'NJS-500'], UNSURE],
  ['ended for being idle', IDLE, 'SOURCE_CUT_OFF', ['ORA-02396', 'NJS-500'], UNSURE],
  ['shut down', SHUTDOWN, 'SOURCE_DOWN', ['ORA-01089', 'NJS-500'], 'Wait'],
  ['hung', 'hang', 'SOURCE_TIMEOUT', [], UNSURE],
];
const PLACES: [where: string, rows: number, isCommitted: boolean, place: Omit<Fault, 'do'>][] = [
  ['before the rows are changed', 3, false, { at: 'execute', matching: /^UPDATE/ }],
  ['after the rows were changed', 3, false, { at: 'execute', matching: /^UPDATE/, afterwards: true }],
  ['before the commit', 3, false, { at: 'commit' }],
  ['after the commit', 3, true, { at: 'commit', afterwards: true }],
  ['before its one row is changed', 1, false, { at: 'execute', matching: /^UPDATE/ }],
  ['before its one row is committed', 1, false, { at: 'commit' }],
  ['after its one row was committed', 1, true, { at: 'commit', afterwards: true }],
  ['after its one row was changed and committed', 1, true, { at: 'execute', matching: /^UPDATE/, afterwards: true }],
];
const UNKNOWN = ENDINGS.flatMap(([what, ending, code, databaseCodes, remedy]) => PLACES.flatMap(([where, rows, isCommitted, place]) => (
  (['23ai', '19c'] as const).map((dialect) => ({ what, where, dialect, rows, isCommitted, code, databaseCodes, remedy, fault: { ...place, do: ending } })))));

describe('an update whose session is', () => {
  const cells = mixed(UNKNOWN, ({ fault }) => fault.do === 'hang');

  it.concurrent.each(cells)('$what $where fails as a whole, and passes the next time ($dialect)', ({ dialect, fault, rows, isCommitted, ...expected }) => (
    withOracle(dialect, async (oracle) => {
      const { code, databaseCodes, remedy } = expected;
      const ids = ['C1', 'C2', 'C3'].slice(0, rows);
      oracle.server.faults.add(fault);
      const { problem, isLasting, tookMs } = await failureOf(update(oracle, ...ids));
      expect(problem).toMatchObject({ code, databaseCodes, remedy: expect.stringContaining(remedy) });
      expect(isLasting).toBe(false);
      if (fault.do === 'hang') expect(tookMs).toBeLessThan(MOST_MS);
      expect(oracle.committed).toEqual(isCommitted ? ids : []);
      oracle.server.faults.clear();
      expect(await update(oracle, ...ids)).toEqual(ids.map(() => CHANGED));
      expect(oracle.committed.slice(-rows)).toEqual(ids);
    }, fault.do === 'hang' ? {} : { limits: PATIENT_LIMITS })
  ));
});

describe('an update that goes row by row', () => {
  const AFTER_TWO = { C1: CHANGED, C2: CHANGED };

  const cells = (['23ai', '19c'] as const).flatMap((dialect) => ENDINGS.map(([what, ending]) => ({ what, ending, dialect })));

  it.concurrent.each(cells)('counts no row as changed that was not, when its session is $what ($dialect)', ({ ending, dialect }) => (
    withOracle(dialect, async (oracle) => {
      oracle.server.faults.add({ at: 'execute', matching: /^UPDATE/, do: { error: DEADLOCK } });
      let asked = 0;
      oracle.backend.on(/^UPDATE/, () => {
        asked += 1;
        if (asked === 3) oracle.server.faults.add({ at: 'execute', matching: /^UPDATE/, do: ending, afterwards: true });
        return { changes: 1 };
      });
      const { value, error } = await outcomeOf(update(oracle, 'C1', 'C2', 'C3'));
      expectTruth(value ?? error, ['C1', 'C2', 'C3'], oracle.committed);
      expect(oracle.committed).toEqual(expect.arrayContaining(Object.keys(AFTER_TWO)));
      oracle.server.faults.clear();
      expect(await update(oracle, 'C1', 'C2', 'C3')).toEqual([CHANGED, CHANGED, CHANGED]);
    }, ending === 'hang' ? {} : { limits: PATIENT_LIMITS })
  ));
});

function expectTruth(outcome: unknown, ids: string[], committed: string[]): void {
  if (!Array.isArray(outcome)) return void expect(outcome).toBeInstanceOf(SourceFailed);
  for (const [at, result] of (outcome as UpdateResult[]).entries()) {
    if ('changed' in result) expect(committed).toContain(ids[at]);
    else expect(result.failed).toBeInstanceOf(QueryFailed);
  }
}
