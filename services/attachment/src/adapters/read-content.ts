import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { Content } from '../content-kind.js';
import { codeOf } from './file-system-errors.js';

const CHUNK = 256 * 1024;
const EDGE = 64 * 1024;

/** Reads a file once from start to end, a chunk at a time, so that many at once need little memory. */
export async function readContent(handle: FileHandle, size: number): Promise<Content & { sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  const text = new TextCheck();
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK, size));
  const tail = Buffer.alloc(Math.min(EDGE, size));
  let head: Buffer = Buffer.alloc(0);
  let bytes = 0;
  while (bytes < size) {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, size - bytes), bytes);
    if (bytesRead === 0) break; // shorter than it said: whoever asked sees that the file changed
    const chunk = buffer.subarray(0, bytesRead);
    hash.update(chunk);
    text.take(chunk);
    if (bytes === 0) head = Buffer.from(chunk.subarray(0, EDGE));
    bytes += bytesRead;
    copyTail(chunk, bytes, tail, size);
  }
  return { sha256: hash.digest('hex'), bytes, head, tail, isText: text.isText() };
}

/** Copies what of the chunk, which ends at `end`, lies within the last bytes of the file. */
function copyTail(chunk: Buffer, end: number, tail: Buffer, size: number): void {
  const tailStart = size - tail.length;
  const chunkStart = end - chunk.length;
  if (end > tailStart) chunk.copy(tail, Math.max(0, chunkStart - tailStart), Math.max(0, tailStart - chunkStart));
}

/** Text in UTF-8, in CP949 (which browsers call euc-kr), or in UTF-16 by its mark; none of them has a NUL but the last. */
class TextCheck {
  #decoders: TextDecoder[] = [];
  #isFirst = true;

  take(chunk: Buffer): void {
    if (this.#isFirst) this.#decoders = decodersFor(chunk);
    this.#isFirst = false;
    if (this.#decoders.length === 0) return;
    if (!this.#decoders[0]?.encoding.startsWith('utf-16') && chunk.includes(0)) this.#decoders = [];
    this.#decoders = this.#decoders.filter((decoder) => decodes(decoder, chunk));
  }

  isText(): boolean {
    return this.#decoders.some((decoder) => decodes(decoder));
  }
}

function decodersFor(start: Buffer): TextDecoder[] {
  const mark = start.subarray(0, 2).toString('hex');
  const encodings = mark === 'fffe' ? ['utf-16le'] : mark === 'feff' ? ['utf-16be'] : ['utf-8', 'euc-kr'];
  return encodings.map((encoding) => new TextDecoder(encoding, { fatal: true }));
}

/** @param chunk absent: the end, where nothing may be left over. */
function decodes(decoder: TextDecoder, chunk?: Buffer): boolean {
  try {
    decoder.decode(chunk, { stream: chunk !== undefined });
    return true;
  } catch (error) {
    if (codeOf(error) === 'ERR_ENCODING_INVALID_ENCODED_DATA') return false;
    throw error;
  }
}
