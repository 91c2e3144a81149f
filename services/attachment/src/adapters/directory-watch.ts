import { FSWatcher, watch } from 'chokidar';

export interface WatchOptions {
  /** 0: events of the file system; otherwise how often the watched directories are looked at. */
  pollMs: number;
  onChange(directory: string): void;
  onProblem(error: Error): void;
}

const MAX_DIRECTORIES = 500;
/** Chokidar looks at every name of a directory it polls whenever that changes: on a NAS, one round trip for each. */
const MAX_NAMES_POLLED = 5_000;

/**
 * Tells which of the directories in use changed. Only those are watched, and not the files in them: a root with ten years
 * of statements costs nothing, and no watch is left when the system gives out few. Everything works without it, one
 * second later at most.
 */
export class DirectoryWatch {
  readonly #directories = new Set<string>();
  readonly #watcher: FSWatcher;

  constructor(private readonly options: WatchOptions) {
    const { pollMs } = options;
    this.#watcher = watch([], {
      backend: pollMs > 0 ? 'polling' : 'native',
      ...(pollMs > 0 && { pollingInterval: pollMs, pollingBinaryInterval: pollMs }),
      depth: 0,
      ignoreInitial: true,
      followSymlinks: false,
      ignored: (path) => !this.#directories.has(path),
    });
    // A change inside a directory is a "raw" event, since the files themselves are not watched.
    this.#watcher.on('raw', (_event, path, details) => this.#changed((details as { watchedPath?: string } | undefined)?.watchedPath ?? path));
    for (const event of ['addDir', 'unlinkDir'] as const) this.#watcher.on(event, (path) => this.#changed(path));
    this.#watcher.on('error', (error) => options.onProblem(error as Error));
  }

  get watched(): number {
    return this.#directories.size;
  }

  /** @param directory absolute */
  add(directory: string, names: number): void {
    if (this.#directories.has(directory) || (this.options.pollMs > 0 && names > MAX_NAMES_POLLED)) return;
    const [oldest] = this.#directories;
    if (oldest !== undefined && this.#directories.size >= MAX_DIRECTORIES) this.remove(oldest);
    this.#directories.add(directory);
    this.#watcher.add(directory);
  }

  remove(directory: string): void {
    if (!this.#directories.delete(directory)) return;
    this.#watcher.unwatch(directory);
  }

  close(): Promise<void> {
    return this.#watcher.close();
  }

  #changed(directory: string | null): void {
    if (directory !== null && this.#directories.has(directory)) this.options.onChange(directory);
  }
}
