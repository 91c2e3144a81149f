import type { IncomingMessage } from 'node:http';
import { ApiProblem } from '../problem.js';

export const BODY_LIMIT_BYTES = 2_000_000;

/**
 * The JSON of a request, or undefined when it has no body.
 * @throws ApiProblem 413 over the limit, 415 for anything but JSON, 400 for JSON that does not parse.
 */
export async function readJsonBody(request: IncomingMessage): Promise<unknown> {
  if (!hasBody(request)) return undefined;
  if (!isJson(request)) throw notJson();
  const text = decode(await readBytes(request));
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // V8's sentence quotes the text around the error: a password may be in it.
    const position = Number(/at position (\d+)/.exec(error.message)?.[1] ?? text.length);
    throw badJson(position);
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function isJson({ headers }: IncomingMessage): boolean {
  const [type = '', ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';').map((part) => part.trim());
  const encoding = headers['content-encoding'] ?? 'identity';
  return type === 'application/json' && encoding === 'identity' && parameters.every((parameter) => !parameter.startsWith('charset=') || /^charset="?utf-8"?$/.test(parameter));
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT_BYTES) throw tooLarge(request);
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= BODY_LIMIT_BYTES) return void chunks.push(chunk);
      chunks.length = 0;
      reject(tooLarge(request));
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('close', () => request.complete || reject(badJson(size)));
  });
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw error;
    throw badJson(0);
  }
}

/** The rest is read and dropped, so that the sender gets to see the answer. */
function tooLarge(request: IncomingMessage): ApiProblem {
  request.removeAllListeners('data').resume();
  return new ApiProblem({
    status: 413,
    code: 'TOO_LARGE',
    detail: ['The body is over 2 MB.', '요청 본문이 2 MB를 넘습니다.'],
    remedy: ['Send less: a template may have 500,000 characters.', '내용을 줄이세요. 템플릿은 500,000자까지 가능합니다.'],
  });
}

function notJson(): ApiProblem {
  return new ApiProblem({
    status: 415,
    code: 'NOT_JSON',
    detail: ['The body is not sent as JSON in UTF-8.', '요청 본문이 UTF-8 JSON이 아닙니다.'],
    remedy: ['Send it uncompressed with Content-Type: application/json.', '압축하지 않고 Content-Type: application/json 으로 보내세요.'],
  });
}

function badJson(position: number): ApiProblem {
  return new ApiProblem({
    status: 400,
    code: 'BAD_JSON',
    detail: [`The body is not JSON from character ${position} on.`, `요청 본문이 ${position}번째 문자부터 올바른 JSON이 아닙니다.`],
    remedy: ['Look for a missing quote, comma or brace before that place.', '그 앞의 따옴표, 쉼표, 괄호를 확인하세요.'],
    position,
  });
}
