import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AttachedFile } from '@tank/contracts';
import { FileChanged, FilesUnreachable } from '../prepare-mail.js';
import { FileRoot } from './file-root.js';

describe('the file root', () => {
  let base: string;
  let root: string;
  let files: FileRoot;

  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'tank-files-'));
    root = join(base, 'nas');
    await mkdir(join(root, '202611'), { recursive: true });
    await writeFile(join(root, '202611', '명세서_C1.pdf'), '%PDF-1.7 one');
    await writeFile(join(base, 'secret.pdf'), '%PDF-1.7 secret');
    files = new FileRoot(root);
  });
  afterEach(() => rm(base, { recursive: true }));

  async function matched(path = '202611/명세서_C1.pdf', over: Partial<AttachedFile> = {}): Promise<AttachedFile> {
    const at = await stat(join(root, path), { bigint: true });
    return { rule: 'statement', path, displayName: 'x.pdf', contentType: 'application/pdf', size: Number(at.size), modifiedMs: Number(at.mtimeNs) / 1e6, inode: String(at.ino), common: false, ...over };
  }

  it('reads the file that was matched and says what it is', async () => {
    const content = await readFile(join(root, '202611/명세서_C1.pdf'));
    const sha256 = createHash('sha256').update(content).digest('hex');
    expect(await files.read(await matched(undefined, { sha256 }))).toMatchObject({ realPath: '202611/명세서_C1.pdf', sha256, content });
  });

  it('takes times as Node rounds them', async () => {
    const { mtimeMs } = await stat(join(root, '202611/명세서_C1.pdf'));
    await expect(files.read(await matched(undefined, { modifiedMs: mtimeMs }))).resolves.toBeDefined();
  });

  it.each<[string, (path: string) => Promise<unknown>]>([
    ['written to with the same size and time', async (path) => { const { atime, mtime } = await stat(path); await writeFile(path, '%PDF-1.7 two'); await utimes(path, atime, mtime); }],
    ['touched', (path) => utimes(path, new Date(), new Date(Date.now() + 5_000))],
    ['grown', (path) => writeFile(path, '%PDF-1.7 one and more')],
    ['gone', (path) => rm(path)],
    ['replaced by another file', async (path) => { const { atime, mtime } = await stat(path); await writeFile(`${path}.new`, '%PDF-1.7 one'); await utimes(`${path}.new`, atime, mtime); await rename(`${path}.new`, path); }],
    ['replaced by a link to outside', async (path) => { await rm(path); await symlink(join(base, 'secret.pdf'), path); }],
    ['replaced by a folder', async (path) => { await rm(path); await mkdir(path); }],
  ])('refuses a file that was %s', async (_what, change) => {
    const sha256 = createHash('sha256').update('%PDF-1.7 one').digest('hex');
    const file = await matched(undefined, { sha256 });
    await change(join(root, '202611/명세서_C1.pdf'));
    await expect(files.read(file)).rejects.toThrow(FileChanged);
  });

  it('refuses other content behind the same size, time and inode', async () => {
    const sha256 = createHash('sha256').update('%PDF-1.7 two').digest('hex');
    await expect(files.read(await matched(undefined, { sha256 }))).rejects.toThrow(/other content/);
  });

  it.each(['../secret.pdf', '202611/../../secret.pdf', '/etc/passwd', '..\\secret.pdf', '202611/\u0000'])('never leaves the root: %j', async (path) => {
    await expect(files.read({ ...(await matched()), path })).rejects.toThrow(FileChanged);
  });

  it('never follows a folder link out of the root', async () => {
    await symlink(base, join(root, 'out'));
    await expect(files.read(await matched('out/secret.pdf'))).rejects.toThrow(/leads outside/);
  });

  it('blames the share and not the mail when the root is gone', async () => {
    const file = await matched();
    await rename(root, join(base, 'elsewhere'));
    await expect(files.read(file)).rejects.toThrow(FilesUnreachable);
  });

  it('blames the share and not the mail when only its empty mount point is left', async () => {
    const file = await matched();
    await rm(join(root, '202611'), { recursive: true });
    await expect(files.read(file)).rejects.toThrow(FilesUnreachable);
    expect(await files.isThere()).toBe(false);
  });
});
