import MailComposer from 'nodemailer/lib/mail-composer';
import { oneLine, shownFileName } from '../header-text.js';
import type { MimeContent, VerifiedFile } from '../prepare-mail.js';

/**
 * The MIME message, as bytes: multipart/mixed of an alternative (text, HTML) and the files, base64 throughout. Subject
 * and names are encoded by RFC 2047 and RFC 2231. Nothing here opens a file or an address.
 */
export async function composeMime({ from, to, subject, html, text, files }: MimeContent): Promise<Buffer> {
  const composer = new MailComposer({
    from: { name: oneLine(from.name ?? ''), address: from.address },
    to: { name: oneLine(to.name ?? ''), address: to.address },
    ...(from.replyTo ? { replyTo: { name: '', address: from.replyTo } } : {}),
    subject: oneLine(subject),
    text,
    html,
    attachments: files.map(attachmentOf),
    textEncoding: 'base64',
    newline: 'windows',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

function attachmentOf({ file, content }: VerifiedFile) {
  return {
    filename: shownFileName(file.displayName),
    content,
    contentType: contentType(file.contentType),
    contentDisposition: 'attachment',
    contentTransferEncoding: 'base64',
  };
}

/** `message/…` and `multipart/…` parts may not be base64: such a file travels as plain bytes. */
function contentType(type: string): string {
  return /^(application|audio|font|image|model|text|video)\/[\w.+-]+$/i.test(type) ? type : 'application/octet-stream';
}
