import { describe, expect, it } from '@jest/globals';
import type { OracleError } from '../backend.ts';
import type { DialectName } from '../dialects.ts';
import { layNames } from './select-names.ts';
import { translate, type Translated } from './translate.ts';

const OF_POSTGRES = ['now', 'pg_sleep', 'string_agg', 'generate_series', 'left'];

function translated(sql: string, dialect: DialectName = '19c'): Translated {
  return translate(sql, { dialect, isOfPostgres: (name) => OF_POSTGRES.includes(name) });
}

/** The SQL for PostgreSQL with one space between all tokens. */
function written(sql: string, dialect?: DialectName): string {
  return translated(sql, dialect).out.render().text.replace(/\s+/g, ' ').replace(/ ?([(),.]) ?/g, '$1').trim();
}

/** Number of the error, and the author's text from where it points to. */
function refusal(sql: string, dialect?: DialectName): [number, string | null] {
  try {
    translated(sql, dialect);
  } catch (error) {
    const { number, offset } = error as OracleError;
    return [number, offset === null ? null : sql.slice(offset)];
  }
  throw new Error(`not refused: ${sql}`);
}

describe('binds', () => {
  it('have a parameter for each place, in order, however often a name comes', () => {
    const { out } = translated('SELECT :a, :B, :"c d", :1 FROM dual WHERE x = :A');
    expect(out.binds).toEqual(['A', 'B', 'c d', '1', 'A']);
    expect(out.render().text).toMatch(/\$1 , \$2 , \$3 , \$4 .* \$5/);
  });

  it('are not looked for in strings, quoted names and comments', () => {
    expect(translated(`SELECT ':a', q'[it's :b]', "x:c" -- :d\n /* :e */ FROM dual`).out.binds).toEqual([]);
  });

  it('that DECODE repeats stay one place', () => {
    expect(written("SELECT DECODE(:x, 1, 'a', 2, 'b') FROM dual")).toContain("WHEN($1)IS NOT DISTINCT FROM(1)THEN 'a' WHEN($1)IS NOT DISTINCT FROM(2)THEN 'b' END");
  });
});

describe('names', () => {
  it.each([
    ['SELECT a, t.b, "Mixed" FROM t', ['A', 'B', 'Mixed']],
    ['SELECT a AS x, b y, c AS "low" FROM t', ['X', 'Y', 'low']],
    ["SELECT count( * ), nvl(a , 'b c'), 1 + 1, :x FROM t", ['COUNT(*)', "NVL(A,'b c')", '1+1', ':X']],
    ['SELECT CASE WHEN a = 1 THEN 2 END, CASE WHEN a = 1 THEN 2 END c FROM t', ['CASEWHENA=1THEN2END', 'C']],
    ['WITH w (z) AS (SELECT 1 AS q FROM dual) SELECT z AS r FROM w UNION ALL SELECT 2 FROM dual', ['R']],
    ['SELECT t.*, 1 one FROM t', ['*', 'ONE']],
    ['SELECT 고객번호, 이름 AS "성명" FROM t', ['고객번호', '성명']],
  ])('of the columns of %s', (sql, names) => expect(translated(sql).names).toEqual(names));

  it('of an author are laid over those of the database, around a *', () => {
    expect(layNames(['A', '*', 'Z'], ['1', '2', '3', '4'])).toEqual(['A', '2', '3', 'Z']);
    expect(layNames(['A', 'B'], ['1', '2'])).toEqual(['A', 'B']);
    expect(layNames(['*'], ['1', '2'])).toEqual(['1', '2']);
  });

  it('of one case swap it, so that quoted and unquoted ones stay apart', () => {
    expect(written('SELECT "ABC", "abc", "Abc", abc FROM t')).toBe('SELECT "abc","ABC","Abc",abc FROM t');
  });

  it('with a # are quoted', () => expect(written('SELECT serial# FROM v$session')).toBe('SELECT "serial#" FROM v$session'));
});

