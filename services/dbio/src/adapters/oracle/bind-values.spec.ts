import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import oracledb, { type BindDefinition } from 'oracledb';
import { bindAlike, bindTimesIn, bindValue } from './bind-values.js';

/** What the pinned driver writes for a value: century, year, month, day, hour, minute and second, the last three one more. */
const load = createRequire(import.meta.url);
type Written = { buf: Buffer; pos: number; writeOracleDate(date: Date, type: oracledb.DbType, writeLength: boolean): void };
const { GrowableBuffer } = load('oracledb/lib/impl/datahandlers/buffer.js') as { GrowableBuffer: new () => Written };

function wallClock(date: Date, type: oracledb.DbType): string {
  const written = new GrowableBuffer();
  written.writeOracleDate(date, type, false);
  const [century, year, month, day, hour, minute, second, ...fraction] = written.buf.subarray(0, written.pos);
  const whole = [(century! - 100) * 100 + year! - 100, month!, day!, hour! - 1, minute! - 1, second! - 1].join(' ');
  return fraction.length > 0 ? `${whole} ${Buffer.from(fraction).readUInt32BE()}` : whole;
}
const bound = (text: string) => {
  const { type, val } = bindValue(text) as { type: oracledb.DbType; val: Date };
  return [type, wallClock(val, type)];
};

describe('one value', () => {
  it.each([
    null, '', '12345678901234567890', '0012', '홍길동', '-1.5', '2026-11-20', '09:00:00', '2026-11-20 09:00:00', '20261120T090000', '2026-11-20T09:00',
    'order 2026-11-20T09:00:00', '2026-11-20T09:00:00 KST', '2026-11-20T09:00:00Z',
  ])(
    'is text, which Oracle converts to the type of its place: %j', (text) => expect(bindValue(text)).toBe(text));

  it.each([
    ['2026-11-20T09:30:15', oracledb.DB_TYPE_DATE, '2026 11 20 9 30 15'],
    ['2026-11-20T09:30:15+09:00', oracledb.DB_TYPE_DATE, '2026 11 20 9 30 15'],
    ['2026-11-20T09:30:15.250', oracledb.DB_TYPE_TIMESTAMP, '2026 11 20 9 30 15 250000000'],
    ['2026-11-20T09:30:15.5+09:00', oracledb.DB_TYPE_TIMESTAMP, '2026 11 20 9 30 15 500000000'],
    ['2026-11-20T09:30:15.007', oracledb.DB_TYPE_TIMESTAMP, '2026 11 20 9 30 15 7000000'],
    ['2028-02-29T00:00:00', oracledb.DB_TYPE_DATE, '2028 2 29 0 0 0'],
    ['0099-01-01T23:59:59', oracledb.DB_TYPE_DATE, '99 1 1 23 59 59'],
    ['9999-12-31T23:59:59.999', oracledb.DB_TYPE_TIMESTAMP, '9999 12 31 23 59 59 999000000'],
    ['2026-03-08T02:30:00', oracledb.DB_TYPE_DATE, '2026 3 8 2 30 0'],
  ])('is a time where Tank writes one, with a fraction only as a TIMESTAMP: %s', (text, type, expected) => expect(bound(text)).toEqual([type, expected]));

  it.each(['2026-02-30T09:00:00', '2026-13-01T09:00:00', '2026-11-20T24:00:00', '2026-11-20T09:60:00', '2026-11-20T09:00:60', '2026-11-31T00:00:00.5'])(
    'that is no time, though it looks like one, stays text: %s', (text) => expect(bindValue(text)).toBe(text));

  it('finer than a Date can hold stays text, to the last digit', () => {
    for (const text of ['2026-11-20T09:30:15.123456', '2026-11-20T09:30:15.0001+09:00', '2026-11-20T09:30:15.123456789']) expect(bindValue(text)).toBe(text);
  });

  it('with the offset of another zone than the session\'s is somebody else\'s text', () => {
    bindTimesIn('America/New_York');
    expect(bindValue('2026-11-20T09:30:15+09:00')).toBe('2026-11-20T09:30:15+09:00');
    expect(bindValue('2026-07-20T09:30:15-05:00')).toBe('2026-07-20T09:30:15-05:00'); // summer time is -04:00
    expect(bound('2026-11-20T09:30:15-05:00')).toEqual([oracledb.DB_TYPE_DATE, '2026 11 20 9 30 15']);
    bindTimesIn('Asia/Seoul');
    expect(bound('2026-11-20T09:30:15+09:00')).toEqual([oracledb.DB_TYPE_DATE, '2026 11 20 9 30 15']);
  });

  it('is a real Date for the driver', () => {
    const { val } = bindValue('2026-11-20T09:30:15') as { val: unknown };
    expect(val).toBeInstanceOf(Date);
  });
});

