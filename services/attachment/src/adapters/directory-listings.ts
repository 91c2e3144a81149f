import { readdir, stat } from 'node:fs/promises';
import type { Freshness } from '../find-files.js';
import { NameList } from '../name-list.js';
import { codeOf, isAbsent, onRoot, unreachable } from './file-system-errors.js';

const RECENT_MS = 1000;
/** Clocks of file systems tick as slowly as every two seconds: a younger change may be followed by one of the same time. */
const TICK_MS = 2000;
const MAX_NAMES = 1_000_000;

interface Listing {
  names: NameList;
  /** What the directory looked like: device, inode, modified, changed. */
  stamp: string;
  /** Read well after its last change: as long as the stamp stays, the listing is complete. */
  isSettled: boolean;
  readAt: number;
  isChanged: boolean;
  uses: number;
}
export interface ListingOptions {
  timeoutMs: number;
  maxNames?: number;
  /** Called when a listing has been of use again: it may be worth watching. */
  onReused?(directory: string, names: number): void;
  /** Called when it is forgotten. */
  onForgotten?(directory: string): void;
}

/**
 * The index: the names of the directories that rules look into, each read once and then again only when it changed.
 *
 * The directory decides, not the index. Every look takes the directory's own times (one call, however many names it has): a
 * listing that is older than the directory's last change serves for another second at most, so that a batch writing
 * 50,000 files does not make every mail read them all, and never for saying that a file is missing. The watcher only
 * makes it faster: a changed directory is read again in the background, before a mail asks.
 */
export class DirectoryListings {
  readonly #known = new Map<string, Listing>();
  readonly #reading = new Map<string, { startedAt: number; result: Promise<NameList | undefined> }>();
  #names = 0;

  constructor(private readonly options: ListingOptions) {}

  /**
   * @param directory absolute
   * @returns undefined when there is no such directory
   * @throws RootUnreachable
   */
  async list(directory: string, freshness: Freshness): Promise<NameList | undefined> {
    const askedAt = performance.now();
    const stamp = await this.#guarded(() => stampOf(directory));
    if (!stamp) return this.#forget(directory);
    const known = this.#known.get(directory);
    if (known && isUsable(known, stamp.text, freshness, askedAt)) return this.#use(directory, known);
    return this.#read(directory, freshness, askedAt);
  }

  /** The watcher saw something: read again, if anybody needed this directory lately. */
  changed(directory: string): void {
    const known = this.#known.get(directory);
    if (!known || known.isChanged) return;
    known.isChanged = true;
    if (performance.now() - known.readAt < RECENT_MS) return; // the next mail, or the next event, will do
    this.#read(directory, 'now', performance.now()).catch(() => this.#forget(directory)); // the next mail meets the error itself
  }

  #use(directory: string, known: Listing): NameList {
    this.#known.delete(directory);
    this.#known.set(directory, known); // the one used last stands last
    known.uses += 1;
    if (known.uses === 2) this.options.onReused?.(directory, known.names.size);
    return known.names;
  }

  /** Everybody who asks at the same time shares one reading; who needs a newer one waits for its turn. */
  async #read(directory: string, freshness: Freshness, askedAt: number): Promise<NameList | undefined> {
    for (let running = this.#reading.get(directory); running; running = this.#reading.get(directory)) {
      if (freshness === 'recent' || running.startedAt >= askedAt) return running.result;
      await running.result.catch(() => undefined); // its own askers get its error
    }
    const result = this.#guarded(() => this.#readNow(directory)).finally(() => this.#reading.delete(directory));
    this.#reading.set(directory, { startedAt: performance.now(), result });
    return result;
  }

  async #readNow(directory: string): Promise<NameList | undefined> {
    const readAt = performance.now();
    const clock = Date.now();
    const before = await stampOf(directory);
    const names = before && (await readdir(directory).catch((error: unknown) => rethrowUnless(isAbsent(error), error)));
    if (!before || !names) return this.#forget(directory);
    const after = await stampOf(directory);
    const isSettled = after?.text === before.text && clock - before.changedMs > TICK_MS;
    const uses = this.#known.get(directory)?.uses ?? 0;
    const listing: Listing = { names: new NameList(names), stamp: before.text, isSettled, readAt, isChanged: false, uses };
    this.#keep(directory, listing);
    return listing.names;
  }

  #keep(directory: string, listing: Listing): void {
    this.#names += listing.names.size - (this.#known.get(directory)?.names.size ?? 0);
    this.#known.delete(directory);
    this.#known.set(directory, listing);
    for (const oldest of this.#known.keys()) {
      if (this.#names <= (this.options.maxNames ?? MAX_NAMES) || oldest === directory) break;
      this.#forget(oldest);
    }
  }

  #forget(directory: string): undefined {
    const known = this.#known.get(directory);
    if (!known) return;
    this.#names -= known.names.size;
    this.#known.delete(directory);
    this.options.onForgotten?.(directory);
  }

  /** A directory that may not be entered is the mount's or its owner's trouble, not the mail's. */
  #guarded<T>(work: () => Promise<T>): Promise<T> {
    return onRoot(work, this.options.timeoutMs).catch((error: unknown) => {
      const code = codeOf(error) ?? '';
      if (['EACCES', 'EPERM'].includes(code)) throw unreachable(`has a directory that cannot be read (${code})`, error, 'Let the account of Tank read and enter every directory below FILE_ROOT_PATH. Mails wait and go on by themselves.');
      throw error;
    });
  }
}

function isUsable(known: Listing, stamp: string, freshness: Freshness, askedAt: number): boolean {
  if (known.isSettled && !known.isChanged && known.stamp === stamp) return true;
  return freshness === 'recent' ? askedAt - known.readAt < RECENT_MS : known.readAt >= askedAt;
}

async function stampOf(directory: string): Promise<{ text: string; changedMs: number } | undefined> {
  const found = await stat(directory, { bigint: true }).catch((error: unknown) => rethrowUnless(isAbsent(error), error));
  if (!found?.isDirectory()) return undefined;
  const changed = found.mtimeNs > found.ctimeNs ? found.mtimeNs : found.ctimeNs;
  return { text: `${found.dev}:${found.ino}:${found.mtimeNs}:${found.ctimeNs}`, changedMs: Number(changed / 1_000_000n) };
}

function rethrowUnless(isExpected: boolean, error: unknown): undefined {
  if (!isExpected) throw error;
}
