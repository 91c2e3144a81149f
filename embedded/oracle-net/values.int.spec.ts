import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import oracledb from 'oracledb';
import { nullableTypes, oracleTime } from './values.fixture.ts';
import type { OracleTypeName, OracleValue } from './backend.ts';
import { startScriptedServer, THIN_DIALECTS, type ScriptedServer } from './scripted-server.fixture.ts';

/** Numbers and large texts as text, BLOBs as bytes, the rest as it comes. */
function wholeAndExact({ dbType }: oracledb.Metadata<unknown>) {
  if (dbType === oracledb.DB_TYPE_BLOB) return { type: oracledb.BUFFER };
  return dbType === oracledb.DB_TYPE_NUMBER || dbType === oracledb.DB_TYPE_CLOB || dbType === oracledb.DB_TYPE_NCLOB ? { type: oracledb.STRING } : undefined;
}
const AS_STRINGS = { fetchTypeHandler: wholeAndExact } as oracledb.ExecuteOptions;
const LONG_TEXT = '가나다 abc '.repeat(20_000);

describe.each(THIN_DIALECTS)('values in the dialect of %s', (dialect) => {
  let oracle: ScriptedServer;
  let connection: oracledb.Connection;

  beforeEach(async () => {
    oracle = await startScriptedServer(dialect);
    connection = await oracle.connect();
  });
  afterEach(() => oracle.end());

  /** What a query of one column of this type gives to the client. */
  const fetched = async (type: OracleTypeName, values: OracleValue[], options: oracledb.ExecuteOptions = {}, size?: number) => {
    oracle.backend.on(/from one/, {
      columns: [{ name: 'ID', type: 'NUMBER' }, { name: 'VALUE', type, size }, { name: 'LAST', type: 'NUMBER' }], rows: values.map((value) => ['1', value, '2']),
    });
    const { rows } = await connection.execute<[number, unknown, number]>(`select id, value, last /* ${type} */ from one`, [], options);
    expect(rows!.every((row) => Number(row[0]) === 1 && Number(row[2]) === 2)).toBe(true);
    return rows!.map((row) => row[1]);
  };

  /** What the backend is given for a bind. */
  const bound = async (bind: unknown) => {
    let given: unknown;
    oracle.backend.on(/^update one/, { changes: ([first]) => {
      given = first;
      return 1;
    } });
    await connection.execute('update one set value = :value', { value: bind } as oracledb.BindParameters);
    return given as { name: string; value: OracleValue; type: OracleTypeName };
  };

  describe('that are fetched', () => {
    it('NUMBER is exact as text, and loses digits as a JavaScript number', async () => {
      const numbers = ['12345678901234567890', '-0.000001', '99999999999999999999999999999999999999', '0', '-12.5', '0.5'];
      expect(await fetched('NUMBER', numbers, AS_STRINGS)).toEqual(numbers.map((text) => text.replace(/^(-?)0\./, '$1.')));
      expect(await fetched('NUMBER', ['12345678901234567890', '0.1'])).toEqual([12345678901234567000, 0.1]);
    });

    it('text comes in any script and length', async () => {
      const texts = ['a', '홍길동', '😀 ü', 'x'.repeat(252), 'x'.repeat(253), '가'.repeat(84), '가'.repeat(85), 'x'.repeat(4_000), '가'.repeat(10_000)];
      expect(await fetched('VARCHAR2', texts)).toEqual(texts);
      expect(await fetched('NVARCHAR2', texts)).toEqual(texts);
      expect(await fetched('CHAR', ['a  ', '가 '])).toEqual(['a  ', '가 ']);
      expect(await fetched('LONG', ['a', LONG_TEXT])).toEqual(['a', LONG_TEXT]);
    });

    it('an empty text is null, as everywhere in Oracle', async () => expect(await fetched('VARCHAR2', ['', null])).toEqual([null, null]));

    it('a column without a size is null in every row', async () => expect(await fetched('VARCHAR2', [null, null], {}, 0)).toEqual([null, null]));

    it('DATE and TIMESTAMP are the clock on the wall of the client', async () => {
      expect(await fetched('DATE', [oracleTime('2026-11-20 23:59:58')])).toEqual([new Date(2026, 10, 20, 23, 59, 58)]);
      expect(await fetched('TIMESTAMP', [oracleTime('1999-01-02 03:04:05', 123_456_789), oracleTime('2026-02-03 00:00:00')]))
        .toEqual([new Date(1999, 0, 2, 3, 4, 5, 123), new Date(2026, 1, 3)]);
    });

    it('TIMESTAMP WITH TIME ZONE and WITH LOCAL TIME ZONE are moments', async () => {
      const seoul = { ...oracleTime('2026-01-01 08:30:00', 500_000_000), offsetMinutes: 540 };
      const moment = new Date('2025-12-31T23:30:00.500Z');
      expect(await fetched('TIMESTAMP WITH TIME ZONE', [seoul, { ...seoul, offsetMinutes: -210 }])).toEqual([moment, new Date('2026-01-01T12:00:00.500Z')]);
      expect(await fetched('TIMESTAMP WITH LOCAL TIME ZONE', [seoul, oracleTime('2026-01-01 00:00:00')])).toEqual([moment, new Date('2026-01-01T00:00:00Z')]);
    });

    it('RAW, ROWID, BOOLEAN and binary numbers keep their value', async () => {
      expect(await fetched('RAW', [Buffer.from([0, 255, 1]), Buffer.alloc(300, 7)])).toEqual([Buffer.from([0, 255, 1]), Buffer.alloc(300, 7)]);
      expect(await fetched('ROWID', ['AAAR3sAAEAAAACXAAA', 'AAAAAAAAAAAAAAAAAB'])).toEqual(['AAAR3sAAEAAAACXAAA', 'AAAAAAAAAAAAAAAAAB']);
      expect(await fetched('BOOLEAN', [true, false])).toEqual([true, false]);
      expect(await fetched('BINARY_DOUBLE', [1.5, -2.25e-300, 0, Number.MAX_VALUE])).toEqual([1.5, -2.25e-300, 0, Number.MAX_VALUE]);
      expect(await fetched('BINARY_FLOAT', [1.5, -0.25])).toEqual([1.5, -0.25]);
    });

    it.each(nullableTypes)('%s may be null', async (type) => expect(await fetched(type, [null, null])).toEqual([null, null]));

    it('CLOB, NCLOB and BLOB come as text and bytes', async () => {
      const options = AS_STRINGS;
      expect(await fetched('CLOB', ['short', null, LONG_TEXT], options)).toEqual(['short', null, LONG_TEXT]);
      expect(await fetched('CLOB', ['again', null], options)).toEqual(['again', null]);
      expect(await fetched('NCLOB', ['가', LONG_TEXT], options)).toEqual(['가', LONG_TEXT]);
      const bytes = Buffer.alloc(100_000, 3);
      const blobs = await fetched('BLOB', [Buffer.from([1, 2]), null, bytes], options) as Buffer[];
      expect([blobs[0], blobs[1], bytes.equals(blobs[2]!)]).toEqual([Buffer.from([1, 2]), null, true]);
    });

    it('LOBs can be read by their locator, in pieces, too', async () => {
      const [clob, none, nclob] = (await fetched('CLOB', [LONG_TEXT, null])).concat(await fetched('NCLOB', ['가나다'])) as oracledb.Lob[];
      expect(none).toBeNull();
      expect(clob!.length).toBe(LONG_TEXT.length);
      expect(await clob!.getData()).toBe(LONG_TEXT);
      expect(await clob!.getData(2, 5)).toBe(LONG_TEXT.slice(1, 6));
      expect(await nclob!.getData()).toBe('가나다');
      const [blob] = await fetched('BLOB', [Buffer.alloc(20_000, 9)]) as oracledb.Lob[];
      const pieces: Buffer[] = [];
      for await (const piece of blob!) pieces.push(piece as Buffer);
      expect(Buffer.concat(pieces).equals(Buffer.alloc(20_000, 9))).toBe(true);
    });

    it('change their type when the table does, and the client asks for the columns again', async () => {
      const column = async (type: OracleTypeName, value: OracleValue) => {
        oracle.backend.on(/from changing/, { columns: [{ name: 'VALUE', type }], rows: [[value]] });
        return (await connection.execute('select value from changing')).rows;
      };
      expect([await column('NUMBER', '1'), await column('VARCHAR2', 'x'), await column('VARCHAR2', 'y'), await column('DATE', oracleTime('2026-01-01 00:00:00'))])
        .toEqual([[[1]], [['x']], [['y']], [[new Date(2026, 0, 1)]]]);
    });

    it('many rows with a LOB come in several fetches', async () => {
      const texts = Array.from({ length: 250 }, (_, i) => `text ${i}`);
      expect(await fetched('CLOB', texts, { ...AS_STRINGS, fetchArraySize: 100 })).toEqual(texts);
    });
  });

  describe('that are bound', () => {
    it('tell their name and type', async () => {
      expect(await bound('가')).toEqual({ name: 'value', value: '가', type: 'VARCHAR2' });
      expect(await bound(12.5)).toEqual({ name: 'value', value: '12.5', type: 'NUMBER' });
      expect(await bound({ val: '가', type: oracledb.DB_TYPE_NVARCHAR })).toMatchObject({ value: '가', type: 'NVARCHAR2' });
      expect(await bound({ val: null, type: oracledb.NUMBER })).toMatchObject({ value: null, type: 'NUMBER' });
      expect(await bound(null)).toMatchObject({ value: null });
    });

    it.each([0, 1, -1, 100, -12.5, 0.1, 1e20, -1e-20, 123_456_789_012_345])('NUMBER %d comes exactly', async (number) => {
      expect(Number((await bound(number)).value)).toBe(number);
    });

    it('text comes in any length, with short ones after the long ones, too', async () => {
      for (const text of ['x'.repeat(300), '가'.repeat(1_400), 'x'.repeat(32_767), LONG_TEXT]) {
        oracle.backend.on(/^update one/, { changes: (binds) => (binds.map(({ value }) => String(value).length).join() === `${text.length},1,${text.length},2` ? 1 : 0) });
        const { rowsAffected } = await connection.execute('update one set a = :1, b = :2, c = :3 where d = :4', [text, 'b', text, 42]);
        expect(rowsAffected).toBe(1);
      }
    });

    it('national text comes in any length', async () => {
      for (const text of ['가', '가'.repeat(3_000), '가'.repeat(20_000)]) {
        oracle.backend.on(/^update one/, { changes: ([a, b]) => (a!.value === text && b!.value === 'b' ? 1 : 0) });
        expect((await connection.execute('update one set a = :1, b = :2', [{ val: text, type: oracledb.DB_TYPE_NVARCHAR }, 'b'])).rowsAffected).toBe(1);
      }
    });

    it('times come as clocks and as moments', async () => {
      const date = new Date(2026, 10, 20, 23, 59, 58, 250);
      expect(await bound({ val: date, type: oracledb.DB_TYPE_DATE })).toEqual({ name: 'value', type: 'DATE', value: oracleTime('2026-11-20 23:59:58') });
      expect(await bound({ val: date, type: oracledb.DB_TYPE_TIMESTAMP })).toMatchObject({ type: 'TIMESTAMP', value: oracleTime('2026-11-20 23:59:58', 250_000_000) });
      const moment = new Date('2026-01-01T00:30:00.001Z');
      const utc = { ...oracleTime('2026-01-01 00:30:00', 1_000_000), offsetMinutes: 0 };
      expect((await bound({ val: moment, type: oracledb.DB_TYPE_TIMESTAMP_TZ })).value).toEqual(utc);
      expect((await bound({ val: moment, type: oracledb.DB_TYPE_TIMESTAMP_LTZ })).value).toEqual(utc);
    });

    it('bytes, BOOLEAN and binary numbers come as they are', async () => {
      expect(await bound(Buffer.from([0, 1, 255]))).toMatchObject({ value: Buffer.from([0, 1, 255]), type: 'RAW' });
      expect(await bound({ val: 1.25, type: oracledb.DB_TYPE_BINARY_DOUBLE })).toMatchObject({ value: 1.25, type: 'BINARY_DOUBLE' });
      expect(await bound({ val: -1.25, type: oracledb.DB_TYPE_BINARY_FLOAT })).toMatchObject({ value: -1.25, type: 'BINARY_FLOAT' });
      expect(await bound({ val: true, type: oracledb.DB_TYPE_BOOLEAN })).toMatchObject({ value: true, type: 'BOOLEAN' });
      expect(await bound({ val: null, type: oracledb.DB_TYPE_BOOLEAN })).toMatchObject({ value: null, type: 'BOOLEAN' });
    });

    it('LOBs come through temporary ones, which the client frees again', async () => {
      expect(await bound({ val: LONG_TEXT, type: oracledb.DB_TYPE_CLOB })).toMatchObject({ value: LONG_TEXT, type: 'CLOB' });
      expect(await bound({ val: '가나다', type: oracledb.DB_TYPE_NCLOB })).toMatchObject({ value: '가나다', type: 'NCLOB' });
      const { value, type } = await bound({ val: Buffer.alloc(50_000, 1), type: oracledb.DB_TYPE_BLOB });
      expect([type, Buffer.alloc(50_000, 1).equals(value as Buffer)]).toEqual(['BLOB', true]);
      await connection.ping();
    });
  });
});

describe('the time zone of the database', () => {
  it.each([['23ai', 540], ['12.1', 540], ['19c', -210], ['12.1', -210]] as const)('is known to the client of %s: %i minutes', async (dialect, databaseOffsetMinutes) => {
    const oracle = await startScriptedServer(dialect, { databaseOffsetMinutes });
    try {
      oracle.backend.on(/from one/, { columns: [{ name: 'AT', type: 'TIMESTAMP WITH LOCAL TIME ZONE' }], rows: [[oracleTime('2026-01-01 12:00:00')]] });
      const connection = await oracle.connect();
      const moment = new Date(Date.UTC(2026, 0, 1, 12) - databaseOffsetMinutes * 60_000);
      expect((await connection.execute('select at from one')).rows).toEqual([[moment]]);
      expect(oracle.server.seen.counts).toMatchObject({ executes: 1 });
    } finally {
      await oracle.end();
    }
  });
});
