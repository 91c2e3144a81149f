import { describe, expect, it } from '@jest/globals';
import { bindPlaces, kindOf, transactionEnd } from './sql-text.ts';

const names = (sql: string) => bindPlaces(sql).map(({ name, isReturned }) => (isReturned ? `${name} returned` : name));

describe('the kind of a statement', () => {
  it.each([
    ['select 1 from dual', 'query'], ['  (SELECT 1 from a) union all (select 2 from b)', 'query'], ['with x as (select 1 from dual) select * from x', 'query'],
    ['-- delete\nselect 1 from dual', 'query'], ['/* update */ merge into a using b on (1 = 1)', 'merge'], ['INSERT into a values (1)', 'insert'],
    ['update a set b = 1', 'update'], ['delete a', 'delete'],
    ['begin null; end;', 'plsql'],
    ['declare x number; begin null; end;', 'plsql'], ['call p()', 'plsql'], ['create table a (b number)', 'ddl'], ['rename a to b', 'ddl'], ['purge table a', 'ddl'],
    ['alter table a add b number', 'ddl'], ["alter session set time_zone = '+09:00'", 'other'], ['set transaction read only', 'other'],
    ['lock table a in share mode', 'other'], ['commit', 'other'], ['', 'other'],
  ])('%s is %s', (sql, kind) => expect(kindOf(sql)).toBe(kind));
});

describe('the places of binds', () => {
  it.each([
    ['select :a, :B from x where c = :a', ['a', 'B', 'a']], ['select :1, :2 from dual', ['1', '2']], ['select :이름 from dual', ['이름']],
    ['select :"Mixed Case" from dual', ['Mixed Case']],
    ["select ':a', q'[:b ']' c', \":d\", :e from x -- :f\n/* :g */ where h = :h", ['e', 'h']], ["select q'!it's :a!' from dual where b = :b", ['b']],
    ['begin p(:a, :b, :A); end;', ['a', 'b']], ['begin :x := f(:y); end;', ['x', 'y']],
    ['insert into a (b) values (:b) returning id into :id', ['b', 'id returned']],
    ['update a set b = :b return c, d into :c, :d', ['b', 'c returned', 'd returned']],
    ['select returning from a where into_ = :x', ['x']], ['create trigger t before insert on a begin :new.id := 1; end;', []],
  ])('of %s', (sql, expected) => expect(names(sql)).toEqual(expected));
});

describe('the end of a transaction as SQL', () => {
  it.each([
    ['commit', 'commit'], [' ROLLBACK work ; ', 'rollback'], ['rollback to savepoint a', null], ['select 1 from commit', null],
  ])('%s', (sql, end) => expect(transactionEnd(sql)).toBe(end));
});
