import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { heapInUse } from '../../test/heap-in-use.ts';
import { waitFor } from '../../test/parts.ts';
import { OracleError } from '../backend.ts';
import { asBind, number, OpenedSessions, time, type OpenedSession } from './opened-session.fixture.ts';

const TABLES = `
  SET search_path = public, oracle_types;
  CREATE TABLE customer (id integer PRIMARY KEY, name varchar(10) NOT NULL, amount numeric(9, 2) CHECK (amount >= 0), due date, sent timestamptz, parent integer REFERENCES customer);
  CREATE TABLE kinds (
    v varchar(20), t text, c char(3), nv nvarchar2, cl clob, ncl nclob, n numeric(9, 2), big numeric, i integer, l bigint, d float8, dt date, ts0 timestamp(0), ts timestamp(3), tz timestamptz,
    r bytea, bl blob, u uuid, b boolean, "Mixed" integer, iv interval);
  CREATE FUNCTION nothing(anyelement) RETURNS boolean LANGUAGE sql AS 'SELECT $1 IS NULL';`;

let sessions: OpenedSessions;
let tank: OpenedSession;

beforeAll(async () => {
  sessions = await OpenedSessions.begin(TABLES);
});
afterAll(() => sessions.end());
beforeEach(async () => {
  await sessions.admin.query('TRUNCATE customer, kinds');
  await sessions.admin.query("INSERT INTO customer (id, name, amount, due) VALUES (1, '민준', 10.50, '2026-11-25'), (2, '서연', 20, NULL)");
  tank = await sessions.open();
});
afterEach(() => sessions.closeAll());

const namesSeenOutside = async () => (await sessions.admin.query('SELECT name FROM customer ORDER BY id')).rows.map(({ name }) => name);
const stateOf = async (pid: number) => (await sessions.admin.query('SELECT state FROM pg_stat_activity WHERE pid = $1', [pid])).rows[0]?.state;
const pidOf = async (session: OpenedSession) => Number(await session.one('SELECT audsid FROM v$session'));
const failure = async (work: Promise<unknown>): Promise<OracleError> =>
  work.then(
    () => { throw new Error('It did not fail.'); },
    (error) => { if (error instanceof OracleError) return error; throw error; },
  );

describe('a transaction', () => {
  it('begins by itself with the first change and is seen when it is committed', async () => {
    await tank.run("UPDATE customer SET name = 'x' WHERE id = 1");
    expect(await namesSeenOutside()).toEqual(['민준', '서연']);
    await tank.session.commit();
    expect(await namesSeenOutside()).toEqual(['x', '서연']);
  });

  it('is rolled back by a rollback, and when the session is closed', async () => {
    await tank.run("UPDATE customer SET name = 'x' WHERE id = 1");
    await tank.session.rollback();
    expect(await tank.one('SELECT name FROM customer WHERE id = 1')).toBe('민준');
    await tank.run("UPDATE customer SET name = 'y' WHERE id = 1");
    const pid = await pidOf(tank);
    await tank.session.close();
    await waitFor(async () => (await stateOf(pid)) === undefined, { what: 'the session to be gone' });
    expect(await namesSeenOutside()).toEqual(['민준', '서연']);
  });

  it('loses nothing but the statement that failed', async () => {
    await tank.run("UPDATE customer SET name = 'x' WHERE id = 1");
    for (const bad of ["INSERT INTO customer (id, name) VALUES (1, 'twice')", 'UPDATE nowhere SET a = 1']) await expect(tank.run(bad)).rejects.toThrow(OracleError);
    for (const bad of ['SELECT nothing_like_it FROM customer', 'SELECT 1 / (id - 1) FROM customer']) await expect(tank.all(bad)).rejects.toThrow(OracleError);
    await tank.run("UPDATE customer SET name = 'z' WHERE id = 2");
    await tank.session.commit();
    expect(await namesSeenOutside()).toEqual(['x', 'z']);
  });

  it('that only reads is refused changes, sees one moment, and must come first', async () => {
    await tank.run('SET TRANSACTION READ ONLY');
    await sessions.admin.query("UPDATE customer SET name = 'later' WHERE id = 1");
    expect(await tank.one('SELECT name FROM customer WHERE id = 1')).toBe('민준');
    expect((await failure(tank.run("UPDATE customer SET name = 'x'"))).message).toBe('ORA-01456: may not perform insert, delete, update operation inside a READ ONLY transaction');
    expect((await failure(tank.run('SET TRANSACTION READ ONLY'))).number).toBe(1453);
    await tank.session.rollback();
    expect(await tank.one('SELECT name FROM customer WHERE id = 1')).toBe('later');
    expect(await tank.run("UPDATE customer SET name = 'x'")).toBe(2);
  });

  it('is no thing of queries: each sees what is committed when it begins, and leaves no transaction behind', async () => {
    const pid = await pidOf(tank);
    expect(await tank.one('SELECT name FROM customer WHERE id = 1')).toBe('민준');
    await sessions.admin.query("UPDATE customer SET name = 'later' WHERE id = 1");
    expect(await tank.one('SELECT name FROM customer WHERE id = 1')).toBe('later');
    await waitFor(async () => (await stateOf(pid)) === 'idle', { what: 'the session to be out of any transaction' });
  });
});

