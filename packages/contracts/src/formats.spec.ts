import { formatDate, FormatError, FORMATS } from './formats.js';
import type { ColumnValue } from './columns.js';

const number = (value: ColumnValue, argument = '') => FORMATS.number(value, argument);
const shift = (value: string, by: string) => FORMATS.shift(value, by);

describe('number', () => {
  it.each([
    [1234567, '1,234,567'],
    [1234567.5, '1,234,567.5'],
    [-1234, '-1,234'],
    [0, '0'],
    [-0, '0'],
    [999, '999'],
    [1000, '1,000'],
    ['12345678901234567890', '12,345,678,901,234,567,890'],
    ['-12345678901234567890.123456789', '-12,345,678,901,234,567,890.123456789'],
    ['0001234', '1,234'],
    ['+5', '5'],
    ['.5', '0.5'],
    ['-.5', '-0.5'],
    ['12.', '12'],
    ['-0.00', '0.00'],
    [' 1000 ', '1,000'],
    [1e21, '1,000,000,000,000,000,000,000'],
    [1e-7, '0.0000001'],
    [-2.5e-7, '-0.00000025'],
  ])('writes %p as %s', (value, text) => expect(number(value)).toBe(text));

  it.each([
    ['1234.5', '2', '1,234.50'],
    ['1234', '2', '1,234.00'],
    ['1.005', '2', '1.01'],
    ['2.5', '0', '3'],
    ['-2.5', '0', '-3'],
    ['-0.4', '0', '0'],
    ['0.999', '2', '1.00'],
    ['99999999999999999999.5', '0', '100,000,000,000,000,000,000'],
    ['0.05', '1', '0.1'],
    ['0.0449', '1', '0.0'],
  ])('rounds %s to %s decimals: %s', (value, decimals, text) => expect(number(value, decimals)).toBe(text));

  it.each([['1,000'], ['12a'], ['1e5'], ['.'], ['-'], ['NaN'], ['1 000'], [NaN], [Infinity], [true], ['--1'], ['9'.repeat(101)]])(
    'refuses %p without repeating it',
    (value) => expect(() => number(value)).toThrow('The value is not a number.'),
  );

  it.each([['-1'], ['11'], ['1.5'], ['x']])('refuses %s decimals', (decimals) => expect(() => number(1, decimals)).toThrow(FormatError));

  it('refuses a long row of digits at once instead of thinking about it', () => {
    const started = performance.now();
    expect(() => number(`${'0'.repeat(200_000)}x`)).toThrow(FormatError);
    expect(performance.now() - started).toBeLessThan(100);
  });
});

describe('won', () => {
  it('writes an amount', () => {
    expect(FORMATS.won(1234567)).toBe('1,234,567원');
    expect(FORMATS.won('-98765432109876543210')).toBe('-98,765,432,109,876,543,210원');
    expect(FORMATS.won(null)).toBeUndefined();
  });
});

describe('formatDate', () => {
  it.each([
    ['2026-11-20', 'YYYY년 M월 D일', '2026년 11월 20일'],
    ['2026-03-05', 'YYYY년 M월 D일 (ddd)', '2026년 3월 5일 (목)'],
    ['20261120', 'YYYY.MM.DD', '2026.11.20'],
    ['20261120093005', 'YYYY-MM-DD HH:mm:ss', '2026-11-20 09:30:05'],
    ['2026-11-20T09:05:07', 'H시 mm분 ss초', '9시 05분 07초'],
    ['2026-11-20 09:05', 'HH:mm', '09:05'],
    ['2026-11-20T23:59:59.123456+09:00', 'YYYYMMDD', '20261120'],
    ['2026-01-01T00:30:00Z', 'YYYY-MM-DD', '2026-01-01'],
    ['2026-11-20', 'YY/M/D', '26/11/20'],
    ['2026-11-20', '[Date:] DD', 'Date: 20'],
    ['2024-02-29', 'M월 D일', '2월 29일'],
    ['0099-12-31', 'YYYY-MM-DD', '0099-12-31'],
    ['9999-12-31', 'YYYY-MM-DD', '9999-12-31'],
  ])('writes %s by %s: %s', (value, pattern, text) => expect(formatDate(value, pattern)).toBe(text));

  it('knows the day of the week in Korean', () => {
    const week = ['15', '16', '17', '18', '19', '20', '21'].map((day) => formatDate(`2026-11-${day}`, 'ddd'));
    expect(week.join('')).toBe('일월화수목금토');
  });

  it.each([
    ['2026-02-29'], ['2026-13-01'], ['2026-00-10'], ['2026-04-31'], ['0000-01-01'], ['2026-11-20T24:00:00'], ['2026-11-20T10:61:00'], ['2026-11-20T10:00:61'],
    ['2026-11-20Tnonsense'], ['2026-11-20 10:00 DROP'], ['2026-1120'], ['20-11-2026'], ['2026/11/20'], ['어제'], ['202501'], ['202611200930'],
  ])('refuses %s without repeating it', (value) => {
    expect(() => formatDate(value, 'YYYY')).toThrow(FormatError);
    expect(() => formatDate(value, 'YYYY')).not.toThrow(value);
  });

  it('writes YYYY-MM-DD where no pattern is given', () => expect(FORMATS.date('20261120', '')).toBe('2026-11-20'));
});

describe('shift', () => {
  it.each([
    ['2026-03-31', '-1M', '2026-02-28'],
    ['2024-03-31', '-1M', '2024-02-29'],
    ['2026-01-31', '+1M', '2026-02-28'],
    ['2026-01-15', '-1M', '2025-12-15'],
    ['2026-12-31', '+1M', '2027-01-31'],
    ['2024-02-29', '-1Y', '2023-02-28'],
    ['2024-02-29', '+4Y', '2028-02-29'],
    ['2026-03-01', '-1D', '2026-02-28'],
    ['2026-11-20', '3D', '2026-11-23'],
    ['2026-11-20', '+0D', '2026-11-20'],
    ['20261120', '-14M', '2025-09-20'],
    ['2026-03-31T09:30:00', '-1M', '2026-02-28T09:30:00'],
    ['0001-02-28', '-1M', '0001-01-28'],
  ])('moves %s by %s to %s', (value, by, moved) => expect(shift(value, by)).toBe(moved));

  it.each([['1W'], ['M'], ['-1'], ['1.5M'], [''], ['-1m'], ['+12345D']])('refuses the shift "%s"', (by) => expect(() => shift('2026-11-20', by)).toThrow(FormatError));

  it('refuses to leave the calendar', () => {
    expect(() => shift('9999-12-31', '+1D')).toThrow(FormatError);
    expect(() => shift('0001-01-01', '-1D')).toThrow(FormatError);
  });
});

describe('upper, lower and default', () => {
  it('do what they say and leave what is absent absent', () => {
    expect(FORMATS.upper('abc가')).toBe('ABC가');
    expect(FORMATS.lower('ABC')).toBe('abc');
    expect(FORMATS.upper(undefined)).toBeUndefined();
    expect(FORMATS.default('  ', '고객')).toBe('고객');
    expect(FORMATS.default(0, '고객')).toBe(0);
    expect(FORMATS.default(false, '고객')).toBe(false);
  });
});