describe('many rows', () => {
  const DAY = '2026-11-20T00:00:00';
  const typesIn = (bindDefs: Record<string, BindDefinition>) => Object.values(bindDefs).map(({ type }) => type);
  const definitions = (rows: (string | null)[][]) => bindAlike(rows).map(({ at, bindDefs }) => ({ at, types: typesIn(bindDefs) }));
  const { STRING, DB_TYPE_DATE, DB_TYPE_TIMESTAMP } = oracledb;

  it('of the same kinds go together, with room for the longest text in bytes, in the sizes of Oracle\'s buffers', () => {
    expect(bindAlike([['a', '1'], ['홍길동', null], [null, '12']])).toEqual([{
      at: [0, 1, 2], binds: [{ b1: 'a', b2: '1' }, { b1: '홍길동', b2: null }, { b1: null, b2: '12' }],
      bindDefs: { b1: { type: STRING, maxSize: 32 }, b2: { type: STRING, maxSize: 32 } },
    }]);
  });

  it('whose times have a fraction in one of them are all TIMESTAMPs, and otherwise DATEs', () => {
    expect(definitions([[DAY], [null], [DAY]])).toEqual([{ at: [0, 1, 2], types: [DB_TYPE_DATE] }]);
    expect(definitions([[DAY], ['2026-11-20T00:00:00.5']])).toEqual([{ at: [0, 1], types: [DB_TYPE_TIMESTAMP] }]);
  });

  it('of which some hold a time and others a text in the same place go apart, and each knows where it was', () => {
    expect(definitions([[DAY, 'a'], ['soon', 'b'], [DAY, null], [null, 'c']]))
      .toEqual([{ at: [0, 2, 3], types: [DB_TYPE_DATE, STRING] }, { at: [1], types: [STRING, STRING] }]);
  });

  it('have room for texts of any length, and the same for texts of nearly the same', () => {
    const room = (length: number) => bindAlike([['x'.repeat(length)], ['y']])[0]!.bindDefs.b1!.maxSize;
    expect([1, 32, 33, 128, 129, 2_000, 2_001, 4_000, 4_001, 40_000].map(room)).toEqual([32, 32, 128, 128, 2_000, 2_000, 4_000, 4_000, 4_001, 40_000]);
  });

  it('with nothing but NULL are text', () => {
    expect(bindAlike([[null], [null]])).toEqual([{ at: [0, 1], binds: [{ b1: null }, { b1: null }], bindDefs: { b1: { type: STRING, maxSize: 32 } } }]);
  });

  it('lose none and change no order', () => {
    const rows = Array.from({ length: 1_000 }, (_, i) => [i % 3 === 0 ? DAY : i % 3 === 1 ? String(i) : null, String(i)]);
    const back: unknown[] = [];
    for (const { at, binds } of bindAlike(rows)) at.forEach((row, i) => (back[row] = binds[i]!.b2));
    expect(back).toEqual(rows.map(([, key]) => key));
    for (const { at } of bindAlike(rows)) expect(at).toEqual([...at].sort((a, b) => a - b));
  });
});
