import { createHash } from 'node:crypto';
import { constants, type BigIntStats } from 'node:fs';
import { open, opendir, realpath, type FileHandle } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import type { AttachedFile } from '@tank/contracts';
import { FileChanged, FilesUnreachable, type Files, type VerifiedFile } from '../prepare-mail.js';

/** A time in a message went through JSON as a double. */
const SAME_TIME_MS = 0.01;
/** What a file server says when it is away. */
const AWAY = new Set(['EIO', 'ESTALE', 'ETIMEDOUT', 'ENOTCONN', 'EHOSTDOWN', 'EHOSTUNREACH', 'ENETUNREACH', 'ECONNRESET', 'ENODEV', 'ENXIO', 'EBUSY', 'EMFILE', 'ENFILE']);
/** What is wrong with this one file. */
const GONE: Record<string, string> = {
  ENOENT: 'is no longer there', ENOTDIR: 'is no longer there', EACCES: 'may not be read', EPERM: 'may not be read', ELOOP: 'is a link', EISDIR: 'is a folder',
};

/** Reads files below the root, read-only, each once: what is checked is what is attached. */
export class FileRoot implements Files {
  constructor(private readonly root: string) {}

  read(file: AttachedFile): Promise<VerifiedFile> {
    return this.within(file.path, async (handle, realPath) => ({ file, realPath, ...(await readSame(handle, file)) }));
  }

  /** Opens a file below the root. @param work gets its path with links resolved, with `/` @throws FileChanged, FilesUnreachable */
  async within<T>(path: string, work: (handle: FileHandle, realPath: string) => Promise<T>): Promise<T> {
    try {
      const realPath = await this.#pathInside(path);
      // The last link was resolved already: one that appears now is somebody's trick.
      const handle = await open(join(await realpath(this.root), realPath), constants.O_RDONLY | constants.O_NOFOLLOW);
      try {
        return await work(handle, realPath.split(sep).join('/'));
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw await this.#explain(path, error);
    }
  }

  /** True when the root is there and not the empty folder that an unmounted share leaves. */
  async isThere(): Promise<boolean> {
    try {
      const folder = await opendir(this.root);
      try {
        return (await folder.read()) !== null;
      } finally {
        await folder.close();
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code) return false;
      throw error;
    }
  }

  async #pathInside(path: string): Promise<string> {
    if (path.includes('\0') || isAbsolute(path) || path.split(/[/\\]/).includes('..')) throw new FileChanged('A file of this mail lies outside the file root.');
    const root = await realpath(this.root);
    const inside = relative(root, await realpath(join(root, path)));
    if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) throw new FileChanged(`${path} leads outside the file root.`);
    return inside;
  }

  async #explain(path: string, error: unknown): Promise<unknown> {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof FileChanged || code === undefined) return error;
    if (AWAY.has(code) || !(await this.isThere())) return new FilesUnreachable(`The file root cannot be read (${code}).`, { cause: error });
    const reason = GONE[code];
    return reason ? new FileChanged(`${path} ${reason}.`) : error;
  }
}

async function readSame(handle: FileHandle, file: AttachedFile): Promise<{ sha256: string; content: Buffer }> {
  checkSame(await handle.stat({ bigint: true }), file);
  const content = await readWhole(handle, file);
  checkSame(await handle.stat({ bigint: true }), file);
  const sha256 = createHash('sha256').update(content).digest('hex');
  if (file.sha256 !== undefined && file.sha256 !== sha256) throw new FileChanged(`${file.path} has other content than when it was matched.`);
  return { sha256, content };
}

function checkSame(now: BigIntStats, file: AttachedFile): void {
  if (!now.isFile()) throw new FileChanged(`${file.path} is not a regular file.`);
  if (now.size !== BigInt(file.size)) throw new FileChanged(`${file.path} has another size than when it was matched.`);
  if (now.ino.toString() !== file.inode) throw new FileChanged(`${file.path} is another file than when it was matched.`);
  if (Math.abs(Number(now.mtimeNs) / 1e6 - file.modifiedMs) > SAME_TIME_MS) throw new FileChanged(`${file.path} was written to after it was matched.`);
}

/** Exactly the size it has: no more memory than announced, whatever happens to the file meanwhile. */
async function readWhole(handle: FileHandle, { path, size }: AttachedFile): Promise<Buffer> {
  const content = Buffer.alloc(size);
  for (let at = 0; at < size; ) {
    const { bytesRead } = await handle.read(content, at, size - at, at);
    if (bytesRead === 0) throw new FileChanged(`${path} became shorter while it was read.`);
    at += bytesRead;
  }
  return content;
}