describe('rows', () => {
  const LEVELS = 'SELECT LEVEL FROM dual CONNECT BY LEVEL <= 1000';

  it('come as many at a time as are asked for, from several cursors in turns', async () => {
    const [a, b] = [await tank.session.query(LEVELS, []), await tank.session.query('SELECT id FROM customer ORDER BY id', [])];
    expect([await a.next(2), await b.next(1), await a.next(3), await b.next(5)]).toEqual([[['1'], ['2']], [['1']], [['3'], ['4'], ['5']], [['2']]]);
    expect(await b.next(1)).toEqual([]);
    await a.close();
    expect((await a.next(1))).toEqual([]);
  });

  it('go on after a commit, and after a rollback of what came later', async () => {
    const rows = await tank.session.query(LEVELS, []);
    await rows.next(1);
    await tank.run("UPDATE customer SET name = 'x' WHERE id = 1");
    await tank.session.rollback();
    expect(await rows.next(1)).toEqual([['2']]);
    await tank.run("UPDATE customer SET name = 'y' WHERE id = 1");
    const inside = await tank.session.query('SELECT name FROM customer ORDER BY id', []);
    await tank.session.commit();
    expect([await rows.next(1), await inside.next(1)]).toEqual([[['3']], [['y']]]);
    expect(await namesSeenOutside()).toEqual(['y', '서연']);
  });

  it('of a query inside a transaction that was rolled back cannot be fetched', async () => {
    await tank.run("UPDATE customer SET name = 'x' WHERE id = 1");
    const rows = await tank.session.query(LEVELS, []);
    await tank.session.rollback();
    expect((await failure(rows.next(1))).number).toBe(1002);
  });

  it('that fail in the middle end their cursor and no other', async () => {
    const other = await tank.session.query(LEVELS, []);
    const rows = await tank.session.query('SELECT 1 / (3 - LEVEL) FROM dual CONNECT BY LEVEL <= 10', []);
    expect(await rows.next(2)).toHaveLength(2);
    expect((await failure(rows.next(1))).number).toBe(1476);
    expect([await rows.next(1), await other.next(1)]).toEqual([[], [['1']]]);
  });

  it('are never all in memory', async () => {
    const rows = await tank.session.query("SELECT LEVEL, RPAD('x', 2000, 'x') AS filling FROM dual CONNECT BY LEVEL <= 400000", []);
    const before = heapInUse();
    let [count, highest] = [0, 0];
    for (let batch = await rows.next(1_000); batch.length > 0; batch = await rows.next(1_000)) {
      count += batch.length;
      if (count % 50_000 === 0) highest = Math.max(highest, heapInUse() - before);
    }
    expect(count).toBe(400_000);
    expect(highest).toBeLessThan(50 * 1024 * 1024); // all of them are 800 MB
  });

  it('are locked by FOR UPDATE until the transaction ends', async () => {
    const other = await sessions.open();
    await tank.all('SELECT id FROM customer WHERE id = 1 FOR UPDATE');
    expect((await failure(other.all('SELECT id FROM customer WHERE id = 1 FOR UPDATE NOWAIT'))).number).toBe(54);
    await tank.session.commit();
    expect(await other.all('SELECT id FROM customer WHERE id = 1 FOR UPDATE NOWAIT')).toEqual([['1']]);
  });
});

