import { describe, expect, it } from '@jest/globals';
import { createRequire } from 'node:module';
import { NUMBER_BYTES, readOracleNumber, writeOracleNumber } from './oracle-number.ts';

const { BaseBuffer } = createRequire(import.meta.url)('oracledb/lib/impl/datahandlers/buffer.js') as {
  BaseBuffer: new (size: number) => { size: number; buf: Buffer; pos: number; writeOracleNumber(text: string, withLength: boolean): void };
};

const written = (text: string) => {
  const buffer = Buffer.alloc(NUMBER_BYTES);
  return buffer.subarray(0, writeOracleNumber(buffer, 0, text));
};
const writtenByDriver = (text: string) => {
  const buffer = new BaseBuffer(64);
  buffer.size = 64;
  buffer.writeOracleNumber(text, false);
  return buffer.buf.subarray(0, buffer.pos);
};

const NUMBERS = [
  '0', '1', '-1', '9', '10', '99', '100', '101', '-100', '123', '1234', '12345', '-12345', '1000000', '0.1', '0.01', '0.001', '-0.001', '12.5', '-12.5', '123.456',
  '12345678901234567890', '-12345678901234567890', '12345678901234567890123456789012345678', '-12345678901234567890123456789012345678',
  '0.00000000000000000000000000000000000001', '-99999999999999999999999999999999999999', `1${'0'.repeat(125)}`, `-1${'0'.repeat(125)}`,
  '3.14159265358979323846264338327950288419',
];

describe('an Oracle NUMBER', () => {
  it.each(NUMBERS)('%s comes back exactly', (text) => expect(readOracleNumber(written(text))).toBe(text));

  it.each(NUMBERS)('%s is written as the driver writes it', (text) => expect(written(text).toString('hex')).toBe(writtenByDriver(text).toString('hex')));

  it('reads exponents, signs, leading and trailing zeros and a point without a digit before it', () => {
    expect(['1e3', '1.50E+2', '-2.5e-3', '+7', '007', '12.50', '.5', '0.0', '-0'].map((text) => readOracleNumber(written(text))))
      .toEqual(['1000', '150', '-0.0025', '7', '7', '12.5', '0.5', '0', '0']);
  });

  it('holds every number of one and two digits on either side of the point', () => {
    for (let i = -10_000; i <= 10_000; i += 1) {
      const text = String(i / 100);
      expect(readOracleNumber(written(text))).toBe(text);
    }
  });

  it('drops what is beyond forty digits, and what is too small for it', () => {
    expect(readOracleNumber(written(`0.${'123456789'.repeat(6)}`))).toBe(`0.${'123456789'.repeat(4)}1234`);
    expect(readOracleNumber(written('1e-140'))).toBe('0');
  });

  it.each(['', '-', '.', '1.2.3', 'abc', '1e', 'NaN', 'Infinity', '0x10', '1 000'])('refuses %p', (text) => expect(() => written(text)).toThrow(RangeError));

  it('refuses what is too large', () => expect(() => written('1e126')).toThrow(RangeError));
});