describe('what means the same in other words', () => {
  it.each([
    ["SELECT '' FROM dual", 'SELECT NULL FROM dual'],
    ["SELECT q'{it's}' FROM dual", "SELECT 'it''s' FROM dual"],
    ['SELECT a FROM t MINUS SELECT a FROM u', 'SELECT a FROM t EXCEPT SELECT a FROM u'],
    ['SELECT NVL(a, b), NVL2(a, b, c) FROM t', 'SELECT COALESCE(a,b),CASE WHEN(a)IS NOT NULL THEN b ELSE c END FROM t'],
    ["SELECT a FROM t WHERE d >= DATE '2026-11-01'", "SELECT a FROM t WHERE d >= oracle_types.odate '2026-11-01'"],
    ["SELECT a FROM t WHERE d >= TIMESTAMP '2026-11-01 10:00:00 +09:00'", "SELECT a FROM t WHERE d >= timestamptz '2026-11-01 10:00:00 +09:00'"],
    ["SELECT a FROM t WHERE b LIKE 'x\\_%' AND c LIKE :p ESCAPE '!'", "SELECT a FROM t WHERE b LIKE 'x\\_%' ESCAPE '' AND c LIKE $1 ESCAPE '!'"],
    ['SELECT a FROM t WHERE b = 1 AND ROWNUM <= :n', 'SELECT a FROM t WHERE b = 1 LIMIT greatest(0,($1))'],
    ['SELECT a FROM t WHERE ROWNUM < 5 AND b BETWEEN 1 AND 2', 'SELECT a FROM t WHERE b BETWEEN 1 AND 2 LIMIT greatest(0,(5)- 1)'],
    ['SELECT * FROM (SELECT a FROM t ORDER BY a) WHERE ROWNUM = 1', 'SELECT * FROM(SELECT a FROM t ORDER BY a)LIMIT greatest(0,(1))'],
    ['SELECT a FROM t OFFSET 5 ROWS FETCH NEXT :n ROWS ONLY', 'SELECT a FROM t OFFSET 5 ROWS FETCH NEXT $1 ROWS ONLY'],
    ['SELECT a year, b AS limit, EXTRACT(DAY FROM c) day FROM t', 'SELECT a AS "year",b AS "limit",EXTRACT(DAY FROM c)AS "day" FROM t'],
    ['SELECT limit FROM window WHERE limit > 5', 'SELECT "limit" FROM "window" WHERE "limit" > 5'],
    ['SELECT UNIQUE a FROM t', 'SELECT DISTINCT a FROM t'],
    ['SELECT LEVEL FROM dual CONNECT BY LEVEL <= 3', 'SELECT "level" FROM generate_series(1,(3)::integer)AS dual(level)'],
    ['SELECT CAST(a AS VARCHAR2(20 CHAR)), CAST(b AS NUMBER(12,2)) FROM t', 'SELECT CAST(a AS varchar(20)),CAST(b AS numeric(12,2))FROM t'],
    ["SELECT TO_CHAR(a, 'FM999G990'), TO_CHAR(d, 'YYYY\"년\" FMMM') FROM t", "SELECT to_char(a,'FM999,990'),to_char(d,'YYYY\"년\" FMMM')FROM t"],
    ['INSERT INTO s.t (a, b) VALUES (:1, seq.NEXTVAL)', "INSERT INTO s.t(a,b)VALUES($1,nextval('seq'))"],
    ['UPDATE t x SET x.a = :1, b = 2 WHERE x.c = 3', 'UPDATE t x SET a = $1,b = 2 WHERE x.c = 3'],
    ['DELETE t WHERE a = 1', 'DELETE FROM t WHERE a = 1'],
    [
      'MERGE INTO t d USING (SELECT :id AS id FROM dual) s ON (d.id = s.id) WHEN MATCHED THEN UPDATE SET d.v = 1 WHERE d.v < 1 WHEN NOT MATCHED THEN INSERT (d.id, v) VALUES (s.id, 2)',
      'MERGE INTO t d USING(SELECT $1 AS "id" FROM dual)s ON(d.id = s.id)WHEN MATCHED AND(d.v < 1)THEN UPDATE SET v = 1 WHEN NOT MATCHED THEN INSERT(id,v)VALUES(s.id,2)',
    ],
  ])('%s', (oracle, postgres) => expect(written(oracle)).toBe(postgres));
});