describe('values', () => {
  it('are described as Oracle would', async () => {
    const { columns } = await tank.session.parse('SELECT v, t, c, nv, cl, ncl, n, big, i, l, d, dt, ts0, ts, tz, r, bl, u, b, "Mixed", COUNT(*) OVER () c, SYSDATE, 1 "low" FROM kinds');
    expect(columns.map(({ name, type, size, precision, scale }) => [name, type, size ?? precision, scale].filter((part) => part !== undefined).join(' '))).toEqual([
      'V VARCHAR2 20', 'T VARCHAR2 4000', 'C CHAR 3', 'NV NVARCHAR2 2000', 'CL CLOB', 'NCL NCLOB', 'N NUMBER 9 2', 'BIG NUMBER 0 -127', 'I NUMBER 10 0', 'L NUMBER 19 0', 'D BINARY_DOUBLE', 'DT DATE', 'TS0 DATE',
      'TS TIMESTAMP 3', 'TZ TIMESTAMP WITH TIME ZONE 6', 'R RAW 2000', 'BL BLOB', 'U VARCHAR2 36', 'B NUMBER 1 0', 'Mixed NUMBER 10 0', 'C NUMBER 0 -127', 'SYSDATE DATE', 'low NUMBER 0 -127',
    ]);
    expect((await tank.session.parse('SELECT id, amount FROM customer')).columns.map(({ nullable }) => nullable)).toEqual([false, true]);
  });

  it('come back exactly as they were bound', async () => {
    const bound = [
      '가나다', 'text', 'abc', 'n가', 'long 가', 'long n', number('-1234567.89'), number('12345678901234567890123456789012345678'), number('7'), number('9007199254740993'), 0.1, time('2026-11-25'),
      time('2026-11-25 10:11:12'), time('2026-11-25 10:11:12.123'), time('2026-11-20 09:00:00.123456', 540), Buffer.from('00ff', 'hex'), Buffer.from('bb', 'hex'), '5f0c7b1e-1111-4222-8333-444455556666', number('1'),
    ];
    await tank.run("ALTER SESSION SET TIME_ZONE = 'Asia/Seoul'");
    const columns = 'v, t, c, nv, cl, ncl, n, big, i, l, d, dt, ts0, ts, tz, r, bl, u, b';
    await tank.run(`INSERT INTO kinds (${columns}) VALUES (${bound.map((_, at) => `:${at + 1}`).join()})`, ...bound);
    expect(await tank.all(`SELECT ${columns} FROM kinds`)).toEqual([bound.map((value, at) => asBind(value, at).value)]);
  });

  it.each([
    ['SELECT :x FROM dual', number('42.50'), 'NUMBER', '42.50'],
    ['SELECT :x FROM dual', '042', 'VARCHAR2', '042'],
    ['SELECT :x FROM dual', time('2026-11-20 01:02:03'), 'TIMESTAMP', time('2026-11-20 01:02:03')],
    ['SELECT :x FROM dual', time('2026-11-20 09:00:00', 540), 'TIMESTAMP WITH TIME ZONE', time('2026-11-20 00:00:00', 0)],
    ['SELECT :x FROM dual', Buffer.from('0a', 'hex'), 'RAW', Buffer.from('0a', 'hex')],
    ['SELECT NVL(:x, 7) FROM dual', number('1.5'), 'NUMBER', '1.5'],
    ['SELECT id FROM customer WHERE id = :x', number('1.0'), 'NUMBER', '1'],
    ['SELECT id FROM customer WHERE id < :x', number('1.5'), 'NUMBER', '1'],
    ['SELECT id FROM customer WHERE due = :x', time('2026-11-25'), 'NUMBER', '1'],
    ['SELECT s.n FROM customer c JOIN (SELECT :x AS n FROM dual) s ON s.n = c.id', number('2'), 'NUMBER', '2'],
  ])('are typed by their place, and else by the client: %s', async (sql, bound, type, found) => {
    expect((await tank.session.query(sql, [asBind(bound, 0)])).columns[0]!.type).toBe(type);
    expect(await tank.one(sql, bound)).toEqual(found);
  });

  it('bound to one name are one value where a GROUP BY must know them again', async () => {
    const sql = 'SELECT name || :x AS n, COUNT(*) FROM customer WHERE id = :id GROUP BY name || :x';
    expect(await tank.all(sql, { name: 'x', value: '!' }, { name: 'id', value: '1' }, { name: 'x', value: '!' })).toEqual([['민준!', '1']]);
    expect((await failure(tank.all(sql.replace(/:x$/, ':y'), '!', '1', '!'))).number).toBe(979);
  });

  it('that are an empty text are NULL, bound, written and read', async () => {
    expect(await tank.all("SELECT NVL(:x, 'null'), NVL('', 'null'), 'a' || '' || 'b', TRIM(' ') FROM dual", '')).toEqual([['null', 'null', 'ab', null]]);
    await sessions.admin.query("INSERT INTO kinds (v) VALUES ('')");
    expect(await tank.all('SELECT v FROM kinds')).toEqual([[null]]);
  });

  it('that are text where a time is wanted need the session\'s format, binds and literals alike', async () => {
    const byBind = () => tank.one('SELECT id FROM customer WHERE due = :d', '2026-11-25');
    const byLiteral = () => tank.one("SELECT id FROM customer WHERE due = '2026-11-25'");
    expect([(await failure(byBind())).number, (await failure(byLiteral())).number]).toEqual([1861, 1861]);
    expect(await tank.one('SELECT id FROM customer WHERE due = :d', '25-NOV-26')).toBe('1');
    await tank.run("ALTER SESSION SET NLS_DATE_FORMAT = 'YYYY-MM-DD'");
    expect([await byBind(), await byLiteral()]).toEqual(['1', '1']);
    expect(await tank.one('SELECT TO_CHAR(due) FROM customer WHERE id = 1')).toBe('2026-11-25');
  });

  it('of a type that Oracle has not are refused', async () => {
    expect((await failure(tank.all('SELECT iv FROM kinds'))).number).toBe(3115);
    expect(await tank.one('SELECT COUNT(*) FROM customer')).toBe('2');
  });
});

