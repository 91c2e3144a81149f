import { opendir, realpath, stat } from 'node:fs/promises';
import { RootUnreachable } from '../root-unreachable.js';
import { codeOf, onRoot, unreachable } from './file-system-errors.js';
import { fileSystemOf } from './mounted-file-system.js';

const RECENT_MS = 1000;

/**
 * Says whether the file root is there at all, so that a NAS that went away is never taken for missing files: absent,
 * unreadable, silent, another file system than before (the mount point shows through), or empty. A mount point without
 * its mount is an empty directory, and so it looks after a restart too, when nobody remembers what was there.
 */
export class RootGuard {
  #checked: { realRoot: string; at: number } | undefined;
  #checking: { startedAt: number; result: Promise<string> } | undefined;
  #home: { device: number; fileSystem: string | undefined } | undefined;

  constructor(private readonly rootPath: string, private readonly timeoutMs: number) {}

  /**
   * @param freshness `recent` trusts a check of the last second; `now` looks again.
   * @returns the root's real path
   * @throws RootUnreachable
   */
  async check(freshness: 'recent' | 'now'): Promise<string> {
    const askedAt = performance.now();
    if (freshness === 'recent' && this.#checked && askedAt - this.#checked.at < RECENT_MS) return this.#checked.realRoot;
    const running = this.#checking;
    // A call into a dead mount holds its thread until the mount is back: one of them is enough.
    if (running && askedAt - running.startedAt > this.timeoutMs) throw unreachable(`has not answered for ${Math.round((askedAt - running.startedAt) / 1000)} s`);
    return onRoot(() => (running && freshness === 'recent' ? running.result : this.#start()), this.timeoutMs);
  }

  #start(): Promise<string> {
    const checking = { startedAt: performance.now(), result: this.#look() };
    this.#checking = checking;
    const done = () => {
      if (this.#checking === checking) this.#checking = undefined;
    };
    checking.result.then((realRoot) => {
      this.#checked = { realRoot, at: checking.startedAt };
      done();
    }, () => {
      this.#checked = undefined;
      done();
    });
    return checking.result;
  }

  async #look(): Promise<string> {
    try {
      const realRoot = await realpath(this.rootPath);
      const { dev } = await stat(realRoot);
      await this.#assertSameFileSystem(realRoot, dev);
      await assertNotEmpty(realRoot);
      return realRoot;
    } catch (error) {
      const code = codeOf(error);
      if (error instanceof RootUnreachable || code === undefined) throw error;
      throw unreachable(`FILE_ROOT_PATH cannot be read (${code})`, error);
    }
  }

  async #assertSameFileSystem(realRoot: string, device: number): Promise<void> {
    if (this.#home?.device === device) return;
    const fileSystem = await fileSystemOf(realRoot);
    if (this.#home && this.#home.fileSystem !== fileSystem) {
      throw unreachable(`FILE_ROOT_PATH was on ${this.#home.fileSystem} and is now on ${fileSystem}: its mount is gone`);
    }
    this.#home = { device, fileSystem };
  }
}

async function assertNotEmpty(realRoot: string): Promise<void> {
  const directory = await opendir(realRoot);
  try {
    if (await directory.read()) return;
  } finally {
    await directory.close();
  }
  throw unreachable('FILE_ROOT_PATH is empty, as a mount point without its mount is', undefined, 'Mount the NAS at FILE_ROOT_PATH. If the directory is meant to be empty, put any file into it, e.g. ".tank". Mails wait and go on by themselves.');
}
