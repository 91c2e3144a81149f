import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Streamed } from '@tank/contracts';
import { savedAs } from './content-disposition.js';

/** Writes an answer as it comes and no faster than it is read. One that fails half-way is cut off: whoever reads it sees that it did not end. */
export async function sendStream(request: IncomingMessage, response: ServerResponse, status: number, { mediaType, fileName, chunks }: Streamed): Promise<void> {
  response.setHeader('Content-Type', mediaType);
  if (fileName !== undefined) response.setHeader('Content-Disposition', savedAs(fileName));
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
