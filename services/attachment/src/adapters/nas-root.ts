import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Freshness } from '../find-files.js';
import type { FileRoot, Inspection, Twin, TwinQuestion } from '../match-rule.js';
import type { NameList } from '../name-list.js';
import { SecondLook } from '../second-look.js';
import { ContentTwins } from './content-twins.js';
import { DirectoryListings } from './directory-listings.js';
import { DirectoryWatch } from './directory-watch.js';
import { isAbsent, onRoot } from './file-system-errors.js';
import { InspectFile } from './inspect-file.js';
import { fileSystemOf, sendsEvents } from './mounted-file-system.js';
import { RootGuard } from './root-guard.js';

export interface NasRootOptions {
  rootPath: string;
  timeoutMs: number;
  stillWritingMs: number;
  settleMs: number;
  /** Undefined: by the file system, events where it sends them. */
  pollMs: number | undefined;
  /** The watcher has trouble; the directories are still looked at themselves. */
  onWatchProblem?(error: Error): void;
}
const POLL_MS = 5000;

/** The files below FILE_ROOT_PATH, read and never written. Paths are relative to it, with `/`. */
export class NasRoot implements FileRoot {
  readonly #guard: RootGuard;
  readonly #listings: DirectoryListings;
  readonly #inspector: InspectFile;
  readonly #twins: ContentTwins;
  #watch: DirectoryWatch | undefined;
  watchProblem: string | null = null;

  constructor(private readonly options: NasRootOptions) {
    const { rootPath, timeoutMs, stillWritingMs, settleMs } = options;
    this.#guard = new RootGuard(rootPath, timeoutMs);
    this.#listings = new DirectoryListings({
      timeoutMs,
      onReused: (directory, names) => this.#watch?.add(directory, names),
      onForgotten: (directory) => this.#watch?.remove(directory),
    });
    this.#inspector = new InspectFile({ stillWritingMs, secondLook: new SecondLook({ settleMs }) });
    this.#twins = new ContentTwins({ timeoutMs, list: (directory) => this.#listings.list(directory, 'recent'), assertReachable: () => this.#guard.check('now') });
  }

  /** Starts watching. A root that is not there yet is no obstacle. */
  async open(): Promise<void> {
    const fileSystem = await onRoot(() => fileSystemOf(this.options.rootPath), this.options.timeoutMs).catch(() => undefined); // the guard reports it
    this.#watch = new DirectoryWatch({
      pollMs: this.options.pollMs ?? (sendsEvents(fileSystem) ? 0 : POLL_MS),
      onChange: (directory) => this.#listings.changed(directory),
      onProblem: (error) => this.#noteWatchProblem(error),
    });
  }

  async close(): Promise<void> {
    await this.#watch?.close();
    this.#watch = undefined;
  }

  async assertReachable(): Promise<void> {
    await this.#guard.check('now');
  }

  async list(directory: string, freshness: Freshness): Promise<NameList | undefined> {
    return this.#listings.list(join(await this.#guard.check('recent'), directory), freshness);
  }

  async isDirectory(path: string): Promise<boolean> {
    const realRoot = await this.#guard.check('recent');
    return onRoot(async () => {
      try {
        return (await stat(join(realRoot, path))).isDirectory();
      } catch (error) {
        if (isAbsent(error)) return false;
        throw error;
      }
    }, this.options.timeoutMs);
  }

  async inspect(path: string, maxBytes: number): Promise<Inspection> {
    const realRoot = await this.#guard.check('recent');
    return onRoot(() => this.#inspector.inspect(realRoot, path, maxBytes), this.options.timeoutMs);
  }

  async twins(question: TwinQuestion): Promise<Twin[]> {
    return this.#twins.find(await this.#guard.check('recent'), question);
  }

  #noteWatchProblem(error: Error): void {
    this.watchProblem = `Watching directories failed (${error.message}): they are looked at when a mail needs them.`;
    this.options.onWatchProblem?.(error);
  }
}
