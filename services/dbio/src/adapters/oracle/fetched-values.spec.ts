import { describe, expect, it } from '@jest/globals';
import oracledb, { type DbType, type Metadata } from 'oracledb';
import { ColumnRefused, FetchedColumns, refuseColumn, typeName } from './fetched-values.js';
import { rowsOf } from './row-objects.js';

type Described = Omit<Metadata<object>, 'name'>;
const column = (dbType: DbType, about: Partial<Described> = {}): Described => ({ dbType, ...about });

/** As the driver does: one column after the other, each with the list of all. */
function describeTo(columns: FetchedColumns, all: Metadata<object>[]) {
  return all.map((one) => columns.fetchAs(one, all));
}
function fetched(described: Described, ...values: unknown[]): unknown[][] {
  const columns = new FetchedColumns();
  describeTo(columns, [{ name: 'V', ...described }]);
  return columns.values(values.map((value) => [value]));
}
const valueOf = (described: Described, value: unknown) => fetched(described, value)[0]![0];
const number = (precision: number, scale: number) => column(oracledb.DB_TYPE_NUMBER, { precision, scale });

describe('what the driver is asked for', () => {
  it.each<[string, DbType, unknown]>([
    ['numbers as text', oracledb.DB_TYPE_NUMBER, { type: oracledb.STRING }],
    ['CLOBs as text', oracledb.DB_TYPE_CLOB, { type: oracledb.STRING }],
    ['NCLOBs as text', oracledb.DB_TYPE_NCLOB, { type: oracledb.STRING }],
    ['BLOBs as bytes', oracledb.DB_TYPE_BLOB, { type: oracledb.BUFFER }],
    ['text as it is', oracledb.DB_TYPE_VARCHAR, undefined],
    ['times as exact-times makes them', oracledb.DB_TYPE_TIMESTAMP, undefined],
  ])('%s', (_, dbType, expected) => expect(describeTo(new FetchedColumns(), [{ name: 'V', ...column(dbType) }])).toEqual([expected]));
});

describe('a NUMBER', () => {
  it.each<[string, Described, string, unknown]>([
    ['is a number with up to 15 digits and no decimals', number(15, 0), '-999999999999999', -999_999_999_999_999],
    ['is text with more', number(16, 0), '9007199254740993', '9007199254740993'],
    ['is text with decimals: a sum keeps its zeros', number(12, 2), '1250.10', '1250.10'],
    ['is text without a precision, as an id may be', number(0, 0), '7', '7'],
    ['is text where Oracle calls it a FLOAT', number(126, -127), '0.5', '0.5'],
    ['has a zero before its point, which Oracle leaves away', number(0, -127), '.5', '0.5'],
    ['has one behind its sign, too', number(0, -127), '-.05', '-0.05'],
    ['of hundreds is one with a negative scale', number(5, -2), '1200', '1200'],
  ])('%s', (_, described, value, expected) => expect(valueOf(described, value)).toBe(expected));
});

describe('a value', () => {
  it.each<[string, Described, unknown, unknown]>([
    ['of BINARY_DOUBLE', column(oracledb.DB_TYPE_BINARY_DOUBLE), 1e21, 1e21],
    ['that is no number', column(oracledb.DB_TYPE_BINARY_DOUBLE), NaN, 'NaN'],
    ['without end', column(oracledb.DB_TYPE_BINARY_DOUBLE), -Infinity, '-Infinity'],
    ['of BINARY_FLOAT, by its own digits', column(oracledb.DB_TYPE_BINARY_FLOAT), Math.fround(0.1), 0.1],
    ['of BINARY_FLOAT that needs all its digits', column(oracledb.DB_TYPE_BINARY_FLOAT), Math.fround(16_777_217.5), Math.fround(16_777_217.5)],
    ['of BINARY_FLOAT without end', column(oracledb.DB_TYPE_BINARY_FLOAT), Infinity, 'Infinity'],
    ['of BOOLEAN', column(oracledb.DB_TYPE_BOOLEAN), false, false],
    ['of RAW, as hexadecimal digits', column(oracledb.DB_TYPE_RAW), Buffer.from([0, 10, 255]), '000aff'],
    ['of BLOB', column(oracledb.DB_TYPE_BLOB), Buffer.alloc(0), ''],
    ['of DATE', column(oracledb.DB_TYPE_DATE), '2026-11-20T09:30:00', '2026-11-20T09:30:00'],
    ['of TIMESTAMP WITH TIME ZONE', column(oracledb.DB_TYPE_TIMESTAMP_TZ), '2026-11-20T09:30:00.000001+09:00', '2026-11-20T09:30:00.000001+09:00'],
    ['of JSON, as its text', column(oracledb.DB_TYPE_JSON), { 이름: '홍길동', 수: [1, null] }, '{"이름":"홍길동","수":[1,null]}'],
    ['of VARCHAR2, whatever is in it', column(oracledb.DB_TYPE_VARCHAR), '"\\\n\u0000\u2028\ud83d</script>', '"\\\n\u0000\u2028\ud83d</script>'],
    ['of ROWID', column(oracledb.DB_TYPE_ROWID), 'AAAR3sAAEAAAACXAAA', 'AAAR3sAAEAAAACXAAA'],
    ['of LONG', column(oracledb.DB_TYPE_LONG), '긴 글', '긴 글'],
    ['of XMLTYPE', column(oracledb.DB_TYPE_XMLTYPE), '<a/>', '<a/>'],
  ])('%s', (_, described, value, expected) => expect(valueOf(described, value)).toEqual(expected));

  it('in thick mode, where Oracle\'s own library makes the Date, is its local clock', () => {
    expect(valueOf(column(oracledb.DB_TYPE_DATE), new Date(2026, 10, 20, 9, 30, 0))).toBe('2026-11-20T09:30:00');
    expect(valueOf(column(oracledb.DB_TYPE_TIMESTAMP), new Date(2026, 10, 20, 9, 30, 0, 250))).toBe('2026-11-20T09:30:00.250');
  });

  it('that is NULL is null, of whatever type', () => {
    const { DB_TYPE_NUMBER, DB_TYPE_VARCHAR, DB_TYPE_DATE, DB_TYPE_BLOB, DB_TYPE_BOOLEAN, DB_TYPE_JSON } = oracledb;
    for (const dbType of [DB_TYPE_NUMBER, DB_TYPE_VARCHAR, DB_TYPE_DATE, DB_TYPE_BLOB, DB_TYPE_BOOLEAN, DB_TYPE_JSON]) {
      expect(fetched(column(dbType), null, undefined)).toEqual([[null], [undefined]]);
    }
  });
});

