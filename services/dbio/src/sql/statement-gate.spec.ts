import { describe, expect, it } from '@jest/globals';
import type { QueryPurpose } from '@tank/contracts';
import { passGate } from './statement-gate.js';

const codeOf = (purpose: QueryPurpose, sql: string): string | undefined => {
  try {
    passGate(purpose, sql, 'postgres');
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
