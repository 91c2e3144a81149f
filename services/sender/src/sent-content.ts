import { addressSchema } from '@tank/contracts';
import { z } from 'zod';
import { oneLine, shownFileName } from './header-text.js';
import type { From, MimeContent } from './prepare-mail.js';

/** What SES is handed, as the recipient reads it. Kept sealed; of files only which they were. */
export const sentContentSchema = z.object({
  from: addressSchema,
  replyTo: z.string().nullable(),
  to: addressSchema,
  subject: z.string(),
  html: z.string(),
  text: z.string(),
  attachments: z.array(z.object({
    /** As the recipient sees it. */
    name: z.string(),
    contentType: z.string(),
    /** Below the file root, links resolved. */
    path: z.string(),
    size: z.int().nonnegative(),
    sha256: z.string(),
  })),
});
export type SentContent = z.infer<typeof sentContentSchema>;
export type SentAttachment = SentContent['attachments'][number];

/** Which of a mail's contents: 1; and 2 for what an automation had sent again while the first was in doubt. A retry of what was certainly not sent replaces. */
export interface CopyOfMail {
  mailId: string;
  copy: number;
}
export interface SealedContent {
  sealed: Buffer;
  keyId: string;
}
/** Null where nothing is kept (SENT_MAIL_DAYS=0). */
export type SealContent = (content: SentContent, of: CopyOfMail) => SealedContent | null;
/** @throws SealBroken */
export type OpenContent = (sealed: SealedContent, of: CopyOfMail) => SentContent;

/** The content was sealed with another key, or it was tampered with, or it is another mail's. */
export class SealBroken extends Error {
  constructor(readonly why: 'other-key' | 'changed', options?: ErrorOptions) {
    super(why === 'other-key' ? 'The mail was sealed with another TANK_SECRET_KEY.' : 'The sealed mail was changed, or is another mail\'s.', options);
    this.name = 'SealBroken';
  }
}

/** The same words as the headers have (adapters/compose-mime.ts). */
export function sentContentOf({ from, to, subject, html, text, files }: MimeContent): SentContent {
  return {
    from: addressOf(from),
    replyTo: from.replyTo ?? null,
    to: addressOf(to),
    subject: oneLine(subject),
    html,
    text,
    attachments: files.map(({ file, realPath, sha256, content }) => ({ name: shownFileName(file.displayName), contentType: file.contentType, path: realPath, size: content.length, sha256 })),
  };
}

function addressOf({ address, name }: Pick<From, 'address' | 'name'>): SentContent['to'] {
  const shown = oneLine(name ?? '');
  return shown === '' ? { address } : { address, name: shown };
}
