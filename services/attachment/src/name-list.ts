import type { NamePattern } from './name-pattern.js';

/**
 * The names of one directory, sorted so that a pattern looks at the few that start or end as it does, and not at
 * all of them: with 50,000 names a match costs microseconds.
 */
export class NameList {
  readonly #forward: Sorted;
  #backward: Sorted | undefined;
  /** Of names that are not stored in NFC: how the file system spells them. */
  readonly #respelled = new Map<string, string[]>();

  /** @param names as the file system spells them: macOS and some Samba servers give NFD. */
  constructor(names: string[]) {
    const composed = names.map((name) => name.normalize('NFC'));
    names.forEach((name, at) => {
      const as = composed[at] ?? name;
      if (as !== name) this.#respelled.set(as, [...(this.#respelled.get(as) ?? []), name]);
    });
    if (this.#respelled.size > 0) names.filter((name) => this.#respelled.has(name)).forEach((name) => this.#respelled.get(name)?.unshift(name));
    this.#forward = new Sorted(composed);
  }

  get size(): number {
    return this.#forward.names.length;
  }

  /** Matching names, as the file system spells them. Two spellings of one name are two files. */
  matching(pattern: NamePattern): string[] {
    return this.#spelled(this.#candidates(pattern), pattern);
  }

  /** The same for a pattern that takes most names: it looks at each of them, and needs no second list. */
  matchingMost(pattern: NamePattern): string[] {
    return this.#spelled(this.#forward.names, pattern);
  }

  #spelled(candidates: string[], pattern: NamePattern): string[] {
    const found = new Set(candidates.filter((name) => pattern.matches(name)));
    return [...found].flatMap((name) => this.#respelled.get(name) ?? [name]);
  }

  #candidates(pattern: NamePattern): string[] {
    const byPrefix = this.#forward.startingWith(pattern.prefix);
    if (byPrefix.count <= FEW || pattern.suffix === '') return byPrefix.names();
    // Only patterns that start with a wildcard, or alike for everybody, pay for the second list.
    this.#backward ??= new Sorted(this.#forward.names.map(reversed));
    const bySuffix = this.#backward.startingWith(reversed(pattern.suffix));
    return bySuffix.count < byPrefix.count ? bySuffix.names().map(reversed) : byPrefix.names();
  }
}

const FEW = 64;

class Sorted {
  readonly names: string[];

  constructor(names: string[]) {
    this.names = names.sort();
  }

  startingWith(prefix: string): { count: number; names(): string[] } {
    const from = this.#first((name) => name >= prefix);
    const to = prefix === '' ? this.names.length : this.#first((name) => name > prefix && !name.startsWith(prefix));
    return { count: to - from, names: () => this.names.slice(from, to) };
  }

  /** The first place whose name, and every later one, passes. */
  #first(passes: (name: string) => boolean): number {
    let low = 0;
    let high = this.names.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (passes(this.names[middle] ?? '')) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** By code units: good enough to sort by, and its own inverse. */
function reversed(name: string): string {
  let result = '';
  for (let at = name.length - 1; at >= 0; at -= 1) result += name[at];
  return result;
}
