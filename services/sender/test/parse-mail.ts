import { createRequire } from 'node:module';

interface Addresses {
  value: { address: string; name: string }[];
}
export interface ParsedMail {
  subject?: string;
  text?: string;
  html: string | false;
  from?: Addresses;
  to?: Addresses;
  bcc?: Addresses;
  replyTo?: Addresses;
  attachments: { filename: string; contentType: string; contentDisposition: string; content: Buffer }[];
}

/** mailparser has no types of its own: these are the parts the tests look at. */
export const { simpleParser: parseMail } = createRequire(import.meta.url)('mailparser') as { simpleParser(raw: Buffer): Promise<ParsedMail> };
