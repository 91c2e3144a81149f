import { findColumn, isPresent } from './columns.js';

describe('findColumn', () => {
  it('prefers the name exactly as written', () => {
    expect(findColumn({ Name: 'a', NAME: 'b' }, 'NAME')).toBe('NAME');
  });

  it('ignores case where that leaves one column, since Oracle and PostgreSQL fold names in opposite directions', () => {
    expect(findColumn({ CUSTOMER_NAME: '김민수' }, 'customer_name')).toBe('CUSTOMER_NAME');
    expect(findColumn({ customer_name: '김민수' }, 'CUSTOMER_NAME')).toBe('customer_name');
    expect(findColumn({ 고객명: '김민수' }, '고객명')).toBe('고객명');
  });

  it('chooses none of several columns that differ only by case', () => {
    expect(findColumn({ Name: 'a', NAME: 'b' }, 'name')).toBeUndefined();
  });

  it('knows no column that the row only inherits', () => {
    for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) expect(findColumn({ a: 1 }, name)).toBeUndefined();
  });
});

describe('isPresent', () => {
  it.each([[0], [false], ['0'], ['가']])('takes %p for a value', (value) => expect(isPresent(value)).toBe(true));
  it.each([[undefined], [null], [''], [' \t\n'], ['\u3000']])('takes %p for no value', (value) => expect(isPresent(value)).toBe(false));
});