describe('functions', () => {
  it.each([
    ["NVL2(NULL, 1, 2), DECODE(3, 1, 'a', 3, 'c', 'z'), DECODE(NULL, NULL, 'same')", ['2', 'c', 'same']],
    ["SUBSTR('abcdef', 2, 3), SUBSTR('abcdef', -2), SUBSTR('abc', 0, 1), SUBSTR('abc', 5), INSTR('a-b-c', '-', 1, 2), INSTR('abc', 'x')", ['bcd', 'ef', 'a', null, '4', '0']],
    ["LPAD('7', 3, '0'), REPLACE('a-b', '-'), REPLACE('a-b', '-', '+'), LENGTHB('가'), UPPER('a')", ['007', 'ab', 'a+b', '3', 'A']],
    ["TO_CHAR(1234.5, 'FM9,999.00'), TO_CHAR(0.50), TO_NUMBER('12.5') + 1, 'x' || 1.50", ['1,234.50', '.5', '13.5', 'x1.5']],
    ["TO_CHAR(DATE '2026-11-05', 'YYYY\"년\" MM\"월\" DD\"일\" DY'), TO_CHAR(TIMESTAMP '2026-11-05 15:04:05.123', 'HH:MI:SS.FF3 AM')", ['2026년 11월 05일 THU', '03:04:05.123 PM']],
    ["RAWTOHEX(HEXTORAW('0aFf')), SYS_CONTEXT('USERENV', 'SESSION_USER'), USER, MOD(7, 3)", ['0AFF', 'TANK', 'TANK', '1']],
  ])('%s', async (list, values) => expect(await tank.all(`SELECT ${list} FROM dual`)).toEqual([values]));

  it.each([
    ["TO_DATE('2026-11-20 09:30:15', 'YYYY-MM-DD HH24:MI:SS')", 'DATE', time('2026-11-20 09:30:15')],
    ["TO_DATE('20261120', 'YYYYMMDD')", 'DATE', time('2026-11-20')],
    ["TO_DATE('2026-11-20', 'YYYY-MM-DD HH24:MI:SS')", 'DATE', time('2026-11-20')],
    ["TO_DATE('5-nov-26 03:00 PM', 'DD-MON-RR HH:MI AM')", 'DATE', time('2026-11-05 15:00:00')],
    ["TO_TIMESTAMP('2026-11-20T09:30:15.123456789', 'YYYY-MM-DD\"T\"HH24:MI:SS.FF')", 'TIMESTAMP', time('2026-11-20 09:30:15.123456')],
    ["TO_TIMESTAMP_TZ('2026-11-20T09:00:00.123+09:00', 'YYYY-MM-DD\"T\"HH24:MI:SS.FF3TZH:TZM')", 'TIMESTAMP WITH TIME ZONE', time('2026-11-20 00:00:00.123', 0)],
    ["FROM_TZ(TIMESTAMP '2026-11-20 09:00:00', '+09:00')", 'TIMESTAMP WITH TIME ZONE', time('2026-11-20 00:00:00', 0)],
    ["FROM_TZ(TIMESTAMP '2026-11-20 09:00:00', 'Asia/Seoul')", 'TIMESTAMP WITH TIME ZONE', time('2026-11-20 00:00:00', 0)],
    ["DATE '2026-11-20' + 1.5", 'DATE', time('2026-11-21 12:00:00')],
    ["TRUNC(TIMESTAMP '2026-11-20 09:30:00', 'MM')", 'DATE', time('2026-11-01')],
    ["ADD_MONTHS(DATE '2026-01-31', 1)", 'DATE', time('2026-02-28')],
    ["ADD_MONTHS(DATE '2026-02-28', 1)", 'DATE', time('2026-03-31')],
    ["LAST_DAY(DATE '2026-02-05')", 'DATE', time('2026-02-28')],
  ])('of time: %s', async (expression, type, value) => {
    const rows = await tank.session.query(`SELECT ${expression} FROM dual`, []);
    expect([rows.columns[0]!.type, ...(await rows.next(1))[0]!]).toEqual([type, value]);
  });

  it.each<[string, number]>([
    ["TO_DATE('2026-13-01', 'YYYY-MM-DD')", 1843], ["TO_DATE('2026-02-30', 'YYYY-MM-DD')", 1839], ["TO_DATE('2026-11-20T10:00', 'YYYY-MM-DD')", 1830], ["TO_DATE('2026-11', 'YYYY-MM-DD')", 1840],
    ["TO_DATE('2026-xx-01', 'YYYY-MM-DD')", 1858], ["TO_DATE('2026-11-20 24:00', 'YYYY-MM-DD HH24:MI')", 1850], ["TO_TIMESTAMP('2026-11-20 09:00', 'YYYY-MM-DD\"T\"HH24:MI')", 1861], ["TO_NUMBER('1,5')", 1722],
    ["FROM_TZ(TIMESTAMP '2026-11-20 09:00:00', 'Nowhere/City')", 1882], ["SYS_CONTEXT('USERENV', 'NONSENSE')", 2003], ['1 / 0', 1476],
  ])('refuse what cannot be read: %s', async (expression, code) => expect((await failure(tank.all(`SELECT ${expression} FROM dual`))).number).toBe(code));

  it('divide whole numbers as Oracle does, and count days', async () => {
    const [quotient, days] = (await tank.all("SELECT 7 / 2, TO_DATE('2026-11-26 12:00', 'YYYY-MM-DD HH24:MI') - due FROM customer WHERE id = 1"))[0]!;
    expect([Number(quotient), Number(days)]).toEqual([3.5, 1.5]);
  });

  it('of the customer\'s own may be called, those that only PostgreSQL has may not', async () => {
    expect(await tank.all('SELECT id FROM customer WHERE nothing(due) = :b', number('1'))).toEqual([['2']]);
    expect((await failure(tank.all("SELECT split_part('a.b', '.', 1) FROM dual"))).message).toBe('ORA-00904: "SPLIT_PART": invalid identifier');
  });
});

