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
    expect(masked.text('홍길동 고객님, hong@example.com', to)).toBe('홍*동 고객님, h***@example.com');
    expect(plain.text('홍길동 고객님', to)).toBe('홍길동 고객님');
  });

  it('with an empty address or a name of one letter leaves texts as they are', () => {
    expect(masked.text('가나다', { address: '', name: '나' })).toBe('가나다');
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