describe('what Oracle does not know, though PostgreSQL would', () => {
  it.each<[string, number, string]>([
    ['SELECT a FROM t LIMIT 1', 933, 'LIMIT 1'],
    ['SELECT a::text FROM t', 1745, '::text FROM t'],
    ['SELECT now() FROM dual', 904, 'now() FROM dual'],
    ['SELECT a FROM t AS x', 933, 'AS x'],
    ['UPDATE t AS x SET a = 1', 933, 'AS x SET a = 1'],
    ['SELECT CAST(:x AS timestamptz) FROM dual', 902, 'timestamptz) FROM dual'],
    ["SELECT timestamptz '2026-01-01' FROM dual", 923, "'2026-01-01' FROM dual"],
    ["SELECT a FROM t WHERE d > now() - INTERVAL '1 day'", 904, "now() - INTERVAL '1 day'"],
    ["SELECT SYSDATE - INTERVAL '1 day' FROM dual", 30089, "INTERVAL '1 day' FROM dual"],
    ["SELECT a FROM t WHERE a ILIKE 'x'", 920, "ILIKE 'x'"],
    ['SELECT a FROM pg_tables', 942, 'pg_tables'],
    ['INSERT INTO t (a) VALUES (1) ON CONFLICT DO NOTHING', 933, 'ON CONFLICT DO NOTHING'],
    ['UPDATE t SET a = 1 RETURNING a', 925, 'RETURNING a'],
    ['DELETE FROM t USING u WHERE t.a = u.a', 933, 'USING u WHERE t.a = u.a'],
    ['SELECT FROM t', 936, 'FROM t'],
    ['SELECT *, a FROM t', 923, ', a FROM t'],
    ['SELECT a, * FROM t', 936, '* FROM t'],
    ['SELECT a, COUNT(*) FROM t GROUP BY 1', 979, '1'],
    ['SELECT a FROM t WHERE b IS DISTINCT FROM c', 908, 'DISTINCT FROM c'],
    ['INSERT INTO t (a) VALUES (1), (2)', 933, ', (2)'],
    ['SELECT $1 FROM dual', 911, '$1 FROM dual'],
    ["SELECT DATE '2026.11.01' FROM dual", 1861, "'2026.11.01' FROM dual"],
    ['SELECT a FROM t;', 933, ';'],
    ["SELECT TO_CHAR(d, 'YYYY년') FROM t", 1821, "'YYYY년') FROM t"],
  ])('%s', (sql, number, rest) => expect(refusal(sql)).toEqual([number, rest]));

  it('depends on the release where it does in Oracle', () => {
    expect([refusal('SELECT 1')[0], refusal('SELECT a FROM t WHERE b = TRUE')[0], refusal('SELECT a FROM t;', '12.1')[0]]).toEqual([923, 904, 911]);
    expect([written('SELECT 1', '23ai'), written('SELECT a FROM t WHERE b = TRUE', '23ai')]).toEqual(['SELECT 1', 'SELECT a FROM t WHERE b = TRUE']);
  });
});