describe('a parse', () => {
  it('executes nothing, and says kind and columns', async () => {
    expect(await tank.session.parse("UPDATE customer SET name = 'x' WHERE id = :id")).toEqual({ kind: 'update', columns: [] });
    expect((await tank.session.parse('SELECT id, name AS who FROM customer WHERE id = :id')).columns.map(({ name }) => name)).toEqual(['ID', 'WHO']);
    expect(await tank.session.parse('SET TRANSACTION READ ONLY')).toEqual({ kind: 'other', columns: [] });
    expect(await namesSeenOutside()).toEqual(['민준', '서연']);
  });

  it.each<[string, string, string]>([
    ['SELECT id, nam FROM customer', 'ORA-00904: "NAM": invalid identifier', 'nam FROM customer'],
    ["SELECT '가나', c.nam FROM customer c", 'ORA-00904: "C"."NAM": invalid identifier', 'c.nam FROM customer c'],
    ['SELECT id FROM custommer WHERE id = :x', 'ORA-00942: table or view does not exist', 'custommer WHERE id = :x'],
    ['SELECT id FROM customer WHERE', 'ORA-00936: missing expression', ''],
    ['SELECT id FROM customer WHERE id = 1 x y', 'ORA-00933: SQL command not properly ended', 'x y'],
    ['SELECT id, COUNT(*) FROM customer', 'ORA-00979: not a GROUP BY expression', 'id, COUNT(*) FROM customer'],
    ['SELECT id FROM customer a, customer b', 'ORA-00918: column ambiguously defined', 'id FROM customer a, customer b'],
    ['INSERT INTO customer (id, name) VALUES (1)', 'ORA-00947: not enough values', 'name) VALUES (1)'],
    ['UPDATE customer SET nam = 1', 'ORA-00904: "NAM": invalid identifier', 'nam = 1'],
    ["SELECT id FROM customer WHERE name = 5 AND id = '1'", 'ORA-00932: inconsistent datatypes', "= 5 AND id = '1'"],
  ])('points at what is wrong: %s', async (sql, message, rest) => {
    const error = await failure(tank.session.parse(sql));
    expect([error.message, error.offset === null ? null : sql.slice(error.offset)]).toEqual([message, rest]);
  });
});

