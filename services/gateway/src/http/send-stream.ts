import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Streamed } from '@tank/contracts';

/** Writes an answer as it comes and no faster than it is read. One that fails half-way is cut off: whoever reads it sees that it did not end. */
export async function sendStream(request: IncomingMessage, response: ServerResponse, status: number, { mediaType, fileName, chunks }: Streamed): Promise<void> {
  response.setHeader('Content-Type', mediaType);
  if (fileName !== undefined) response.setHeader('Content-Disposition', dispositionOf(fileName));
  response.writeHead(status);
  if (request.method === 'HEAD') {
    await chunks[Symbol.asyncIterator]().return?.();
    return void response.end();
  }
  response.flushHeaders();
  try {
    await pipeline(Readable.from(chunks, { highWaterMark: 1 }), response);
  } catch (error) {
    // Whoever asked has gone: nobody is left to be told.
    if (!(error as NodeJS.ErrnoException).code?.endsWith('_PREMATURE_CLOSE')) throw error;
  }
}

/** RFC 6266: the name in ASCII for old readers, and as it is. */
function dispositionOf(fileName: string): string {
  const ascii = fileName.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(fileName.toWellFormed()).replace(/['()*!]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
