import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { CannotOpen, PasswordSeal } from './sealed-password.js';

const seal = new PasswordSeal(randomBytes(32));

describe('PasswordSeal', () => {
  it('opens what it sealed, Korean and empty too', () => {
    for (const password of ['pass', '비밀번호 🔑', '']) expect(seal.open(seal.seal(password, 'a'), 'a')).toBe(password);
  });

  it('seals the same password differently each time, and shows nothing of it', () => {
    const [one, two] = [seal.seal('password', 'a'), seal.seal('password', 'a')];
    expect(one.sealed.equals(two.sealed)).toBe(false);
    expect(one.sealed.includes('password')).toBe(false);
  });

  it('does not open for another connection, with another key, or when changed', () => {
    const sealed = seal.seal('password', 'a');
    const changed = Buffer.from(sealed.sealed);
    changed[14]! ^= 1;
    expect(() => seal.open(sealed, 'b')).toThrow(CannotOpen);
    expect(() => seal.open({ ...sealed, sealed: changed }, 'a')).toThrow(CannotOpen);
    expect(() => seal.open({ ...sealed, sealed: sealed.sealed.subarray(0, 10) }, 'a')).toThrow(CannotOpen);
    expect(() => new PasswordSeal(randomBytes(32)).open(sealed, 'a')).toThrow(/sealed with the key/);
  });
});