describe('errors of changes', () => {
  it.each<[string, string]>([
    ["INSERT INTO customer (id, name) VALUES (1, 'x')", 'ORA-00001: unique constraint (TANK.CUSTOMER_PKEY) violated'],
    ['INSERT INTO customer (id) VALUES (3)', 'ORA-01400: cannot insert NULL into ("TANK"."CUSTOMER"."NAME")'],
    ["UPDATE customer SET name = ''", 'ORA-01407: cannot update ("TANK"."CUSTOMER"."NAME") to NULL'],
    ['UPDATE customer SET parent = 99', 'ORA-02291: integrity constraint (TANK.CUSTOMER_PARENT_FKEY) violated - parent key not found'],
    ['UPDATE customer SET amount = -1', 'ORA-02290: check constraint (TANK.CUSTOMER_AMOUNT_CHECK) violated'],
    ["UPDATE customer SET name = '12345678901'", 'ORA-12899: value too large for column (maximum: 10)'],
    ['UPDATE customer SET amount = 12345678.9', 'ORA-01438: value larger than specified precision allowed for this column'],
    ["UPDATE customer SET id = TO_NUMBER('x')", 'ORA-01722: invalid number'],
    ['UPDATE customer SET id = (SELECT LEVEL FROM dual CONNECT BY LEVEL <= 2)', 'ORA-01427: single-row subquery returns more than one row'],
  ])('%s', async (sql, message) => expect((await failure(tank.run(sql))).message).toBe(message));

  it('name a child that is in the way', async () => {
    await sessions.admin.query('UPDATE customer SET parent = 1 WHERE id = 2');
    expect((await failure(tank.run('DELETE FROM customer WHERE id = 1'))).number).toBe(2292);
  });

  it('name a deadlock, and leave the victim its other changes', async () => {
    const other = await sessions.open();
    await tank.run("UPDATE customer SET name = 'a' WHERE id = 1");
    await other.run("UPDATE customer SET name = 'b' WHERE id = 2");
    const both = [tank.run("UPDATE customer SET name = 'a' WHERE id = 2"), other.run("UPDATE customer SET name = 'b' WHERE id = 1")];
    const victim = await Promise.any(both.map(async (work, at) => [await failure(work), [tank, other][at]!] as const));
    expect(victim[0].message).toBe('ORA-00060: deadlock detected while waiting for resource');
    await victim[1].session.commit();
    expect(await Promise.any(both)).toBe(1);
  });
});

