import { describe, expect, it } from '@jest/globals';
import type { QueryPurpose } from '@tank/contracts';
import type { Dialect } from './scan-sql.js';
import { passGate } from './statement-gate.js';

const codeOf = (purpose: QueryPurpose, sql: string, dialect: Dialect = 'postgres', allowPlSql = false): string | undefined => {
  try {
    passGate(purpose, sql, dialect, { allowPlSql });
    return undefined;
  } catch (error) {
    return (error as { error: { code: string } }).error.code;
  }
};

describe('passGate', () => {
  it.each([
    'SELECT 1',
    'select * from t;',
    '-- who is due\nSELECT 1 ; ; -- end',
    '(SELECT 1) UNION ALL (SELECT 2)',
    'WITH a AS (SELECT 1), b (x) AS MATERIALIZED (SELECT 2) SELECT * FROM a, b',
    'WITH RECURSIVE update AS (SELECT 1) SELECT * FROM update',
    "SELECT 'DELETE FROM t', \"into\" FROM t",
    'SELECT t.into, 1 AS into, substring(x FROM 1 FOR 2), count(update) FROM t',
  ])('lets a SELECT through: %s', (sql) => expect(codeOf('target', sql)).toBeUndefined());

  it.each([
    ['', 'EMPTY_QUERY'],
    ['-- nothing', 'EMPTY_QUERY'],
    ['DELETE FROM t', 'NOT_A_SELECT'],
    ['UPDATE t SET a = 1 WHERE b = 2', 'NOT_A_SELECT'],
    ['DROP TABLE t', 'NOT_A_SELECT'],
    ['BEGIN DELETE FROM t; END;', 'SEVERAL_STATEMENTS'],
    ['CALL f()', 'NOT_A_SELECT'],
    ['EXPLAIN ANALYZE DELETE FROM t', 'NOT_A_SELECT'],
    ['SELECT 1; DELETE FROM t', 'SEVERAL_STATEMENTS'],
    ['SELECT * INTO new_table FROM t', 'SELECT_INTO'],
    ['SELECT * FROM t FOR UPDATE', 'ROW_LOCK'],
    ['SELECT * FROM t FOR NO KEY UPDATE', 'ROW_LOCK'],
    ['WITH a AS (DELETE FROM t RETURNING *) SELECT * FROM a', 'DATA_CHANGED_WITHIN'],
    ['WITH a AS (UPDATE t SET b = 1 RETURNING *) SELECT * FROM a', 'DATA_CHANGED_WITHIN'],
    ['WITH a AS (SELECT 1) DELETE FROM t', 'NOT_A_SELECT'],
    ["SELECT 'open", 'UNCLOSED'],
    ['SELECT $1', 'POSITIONAL_BIND'],
  ])('refuses as a target %s', (sql, code) => expect(codeOf('target', sql)).toBe(code));

  it.each([
    'UPDATE t SET a = :SEND_STATUS WHERE id = :id',
    'INSERT INTO log SELECT :MAIL_ID',
    'MERGE INTO t USING (SELECT 1) s ON (t.id = :id) WHEN MATCHED THEN UPDATE SET a = 1',
    'WITH a AS (SELECT 1) UPDATE t SET b = 1 FROM a WHERE t.id = :id;',
    'INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET b = 1',
  ])('lets an update through: %s', (sql) => expect(codeOf('update', sql)).toBeUndefined());

  it.each([
    ['SELECT 1', 'NOT_AN_UPDATE'],
    ['DELETE FROM t WHERE id = 1', 'NOT_AN_UPDATE'],
    ['TRUNCATE t', 'NOT_AN_UPDATE'],
    ['UPDATE t SET a = 1 WHERE b = 1; UPDATE u SET a = 1 WHERE b = 1', 'SEVERAL_STATEMENTS'],
    ['WITH a AS (DELETE FROM t RETURNING *) UPDATE u SET b = 1 WHERE c = 1', 'DATA_CHANGED_WITHIN'],
    ['UPDATE t SET a = :SEND_STATUS', 'UPDATE_WITHOUT_WHERE'],
    ['UPDATE t SET a = (SELECT b FROM u WHERE c = 1)', 'UPDATE_WITHOUT_WHERE'],
  ])('refuses as an update %s', (sql, code) => expect(codeOf('update', sql)).toBe(code));
});

