import { describe, expect, it } from '@jest/globals';
import { scanSql, type Dialect } from './scan-sql.js';

const binds = (sql: string, dialect: Dialect = 'postgres') => scanSql(sql, dialect).filter(({ kind }) => kind === 'bind').map(({ text }) => text);

describe('scanSql', () => {
  it.each([
    ['a string', "SELECT ':no', 'it''s :no', :yes"],
    ['an E-string with escapes', String.raw`SELECT E'it\'s :no', e'\\', :yes`],
    ['a quoted name', 'SELECT "a:no""b:no", :yes'],
    ['a dollar-quoted text', 'SELECT $$ :no \' $$, $tag$ :no $$ :no $tag$, :yes'],
    ['a line comment', 'SELECT 1 -- :no \' \n, :yes'],
    ['nested comments', 'SELECT /* :no /* :no */ :no \' */ :yes'],
    ['a cast', "SELECT '1'::no, x::no, :yes::integer"],
    ['an assignment', 'SELECT f(a := 1, b:=no, c => :yes)'],
    ['slices of arrays', 'SELECT a[1:no], a[b:no], a[f(1):no], a[1:], :yes'],
    ['a dollar within a name', 'SELECT a$b$ , :yes , c$b$'],
  ])('finds no bind in %s', (_, sql) => expect(binds(sql)).toEqual([':yes']));

  it.each([
    ['as an index or the first bound of a slice', 'SELECT a[:x], a[:x:2], a[1 + :x]', [':x', ':x', ':x']],
    ['in a call within brackets', 'SELECT a[f(:x)], ARRAY[:y, :z]', [':x', ':y', ':z']],
    ['after a keyword within brackets', 'SELECT a[CASE WHEN :x THEN 1 END]', [':x']],
    ['in Korean', 'SELECT :고객번호, :"고객 번호"', [':고객번호', ':"고객 번호"']],
    ['next to operators', 'SELECT 1-:a||:b', [':a', ':b']],
    ['twice', 'WHERE a=:a OR b=:A', [':a', ':A']],
  ])('finds a bind %s', (_, sql, expected) => expect(binds(sql)).toEqual(expected));

  it("knows Oracle's q-strings and its comments that do not nest", () => {
    expect(binds("SELECT q'[it's :no]', Q'{:no'}', nq'!it's :no!', q'<a>', e || ':no', :yes FROM dual", 'oracle')).toEqual([':yes']);
    expect(binds('SELECT /* /* :no */ :yes FROM dual', 'oracle')).toEqual([':yes']);
    expect(binds('SELECT $ FROM a$b WHERE c# = :yes', 'oracle')).toEqual([':yes']);
  });

  it.each([
    ['JSON with text for keys', `SELECT JSON {'a':no, 'b' : no, 'c':1, 'd':"no", 'e': :yes} FROM dual`],
    ['a hint', 'SELECT /*+ LEADING(a) :no */ :yes FROM a'],
    ['named arguments', 'SELECT f(a => 1, b=>:yes) FROM dual'],
    ['ranges of a loop', 'FOR i IN 1..:yes LOOP'],
  ])("takes nothing of Oracle's for a bind that is none: %s", (_, sql) => expect(binds(sql, 'oracle')).toEqual([':yes']));

  it("reads Oracle's binds with a blank behind the colon, as its driver does", () => {
    expect(binds('SELECT : a, :\n"b c" FROM dual', 'oracle')).toEqual([': a', ':\n"b c"']);
    expect(scanSql('SELECT :1, : 2 FROM dual', 'oracle').filter(({ kind }) => kind === 'positional').map(({ text }) => text)).toEqual([':1', ': 2']);
  });

  it('calls what never ends unclosed, from where it begins', () => {
    for (const [sql, start] of [["SELECT 'a", 7], ['SELECT "a', 7], ['SELECT /* /* */', 7], ['SELECT $x$ a $y$', 7], ["SELECT E'\\'", 7]] as const) {
      expect(scanSql(sql, 'postgres').at(-1)).toMatchObject({ kind: 'unclosed', start, end: sql.length });
    }
  });

  it('reads 100,000 characters of anything without losing its way', () => {
    const sql = `SELECT '${"''".repeat(25_000)}', "${'""'.repeat(10_000)}", E'${"\\'".repeat(10_000)}', :yes`;
    expect(binds(sql)).toEqual([':yes']);
  });
});
