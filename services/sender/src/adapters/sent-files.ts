import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { FileChanged } from '../prepare-mail.js';
import type { SentAttachment } from '../sent-content.js';
import type { FilePart, SentFiles } from '../show-sent-mail.js';
import type { FileRoot } from './file-root.js';

/** So much of a file is in memory at a time. */
const PIECE_BYTES = 512 * 1024;

/**
 * Files that were sent, opened again only as what they were: the first part is given when the whole has the size and SHA-256 of what was sent.
 * Later parts, maybe from another replica, are given while it still is that file: its stamp has the time of the last change of inode or
 * content (ctime), which nobody can set back as he can the modified time.
 */
export class SentFilesOnRoot implements SentFiles {
  constructor(private readonly root: FileRoot) {}

  first(file: SentAttachment, limit: number): Promise<FilePart> {
    return this.#opened(file, async (handle, stamp) => {
      const hash = createHash('sha256');
      const bytes = await readAt(handle, 0, Math.min(limit, file.size));
      hash.update(bytes);
      for (let at = bytes.length; at < file.size; at += PIECE_BYTES) hash.update(await readAt(handle, at, Math.min(PIECE_BYTES, file.size - at)));
      if (hash.digest('hex') !== file.sha256) throw new FileChanged(`${file.path} has other content than what was sent.`);
      return { bytes, stamp };
    });
  }

  next(file: SentAttachment, { offset, limit, stamp: expected }: { offset: number; limit: number; stamp: string }): Promise<FilePart> {
    return this.#opened(file, async (handle, stamp) => {
      if (stamp !== expected) throw new FileChanged(`${file.path} was exchanged or written to while it was read.`);
      return { bytes: await readAt(handle, offset, Math.max(0, Math.min(limit, file.size - offset))), stamp };
    });
  }

  #opened(file: SentAttachment, work: (handle: FileHandle, stamp: string) => Promise<FilePart>): Promise<FilePart> {
    return this.root.within(file.path, async (handle, realPath) => {
      if (realPath !== file.path) throw new FileChanged(`${file.path} leads to another file than when it was sent.`);
      const before = stampOf(await sized(handle, file));
      const part = await work(handle, before);
      if (stampOf(await sized(handle, file)) !== before) throw new FileChanged(`${file.path} was written to while it was read.`);
      return part;
    });
  }
}

/** A file that is shorter than it was gives fewer bytes: its size, hash or stamp is wrong then. */
async function readAt(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, at + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

async function sized(handle: FileHandle, { path, size }: SentAttachment): Promise<BigIntStats> {
  const now = await handle.stat({ bigint: true });
  if (!now.isFile()) throw new FileChanged(`${path} is not a regular file.`);
  if (now.size !== BigInt(size)) throw new FileChanged(`${path} has another size than what was sent.`);
  return now;
}

function stampOf({ ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [ino, size, mtimeNs, ctimeNs].join('-');
}