describe('passGate for Oracle', () => {
  it.each([
    'SELECT /*+ FULL(c) */ c.id, q\'[it\'s; DROP]\' FROM customer c',
    'WITH due AS (SELECT 1 FROM dual) SELECT * FROM due\n/\n',
    'SELECT * FROM customer@crm AS OF TIMESTAMP SYSDATE - 1 FETCH FIRST 10 ROWS ONLY;\n  /  ',
    'SELECT id\n/ 2 FROM t',
    'WITH function AS (SELECT 1 n FROM dual) SELECT n FROM function',
    "SELECT 'one\rline' FROM dual -- and\r\nmore",
  ])('lets a SELECT through: %j', (sql) => expect(codeOf('target', sql, 'oracle')).toBeUndefined());

  it.each([
    'RENAME a TO b', 'PURGE RECYCLEBIN', 'LOCK TABLE t IN EXCLUSIVE MODE', 'ALTER SESSION SET CURRENT_SCHEMA = x', 'ALTER SYSTEM KILL SESSION \'1,2\'', 'CREATE TABLE t (a NUMBER)',
    'CREATE OR REPLACE PROCEDURE p AS BEGIN NULL; END;', 'DROP TABLE t', 'TRUNCATE TABLE t', 'EXPLAIN PLAN FOR SELECT 1 FROM dual', 'GRANT DBA TO tank', 'REVOKE DBA FROM tank',
    'COMMENT ON TABLE t IS \'x\'', 'COMMIT', 'ROLLBACK', 'SAVEPOINT a', 'SET TRANSACTION READ WRITE', 'SET ROLE dba', 'ANALYZE TABLE t COMPUTE STATISTICS', 'AUDIT ALL', 'FLASHBACK TABLE t TO BEFORE DROP',
    'DELETE FROM t WHERE id = 1', 'EXEC p', 'BEGIN p; END;', 'DECLARE x NUMBER; BEGIN p; END;', 'CALL p()', '<<label>> BEGIN p; END;', '/* a hint */ DROP TABLE t', '(DROP TABLE t)',
    'ADMINISTER KEY MANAGEMENT SET KEY', 'ASSOCIATE STATISTICS WITH COLUMNS t.a USING x', 'WITH a AS (SELECT 1 FROM dual) DELETE FROM t',
  ])('never lets through, whatever it is for: %s', (sql) => {
    for (const purpose of ['target', 'mapping', 'update'] as const) expect(codeOf(purpose, sql, 'oracle')).toMatch(/^(NOT_A_SELECT|NOT_AN_UPDATE|SEVERAL_STATEMENTS|PLSQL_NOT_ALLOWED)$/);
  });

  it.each([
    ['SELECT * FROM t FOR UPDATE', 'ROW_LOCK'],
    ['SELECT * FROM t FOR UPDATE OF a.id SKIP LOCKED', 'ROW_LOCK'],
    ['SELECT a INTO b FROM t', 'SELECT_INTO'],
    ['SELECT :1 FROM dual', 'POSITIONAL_BIND'],
    ["SELECT q'[open FROM dual", 'UNCLOSED'],
    ['SELECT 1 FROM dual; SELECT 2 FROM dual', 'SEVERAL_STATEMENTS'],
    ['SELECT * FROM t -- a comment, or not\r FOR UPDATE', 'LINE_ENDS'],
    ['UPDATE t SET a = 1 WHERE b = 2', 'NOT_A_SELECT'],
    ['\n/\n', 'EMPTY_QUERY'],
  ])('says of %j as a target: %s', (sql, code) => expect(codeOf('target', sql, 'oracle')).toBe(code));

  it.each([
    ['UPDATE t SET a = 1 WHERE b = :b\n/', undefined],
    ['MERGE INTO t USING dual ON (t.id = :id) WHEN MATCHED THEN UPDATE SET a = 1;\n/\n', undefined],
    ['INSERT INTO log (doc) SELECT JSON_VALUE(doc, \'$.a\' RETURNING NUMBER) FROM t LOG ERRORS INTO err$_t', undefined],
    ['UPDATE t SET a = 1 WHERE b = :b RETURNING c INTO :d', 'RETURNING_INTO'],
    ['UPDATE t SET return = 1, returning = :r WHERE b = :b', undefined],
    ['UPDATE t@crm SET a = 1', 'UPDATE_WITHOUT_WHERE'],
  ])('says of %j as an update: %s', (sql, code) => expect(codeOf('update', sql, 'oracle')).toBe(code));

  it.each([
    ['BEGIN pkg.done(:id); UPDATE t SET a = 1; END;', 'BEGIN pkg.done(:id); UPDATE t SET a = 1; END;'],
    ['begin\n  p(:id);\nend\n/\n', 'begin\n  p(:id);\nend;'],
    ['DECLARE n NUMBER := 0;\nBEGIN IF :id > 0 THEN p; END IF; END done; -- thus\n/', 'DECLARE n NUMBER := 0;\nBEGIN IF :id > 0 THEN p; END IF; END done;'],
    ['CALL pkg.done(:id);', 'CALL pkg.done(:id)'],
  ])('lets PL/SQL through as an update only where it is allowed: %j', (sql, sent) => {
    expect(codeOf('update', sql, 'oracle')).toBe('PLSQL_NOT_ALLOWED');
    expect(codeOf('target', sql, 'oracle', true)).toBe('NOT_A_SELECT');
    expect(passGate('update', sql, 'oracle', { allowPlSql: true })).toMatchObject({ sql: sent, isPlSql: true });
    expect(codeOf('update', sql, 'postgres', true)).toMatch(/NOT_AN_UPDATE|SEVERAL_STATEMENTS/);
  });

  it.each([
    ['BEGIN p; END; DROP TABLE t', 'PLSQL_NOT_ONE_BLOCK'],
    ['BEGIN IF a THEN p; END IF;', 'PLSQL_NOT_ONE_BLOCK'],
    ['CALL p(); DROP TABLE t', 'SEVERAL_STATEMENTS'],
    ["BEGIN p('open); END;", 'UNCLOSED'],
    ['BEGIN p(:1); END;', 'POSITIONAL_BIND'],
  ])('refuses %s even where PL/SQL is allowed', (sql, code) => expect(codeOf('update', sql, 'oracle', true)).toBe(code));

  it.each([
    ['WITH FUNCTION f RETURN NUMBER IS BEGIN RETURN 1; END; SELECT f FROM dual', undefined],
    ['WITH FUNCTION f (a NUMBER) RETURN NUMBER IS BEGIN RETURN a; END f; due AS (SELECT f(:id) n FROM dual) SELECT n FROM due;', undefined],
    ['WITH FUNCTION f RETURN NUMBER IS BEGIN RETURN 1; END; SELECT f FROM t FOR UPDATE', 'ROW_LOCK'],
    ['WITH FUNCTION f RETURN NUMBER IS BEGIN RETURN 1; END; DELETE FROM t', 'NOT_A_SELECT'],
    ['WITH FUNCTION f RETURN NUMBER IS BEGIN RETURN 1; END;', 'NOT_A_SELECT'],
    ['WITH FUNCTION f RETURN NUMBER IS BEGIN RETURN 1; END; SELECT 1 FROM dual; DROP TABLE t', 'SEVERAL_STATEMENTS'],
  ])('takes functions within WITH for PL/SQL: %s', (sql, allowed) => {
    expect(codeOf('mapping', sql, 'oracle')).toBe('PLSQL_NOT_ALLOWED');
    expect(codeOf('mapping', sql, 'oracle', true)).toBe(allowed);
  });

  it('leaves out what is behind the end, and nothing before it', () => {
    expect(passGate('target', '/* due */ SELECT /*+ FULL(t) */ 1 FROM t ; -- end\n/ ', 'oracle')).toMatchObject({ sql: '/* due */ SELECT /*+ FULL(t) */ 1 FROM t', isPlSql: false });
  });
});
