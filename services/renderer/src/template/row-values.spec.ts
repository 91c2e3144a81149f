import { RowValues } from './row-values.js';

const parse = (json: string) => JSON.parse(json) as Record<string, string>;

describe('the values of a mail', () => {
  it('know columns and defaults by any name, those of the language included', () => {
    const values = new RowValues(parse('{"__proto__":"a","toString":"b"}'), '2026-11-20T09:00:00', parse('{"__PROTO__":"x","constructor":"c","hasOwnProperty":"d"}'));
    expect(['__proto__', 'toString', 'constructor', 'hasOwnProperty', 'valueOf'].map((name) => values.find(name))).toEqual(['a', 'b', 'c', 'd', undefined]);
    expect(new RowValues({}, '2026-11-20T09:00:00', parse('{"__proto__":"x"}')).find('__proto__')).toBe('x');
  });

  it('leave the row they came from as it was', () => {
    const row = { A: null };
    const values = new RowValues(row, '2026-11-20T09:00:00', { a: '1' });
    expect(values.find('A')).toBe('1');
    expect(row).toEqual({ A: null });
  });
});
