import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import oracledb from 'oracledb';
import type { OracleColumn, OracleTime, OracleValue } from '../../../../../embedded/oracle-net/backend.ts';
import { inOwnProcess } from '../../../test/own-process.js';
import { ORACLE_LIMITS, ORACLE_SETTINGS, ScriptedOracle } from '../../../test/scripted-oracle.js';

/* Fact 7: what becomes of values, by default and in the adapter. */
const QUERY = 'SELECT v FROM t';
/** No clock of New York showed this time: there, an hour was left out. */
const LEFT_OUT: OracleTime = { year: 2026, month: 3, day: 8, hour: 2, minute: 30, second: 0, nanosecond: 0 };
const NEW_YORK = { TZ: 'America/New_York' };

let oracle: ScriptedOracle;
beforeEach(async () => {
  oracle = await ScriptedOracle.start({ databaseOffsetMinutes: 540 });
});
afterEach(() => oracle.close());

function holds(column: Omit<OracleColumn, 'name'>, ...values: OracleValue[]): void {
  oracle.backend.on(/^select/i, { columns: [{ name: 'V', ...column }], rows: values.map((value) => [value]) });
}
/** By the driver's defaults, in this process. */
async function fetchedByDriver(): Promise<unknown[]> {
  const connection = await oracledb.getConnection(oracle.logon);
  const { rows } = await connection.execute<unknown[]>(QUERY);
  await connection.close();
  return rows!.map(([value]) => value);
}
async function fetchedByAdapter(timeZone = 'Asia/Seoul'): Promise<unknown[]> {
  const { rows } = await oracle.open({ connection: { timeZone } }).sample(QUERY, 100);
  return rows.map(({ V }) => V);
}

describe('fact 7: NUMBER defaults to a JS double', () => {
  const ID = '12345678901234567890';

  it('which loses digits of an id in the driver', async () => {
    holds({ type: 'NUMBER' }, ID, '0.1234567890123456789');
    expect(await fetchedByDriver()).toEqual([12345678901234567000, 0.12345678901234568]);
  });

  it.each<[string, Omit<OracleColumn, 'name'>, string, unknown]>([
    ['a NUMBER without precision', { type: 'NUMBER' }, ID, ID],
    ['NUMBER(38)', { type: 'NUMBER', precision: 38 }, '99999999999999999999999999999999999999', '99999999999999999999999999999999999999'],
    ['NUMBER(16)', { type: 'NUMBER', precision: 16 }, '9007199254740993', '9007199254740993'],
    ['a fraction', { type: 'NUMBER', precision: 38, scale: 19 }, '0.1234567890123456789', '0.1234567890123456789'],
    ['less than one', { type: 'NUMBER' }, '-0.5', '-0.5'],
    ['money', { type: 'NUMBER', precision: 12, scale: 2 }, '-1250.1', '-1250.1'],
    ['the largest of all', { type: 'NUMBER' }, `9${'9'.repeat(39)}`, `9${'9'.repeat(39)}`],
    ['a count, which stays a number', { type: 'NUMBER', precision: 15 }, '999999999999999', 999_999_999_999_999],
    ['nothing', { type: 'NUMBER' }, '0', '0'],
  ])('the adapter keeps every digit: %s', async (_, column, value, expected) => {
    holds(column, value, null);
    expect(await fetchedByAdapter()).toEqual([expected, null]);
  });
});