describe('many rows at once', () => {
  const insert = (rows: [number: string, name: string | null][], batchErrors = false) =>
    tank.session.change('INSERT INTO customer (id, name) VALUES (:1, :2)', rows.map(([id, name]) => [asBind(number(id), 0), asBind(name, 1)]), { batchErrors });

  it('say for each how many rows it touched', async () => {
    const rows = ['1', '99', '2'].map((id) => [asBind('x', 0), asBind(number(id), 1)]);
    expect(await tank.session.change('UPDATE customer SET name = :1 WHERE id = :2', rows, { batchErrors: false })).toEqual({ counts: [1, 0, 1], errors: [] });
  });

  it('keep what comes before and behind a row that fails, when failures are wanted', async () => {
    const done = await insert([['11', 'a'], ['1', 'twice'], ['12', 'b'], ['13', null], ['14', 'c']], true);
    expect([done.counts, done.errors.map(({ row, error }) => [row, error.number])]).toEqual([[1, 0, 1, 0, 1], [[1, 1], [3, 1400]]]);
    await tank.session.commit();
    expect(await namesSeenOutside()).toEqual(['민준', '서연', 'a', 'b', 'c']);
  });

  it('stop at the first that fails otherwise, and keep those before it', async () => {
    const error = await failure(insert([['11', 'a'], ['12', 'b'], ['1', 'twice'], ['13', 'c']]));
    expect([error.number, error.rowsBefore]).toEqual([1, 2]);
    await tank.session.commit();
    expect(await namesSeenOutside()).toEqual(['민준', '서연', 'a', 'b']);
  });

  it('can be thousands, some of them bad', async () => {
    const rows = Array.from({ length: 5_000 }, (_, at): [string, string | null] => [String(at + 100), [0, 7, 2500, 2501, 4999].includes(at) ? null : `n${at}`]);
    const done = await insert(rows, true);
    expect(done.errors.map(({ row }) => row)).toEqual([0, 7, 2500, 2501, 4999]);
    await tank.session.commit();
    expect(await namesSeenOutside()).toHaveLength(2 + 5_000 - 5);
  });

  it('can all be bad', async () => {
    expect((await insert(Array.from({ length: 200 }, (_, at) => [String(at + 100), null]), true)).errors).toHaveLength(200);
    expect(await tank.one('SELECT COUNT(*) FROM customer')).toBe('2');
  });

  it('work as MERGE', async () => {
    const sql = `MERGE INTO customer c USING (SELECT :id AS id, :name AS name FROM dual) s ON (c.id = s.id)
      WHEN MATCHED THEN UPDATE SET c.name = s.name WHERE c.name <> s.name WHEN NOT MATCHED THEN INSERT (c.id, c.name) VALUES (s.id, s.name)`;
    const rows = [['1', 'new'], ['2', '서연'], ['3', 'third']].map(([id, name]) => [asBind(number(id!), 0), asBind(name!, 1)]);
    expect((await tank.session.change(sql, rows, { batchErrors: false })).counts).toEqual([1, 0, 1]);
    await tank.session.commit();
    expect(await namesSeenOutside()).toEqual(['new', '서연', 'third']);
  });
});

describe('text where another type is wanted', () => {
  const MERGE = `MERGE INTO customer c USING (SELECT :id AS id, :due AS due, :amount AS amount FROM dual) s ON (c.id = s.id)
    WHEN MATCHED THEN UPDATE SET c.due = s.due, c.amount = s.amount`;

  it('is converted, through a subquery too', async () => {
    expect(await tank.session.parse(MERGE)).toEqual({ kind: 'merge', columns: [] });
    await tank.run("ALTER SESSION SET NLS_DATE_FORMAT = 'YYYY-MM-DD'");
    expect(await tank.run(MERGE, '2', '2026-12-24', '7.5')).toBe(1);
    expect(await tank.all('SELECT due, amount FROM customer WHERE id = :id', '2')).toEqual([[time('2026-12-24'), '7.50']]);
  });

  it.each<[string[], number]>([[['x', '2026-12-24', '1'], 1722], [['2', '24.12.2026', '1'], 1830]])('is refused when it cannot be: %j', async (binds, code) => {
    await tank.run("ALTER SESSION SET NLS_DATE_FORMAT = 'YYYY-MM-DD'");
    expect((await failure(tank.run(MERGE, ...binds))).number).toBe(code);
  });
});

