import { describe, expect, it } from '@jest/globals';
import { AddressPrivacy } from './address-privacy.js';

const masked = new AddressPrivacy('masked', 'a key of the operators');
const plain = new AddressPrivacy('plain', undefined);

describe('a masked recipient', () => {
  it.each([
    ['hong@example.com', 'h***@example.com'],
    ['h@example.com', 'h***@example.com'],
    ['홍길동@회사.example', '홍***@회사.example'],
    ['no address at all', 'n***'],
    ['@example.com', '@***'],
    ['', '***'],
  ])('%s is kept as %s', (address, kept) => expect(masked.address(address)).toBe(kept));

  it.each([['김철수', '김*수'], ['김철', '김*'], ['김', '*'], ['남궁민수', '남**수'], ['', '']])('%s is kept as %s', (name, kept) => expect(masked.name(name)).toBe(kept));

  it('is masked in a text that quotes it, too', () => {
    const to = { address: 'hong@example.com', name: '홍길동' };
    expect(masked.texts(to).text('홍길동 고객님, hong@example.com')).toBe('홍*동 고객님, h***@example.com');
    expect(plain.texts(to).text('홍길동 고객님')).toBe('홍길동 고객님');
  });

  it('is masked as answers mask him: in any spelling, and by his title where nobody knows his name', () => {
    expect(masked.texts({ address: 'kim@example.com', name: '김 수' }).text('KIM@example.com, 김수님, lee@example.com')).toBe('k***@example.com, 김*님, l***@example.com');
    expect(masked.texts({ address: 'kim@example.com' }).subject('홍길동 고객님 명세서')).toBe('홍*동 고객님 명세서');
    expect(plain.texts(null).subject('홍길동 고객님 명세서')).toBe('홍길동 고객님 명세서');
  });

  it('with an empty address or a name of one letter leaves texts as they are', () => {
    expect(masked.texts({ address: '', name: '나' }).text('가나다')).toBe('가나다');
  });
});

describe('a recipient\'s key', () => {
  it.each([
    ['hong@example.com', 'h***@example.com'],
    ['C12|hong@example.com', 'C***@example.com'],
    ['홍길동 <hong@example.com>', '홍***@example.com>'],
    ['a@x.example;b@y.example', 'a***@y.example'],
    ['"hong gil"@example.com', '"***@example.com'],
    ['hong @ example.com', 'h***@ example.com'],
    ['C0012', 'C0012'],
    ['110-123-456', '110-123-456'],
    ['', ''],
  ])('%s is kept as %s where addresses are masked', (key, kept) => {
    expect(masked.key(key)).toBe(kept);
    expect(plain.key(key)).toBe(key);
  });

  it('has a hash only where it is masked, and is asked for by hash only where it may be masked', () => {
    expect(masked.keyHash('hong@example.com')).toBe(masked.hash('hong@example.com'));
    expect([masked.keyHash('C0012'), plain.keyHash('hong@example.com')]).toEqual([null, null]);
    expect(masked.keyHashToFind('hong@example.com')).toBe(masked.hash('hong@example.com'));
    expect(new AddressPrivacy('plain', 'a key of the operators').keyHashToFind('hong@example.com')).toBe(masked.hash('hong@example.com'));
    expect(masked.keyHashToFind('C0012')).toBeNull();
  });

  it('is masked in a text that quotes it, too', () => {
    expect(masked.texts(null, 'hong@example.com').text('files/hong@example.com.pdf')).toBe('files/h***@example.com.pdf');
    expect(masked.texts(null, 'C0012').text('C0012')).toBe('C0012');
  });
});

describe('the hash of an address', () => {
  it('is the same however the address is spelled', () => {
    expect(masked.hash(' Café@Example.COM ')).toBe(masked.hash('Cafe\u0301@example.com'));
  });

  it('depends on the key', () => {
    expect(masked.hash('a@b.example')).not.toBe(new AddressPrivacy('masked', 'another key').hash('a@b.example'));
  });

  it('finds what was written before there was a key', () => {
    expect(masked.hashesToFind('a@b.example')).toEqual([masked.hash('a@b.example'), plain.hash('a@b.example')]);
    expect(plain.hashesToFind('a@b.example')).toHaveLength(1);
  });
});