describe('rows', () => {
  it('are objects by the names of their columns, which may be any', () => {
    const columns = new FetchedColumns();
    describeTo(columns, ['A', '이름', '__proto__', 'a"b\\c', 'constructor'].map((name) => ({ name, ...column(oracledb.DB_TYPE_VARCHAR) })));
    const [row] = rowsOf({ columns: columns.columns, rows: columns.values([['1', '2', '3', '4', '5']]) });
    expect(Object.entries(row!)).toEqual([['A', '1'], ['이름', '2'], ['__proto__', '3'], ['a"b\\c', '4'], ['constructor', '5']]);
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
  });

  it('are written by the columns that were described last: a table may change while a query is kept', () => {
    const columns = new FetchedColumns();
    describeTo(columns, [{ name: 'ODD', ...column(oracledb.DB_TYPE_CURSOR) }, { name: 'A', ...column(oracledb.DB_TYPE_VARCHAR) }]);
    describeTo(columns, [{ name: 'B', ...number(5, 0) }]);
    expect(columns.values([['7']])).toEqual([[7]]);
    expect(columns.columns).toEqual([{ name: 'B', type: 'NUMBER(5)' }]);
  });

  it('may be none', () => expect(fetched(column(oracledb.DB_TYPE_VARCHAR))).toEqual([]));
});

describe('a column that no mail can show', () => {
  it.each<[string, DbType]>([
    ['CURSOR', oracledb.DB_TYPE_CURSOR], ['OBJECT', oracledb.DB_TYPE_OBJECT], ['BFILE', oracledb.DB_TYPE_BFILE], ['VECTOR', oracledb.DB_TYPE_VECTOR],
    ['INTERVAL YEAR TO MONTH', oracledb.DB_TYPE_INTERVAL_YM], ['INTERVAL DAY TO SECOND', oracledb.DB_TYPE_INTERVAL_DS],
  ])('is refused by its name and type: %s', (type, dbType) => {
    const described = { name: 'ODD', ...column(dbType, { dbTypeName: type }) };
    expect(() => refuseColumn(described)).toThrow(new ColumnRefused('ODD', type));
  });

  it('is refused when its rows are written, not within the call of the driver, which would take it for a broken connection', () => {
    const columns = new FetchedColumns();
    const all = [{ name: 'ODD', ...column(oracledb.DB_TYPE_CURSOR, { dbTypeName: 'CURSOR' }) }, { name: 'A', ...column(oracledb.DB_TYPE_VARCHAR) }];
    expect(() => describeTo(columns, all)).not.toThrow();
    expect(() => columns.values([])).toThrow('Column ODD is of type CURSOR.');
  });
});

describe('the type of a column', () => {
  it.each<[string, Described]>([
    ['NUMBER', number(0, -127)],
    ['NUMBER(10)', number(10, 0)],
    ['NUMBER(12,2)', number(12, 2)],
    ['NUMBER(5,-2)', number(5, -2)],
    ['VARCHAR2(20)', column(oracledb.DB_TYPE_VARCHAR, { dbTypeName: 'VARCHAR2', byteSize: 20 })],
    ['RAW(16)', column(oracledb.DB_TYPE_RAW, { dbTypeName: 'RAW', byteSize: 16 })],
    ['DATE', column(oracledb.DB_TYPE_DATE, { dbTypeName: 'DATE' })],
    ['CLOB', column(oracledb.DB_TYPE_CLOB, { dbTypeName: 'CLOB', byteSize: 4000 })],
  ])('is named as SQL would declare it: %s', (expected, described) => expect(typeName(described)).toBe(expected));
});