describe("fact 7: DATE and TIMESTAMP follow the process's time zone", () => {
  it('in the driver, which moves a time that the zone of the process left out', async () => {
    holds({ type: 'DATE' }, LEFT_OUT);
    const fetched = await inOwnProcess(NEW_YORK, oracle.logon, async (logon, { driver }) => {
      const connection = await driver.getConnection(logon);
      const { rows } = await connection.execute<[Date]>('SELECT v FROM t');
      const [[at]] = rows as [[Date]];
      return { utc: at.toISOString(), wallClock: `${at.getHours()}:${at.getMinutes()}` };
    });
    expect(fetched).toEqual({ utc: '2026-03-08T07:30:00.000Z', wallClock: '3:30' });
  });

  it('in the driver, which keeps no more than milliseconds', async () => {
    holds({ type: 'TIMESTAMP', scale: 9 }, { ...LEFT_OUT, nanosecond: 123_456_789 });
    const [at] = (await fetchedByDriver()) as [Date];
    expect(at.getMilliseconds()).toBe(123);
  });

  it.each<[string, Omit<OracleColumn, 'name'>, OracleTime, string]>([
    ['a DATE', { type: 'DATE' }, LEFT_OUT, '2026-03-08T02:30:00'],
    ['a TIMESTAMP', { type: 'TIMESTAMP', scale: 9 }, { ...LEFT_OUT, nanosecond: 123_456_789 }, '2026-03-08T02:30:00.123456789'],
    [
      'a TIMESTAMP WITH TIME ZONE, in the zone of the connection',
      { type: 'TIMESTAMP WITH TIME ZONE', scale: 6 }, { ...LEFT_OUT, nanosecond: 1000, offsetMinutes: -300 }, '2026-03-08T16:30:00.000001+09:00',
    ],
    ['a TIMESTAMP WITH LOCAL TIME ZONE', { type: 'TIMESTAMP WITH LOCAL TIME ZONE', scale: 6 }, { ...LEFT_OUT, offsetMinutes: 540 }, '2026-03-08T02:30:00+09:00'],
  ])('the adapter gives it as the database has it, whatever the zone of the process: %s', async (_, column, value, expected) => {
    holds(column, value);
    expect(await fetchedByAdapter()).toEqual([expected]);
    const given = { connection: oracle.connection(), settings: ORACLE_SETTINGS, limits: ORACLE_LIMITS };
    const inNewYork = await inOwnProcess(NEW_YORK, given, async ({ connection, settings, limits }, { Source }) => {
      const source = new Source(connection, { password: 'tank', walletPassword: null }, settings, limits);
      const { rows } = await source.sample('SELECT v FROM t', 1);
      await source.close();
      return rows;
    });
    expect(inNewYork).toEqual([{ V: expected }]);
  });

  it('the adapter shows an instant in the zone of the connection, on both sides of its summer time', async () => {
    const noon = { year: 2026, month: 1, day: 15, hour: 12, minute: 0, second: 0, nanosecond: 0, offsetMinutes: 0 };
    holds({ type: 'TIMESTAMP WITH TIME ZONE', scale: 0 }, noon, { ...noon, month: 7 });
    expect(await fetchedByAdapter('America/New_York')).toEqual(['2026-01-15T07:00:00-05:00', '2026-07-15T08:00:00-04:00']);
  });

  it('the adapter binds a time by its wall clock, whatever the zone of the process', async () => {
    const bound: OracleValue[] = [];
    oracle.backend.on(/^select/i, ({ values }) => {
      bound.push(values.B1!);
      return { columns: [{ name: 'V', type: 'NUMBER' }], rows: [['1']] };
    });
    const given = { connection: oracle.connection(), settings: ORACLE_SETTINGS, limits: ORACLE_LIMITS };
    await inOwnProcess(NEW_YORK, given, async ({ connection, settings, limits }, { Source }) => {
      const source = new Source(connection, { password: 'tank', walletPassword: null }, settings, limits);
      const times = ['2026-03-08T02:30:00', '2026-03-08T02:30:00.250', '2026-03-08T02:30:00+09:00', '0099-01-01T00:00:00'];
      for (const at of times) await source.lookUp('SELECT v FROM t WHERE at = :AT', { AT: at });
      await source.close();
      return null;
    });
    expect(bound).toEqual([LEFT_OUT, { ...LEFT_OUT, nanosecond: 250_000_000 }, LEFT_OUT, { year: 99, month: 1, day: 1, hour: 0, minute: 0, second: 0, nanosecond: 0 }]);
  });

  it('a time that a Target Query gave finds its row again, to the last digit', async () => {
    const at: OracleTime = { ...LEFT_OUT, nanosecond: 123_456_000 };
    holds({ type: 'TIMESTAMP', scale: 6 }, at);
    const [text] = (await fetchedByAdapter()) as [string];
    let bound: OracleValue | undefined;
    oracle.backend.on(/WHERE/, ({ values }) => {
      bound = values.B1;
      return { columns: [{ name: 'V', type: 'NUMBER' }], rows: [['1']] };
    });
    await oracle.open().lookUp('SELECT v FROM t WHERE at = :AT', { AT: text });
    expect([at, text]).toContainEqual(bound);
  });

  it.each(['Asia/Seoul', 'America/New_York'])('the session of the adapter lives in the zone of the connection before it does anything else: %s', async (timeZone) => {
    holds({ type: 'NUMBER' }, '1');
    await fetchedByAdapter(timeZone);
    const [first] = oracle.server.seen.statements;
    expect(/^ALTER SESSION SET TIME_ZONE = '([^']*)'/.exec(first!.sql)?.[1]).toBe(timeZone);
  });
});

describe('fact 7: CLOB fetched as string works', () => {
  const LONG = '가나다라 — 𠮷 '.repeat(9_000);

  it('by default the driver gives a Lob that has to be read; as a string it gives the text', async () => {
    holds({ type: 'CLOB' }, LONG, null);
    const connection = await oracledb.getConnection(oracle.logon);
    const { rows: lobs } = await connection.execute<unknown[]>(QUERY);
    expect(lobs!.map(([value]) => typeof (value as { getData?: unknown } | null)?.getData)).toEqual(['function', 'undefined']);
    const { rows } = await connection.execute<unknown[]>(QUERY, [], { fetchTypeHandler: () => ({ type: oracledb.STRING }) });
    expect(rows).toEqual([[LONG], [null]]);
    await connection.close();
  });

  it.each<[string, Omit<OracleColumn, 'name'>, OracleValue, unknown]>([
    ['CLOB', { type: 'CLOB' }, LONG, LONG],
    ['NCLOB', { type: 'NCLOB' }, LONG, LONG],
    ['BLOB', { type: 'BLOB' }, Buffer.from([0, 1, 0xfe, 0xff]), '0001feff'],
    ['RAW', { type: 'RAW', size: 4 }, Buffer.from([0, 1, 0xfe, 0xff]), '0001feff'],
    ['NVARCHAR2', { type: 'NVARCHAR2', size: 20 }, '똠방각하 𠮷', '똠방각하 𠮷'],
    ['VARCHAR2', { type: 'VARCHAR2', size: 20 }, 'a "quoted"\n\u2028line\\', 'a "quoted"\n\u2028line\\'],
    ['CHAR, with its blanks', { type: 'CHAR', size: 5 }, 'ab   ', 'ab   '],
  ])('the adapter gives %s as text', async (_, column, value, expected) => {
    holds(column, value, null);
    expect(await fetchedByAdapter()).toEqual([expected, null]);
  });
});