describe('what cannot be done here', () => {
  it.each([
    ['SELECT a.x FROM a, b WHERE a.x = b.x(+)', '(+)'],
    ['SELECT ROWNUM, a FROM t', 'ROWNUM, a FROM t'],
    ['SELECT a FROM t WHERE ROWNUM <= 5 ORDER BY a', 'ROWNUM <= 5 ORDER BY a'],
    ['SELECT COUNT(*) FROM t WHERE ROWNUM <= 1', 'ROWNUM <= 1'],
    ['SELECT a FROM t WHERE b = 1 OR ROWNUM <= 5', 'ROWNUM <= 5'],
    ['SELECT id FROM t FOR UPDATE WAIT 5', 'FOR UPDATE WAIT 5'],
    ['SELECT a FROM t START WITH b IS NULL CONNECT BY PRIOR a = b', 'START WITH b IS NULL CONNECT BY PRIOR a = b'],
    ["SELECT LISTAGG(a, ',') WITHIN GROUP (ORDER BY a) FROM t", "LISTAGG(a, ',') WITHIN GROUP (ORDER BY a) FROM t"],
    ['SELECT TO_CHAR(d, :f) FROM t', ':f) FROM t'],
    ["SELECT SYSTIMESTAMP AT TIME ZONE 'UTC' FROM dual", "AT TIME ZONE 'UTC' FROM dual"],
    ['SELECT a FROM t UNION SELECT a FROM u INTERSECT SELECT a FROM v', 'INTERSECT SELECT a FROM v'],
    ['INSERT INTO t (a) VALUES (1) RETURNING a INTO :x', 'RETURNING a INTO :x'],
    ['CREATE TABLE t (a NUMBER)', 'CREATE TABLE t (a NUMBER)'],
  ])('is said, with its place: %s', (sql, rest) => expect(refusal(sql)).toEqual([3001, rest]));

  it.each<[string, number, string]>([
    ['', 900, ''],
    ['SELEC 1', 900, 'SELEC 1'],
    ["SELECT 'a", 1756, "'a"],
    ['SELECT "a', 1740, '"a'],
    ['SELECT 1 /* a', 1742, '/* a'],
    ['SELECT (1 FROM dual', 907, ''],
    ['SELECT 1) FROM dual', 933, ') FROM dual'],
    ['BEGIN purge_everything; END;', 6550, 'purge_everything; END;'],
    ['ALTER SESSION SET NONSENSE = 1', 2248, 'NONSENSE = 1'],
  ])('is no statement: %s', (sql, number, rest) => expect(refusal(sql)).toEqual([number, rest]));
});

describe('statements', () => {
  it.each([
    ['(SELECT 1 FROM dual)', 'query'], ['WITH a AS (SELECT 1 x FROM dual) SELECT x FROM a', 'query'], ['INSERT INTO t VALUES (1)', 'insert'], ['-- hint\nUPDATE t SET a = 1', 'update'],
    ['DELETE FROM t', 'delete'], ['BEGIN NULL; END;', 'plsql'], ["ALTER SESSION SET TIME_ZONE = 'Asia/Seoul'", 'other'], ['SET TRANSACTION READ ONLY', 'other'],
  ])('%s', (sql, kind) => expect(translated(sql).kind).toBe(kind));

  it('about the session are read', () => {
    expect(translated("ALTER SESSION SET TIME_ZONE='+09:00' NLS_DATE_FORMAT = 'YYYY-MM-DD'").session).toEqual({ do: 'alter-session', parameters: [['TIME_ZONE', '+09:00'], ['NLS_DATE_FORMAT', 'YYYY-MM-DD']] });
    expect(translated('set  transaction read only').session).toEqual({ do: 'set-transaction', readOnly: true, serializable: false });
    expect(translated('BEGIN DBMS_SESSION.SLEEP(1.5); END;').session).toEqual({ do: 'sleep', seconds: 1.5 });
  });

  it('that lock rows are known', () => {
    expect(['SELECT a FROM t FOR UPDATE NOWAIT', 'SELECT a FROM t'].map((sql) => translated(sql).locksRows)).toEqual([true, false]);
  });
});

it('finds the way from PostgreSQL\'s position back to the author\'s, over all that was changed', () => {
  const sql = "SELECT NVL('값😀', 'it''s') /* 주석 */, nonsense FROM dual";
  const { text, authorIndex } = translated(sql).out.render();
  const position = [...text.slice(0, text.indexOf('nonsense'))].length + 1;
  expect(sql.slice(authorIndex(position))).toBe('nonsense FROM dual');
});
