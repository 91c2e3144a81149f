import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { SentContent } from '../sent-content.js';
import { MailSeal } from './mail-seal.js';

const KEY = randomBytes(32);
const seal = new MailSeal(KEY);
const of = { mailId: '9e2f6d0c-1c1a-4f57-a6f1-2f8f7a1b5c13-1', copy: 1 };
const content: SentContent = {
  from: { address: 'billing@bank.example', name: '한빛은행' }, replyTo: null, to: { address: 'kim@mail.example', name: '김하늘' },
  subject: '명세서 🔑', html: `<p>김하늘 고객님</p>${'<tr><td>1,234원</td></tr>'.repeat(500)}`, text: '김하늘 고객님',
  attachments: [{ name: '명세서.pdf', contentType: 'application/pdf', path: '202611/C1.pdf', size: 3, sha256: 'a'.repeat(64) }],
};

describe('the seal of what was sent', () => {
  it('opens to what was sealed, also in another process with the same key', () => {
    expect(new MailSeal(KEY).open(seal.seal(content, of), of)).toEqual(content);
  });

  it('shows nothing of it, and is small', () => {
    const { sealed } = seal.seal(content, of);
    expect(['kim@', '김하늘', '명세서'].some((word) => sealed.includes(word))).toBe(false);
    expect(sealed.length).toBeLessThan(content.html.length / 5);
    expect(sealed.equals(seal.seal(content, of).sealed)).toBe(false);
  });

  it('does not open as another mail\'s, nor as another copy', () => {
    const sealed = seal.seal(content, of);
    expect(() => seal.open(sealed, { ...of, mailId: of.mailId.replace(/1$/, '2') })).toThrow(expect.objectContaining({ why: 'changed' }));
    expect(() => seal.open(sealed, { ...of, copy: 2 })).toThrow(expect.objectContaining({ why: 'changed' }));
  });

  it('does not open when a bit of it was changed, wherever, or when it was cut', () => {
    const { sealed, keyId } = seal.seal(content, of);
    for (const at of [0, 12, Math.floor(sealed.length / 2), sealed.length - 1]) {
      const changed = Buffer.from(sealed);
      changed[at]! ^= 1;
      expect(() => seal.open({ sealed: changed, keyId }, of)).toThrow(expect.objectContaining({ why: 'changed' }));
    }
    for (const bytes of [0, 5, 20, sealed.length - 1]) expect(() => seal.open({ sealed: sealed.subarray(0, bytes), keyId }, of)).toThrow(expect.objectContaining({ why: 'changed' }));
  });

  it('says so when the key is another one', () => {
    expect(() => new MailSeal(randomBytes(32)).open(seal.seal(content, of), of)).toThrow(expect.objectContaining({ why: 'other-key' }));
  });
});
