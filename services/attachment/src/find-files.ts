import { BadPattern } from './bad-pattern.js';
import type { NameList } from './name-list.js';
import type { NamePattern } from './name-pattern.js';
import type { PathPattern } from './path-pattern.js';

/** `recent`: up to a second old, which is what most mails need. `now`: nothing older than the question. */
export type Freshness = 'recent' | 'now';
export interface Directories {
  /** @param directory relative to the file root. Undefined: there is no such directory. */
  list(directory: string, freshness: Freshness): Promise<NameList | undefined>;
}

const MAX_DIRECTORIES = 200;

/**
 * Paths that a pattern matches, relative to the root and as the file system spells them. A name that can be spelled in one way
 * only is not looked for in any list: whoever opens it sees whether it is there.
 * @throws BadPattern when it would search through too many directories for one mail.
 */
export async function findFiles(directories: Directories, pattern: PathPattern, freshness: Freshness): Promise<string[]> {
  let found = [''];
  for (const name of pattern.directories) {
    found = await below(directories, found, name, freshness);
    if (found.length > MAX_DIRECTORIES) {
      throw new BadPattern(`The directory pattern matches more than ${MAX_DIRECTORIES} directories: name them more closely.`);
    }
  }
  return below(directories, found, pattern.file, freshness);
}

async function below(directories: Directories, parents: string[], name: NamePattern, freshness: Freshness): Promise<string[]> {
  const found = await Promise.all(parents.map(async (parent) => {
    if (name.exact !== undefined && name.hasOneSpelling) return name.matches(name.exact) ? [joined(parent, name.exact)] : [];
    const names = await directories.list(parent, freshness);
    return names?.matching(name).map((each) => joined(parent, each)) ?? [];
  }));
  return found.flat();
}

function joined(parent: string, name: string): string {
  return parent === '' ? name : `${parent}/${name}`;
}
