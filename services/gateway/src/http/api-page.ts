import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';

interface PageFile {
  type: string;
  bytes: Buffer;
  hash: string;
}

const PATH = '/api/docs';
const OWN = join(import.meta.dirname, '../api-page');
const swaggerUi = createRequire(import.meta.url);
const TYPES: Record<string, string> = { html: 'text/html; charset=utf-8', css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8', png: 'image/png' };
/** Its own scripts and nothing else; what is tried goes to this server and nowhere else. */
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** The addresses in the page carry the hash of what they lead to. */
const FOR_EVER = 'public, max-age=31536000, immutable';
const ASK_AGAIN = 'no-cache';

/** The page to try the API: Swagger UI from its package, and a few small files of our own. */
export class ApiPage {
  #files: Promise<Map<string, PageFile>> | undefined;

  /** @returns whether the path was one of the page's */
  async serve(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> {
    const name = nameIn(url.pathname);
    if (name === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) return false;
    const file = (await (this.#files ??= readFiles())).get(name);
    if (!file) return false;
    const etag = `"${file.hash}"`;
    response.setHeader('ETag', etag);
    response.setHeader('Cache-Control', url.searchParams.get('v') === file.hash ? FOR_EVER : ASK_AGAIN);
    if (name === 'page.html') response.setHeader('Content-Security-Policy', POLICY);
    if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
    else response.writeHead(200, { 'Content-Type': file.type, 'Content-Length': file.bytes.length }).end(file.bytes);
    return true;
  }
}

function nameIn(pathname: string): string | undefined {
  if (pathname === PATH || pathname === `${PATH}/`) return 'page.html';
  return pathname.startsWith(`${PATH}/`) ? pathname.slice(PATH.length + 1) : undefined;
}

async function readFiles(): Promise<Map<string, PageFile>> {
  const ofPackage = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'].map((name) => [name, swaggerUi.resolve(`swagger-ui-dist/${name}`)] as const);
  const ofOurs = ['page.css', 'page.js', 'encrypt-password.js'].map((name) => [name, join(OWN, name)] as const);
  const files = new Map<string, PageFile>();
  for (const [name, path] of [...ofPackage, ...ofOurs]) files.set(name, fileOf(name, await readFile(path)));
  files.set('page.html', fileOf('page.html', withHashes(await readFile(join(OWN, 'page.html'), 'utf8'), files)));
  return files;
}

function fileOf(name: string, bytes: Buffer): PageFile {
  return { type: TYPES[name.split('.').at(-1)!]!, bytes, hash: createHash('sha256').update(bytes).digest('base64url').slice(0, 22) };
}

function withHashes(page: string, files: Map<string, PageFile>): Buffer {
  return Buffer.from(page.replace(/"\/api\/docs\/([\w.-]+)"/g, (_found, name: string) => `"${PATH}/${name}?v=${files.get(name)!.hash}"`));
}
