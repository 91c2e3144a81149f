import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../../../../embedded/test/parts.js';
import { NamePattern } from '../name-pattern.js';
import { DirectoryListings, type ListingOptions } from './directory-listings.js';
import { DirectoryWatch } from './directory-watch.js';

const everything = new NamePattern([{ wildcard: '*' }]);

describe('directory listings', () => {
  let folder: string;
  const watches: DirectoryWatch[] = [];
  const put = (name: string) => writeFileSync(join(folder, name), '');
  const listing = (options: Partial<ListingOptions> = {}) => new DirectoryListings({ timeoutMs: 5000, ...options });
  /** Longer ago than the slowest clock of a file system ticks. */
  const letItRest = () => waitFor(() => Date.now() - statSync(folder).ctimeMs > 2100, { what: 'the directory to be quiet' });

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'tank-listings-'))));
  afterEach(async () => {
    await Promise.all(watches.splice(0).map((watch) => watch.close()));
    rmSync(folder, { recursive: true });
  });

  it('are read once while the directory stays as it is', async () => {
    put('a');
    await letItRest();
    const listings = listing();
    const first = await listings.list(folder, 'now');
    expect(await listings.list(folder, 'now')).toBe(first);
    expect(await listings.list(folder, 'recent')).toBe(first);
  });

  it('are read again at once for who must know, when the directory changed', async () => {
    put('a');
    await letItRest();
    const listings = listing();
    const first = await listings.list(folder, 'now');
    put('b');
    expect((await listings.list(folder, 'now'))?.matching(everything)).toEqual(['a', 'b']);
    expect(await listings.list(folder, 'now')).not.toBe(first);
  });

  it('do not trust the time of a directory that has just changed', async () => {
    const listings = listing();
    put('a');
    const first = await listings.list(folder, 'now');
    expect(await listings.list(folder, 'now')).not.toBe(first);
  });

  it('serve for a second while the directory keeps changing, so that not every mail reads it', async () => {
    const listings = listing();
    put('a');
    const first = await listings.list(folder, 'recent');
    put('b');
    expect(await listings.list(folder, 'recent')).toBe(first);
    await waitFor(async () => (await listings.list(folder, 'recent'))?.size === 2, { what: 'the new name' });
  });

  it('are shared by all who ask at the same time', async () => {
    const listings = listing();
    put('a');
    const [one, two, three] = await Promise.all([listings.list(folder, 'recent'), listings.list(folder, 'recent'), listings.list(folder, 'recent')]);
    expect(one).toBe(two);
    expect(two).toBe(three);
  });

  it('know when a directory is gone, and when it is back', async () => {
    const listings = listing();
    const inside = join(folder, 'x');
    expect(await listings.list(inside, 'recent')).toBeUndefined();
    mkdirSync(inside);
    expect((await listings.list(inside, 'recent'))?.size).toBe(0);
    rmSync(inside, { recursive: true });
    expect(await listings.list(inside, 'recent')).toBeUndefined();
  });

  it('forget the directories used least recently', async () => {
    const forgotten: string[] = [];
    const listings = listing({ maxNames: 3, onForgotten: (directory) => forgotten.push(directory) });
    for (const name of ['x', 'y', 'z']) {
      mkdirSync(join(folder, name));
      for (const file of ['1', '2']) put(`${name}/${file}`);
      await listings.list(join(folder, name), 'recent');
    }
    expect(forgotten).toEqual([join(folder, 'x'), join(folder, 'y')]);
  });

  it.each([['events', 0], ['polling', 20]])('are read again in the background when the watcher sees a change by %s', async (_, pollMs) => {
    put('a');
    const problems: Error[] = [];
    const changed: string[] = [];
    const listings: DirectoryListings = listing({ onReused: (directory, names) => watch.add(directory, names) });
    const watch = new DirectoryWatch({
      pollMs,
      onChange: (directory) => {
        changed.push(directory);
        listings.changed(directory);
      },
      onProblem: (error) => problems.push(error),
    });
    watches.push(watch);
    for (let n = 0; n < 3; n += 1) await listings.list(folder, 'recent');
    expect(watch.watched).toBe(1);
    let count = 0;
    await waitFor(() => {
      put(`new${count++}`); // the watch may start a moment later
      return changed.length > 0;
    }, { what: 'the watcher to tell', everyMs: 50 });
    expect(changed[0]).toBe(folder);
    expect(problems).toEqual([]);
  });
});

describe('the watch of directories', () => {
  it('leaves large directories alone where it would have to ask for every file', async () => {
    const watch = new DirectoryWatch({ pollMs: 1000, onChange: () => undefined, onProblem: () => undefined });
    watch.add('/tmp', 5001);
    expect(watch.watched).toBe(0);
    await watch.close();
  });
});
