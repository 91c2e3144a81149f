import { judgeContent } from './content-kind.js';

const latin = (text: string) => Buffer.from(text, 'latin1');
const judge = (extension: string, bytes: Buffer, isText = false) => judgeContent(extension, { head: bytes, tail: bytes, isText });
const pdf = latin('%PDF-1.7\nbody\n%%EOF\n');
const zip = latin(`PK\x03\x04${'\0'.repeat(26)}PK\x05\x06${'\0'.repeat(18)}`);
const cfb = Buffer.from(`d0cf11e0a1b11ae1${'00'.repeat(64)}`, 'hex');
const png = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000049454e44ae426082', 'hex');
const exe = latin(`MZ\x90\0\x03\0\0\0${'\0'.repeat(100)}`);

describe('what a file is', () => {
  it.each([
    ['pdf', pdf, 'application/pdf'], ['pdf', Buffer.concat([latin('\x1b%-12345X@PJL\r\n'), pdf]), 'application/pdf'],
    ['xlsx', zip, 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'], ['xlsx', cfb, 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
    ['hwp', cfb, 'application/x-hwp'], ['hwp', latin('HWP Document File V3.00 \x1a'), 'application/x-hwp'], ['hwpx', zip, 'application/hwp+zip'],
    ['zip', zip, 'application/zip'], ['png', png, 'image/png'], ['xls', cfb, 'application/vnd.ms-excel'], ['dat', latin('anything'), 'application/octet-stream'], ['', zip, 'application/octet-stream'],
  ])('takes .%s by its first bytes', async (extension, bytes, contentType) => {
    expect(await judge(extension, bytes)).toEqual({ contentType });
  });

  it('takes text for text', async () => {
    expect(await judge('csv', latin('MZ,1\n'), true)).toEqual({ contentType: 'text/csv' });
    expect(await judge('xml', latin('<?xml version="1.0"?><a/>'), true)).toEqual({ contentType: 'application/xml' });
    expect(await judge('csv', latin('a\0b'))).toMatchObject({ problem: expect.stringContaining('.csv') });
  });

  it.each([['pdf', zip], ['pdf', latin('not a pdf %%EOF')], ['png', pdf], ['docx', pdf], ['xls', zip], ['zip', pdf], ['hwp', zip]])('refuses .%s that is something else', async (extension, bytes) => {
    expect(await judge(extension, bytes)).toEqual({ problem: `It is not the type its name says (.${extension}).` });
  });

  it.each([['pdf', latin('%PDF-1.7\nbody')], ['xlsx', zip.subarray(0, 30)], ['png', png.subarray(0, 33)]])('refuses a cut .%s', async (extension, bytes) => {
    expect(await judge(extension, bytes)).toMatchObject({ problem: expect.stringContaining('cut') });
  });

  it('looks for the end of a PDF in its last kilobyte only', async () => {
    expect(await judge('pdf', Buffer.concat([pdf, Buffer.alloc(2000)]))).toMatchObject({ problem: expect.stringContaining('cut') });
  });

  it('sends no program, whatever it is called', async () => {
    for (const extension of ['dat', '', 'pdf', 'bin']) expect(await judge(extension, exe)).toMatchObject({ problem: expect.stringContaining('program') });
    expect(await judge('bat', latin('echo'), true)).toMatchObject({ problem: expect.stringContaining('program') });
  });
});
