import type { AttachedFile, AttachmentCheck, ErrorCode, MailRendered } from '@tank/contracts';
import type { Claim } from './ledger.js';
import { BadAddress, recipientAddress } from './recipient-address.js';
import { sentContentOf, type SentContent } from './sent-content.js';
import type { MailRecord } from './settlement.js';

/** SES takes 40 MB after base64; kept a little below. */
export const MAX_MAIL_BYTES = 40_000_000;

/** A file as it is attached: read once, and proven to be the one that was matched. */
export interface VerifiedFile {
  file: AttachedFile;
  /** Below the file root, links resolved. */
  realPath: string;
  sha256: string;
  content: Buffer;
}

/** The file is not the one that attachment matched. The reason names the file, never a value. */
export class FileChanged extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'FileChanged';
  }
}

/** The file root itself is away: no fault of the mail's. */
export class FilesUnreachable extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'FilesUnreachable';
  }
}

export interface From {
  address: string;
  name?: string;
  replyTo?: string;
  configurationSet?: string;
}

export interface Files {
  /** @throws FileChanged, FilesUnreachable */
  read(file: AttachedFile): Promise<VerifiedFile>;
}

export interface MimeContent {
  from: From;
  to: { address: string; name?: string };
  subject: string;
  html: string;
  text: string;
  files: VerifiedFile[];
}
export type ComposeMime = (content: MimeContent) => Promise<Buffer>;

/** What is made into MIME: of a mail of a run, or of a test. */
export type Words = Pick<MailRendered, 'to' | 'subject' | 'html' | 'text' | 'files'>;
/** Ready for SES. */
export interface WrittenMail {
  to: string;
  mime: Buffer;
  content: SentContent;
  files: VerifiedFile[];
}
export interface PreparedMail extends WrittenMail {
  claims: Claim[];
  record: MailRecord;
}

/** This mail cannot be sent, and never will be. */
export class Unsendable extends Error {
  constructor(readonly errorCode: ErrorCode, detail: string) {
    super(detail);
    this.name = 'Unsendable';
  }
}

/** Everything that can go wrong before SES is involved: the address, the files, the size. */
export class PrepareMail {
  constructor(private readonly files: Files, private readonly compose: ComposeMime) {}

  /** @throws Unsendable, FilesUnreachable */
  async prepare(message: MailRendered, from: From): Promise<PreparedMail> {
    const written = await this.write(message, from);
    return { ...written, claims: claimsOf(written.files), record: recordOf(message, written.files) };
  }

  /** @throws Unsendable, FilesUnreachable */
  async write(words: Words, from: From): Promise<WrittenMail> {
    const to = checkedAddress(words);
    if (encodedBytes(words.files.reduce((sum, { size }) => sum + size, 0)) > MAX_MAIL_BYTES) throw tooLarge();
    const files = await this.readAll(words.files);
    const { subject, html, text } = words;
    const parts: MimeContent = { from, to: { ...words.to, address: to }, subject, html, text, files };
    const mime = await this.compose(parts);
    if (mime.length > MAX_MAIL_BYTES) throw tooLarge();
    return { to, mime, content: sentContentOf(parts), files };
  }

  private async readAll(wanted: AttachedFile[]): Promise<VerifiedFile[]> {
    const files: VerifiedFile[] = [];
    try {
      for (const file of wanted) files.push(await this.files.read(file));
    } catch (error) {
      if (error instanceof FileChanged) throw new Unsendable('FILE_CHANGED', error.message);
      throw error;
    }
    return files;
  }
}

/** What is known of a mail that never got as far as reading its files. */
export function recordOf(message: MailRendered, files: VerifiedFile[] = []): MailRecord {
  const { to, subject, attachmentChecks, templateCheck } = message;
  return {
    to, subject, templateCheck,
    files: files.map(({ realPath, sha256 }) => ({ path: realPath, sha256 })),
    attachmentChecks: attachmentChecks.map((check) => ({ ...check, sha256: sha256Of(check, files) })),
  };
}

/** Files that the rule does not make common to all belong to one mail of the run, by path and by content. */
function claimsOf(files: VerifiedFile[]): Claim[] {
  return files
    .filter(({ file }) => !file.common)
    .flatMap(({ realPath, sha256 }): Claim[] => [{ kind: 'path', key: realPath }, { kind: 'content', key: sha256 }]);
}

/** The checks of a mail whose file another recipient of the run already has. */
export function duplicatedRecord(record: MailRecord, claims: Claim[]): MailRecord {
  const keys = new Set(claims.map(({ key }) => key));
  const paths = new Set(record.files.filter(({ path, sha256 }) => keys.has(path) || keys.has(sha256)).map(({ sha256 }) => sha256));
  const attachmentChecks = record.attachmentChecks.map((check): AttachmentCheck =>
    check.sha256 !== null && paths.has(check.sha256) ? { ...check, status: 'DUPLICATED', detail: 'Another recipient of this run has the same file.' } : check);
  return { ...record, attachmentChecks };
}

function checkedAddress({ to }: Words): string {
  try {
    return recipientAddress(to.address);
  } catch (error) {
    if (error instanceof BadAddress) throw new Unsendable('BAD_ADDRESS', error.message);
    throw error;
  }
}

function sha256Of(check: AttachmentCheck, files: VerifiedFile[]): string | null {
  return files.find(({ file }) => file.rule === check.rule && file.path === check.path)?.sha256 ?? check.sha256;
}

function encodedBytes(bytes: number): number {
  return Math.ceil(bytes / 3) * 4;
}

function tooLarge(): Unsendable {
  return new Unsendable('MAIL_TOO_LARGE', `The mail is larger than ${MAX_MAIL_BYTES / 1_000_000} MB with its files encoded, which SES does not take: attach less.`);
}
