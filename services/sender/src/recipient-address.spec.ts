import { describe, expect, it } from '@jest/globals';
import { BadAddress, recipientAddress } from './recipient-address.js';

describe('the address of a recipient', () => {
  it.each([
    ['kim@bank.example', 'kim@bank.example'],
    ['  kim@bank.example   ', 'kim@bank.example'],
    ['Kim.Haneul+x@Mail.Bank.Example', 'Kim.Haneul+x@mail.bank.example'],
    ['kim@한국.example', 'kim@xn--3e0b707e.example'],
    ['success+label@simulator.amazonses.com', 'success+label@simulator.amazonses.com'],
    ["o'neil_{x}@bank.example", "o'neil_{x}@bank.example"],
  ])('%s is taken', (written, address) => expect(recipientAddress(written)).toBe(address));

  it.each([
    '', '   ', 'not-an-address', 'kim@@example.example', 'kim@', '@bank.example', 'kim@localhost', 'kim@127.0.0.1', 'kim@[127.0.0.1]', 'kim@0x7f.1',
    'a@b.example,c@d.example', 'a@b.example;c@d.example', 'a@b.example c@d.example', '김하늘 <kim@bank.example>', '<kim@bank.example>', '"kim"@bank.example', '"a@b.example"@bank.example',
    'kim@bank.example\r\nBcc: all@bank.example', 'kim@bank.example\n', 'kim\u0000@bank.example', 'kim@bank\u0000.example', 'kim\t@bank.example',
    '김@bank.example', '.kim@bank.example', 'kim.@bank.example', 'ki..m@bank.example', 'kim@bank..example', 'kim@-bank.example', 'kim@bank.example.', 'kim@bank%2eexample', 'kim@bank.example/x', 'kim@bank.example?x', 'kim@a:b@bank.example',
    'kim(comment)@bank.example', 'kim\u00a0@bank.example', '\ufeffkim@bank.example', `${'k'.repeat(65)}@bank.example`, `kim@${'a'.repeat(64)}.example`, `kim@${'a.'.repeat(130)}example`,
  ])('%j is refused', (written) => expect(() => recipientAddress(written)).toThrow(BadAddress));

  it('is never quoted in the reason', () => {
    expect(() => recipientAddress('kim@@secret.example')).toThrow(expect.objectContaining({ message: expect.not.stringContaining('kim') }));
  });
});