describe('a break', () => {
  it('ends what runs with ORA-01013; what was changed before stays, and the session goes on', async () => {
    await tank.run("UPDATE customer SET name = 'x' WHERE id = 1");
    const pid = await pidOf(tank);
    const sleeping = failure(tank.run('BEGIN DBMS_SESSION.SLEEP(60); END;'));
    await waitFor(async () => (await stateOf(pid)) === 'active', { what: 'the sleep to begin' });
    await tank.session.cancel();
    expect((await sleeping).message).toBe('ORA-01013: user requested cancel of current operation');
    await tank.session.commit();
    expect(await namesSeenOutside()).toEqual(['x', '서연']);
  });

  it('ends a change of many rows, failures wanted or not', async () => {
    await sessions.admin.query('BEGIN; UPDATE customer SET amount = 1 WHERE id = 2');
    const pid = await pidOf(tank);
    const rows = ['1', '2'].map((id) => [asBind('x', 0), asBind(number(id), 1)]);
    const waiting = failure(tank.session.change('UPDATE customer SET name = :1 WHERE id = :2', rows, { batchErrors: true }));
    await waitFor(async () => (await sessions.admin.query('SELECT 1 FROM pg_locks WHERE pid = $1 AND NOT granted', [pid])).rowCount, { what: 'the wait for the lock' });
    await tank.session.cancel();
    expect((await waiting).number).toBe(1013);
    await sessions.admin.query('ROLLBACK');
  });

  it('when nothing runs does nothing', async () => {
    await tank.session.cancel();
    expect(await tank.one('SELECT COUNT(*) FROM customer')).toBe('2');
  });
});

describe('a session', () => {
  it('that PostgreSQL ended is told once and for all', async () => {
    const pid = await pidOf(tank);
    const sleeping = failure(tank.run('BEGIN DBMS_SESSION.SLEEP(60); END;'));
    await waitFor(async () => (await stateOf(pid)) === 'active', { what: 'the sleep to begin' });
    await sessions.admin.query('SELECT pg_terminate_backend($1)', [pid]);
    expect((await sleeping).message).toBe('ORA-03113: end-of-file on communication channel');
    expect((await failure(tank.all('SELECT 1 FROM dual'))).number).toBe(3114);
  });

  it('that is closed while it works ends the work, too', async () => {
    const pid = await pidOf(tank);
    const sleeping = failure(tank.run('BEGIN DBMS_SESSION.SLEEP(60); END;'));
    await waitFor(async () => (await stateOf(pid)) === 'active', { what: 'the sleep to begin' });
    await tank.session.close();
    expect((await sleeping).number).toBe(3113);
    await waitFor(async () => (await stateOf(pid)) === undefined, { what: 'the session to be gone' });
  });

  it('keeps what it set, also in a transaction that is rolled back', async () => {
    await tank.run("UPDATE customer SET name = 'x' WHERE id = 1");
    await tank.run("ALTER SESSION SET TIME_ZONE = '+09:00'");
    tank.session.identify({ module: 'tank-dbio', action: 'look-up', clientIdentifier: 'demo' });
    await tank.all('SELECT 1 FROM dual');
    await tank.session.rollback();
    expect(await tank.all('SELECT SESSIONTIMEZONE, module, action, client_identifier FROM v$session')).toEqual([['+09:00', 'tank-dbio', 'look-up', 'demo']]);
    expect(await tank.one("SELECT TO_TIMESTAMP_TZ('2026-11-20 00:00:00+00:00', 'YYYY-MM-DD HH24:MI:SSTZH:TZM') FROM dual")).toEqual(time('2026-11-20 09:00:00', 540));
  });

  it('refuses a time zone and a format that do not exist', async () => {
    expect((await failure(tank.run("ALTER SESSION SET TIME_ZONE = 'Nowhere/City'"))).number).toBe(1882);
    expect((await failure(tank.run("ALTER SESSION SET NLS_DATE_FORMAT = 'YYYY년'"))).number).toBe(1821);
    expect(await tank.one('SELECT SESSIONTIMEZONE FROM dual')).toBe('+00:00');
  });

  it('looks for tables in the schema that it is set to', async () => {
    await sessions.admin.query("CREATE SCHEMA card; CREATE TABLE card.customer (name text); INSERT INTO card.customer VALUES ('of the card')");
    expect(await tank.one('SELECT name FROM card.customer')).toBe('of the card');
    await tank.run('ALTER SESSION SET CURRENT_SCHEMA = card');
    expect(await tank.all("SELECT name, SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA') FROM customer")).toEqual([['of the card', 'CARD']]);
  });
});
