import { createHash } from 'node:crypto';
import type { SentAttachmentPart } from '@tank/contracts';
import type { Services } from '../handlers.js';

/** The whole file is read from the NAS before its first part is given. */
const PATIENCE = { timeoutMs: 60_000 };

interface Wanted {
  mailId: string;
  copy: number | null;
  position: number;
}
export interface OpenedAttachment {
  name: string;
  size: number;
  sha256: string;
  chunks: AsyncIterable<Uint8Array>;
}

/** A file of a mail, part by part; none of it stays in memory. */
export class ReadSentAttachment {
  constructor(private readonly services: Services) {}

  /** The first part is there when it is opened. @throws Refused */
  async open(wanted: Wanted): Promise<OpenedAttachment> {
    const first = await this.services.ask('sender.sent-attachment', wanted, PATIENCE);
    return { name: first.name, size: first.size, sha256: first.sha256, chunks: this.read(wanted, first) };
  }

  /** The last part is given when all of them together have the hash of what was sent: else the answer breaks off, and is seen to be incomplete. */
  private async *read(wanted: Wanted, first: SentAttachmentPart): AsyncGenerator<Uint8Array> {
    const hash = createHash('sha256');
    let offset = 0;
    for (let part = first; ; part = await this.services.ask('sender.sent-attachment', { ...wanted, offset, stamp: first.stamp }, PATIENCE)) {
      const bytes = Buffer.from(part.base64, 'base64');
      hash.update(bytes);
      offset += bytes.length;
      if (offset >= first.size) {
        if (offset > first.size || hash.digest('hex') !== first.sha256) throw new Error('What was read is not the file that was sent.');
        return yield bytes;
      }
      if (bytes.length === 0) throw new Error('The file ended before its size.');
      yield bytes;
    }
  }
}
