import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { bindNames, bindValues, nameBinds, numberBinds, refuseUnknownBinds } from './binds.js';
import { passGate } from './statement-gate.js';

const gated = (sql: string) => passGate('mapping', sql, 'postgres');

describe('binds', () => {
  it('become numbers, each place its own or one for a name', () => {
    const query = gated('SELECT :a, :B, :A');
    expect(numberBinds(query, 'each')).toMatchObject({ text: 'SELECT $1, $2, $3', parameters: ['a', 'B', 'A'] });
    expect(numberBinds(query, 'shared')).toMatchObject({ text: 'SELECT $1, $2, $1', parameters: ['a', 'B'] });
    expect(bindNames(query)).toEqual(['a', 'B']);
  });

  it('never grow together with a name before or behind them', () => {
    expect(numberBinds(gated('SELECT CASE WHEN:a THEN 1 END'), 'each').text).toBe('SELECT CASE WHEN $1 THEN 1 END');
    const sql = 'SELECT :"고객 번호"FROM due';
    const { text, authorPosition } = numberBinds(gated(sql), 'each');
    expect(text).toBe('SELECT $1 FROM due');
    for (const word of ['FROM', 'due']) expect(authorPosition(text.indexOf(word))).toBe(sql.indexOf(word));
  });

  it('get names for Oracle that it does not reserve, and that its driver can read', () => {
    const query = passGate('mapping', 'SELECT :"고객 번호" FROM due WHERE d = :date /* :no */ AND e = :DATE', 'oracle');
    expect(nameBinds(query, 'each')).toMatchObject({ text: 'SELECT :b1 FROM due WHERE d = :b2 /* :no */ AND e = :b3', parameters: ['고객 번호', 'date', 'DATE'] });
    const { text, parameters, authorPosition } = nameBinds(query, 'shared');
    expect([text, parameters]).toEqual(['SELECT :b1 FROM due WHERE d = :b2 /* :no */ AND e = :b2', ['고객 번호', 'date']]);
    expect(authorPosition(text.lastIndexOf(':b2'))).toBe(query.sql.indexOf(':DATE'));
    expect(authorPosition(text.indexOf('/*'))).toBe(query.sql.indexOf('/*'));
  });

  it('of PL/SQL are one for a name, also where Oracle knows the name otherwise', () => {
    const sql = "BEGIN pkg.done(p_id => :id, p_at=>:date, p_n := : ID); :new := 1; x := '{\"a\":1}'; END;";
    const query = passGate('update', sql, 'oracle', { allowPlSql: true });
    expect(bindNames(query)).toEqual(['id', 'date', 'new']);
    expect(nameBinds(query, 'shared')).toMatchObject({
      text: "BEGIN pkg.done(p_id => :b1, p_at=>:b2, p_n := :b1); :b3 := 1; x := '{\"a\":1}'; END;", parameters: ['id', 'date', 'new'],
    });
    expect(() => refuseUnknownBinds(query, ['ID', 'DATE'])).toThrow('No column is called new');
  });

  it('map every place back to the author\'s text', () => {
    const sql = 'SELECT :customer_id, :x + bad FROM "가:나" WHERE :y = oops';
    const { text, authorPosition } = numberBinds(gated(sql), 'each');
    for (const word of ['SELECT', 'bad', 'FROM', '"가:나"', 'oops']) expect(authorPosition(text.indexOf(word))).toBe(sql.indexOf(word));
    expect(authorPosition(text.indexOf('$2'))).toBe(sql.indexOf(':x'));
    expect(authorPosition(text.indexOf('$2') + 1)).toBe(sql.indexOf(':x'));
    expect(authorPosition(text.length)).toBe(sql.length);
  });

  it('take their values from columns in any case, and NULL as NULL', () => {
    const refuse = (bind: string) => new Error(`no ${bind}`);
    expect(bindValues(['Customer_ID', 'note'], { CUSTOMER_ID: '12345678901234567890', NOTE: null }, refuse)).toEqual(['12345678901234567890', null]);
    expect(() => bindValues(['other'], { CUSTOMER_ID: 1 }, refuse)).toThrow('no other');
  });

  it('that no column offers are refused at their place, with what is offered', () => {
    const sql = "SELECT 1\nWHERE ':x' = :nobody";
    expect(() => refuseUnknownBinds(gated(sql), ['ID'])).toThrow(
      expect.objectContaining({ blame: 'query', error: expect.objectContaining({ code: 'UNKNOWN_BIND', position: sql.indexOf(':nobody'), line: 2, column: 14, remedy: 'It may bind: :ID.' }) }),
    );
    expect(() => refuseUnknownBinds(gated('SELECT :id'), ['ID', 'Id'])).toThrow('No column is called id');
    expect(() => refuseUnknownBinds(gated('SELECT :id'), ['ID'])).not.toThrow();
  });
});

/** What the driver itself takes for binds, in their order: it would ask for a value of each. */
function bindsOfDriver(sql: string): string[] {
  const { Statement } = createRequire(import.meta.url)('oracledb/lib/thin/statement.js') as { Statement: new () => { _prepare(sql: string): void; bindInfoList: { bindName: string }[] } };
  const statement = new Statement();
  statement._prepare(sql);
  return statement.bindInfoList.map(({ bindName }) => bindName);
}

describe("binds and Oracle's driver", () => {
  it.each([
    'SELECT :a, : b, :"c d", \':no\' FROM t -- :no\nWHERE x = :e /* :no \' */ AND y = :한글 AND z=:f||\'it\'\'s :no\'',
    "SELECT q'[it's :no]', Q'{:no'}', nq'!it's :no!', q'(a)', :yes FROM dual",
    "SELECT JSON {'a':no, 'b' : :yes, 'c' : 1} FROM t WHERE :x = 'a'",
    'SELECT "a:no""b", a$b.c#, :d FROM "T:no" WHERE a>:e AND b<:f',
    'SELECT /*+ INDEX(t :no) */ CASE WHEN:a=1 THEN:b ELSE:"c"END FROM t',
    "UPDATE t SET a = DECODE(:s, 'SENT', :t, :u), b = TO_DATE(:v, 'YYYY-MM-DD HH24:MI:SS') WHERE c = :w",
    "MERGE INTO t USING (SELECT :id id FROM dual) s ON (t.id = s.id) WHEN MATCHED THEN UPDATE SET a = :a WHEN NOT MATCHED THEN INSERT (id, a) VALUES (:id, :a)",
    'SELECT f(a => :x, b=>:y) FROM t@link WHERE d BETWEEN :d - 1 AND :d',
  ])('are the same ones: %s', (sql) => {
    const { text, parameters } = nameBinds(passGate(/^SELECT/.test(sql) ? 'mapping' : 'update', sql, 'oracle'), 'each');
    expect(bindsOfDriver(text)).toEqual(parameters.map((_, at) => `B${at + 1}`));
    expect(parameters).not.toContain('no');
  });

  it('are the same ones in PL/SQL, one for a name', () => {
    const sql = "DECLARE x t.a%TYPE := :a; BEGIN x:=:b; p(:a, y => :B, z=>q'{:no}'); FOR i IN 1..:n LOOP NULL; END LOOP; END;";
    const { text, parameters } = nameBinds(passGate('update', sql, 'oracle', { allowPlSql: true }), 'shared');
    expect(parameters).toEqual(['a', 'b', 'n']);
    expect(bindsOfDriver(text)).toEqual(['B1', 'B2', 'B3']);
  });
});
