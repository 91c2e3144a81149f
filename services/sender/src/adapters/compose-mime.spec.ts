import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { parseMail } from '../../test/parse-mail.js';
import type { MimeContent, VerifiedFile } from '../prepare-mail.js';
import { composeMime } from './compose-mime.js';

function file(displayName: string, content: Buffer, contentType = 'application/pdf'): VerifiedFile {
  return { realPath: 'x', sha256: 'x', content, file: { rule: 'r', path: 'x', displayName, contentType, size: content.length, modifiedMs: 0, inode: '1', common: false } };
}
const content = (over: Partial<MimeContent> = {}): MimeContent => ({
  from: { address: 'billing@bank.example', name: '한빛은행 카드팀' }, to: { address: 'kim@mail.example', name: '김하늘' },
  subject: '[한빛은행] 2026년 11월 이용대금 명세서가 도착했습니다 — 김하늘 고객님', html: '<p>김하늘 고객님, <b>1,234,567원</b></p>', text: '김하늘 고객님, 1,234,567원', files: [], ...over,
});
const headersOf = (mime: Buffer) => mime.toString('latin1').split('\r\n\r\n')[0]!.replace(/\r\n[ \t]+/g, ' ').split('\r\n');

describe('the MIME message', () => {
  it('says in Korean what it was given', async () => {
    const parsed = await parseMail(await composeMime(content()));
    expect(parsed.subject).toBe(content().subject);
    expect(parsed.text?.trim()).toBe(content().text);
    expect(parsed.html).toBe(content().html);
    expect(parsed.from?.value).toEqual([{ address: 'billing@bank.example', name: '한빛은행 카드팀' }]);
    expect(parsed.to?.value).toEqual([{ address: 'kim@mail.example', name: '김하늘' }]);
  });

  it('is pure ASCII in short lines, with the subject in RFC 2047 and base64 bodies', async () => {
    const mime = (await composeMime(content({ files: [file('명세서.pdf', randomBytes(5_000))] }))).toString('latin1');
    expect(mime).toMatch(/^[\x09\x0a\x0d\x20-\x7e]*$/);
    expect(Math.max(...mime.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
    expect(mime).toMatch(/^Subject: =\?UTF-8\?/m);
    expect(mime).not.toMatch(/Content-Transfer-Encoding: (7bit|8bit|quoted)/);
  });

  it('carries attachments byte for byte under their Korean names', async () => {
    const [a, b] = [randomBytes(100_003), randomBytes(1)];
    const parsed = await parseMail(await composeMime(content({ files: [file('2026년 11월 이용대금 명세서_김하늘(상세 내역 포함).pdf', a), file('약관.zip', b, 'application/zip')] })));
    expect(parsed.attachments.map(({ filename, contentType, contentDisposition }) => ({ filename, contentType, contentDisposition }))).toEqual([
      { filename: '2026년 11월 이용대금 명세서_김하늘(상세 내역 포함).pdf', contentType: 'application/pdf', contentDisposition: 'attachment' },
      { filename: '약관.zip', contentType: 'application/zip', contentDisposition: 'attachment' },
    ]);
    expect(parsed.attachments[0]!.content.equals(a)).toBe(true);
    expect(parsed.attachments[1]!.content.equals(b)).toBe(true);
  });

  it('names the file for old and new readers', async () => {
    const mime = (await composeMime(content({ files: [file('명세서.pdf', randomBytes(10))] }))).toString('latin1').replace(/\r\n[ \t]+/g, ' ');
    expect(mime).toMatch(/filename\*0?\*?=utf-8''%EB%AA%85/i);
    expect(mime).toMatch(/Content-Type: application\/pdf; name="?=\?UTF-8\?/);
  });

  it('starts no header that was hidden in a value', async () => {
    const evil = 'x\r\nBcc: all@evil.example\r\n\r\n<script>';
    const mime = await composeMime(content({
      subject: evil, to: { address: 'kim@mail.example', name: evil }, from: { address: 'billing@bank.example', name: evil }, files: [file(evil, randomBytes(3), `text/plain\r\nX-Evil: 1`)],
    }));
    const names = headersOf(mime).map((line) => line.split(':')[0]);
    expect(new Set(names)).toEqual(new Set(['From', 'To', 'Subject', 'Message-ID', 'Date', 'MIME-Version', 'Content-Type']));
    expect(mime.toString('latin1')).not.toMatch(/^(Bcc|X-Evil):/m);
    const parsed = await parseMail(mime);
    expect(parsed.bcc).toBeUndefined();
    expect(parsed.to?.value.map(({ address }) => address)).toEqual(['kim@mail.example']);
  });

  it('keeps a forwarded message a plain file', async () => {
    const eml = Buffer.from('Subject: x\r\n\r\n한글\n.\n\x00\xff', 'latin1');
    const parsed = await parseMail(await composeMime(content({ files: [file('원본.eml', eml, 'message/rfc822')] })));
    expect(parsed.attachments[0]!.content.equals(eml)).toBe(true);
  });

  it('makes a path or a disguised name harmless', async () => {
    const parsed = await parseMail(await composeMime(content({ files: [file('../../a\u202efdp.exe', randomBytes(1))] })));
    expect(parsed.attachments[0]!.filename).toBe('.._.._afdp.exe');
  });
});
