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
